"""What is held for somebody who paid too much, and the account on which they can have it back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from marke.ledger import queries as ledger_queries
from marke.ledger.services import Account
from marke.parties.models import Coop, Party
from marke.payments.models import BankEntry, PayRunLine, Refund
from marke.payments.payables import Due, Payable
from marke.payments.queries import usable_accounts
from marke_core.banking import BadIban, read_iban, show_reference, takes_sepa


@dataclass(frozen=True)
class ToSendBack:
    """`iban` is "" where nobody knows it; `reference` is that of the request on which it was paid, as people read it."""

    party: Party | None
    account: Account
    amount: int
    iban: str
    name: str
    reference: str


@dataclass(frozen=True)
class Known:
    """Where somebody has their money: the account that they gave, or else the one that paid us last."""

    iban: str = ""
    name: str = ""
    reference: str = ""


def accounts_known(coop: Coop, parties: Collection[int], at: datetime) -> dict[int, Known]:
    """Of those whose account is known, by the party's id; two queries."""
    given = usable_accounts(coop, at)
    paid = BankEntry.objects.filter(coop=coop, payment__request__party__in=parties, payment__reversed_at=None, amount__gt=0)
    known: dict[int, Known] = {}
    for entry in paid.select_related("payment__request").order_by("booked_on", "id"):
        assert entry.payment is not None and entry.payment.request is not None
        request = entry.payment.request
        known[request.party_id] = Known(_sepa(entry.iban), entry.name, show_reference(request.reference))
    for party in parties:
        if (own := given.get(party)) is not None:
            known[party] = Known(own.iban, own.holder, known[party].reference if party in known else "")
    return known


def to_send_back(coop: Coop, at: datetime) -> list[ToSendBack]:
    """Everybody for whom something is held; three queries."""
    held = [row for row in ledger_queries.balances(coop, kind=Account.Kind.REFUNDS) if row.amount < 0]
    known = accounts_known(coop, {row.account.party_id for row in held if row.account.party_id}, at)
    rows = []
    for row in held:
        party, found = row.account.party, known.get(row.account.party_id or 0, Known())
        name = found.name or (party.name if party else "")
        rows.append(ToSendBack(party, row.account, -row.amount, found.iban, name, found.reference))
    return rows


def _sepa(text: str) -> str:
    try:
        iban = read_iban(text)
    except BadIban:
        return ""
    return iban if takes_sepa(iban) else ""


def _due(coop: Coop, at: datetime) -> list[Due]:
    rows = to_send_back(coop, at)
    return [Due("", row.amount, row.party, row.account, row.iban, row.name) for row in rows if row.party is not None]


def _pay(*, coop: Coop, lines: Sequence[PayRunLine], send: Callable[[], list[Refund]], by: Party | None, at: datetime) -> None:
    send()


# Paid too much, credited, of a share issue that did not carry; years of loans and gifts of the bank that came back.
REFUNDS = Payable(
    kind="refund",
    label=gettext_lazy("Sent back"),
    due=_due,
    describe=lambda subject: gettext("Sent back"),
    url=lambda coop, subject: reverse("payments:refunds", args=[coop.slug]),
    pay=_pay,
)
