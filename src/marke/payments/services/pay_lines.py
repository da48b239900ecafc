"""The lines of a pay run: what members earned, and what else is to be paid now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from marke.parties.models import Coop, Membership
from marke.payments import queries
from marke.payments.models import PayRunLine
from marke.payments.payables import payables
from marke.rounds.models import Round
from marke.rules.queries import rulebook

LeftOut = PayRunLine.LeftOut


@dataclass(frozen=True)
class Line:
    kind: str
    subject: str
    party_id: int
    account_id: int
    amount: int
    iban: str
    holder: str
    left_out: str


def lines_now(coop: Coop, until: date, at: datetime) -> list[Line]:
    """What a run would pay at this moment: the pay of members by their number, then the rest in its own order."""
    accounts, waiting = queries.usable_accounts(coop, at), queries.parties_with_waiting_accounts(coop, at)

    def line(kind: str, subject: str, party: int, account: int, amount: int, iban: str = "", holder: str = "") -> Line:
        own = accounts.get(party)
        if not iban and own is not None:
            iban, holder = own.iban, own.holder
        reason = "" if iban else (LeftOut.WAITING if party in waiting else LeftOut.NO_ACCOUNT).value
        return Line(kind, subject, party, account, amount, iban, holder, reason)

    pay = [line(PayRunLine.PAY, "", owed.party_id, owed.account_id, owed.amount) for owed in queries.owed(coop, until)]
    others = [
        line(kind.kind, due.subject, due.party.pk, due.account.pk, due.amount, due.iban, due.holder[:70])
        for kind in payables
        if kind.pay
        for due in kind.due(coop, at)
        if due.party and due.account
    ]
    return [*_pay_in_order(coop, pay, at), *others]


def _pay_in_order(coop: Coop, lines: list[Line], at: datetime) -> Iterator[Line]:
    """By the number of the member; what is too little waits."""
    minimum = rulebook(coop, at).value("payments.minimum")
    members = Membership.objects.filter(coop=coop).values_list("party_id", "number", "state")
    numbers = {party: number for party, number, _state in members}
    # For who has left, what is too little now would never become more.
    left = {party for party, _number, state in members if state == Membership.State.LEFT}
    for line in sorted(lines, key=lambda line: (numbers.get(line.party_id, 10**9), line.party_id)):
        too_little = not line.left_out and line.amount < minimum and line.party_id not in left
        yield Line(**(vars(line) | {"left_out": LeftOut.BELOW_MINIMUM.value})) if too_little else line


def written_lines(run: Round) -> list[Line]:
    """Those that stand in it."""
    return [Line(**{name: getattr(row, name) for name in Line.__dataclass_fields__}) for row in run.pay_lines.all()]


def write_lines(run: Round, lines: list[Line]) -> None:
    PayRunLine.objects.bulk_create(
        [
            PayRunLine(coop=run.coop, run=run, position=position, reference=f"PAY-{run.number}-{position}", **vars(line))
            for position, line in enumerate(lines, 1)
        ],
        batch_size=500,
    )
