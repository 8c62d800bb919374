from . import alumni_benchmark_report
from . import alumni_benchmark_export
from . import alumni_benchmark_run
