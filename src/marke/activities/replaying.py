"""A year of activities as columns: what was booked, the rules that each event followed, and what was given before it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from marke.activities.facts import scope_of
from marke.activities.models import Entry
from marke.common.facts import FactKind
from marke.parties.models import Coop, Membership
from marke.rules.queries import Timeline
from marke_core.schemes import Column, Facts, Ratio
from marke_core.schemes.activity import ACTIVITY, COLUMNS, Past

Kind = Entry.Kind
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS = ("pk", "activity", "activity__party", "at", "date", *COLUMNS)


def read(coop: Coop, starts_at: datetime, ends_at: datetime) -> Facts:
    """What activities earned and spent, the months that ended, in the half-open period, in the order in which it was booked.

    What was taken back of an invoice is left out of it.
    """
    rows = list(_entries(coop, starts_at, ends_at))
    classes = sorted({"", *Membership.objects.filter(coop=coop).values_list("member_class", flat=True)})
    class_of = dict(Membership.objects.filter(coop=coop).values_list("party", "member_class"))
    columns = {name: _column(row[5 + place] for row in rows) for place, name in enumerate(COLUMNS)}
    for name, back in (("invoiced", -2), ("grants", -1)):
        columns[name] += _column(row[back] for row in rows)
    columns["at"] = _column((row[3] - EPOCH) // timedelta(microseconds=1) for row in rows)
    columns["activity"] = _column(row[1] for row in rows)
    columns["year"] = _column(_day(row).year for row in rows)
    columns["month"] = _column(_day(row).year * 12 + _day(row).month for row in rows)
    columns["member_class"] = _column(classes.index(class_of.get(row[2], "")) for row in rows)
    timeline = Timeline(coop)
    rules = {key: _in_force(timeline, key, columns["at"], classes, columns["member_class"]) for key in ACTIVITY.rules}
    return Past(_column(row[2] or 0 for row in rows), columns, rules)


def _entries(coop: Coop, starts_at: datetime, ends_at: datetime) -> Iterable[tuple[Any, ...]]:
    back = Entry.objects.filter(of=OuterRef("pk")).order_by().values("of")
    taken = {name: Coalesce(Subquery(back.annotate(total=Sum(name)).values("total")), 0) for name in ("invoiced", "grants")}
    kinds = (Kind.INVOICE, Kind.GRANT, Kind.MONTH, Kind.EXPENSE)
    rows = Entry.objects.filter(coop=coop, kind__in=kinds, at__gte=starts_at, at__lt=ends_at)
    rows = rows.annotate(invoiced_back=taken["invoiced"], grants_back=taken["grants"])
    left = ~Q(kind__in=(Kind.INVOICE, Kind.GRANT)) | Q(invoiced__gt=-F("invoiced_back")) | Q(grants__gt=-F("grants_back"))
    return rows.filter(left).order_by("id").values_list(*_FIELDS, "invoiced_back", "grants_back")


def _column(values: Iterable[int]) -> Column:
    return np.array([int(value) for value in values], dtype=np.int64)


def _day(row: tuple[Any, ...]) -> date:
    day: date = row[4]
    return day


def _in_force(timeline: Timeline, key: str, moments: Column, classes: list[str], class_of: Column) -> Ratio:
    """The value of a rule for each row: looked up once per class and per time between two changes of it."""
    values = timeline.all(key)
    turns = {value.valid_from for value in values} | {value.lapses_at for value in values if value.lapses_at}
    starts = np.array(sorted((turn - EPOCH) // timedelta(microseconds=1) for turn in turns), dtype=np.int64)
    cell = np.searchsorted(starts, moments, side="right") * len(classes) + class_of
    _cells, first, which = np.unique(cell, return_index=True, return_inverse=True)
    found = [
        Fraction(
            timeline.at(EPOCH + timedelta(microseconds=int(moments[row]))).value(key, **scope_of(classes[int(class_of[row])]))
        )
        for row in first.tolist()
    ]
    above = np.array([ratio.numerator for ratio in found], dtype=np.int64)
    below = np.array([ratio.denominator for ratio in found], dtype=np.int64)
    return above[which], below[which]


def scopes(coop: Coop) -> dict[str, list[str]]:
    """By what the contribution may vary: the words behind the numbers of `read`."""
    return {"member_class": sorted({"", *Membership.objects.filter(coop=coop).values_list("member_class", flat=True)})}


ACTIVITY_FACTS = FactKind(
    kind="activity",
    scheme=ACTIVITY,
    rules=ACTIVITY.rules,
    read=read,
    labels={
        "share": _("In members’ own businesses"),
        "contribution": _("What the co-op keeps of own businesses"),
        "guarantee": _("The guarantee fund, from own businesses"),
        "reserve": _("Reserves of own businesses"),
        "expenses": _("Expenses of own businesses, repaid"),
    },
    scopes=scopes,
)
