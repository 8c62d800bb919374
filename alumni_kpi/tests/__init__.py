from .reports import test_spreadsheet_dashboard
