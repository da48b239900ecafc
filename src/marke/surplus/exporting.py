"""A year in open formats, with a script by which anyone recomputes it without Marke."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke.rules.models import RuleValue
from marke.rules.sentences import sentence_of
from marke.surplus import queries
from marke.surplus.lines import head_of, read_lines
from marke.surplus.models import YearClose

SCRIPT = Path(__file__).with_name("recompute.py")
COLUMNS = ("position", "number", "paid", "withheld", "kept", "facts")


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
    """Writes year.json, members.csv, rules.csv and recompute.py into one archive. Numbers of members, never names."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("year.json", head_of(year))
        with archive.open("members.csv", "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
            writer = csv.writer(text)
            writer.writerow(COLUMNS)
            writer.writerows(_rows(year))
        archive.writestr("rules.csv", _rules(year))
        archive.writestr("recompute.py", SCRIPT.read_text("utf-8"))
        archive.writestr("fingerprint.txt", f"{year.digest}\n")


def _rows(year: YearClose) -> Iterator[tuple[Any, ...]]:
    for line in read_lines(year):
        yield line.position, line.number, line.paid, line.withheld, line.kept, line.facts


def _rules(year: YearClose) -> str:
    """Each rule that was followed, as a sentence, with the decision that set it."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["rule", "for", "says", "decision"])
    values = RuleValue.objects.filter(coop=year.coop, uid__in=set(year.rule_values.values())).select_related("decision")
    for value in values.order_by("key", "scope"):
        writer.writerow([value.key, value.scope, sentence_of(value, year.coop), value.decision.number])
    return written.getvalue()
