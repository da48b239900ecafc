"""What every member did in a year, as columns: one row per member, by number. Nothing here grows to model instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Count, F, Func, QuerySet, Sum, TextField
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from marke.common.clock import local_date, local_midnight
from marke.jobs.models import Job
from marke.parties.models import Coop, Membership
from marke.shares.models import ShareEvent
from marke_core.share_register import CAPITAL
from marke_core.waterfall import Column, capital_days

CHUNK = 5_000


@dataclass(frozen=True)
class Business:
    """The year's turnover in minor units, and how much of it was done by, and for, members."""

    turnover: int
    by_members: int
    for_members: int


@dataclass(frozen=True)
class Members:
    """int64[n] each, in the order of member numbers. `did`: by measure, what is counted and not paid in int32 where that holds
    it; `capital`: by class of shares, minor units · days."""

    ids: Column
    parties: Column
    numbers: Column
    classes: tuple[str, ...]
    class_of: NDArray[np.int16]  # place in `classes`
    admitted: NDArray[np.int32]  # ordinal of the day
    did: dict[str, Column]
    capital: dict[str, Column]

    def __len__(self) -> int:
        return len(self.ids)


def read_members(coop: Coop, since: date, until: date) -> tuple[Members, Business]:
    """Everybody who was a member in the half-open period, or had capital in it, and what they did. A few queries."""
    rows, classes = _rows(coop, until)
    ids, parties = rows["member"].copy(), rows["party"].copy()
    held = _capital(coop, ids, since, until)
    turnover, by_worker, by_client = _work(coop, since, until)
    did = {name: _placed(ids, by_worker["member"], by_worker[name]) for name in ("pay", "hours", "jobs")}
    did |= {name: _narrowed(did[name]) for name in ("hours", "jobs")}
    del by_worker
    did |= {name: _placed(parties, by_client["party"], by_client[name]) for name in ("purchases", "bookings")}
    del by_client
    did["time"] = _narrowed(_days(rows, since, until))
    here = _belongs(rows, held, since)
    kept = _kept_rows(here)
    present, class_of = np.unique(rows["class_of"][here], return_inverse=True)
    members = Members(
        kept(ids),
        kept(parties),
        rows["number"][here],
        tuple(classes[place] for place in present.tolist()),
        class_of.astype(np.int16),
        rows["came"][here],
        {name: kept(column) for name, column in did.items()},
        {name: kept(column) for name, column in held.items()},
    )
    return members, Business(turnover, int(members.did["pay"].sum()), int(members.did["purchases"].sum()))


def _narrowed(column: Column) -> Column:
    """In half the room, where nothing is too large for it."""
    return column.astype(np.int32) if int(column.max(initial=0)) <= np.iinfo(np.int32).max else column


def _kept_rows(here: NDArray[np.bool_]) -> Callable[[Column], Column]:
    """Takes the rows of who belongs from a column; the column itself where all do, which copies nothing."""
    if here.all():
        return lambda column: column
    return lambda column: column[here]


def _admitted(coop: Coop, until: date) -> Any:
    """Whoever had been admitted before the period ended."""
    ends = local_midnight(until, coop.timezone)
    return Membership.objects.filter(coop=coop, admitted_at__lt=ends).order_by("number")


class Written(Func):
    """A moment or a day as text, in UTC: most of a million are the same few, and each is read once, by `_ordinal`."""

    template, output_field = "CAST(%(expressions)s AS text)", TextField()


