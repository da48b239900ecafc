"""What is done about the report: members and treasurer tell, files are made, and blanked when their time is over."""

from marke.sellers.services.blanking import blank_reports
from marke.sellers.services.reporting import SellersIncomplete, operator_changed, report_year
from marke.sellers.services.telling import NotBornYet, Told, tell, tell_operator

__all__ = ["NotBornYet", "SellersIncomplete", "Told", "blank_reports", "operator_changed", "report_year", "tell", "tell_operator"]
