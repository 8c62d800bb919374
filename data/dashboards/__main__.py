"""Writes the files of the dashboards: python -m data.dashboards"""

from . import DASHBOARDS

for dashboard in DASHBOARDS:
    for sample in (False, True):
        dashboard.path(sample).write_text(dashboard.text(sample), encoding="utf-8")
