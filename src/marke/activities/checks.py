"""What `marke doctor` asks of activities."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Sum

from marke.activities.models import Activity, Entry
from marke.common.invariants import Invariant, Violation
from marke.ledger.chart import HELD_BACK
from marke.ledger.queries import sums_by_detail
from marke.ledger.services import Account
from marke.parties.models import Coop


def held(coop: Coop, until: date | None = None) -> dict[str, int]:
    """What the entries say each activity and its reserve hold before a day, by the detail of its account; what is nothing left out."""
    rows = Entry.objects.filter(coop=coop)
    if until is not None:
        rows = rows.filter(date__lt=until)
    found: dict[str, int] = {}
    sums = rows.order_by().values_list("activity__number").annotate(share=Sum("share"), reserve=Sum("reserve"))
    for number, share, reserve in sums:
        found |= {str(number): share, f"{number}{HELD_BACK}": reserve}
    return {detail: amount for detail, amount in found.items() if amount}


def booked(coop: Coop, until: date | None = None) -> dict[str, int]:
    """The same as the ledger has it."""
    sums = sums_by_detail(coop, [Account.Kind.ACTIVITY], until)
    return {detail: -total for (_kind, detail), total in sums.items() if total}


def astray(coop: Coop) -> Iterator[Violation]:
    """INV-ACTIVITY-1"""
    told, kept = held(coop), booked(coop)
    for detail in sorted(told.keys() | kept.keys()):
        if told.get(detail, 0) != kept.get(detail, 0):
            yield Violation(
                "INV-ACTIVITY-1",
                f"activity {detail} of {coop.slug}",
                f"its entries sum to {told.get(detail, 0)}, and the ledger holds {kept.get(detail, 0)}",
            )
    closed = Activity.objects.filter(coop=coop, closed_at__isnull=False).annotate(left=Sum("entries__share"))
    for number, left in closed.filter(left__gt=0).values_list("number", "left"):
        yield Violation("INV-ACTIVITY-1", f"activity {number} of {coop.slug}", f"is closed and still holds {left}")


INVARIANTS = [Invariant("INV-ACTIVITY-1", "What activities hold by their entries is what the ledger holds for them.", astray)]