def _as_stored(rows: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """Rows as the database gives them."""
    said, values = rows.query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        cursor.execute(said, values)
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


def _day_of(timezone: str) -> Callable[[str | None], int]:
    """`date.toordinal()` of a moment, as it is `Written`, where the co-op is; 0 for none."""

    @lru_cache(CHUNK)
    def ordinal(written: str | None) -> int:
        return local_date(datetime.fromisoformat(written).replace(tzinfo=UTC), timezone).toordinal() if written else 0

    return ordinal


@lru_cache(CHUNK)
def _ordinal(written: str) -> int:
    """`date.toordinal()` of a day as it is `Written`."""
    return date.fromisoformat(written).toordinal()


# Tables are columns no wider than what stands in them. `came`, `left`: ordinals of days, 0 for none.
_ROW = np.dtype([("member", "i8"), ("party", "i8"), ("number", "i8"), ("came", "i4"), ("left", "i4"), ("class_of", "i2")])
_WORKED = np.dtype([("member", "i8"), ("pay", "i8"), ("hours", "i8"), ("jobs", "i8")])  # hours: in minutes
_BOUGHT = np.dtype([("party", "i8"), ("purchases", "i8"), ("bookings", "i8")])
_CHANGE = np.dtype([("member", "i8"), ("day", "i8"), ("amount", "i8")])


def _table(rows: Iterable[tuple[Any, ...]], columns: np.dtype[np.void]) -> NDArray[np.void]:
    """Filled a row at a time: a million of Python's numbers never stand beside each other."""
    return np.fromiter(rows, dtype=columns)


def _rows(coop: Coop, until: date) -> tuple[NDArray[np.void], tuple[str, ...]]:
    """Who was admitted, by number; and the classes of members, to whose places `class_of` points."""
    places: dict[str, int] = {}
    day = _day_of(coop.timezone)
    found = _admitted(coop, until).values_list(
        "pk", "party_id", "number", Written("admitted_at"), Written("left_at"), "member_class"
    )
    rows = (
        (pk, party, number, day(came), day(left), places.setdefault(name, len(places)))
        for pk, party, number, came, left, name in _as_stored(found)
    )
    return _table(rows, _ROW), tuple(places)


def _belongs(rows: NDArray[np.void], held: dict[str, Column], since: date) -> NDArray[np.bool_]:
    here: NDArray[np.bool_] = (rows["left"] == 0) | (rows["left"] > since.toordinal())
    for column in held.values():
        here |= column > 0
    return here


def _days(rows: NDArray[np.void], since: date, until: date) -> Column:
    """On how many days of the period each was a member."""
    first, last = since.toordinal(), until.toordinal()
    ends = np.where(rows["left"] > 0, np.minimum(rows["left"], last), last)
    days: Column = np.clip(ends - np.maximum(rows["came"], first), 0, None).astype(np.int64)
    return days


def _work(coop: Coop, since: date, until: date) -> tuple[int, NDArray[np.void], NDArray[np.void]]:
    """The turnover; what was worked by members; what was bought by clients."""
    starts, ends = local_midnight(since, coop.timezone), local_midnight(until, coop.timezone)
    settled = Job.objects.filter(coop=coop, state=Job.State.SETTLED).alias(booked=Coalesce("confirmed_at", "settled_at"))
    jobs = settled.filter(booked__gte=starts, booked__lt=ends).order_by()
    turnover = jobs.aggregate(total=Sum("price"))["total"] or 0
    worked = jobs.filter(worker__isnull=False).values_list("worker").annotate(Sum("price"), Sum("minutes"), Count("pk"))
    bought = jobs.values_list(F("client__party")).annotate(Sum("price"), Count("pk"))
    return turnover, _table(_as_stored(worked), _WORKED), _table(_as_stored(bought), _BOUGHT)


def _placed(ids: Column, keys: Column, values: Column) -> Column:
    """`values` at the places where their keys stand in `ids`; 0 for who has none."""
    total = np.zeros(len(ids), dtype=np.int64)
    places, known = _places(ids, keys)
    np.add.at(total, places[known], values[known])
    return total


def _places(ids: Column, keys: Column) -> tuple[Column, NDArray[np.bool_]]:
    """Where each key stands in `ids`, and whether it does."""
    if not len(ids):
        return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
    order = np.argsort(ids, kind="stable")
    places = order[np.minimum(np.searchsorted(ids, keys, sorter=order), len(ids) - 1)]
    return places, ids[places] == keys


def _capital(coop: Coop, ids: Column, since: date, until: date) -> dict[str, Column]:
    """Paid-in capital times days, by class of shares and member."""
    found: dict[str, Column] = {}
    changes = ShareEvent.objects.filter(coop=coop, date__lt=until, kind__in=CAPITAL).exclude(amount=0)
    codes = list(changes.order_by().values_list("share_class__code", flat=True).distinct())
    for code in sorted(codes):
        events = changes.filter(share_class__code=code).order_by("number")
        rows = events.values_list("membership_id", Written("date"), "kind", "amount")
        table = _table(
            ((member, _ordinal(day), CAPITAL[kind] * amount) for member, day, kind, amount in _as_stored(rows)), _CHANGE
        )
        places, known = _places(ids, table["member"])
        found[code] = capital_days(
            places[known], table["day"][known], table["amount"][known], count=len(ids), since=since, until=until
        )
    return found
