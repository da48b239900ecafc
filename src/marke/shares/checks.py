"""INV-SHARE-1 on live data, for `marke doctor`."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from marke.common.invariants import Invariant, Violation
from marke.ledger.owed import credited_by_day
from marke.ledger.services import Account
from marke.parties.models import Coop
from marke.shares.models import ShareEvent, ShareRequest
from marke_core.share_register import CAPITAL, Event, Request, register_faults

REGISTER, LEDGER = 0, 1
SENTENCE = "the register at any date follows from its events; nothing is deleted or decremented"


def check_register(coop: Coop) -> Iterator[Violation]:
    rows = ShareEvent.objects.filter(coop=coop).order_by("number")
    fields = ("number", "kind", "membership__number", "request__number", "shares", "amount", "date")
    found = rows.values_list(*fields, "share_class__code", "lot__number", "price")
    events = [Event(*row) for row in found.iterator(2000)]
    wanted = ShareRequest.objects.filter(coop=coop).values_list(
        "number", "membership__number", "shares", "price", "entry_fee", "paid_in"
    )
    for fault in register_faults(events, [Request(*row) for row in wanted.iterator(2000)]):
        yield Violation("INV-SHARE-1", f"event {fault.number} of the share register of {coop.slug}", fault.what)
    yield from _check_capital(coop)


def _check_capital(coop: Coop) -> Iterator[Violation]:
    """The capital in the ledger is what the register says, at the end of every day on which either changes."""
    moved: dict[date, dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    rows = ShareEvent.objects.filter(coop=coop, kind__in=CAPITAL).values_list("membership__party", "kind", "amount", "date")
    for party, kind, amount, day in rows.iterator(2000):
        moved[day][party][REGISTER] += CAPITAL[kind] * amount
    for party, day, amount in credited_by_day(coop, Account.Kind.SHARES):
        moved[day][party][LEDGER] += amount
    now: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for day in sorted(moved):
        for party, change in sorted(moved[day].items()):
            registered, booked = now[party] = [before + more for before, more in zip(now[party], change, strict=True)]
            if registered != booked and change[REGISTER] != change[LEDGER]:
                yield Violation(
                    "INV-SHARE-1",
                    f"capital of party {party} of {coop.slug}",
                    f"at the end of {day} the register says {registered}, the ledger {booked}",
                )


INVARIANTS = [Invariant("INV-SHARE-1", SENTENCE, check_register)]
