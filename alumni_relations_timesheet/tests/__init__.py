from . import test_analytic_line
