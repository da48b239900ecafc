"""Shares that are paid back go out with the pay run, and a bank statement knows them."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from marke.ledger import queries as ledger_queries
from marke.ledger.services import Account
from marke.parties.models import Coop, Party
from marke.payments.payables import Booked, Due, Payable
from marke.shares.exits import queries
from marke.shares.services.exit_payments import pay_exit, pay_exit_lines


def due(coop: Coop, at: datetime) -> list[Due]:
    """As far as the tests allow, in the order of the queue: what is suspended keeps its place in it."""
    rows = [row for row in queries.queue(coop, at).rows if row.payable]
    if not rows:
        return []
    accounts = {row.account.party_id: row.account for row in ledger_queries.balances(coop, kind=Account.Kind.REDEMPTION)}
    return [
        Due(str(row.standing.exit.number), row.payable, party, accounts.get(party.pk))
        for row in rows
        for party in [row.standing.exit.membership.party]
    ]


def book(*, coop: Coop, subject: str, amount: int, date: date, once_key: str, by: Party | None, at: datetime) -> Booked:
    """The bank says that a part of an exit was paid. Raises: as `pay_exit`."""
    exit = queries.exits(coop).get(number=int(subject))
    paid = pay_exit(exit=exit, amount=amount, date=date, once_key=once_key, by=by, at=at, seen_by_bank=True)
    return Booked(paid.refund.transaction, paid.refund)


EXITS = Payable(
    kind="share_exit",
    label=gettext_lazy("Shares paid back"),
    due=due,
    describe=lambda subject: gettext("Shares given back, no. %(n)s") % {"n": subject},
    url=lambda coop, subject: reverse("shares:exit", args=[coop.slug, int(subject)]),
    pay=pay_exit_lines,
    book=book,
)
