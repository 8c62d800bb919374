from .giving import test_gift
from .programmes import test_programme
from .programmes import test_registration
