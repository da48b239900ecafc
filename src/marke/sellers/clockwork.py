"""What a date decides here: when a report need not be kept any more."""

from marke.common.clockwork import Wheel
from marke.sellers.services import blank_reports

WHEEL = Wheel("sellers", blank_reports)
