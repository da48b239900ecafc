"""What was handed in, as a file: for `./marke export dac7 CO-OP YEAR`."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke.sellers.models import Report
from marke.sellers.queries import reports


class NoReport(Refused):
    """No file was made of that year, or its content is blanked."""


def export_report(coop: Coop, year: str, out: Path) -> list[Report]:
    """Writes the newest file of a year as it was made; gives all that there are of it, the newest first. Raises: NoReport."""
    is_year = year.isascii() and year.isdigit() and len(year) == 4
    made = list(reports(coop, int(year)).filter(blanked_at=None)) if is_year else []
    if not made:
        raise NoReport(
            _("There is no file on sellers of %(coop)s about %(year)s. Make it on the page Report on sellers, under Money.")
            % {"coop": coop.name, "year": year[:20]}
        )
    out.write_bytes(made[0].content.encode())
    return made
