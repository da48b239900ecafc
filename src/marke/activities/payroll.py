"""The door to whoever makes the wages: a country's payroll office takes a file of persons, hours and gross budgets.

Marke makes no wages itself. Who builds the file that an office wants registers a `Payroll` here, in a pack or an app of
its own; the plain table is always there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import F, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.activities.models import Entry
from marke.common.csv_files import csv_text
from marke.common.money import to_major
from marke.common.registry import Registry
from marke.parties.models import Coop
from marke_core.periods import add_months

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class WageLine:
    """What one person is to be paid for a month: minutes of work, and the gross budget in minor units."""

    number: int  # the member's
    name: str
    minutes: int
    budget: int


@dataclass(frozen=True)
class Payroll:
    """file(coop, month, lines) -> (file name, content, content type). countries: () for all."""

    kind: str
    label: str | _StrPromise
    file: Callable[[Coop, date, Sequence[WageLine]], tuple[str, str | bytes, str]]
    countries: tuple[str, ...] = ()


payrolls: Registry[Payroll] = Registry("payroll")


def payrolls_for(coop: Coop) -> Iterator[Payroll]:
    return (each for each in payrolls if not each.countries or coop.country in each.countries)


def payroll_or_none(coop: Coop, kind: str) -> Payroll | None:
    return next((each for each in payrolls_for(coop) if each.kind == kind), None)


def months(coop: Coop) -> list[date]:
    """In which something is to be paid as wages, the newest first; a year of them."""
    rows = Entry.objects.filter(coop=coop, kind=Entry.Kind.PAYROLL).order_by().annotate(month=TruncMonth("date"))
    return sorted(set(rows.values_list("month", flat=True)), reverse=True)[:12]


def lines(coop: Coop, month: date) -> list[WageLine]:
    """Of each member together, by their number; one query."""
    rows = Entry.objects.filter(coop=coop, kind=Entry.Kind.PAYROLL, date__gte=month, date__lt=add_months(month, 1))
    sums = (
        rows.filter(activity__party__memberships__coop=F("coop"))
        .order_by("activity__party__memberships__number")
        .values_list("activity__party__memberships__number", "activity__party__name")
        .annotate(minutes=Sum("minutes"), budget=-Sum("moved"))
    )
    return [WageLine(*row) for row in sums]


def _plain(coop: Coop, month: date, rows: Sequence[WageLine]) -> tuple[str, str, str]:
    header = [_("Member"), _("Name"), _("Month"), _("Hours"), _("Gross budget"), _("Currency")]
    told = (
        [
            row.number,
            row.name,
            f"{month:%Y-%m}",
            f"{row.minutes // 60}:{row.minutes % 60:02}",
            to_major(row.budget, coop.currency),
            coop.currency,
        ]
        for row in rows
    )
    return f"{coop.slug}-wages-{month:%Y-%m}.csv", csv_text([header, *told]), "text/csv; charset=utf-8"


PLAIN = Payroll("table", gettext_lazy("Table (CSV)"), _plain)
