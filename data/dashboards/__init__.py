"""The dashboards that are spreadsheets, as programs."""

from .analyst import AnalystDashboard
from .engagement import EngagementDashboard

DASHBOARDS = (EngagementDashboard(), AnalystDashboard())
