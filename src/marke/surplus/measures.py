"""What every member did in a year, as columns: one row per member, by number. Nothing here grows to model instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from marke.common.clock import local_date, local_midnight
from marke.jobs.models import Job
from marke.parties.models import Coop, Membership
from marke.shares.models import ShareEvent
from marke_core.share_register import CAPITAL
from marke_core.waterfall import Column, capital_days

CHUNK = 5_000
DID = ("pay", "hours", "jobs", "purchases", "bookings", "time")


@dataclass(frozen=True)
class Business:
    """The year's turnover in minor units, and how much of it was done by, and for, members."""

    turnover: int
    by_members: int
    for_members: int


@dataclass(frozen=True)
class Members:
    """int64[n] each, in the order of member numbers. `did`: by measure; `capital`: by class of shares, minor units · days."""

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
    ids = rows[:, 0]
    held = _capital(coop, ids, since, until)
    here = _belongs(rows, held, since)
    turnover, by_worker, by_client = _work(coop, since, until)
    parties = rows[:, 1]
    did = {
        "pay": _placed(ids, by_worker[:, 0], by_worker[:, 1]),
        "hours": _placed(ids, by_worker[:, 0], by_worker[:, 2]),  # in minutes
        "jobs": _placed(ids, by_worker[:, 0], by_worker[:, 3]),
        "purchases": _placed(parties, by_client[:, 0], by_client[:, 1]),
        "bookings": _placed(parties, by_client[:, 0], by_client[:, 2]),
        "time": _days(rows, since, until),
    }
    del by_worker, by_client
    kept = _kept_rows(here)
    # Copies, so that the table they stand in can go; and no wider than what stands in them.
    present, class_of = np.unique(rows[here, 5].astype(np.int16), return_inverse=True)
    members = Members(
        rows[here, 0],
        rows[here, 1],
        rows[here, 2],
        tuple(classes[place] for place in present.tolist()),
        class_of.astype(np.int16),
        rows[here, 3].astype(np.int32),
        {name: kept(column) for name, column in did.items()},
        {name: kept(column) for name, column in held.items()},
    )
    return members, Business(turnover, int(members.did["pay"].sum()), int(members.did["purchases"].sum()))


def _kept_rows(here: NDArray[np.bool_]) -> Callable[[Column], Column]:
    """Takes the rows of who belongs from a column; the column itself where all do, which copies nothing."""
    if here.all():
        return lambda column: column
    return lambda column: column[here]


def _table(rows: Iterable[Sequence[Any]], width: int) -> NDArray[np.int64]:
    """Rows of whole numbers as one array, filled a chunk at a time."""
    parts, remaining = [], iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        parts.append(np.array(chunk, dtype=np.int64))
    return np.concatenate(parts) if parts else np.zeros((0, width), dtype=np.int64)


def _admitted(coop: Coop, until: date) -> Any:
    """Whoever had been admitted before the period ended."""
    ends = local_midnight(until, coop.timezone)
    return Membership.objects.filter(coop=coop, admitted_at__lt=ends).order_by("number")


def _as_stored(rows: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """Rows as the database gives them: most of a million dates are the same few, and each is read once by `_ordinals`."""
    said, values = rows.query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        cursor.execute(said, values)
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


def _day_of(timezone: str) -> Callable[[Any], int]:
    """`date.toordinal()` of a stored moment where the co-op is; 0 for none. SQLite keeps it as text, in UTC."""

    @lru_cache(CHUNK)
    def ordinal(stored: Any) -> int:
        if stored is None:
            return 0
        moment = datetime.fromisoformat(stored).replace(tzinfo=UTC) if isinstance(stored, str) else stored
        return local_date(moment, timezone).toordinal()

    return ordinal


@lru_cache(CHUNK)
def _ordinal(stored: Any) -> int:
    """`date.toordinal()` of a stored day."""
    return (date.fromisoformat(stored) if isinstance(stored, str) else stored).toordinal()


def _rows(coop: Coop, until: date) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Membership, party, number, day of admission, day of leaving (0: none), place of their class; and the classes."""
    places: dict[str, int] = {}
    day = _day_of(coop.timezone)
    found = _admitted(coop, until).values_list("pk", "party_id", "number", "admitted_at", "left_at", "member_class")
    rows = (
        (pk, party, number, day(came), day(left), places.setdefault(name, len(places)))
        for pk, party, number, came, left, name in _as_stored(found)
    )
    return _table(rows, 6), tuple(places)


def _belongs(rows: NDArray[np.int64], held: dict[str, Column], since: date) -> NDArray[np.bool_]:
    here: NDArray[np.bool_] = (rows[:, 4] == 0) | (rows[:, 4] > since.toordinal())
    for column in held.values():
        here |= column > 0
    return here


def _days(rows: NDArray[np.int64], since: date, until: date) -> Column:
    """On how many days of the period each was a member."""
    first, last = since.toordinal(), until.toordinal()
    ends = np.where(rows[:, 4] > 0, np.minimum(rows[:, 4], last), last)
    days: Column = np.clip(ends - np.maximum(rows[:, 3], first), 0, None)
    return days


def _work(coop: Coop, since: date, until: date) -> tuple[int, NDArray[np.int64], NDArray[np.int64]]:
    """The turnover; (membership, price, minutes, jobs) by worker; (party, price, jobs) by client."""
    starts, ends = local_midnight(since, coop.timezone), local_midnight(until, coop.timezone)
    settled = Job.objects.filter(coop=coop, state=Job.State.SETTLED).alias(booked=Coalesce("confirmed_at", "settled_at"))
    jobs = settled.filter(booked__gte=starts, booked__lt=ends).order_by()
    turnover = jobs.aggregate(total=Sum("price"))["total"] or 0
    worked = jobs.filter(worker__isnull=False).values_list("worker").annotate(Sum("price"), Sum("minutes"), Count("pk"))
    bought = jobs.values_list(F("client__party")).annotate(Sum("price"), Count("pk"))
    return turnover, _table(worked.iterator(CHUNK), 4), _table(bought.iterator(CHUNK), 3)


def _placed(ids: Column, keys: Column, values: Column) -> Column:
    """`values` at the places where their keys stand in `ids`; 0 for who has none."""
    total = np.zeros(len(ids), dtype=np.int64)
    if not len(ids) or not len(keys):
        return total
    order = np.argsort(ids, kind="stable")
    places = np.minimum(np.searchsorted(ids[order], keys), len(ids) - 1)
    found = ids[order][places] == keys
    np.add.at(total, order[places[found]], values[found])
    return total


def _capital(coop: Coop, ids: Column, since: date, until: date) -> dict[str, Column]:
    """Paid-in capital times days, by class of shares and member."""
    found: dict[str, Column] = {}
    changes = ShareEvent.objects.filter(coop=coop, date__lt=until, kind__in=CAPITAL).exclude(amount=0)
    codes = list(changes.order_by().values_list("share_class__code", flat=True).distinct())
    for code in sorted(codes):
        rows = changes.filter(share_class__code=code).order_by("number").values_list("membership_id", "date", "kind", "amount")
        table = _table(((member, _ordinal(day), CAPITAL[kind] * amount) for member, day, kind, amount in _as_stored(rows)), 3)
        order = np.argsort(ids, kind="stable")
        places = order[np.minimum(np.searchsorted(ids[order], table[:, 0]), len(ids) - 1)] if len(ids) else table[:, 0]
        known = ids[places] == table[:, 0] if len(ids) else np.zeros(len(table), dtype=bool)
        found[code] = capital_days(places[known], table[known, 1], table[known, 2], count=len(ids), since=since, until=until)
    return found
