"""INV-SHARE-1 on live data, for `marke doctor`."""

from collections import defaultdict
from collections.abc import Iterator

from marke.common.invariants import Invariant, Violation
from marke.ledger.owed import owed_now
from marke.parties.models import Coop
from marke.shares.models import ShareEvent, ShareRequest
from marke.shares.queries import read_event
from marke_core.share_register import Request, register_faults

SENTENCE = "the register at any date follows from its events; nothing is deleted or decremented"


def check_register(coop: Coop) -> Iterator[Violation]:
    rows = ShareEvent.objects.filter(coop=coop).order_by("number").select_related("membership", "request")
    events = [read_event(row, row.membership.number, row.request.number if row.request else None) for row in rows.iterator(2000)]
    requests = [
        Request(row.number, row.membership.number, row.shares, row.price)
        for row in ShareRequest.objects.filter(coop=coop).select_related("membership").iterator(2000)
    ]
    for fault in register_faults(events, requests):
        yield Violation("INV-SHARE-1", f"event {fault.number} of the share register of {coop.slug}", fault.what)
    yield from _check_capital(coop)


def _check_capital(coop: Coop) -> Iterator[Violation]:
    """The capital in the ledger is what the register says was allotted."""
    registered: dict[int, int] = defaultdict(int)
    signs = {ShareEvent.Kind.ALLOTTED: 1, ShareEvent.Kind.OPENING: 1, ShareEvent.Kind.UNALLOTTED: -1}
    rows = ShareEvent.objects.filter(coop=coop, kind__in=signs).values_list("membership__party", "kind", "amount")
    for party, kind, amount in rows.iterator(2000):
        registered[party] += signs[ShareEvent.Kind(kind)] * amount
    booked = owed_now(coop, "shares")
    for party in sorted(registered.keys() | booked.keys()):
        if registered[party] != booked.get(party, 0):
            yield Violation(
                "INV-SHARE-1",
                f"capital of party {party} of {coop.slug}",
                f"the register says {registered[party]}, the ledger {booked.get(party, 0)}",
            )


INVARIANTS = [Invariant("INV-SHARE-1", SENTENCE, check_register)]
