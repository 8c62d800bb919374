from .giving import test_gift
from .newsletters import test_mailing
from .programmes import test_programme
from .programmes import test_registration
