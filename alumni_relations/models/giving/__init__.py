from . import alumni_amount_mixin
from . import alumni_gift_type
from . import alumni_gift
