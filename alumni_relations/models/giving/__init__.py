from . import alumni_gift_type
from . import alumni_gift
