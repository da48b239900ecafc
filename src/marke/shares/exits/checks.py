"""INV-EXIT-1 on live data, for `marke doctor`."""

from collections import defaultdict
from collections.abc import Iterator

from marke.common.invariants import Invariant, Violation
from marke.ledger import queries as ledger_queries
from marke.ledger.owed import balance_by_party
from marke.parties.models import Coop
from marke.shares.exits.queries import exits
from marke.shares.models import ExitPrice, ShareExit
from marke_core.share_exit import ExitFacts, exit_faults

SENTENCE = "for shares that ended everything paid in is owed or kept, and nobody is paid more than is owed"


def check_exits(coop: Coop) -> Iterator[Violation]:
    facts, owed = [], defaultdict[int, int](int)
    for exit in exits(coop).filter(price__isnull=False):
        price, plan = exit.price, list(exit.instalments.all())
        paid = sum(payment.amount for payment in exit.payments.all())
        facts.append(
            ExitFacts(
                exit.number,
                price.paid_in,
                price.owed,
                price.penalty + price.lost,
                sum(part.principal for part in plan),
                sum(part.interest for part in plan),
                paid,
            )
        )
        owed[exit.membership.party_id] += price.owed + _booked_interest(exit) - paid
        yield from _check_parts(coop, exit, price)
    for number, what in exit_faults(facts):
        yield Violation("INV-EXIT-1", f"exit {number} of {coop.slug}", what)
    booked = {party: -amount for party, amount in balance_by_party(coop, "redemption").items()}
    for party in sorted(owed.keys() | booked.keys()):
        if owed.get(party, 0) != booked.get(party, 0):
            what = f"the exits say that {owed.get(party, 0)} is owed, the ledger {booked.get(party, 0)}"
            yield Violation("INV-EXIT-1", f"shares of party {party} of {coop.slug} to be paid back", what)


def _booked_interest(exit: ShareExit) -> int:
    keys = {f"share_interest:{exit.number}.{part.position}:1": part.interest for part in exit.instalments.all() if part.interest}
    return sum(interest for key, interest in keys.items() if ledger_queries.transaction_of(exit.coop, key) is not None)


def _check_parts(coop: Coop, exit: ShareExit, price: ExitPrice) -> Iterator[Violation]:
    parts = list(exit.parts.select_related("event"))
    if sum(part.paid_in for part in parts) != price.paid_in or any(part.shares != -part.event.shares for part in parts):
        yield Violation("INV-EXIT-1", f"exit {exit.number} of {coop.slug}", "its lots do not make what ended in the register")


EXIT_INVARIANTS = [Invariant("INV-EXIT-1", SENTENCE, check_exits)]
