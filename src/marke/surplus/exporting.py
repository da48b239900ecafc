"""A year in open formats, with a script by which anyone recomputes it without Marke."""

from __future__ import annotations

import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from marke.common.csv_files import csv_text
from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke.rules.models import RuleValue
from marke.rules.sentences import sentence_of
from marke.surplus import queries
from marke.surplus.lines import written_lines
from marke.surplus.models import YearClose

SCRIPT = Path(__file__).with_name("recompute.py")


class NoSuchYear(Refused):
    """The year was not closed here, and is not being closed."""

    status = 404


def year_called(coop: Coop, title: str) -> YearClose:
    """The year 2025 of a co-op, the newest if it was begun more than once. Raises: NoSuchYear."""
    found = queries.years(coop).filter(round__title=title).first()
    if found is None:
        raise NoSuchYear(
            _("%(coop)s has not closed the year %(year)s, and is not closing it.") % {"coop": coop.name, "year": title[:20]}
        )
    return found


def export_year(year: YearClose, target: Path) -> None:
    """Writes year.txt, rules.csv and recompute.py into one archive. Numbers of members, never names."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("year.txt", "w") as text:
            for line in written_lines(year):
                text.write(line.encode())
        archive.writestr("rules.csv", _rules(year))
        archive.writestr("recompute.py", SCRIPT.read_text("utf-8"))
        archive.writestr("fingerprint.txt", f"{year.digest}\n")


def _rules(year: YearClose) -> str:
    """Each rule that was followed, as a sentence, with the decision that set it."""
    values = RuleValue.objects.filter(coop=year.coop, uid__in=set(year.rule_values.values())).select_related("decision")
    rows = [(one.key, one.scope, sentence_of(one, year.coop), one.decision.number) for one in values.order_by("key", "scope")]
    return csv_text([("rule", "for", "says", "decision"), *rows])
