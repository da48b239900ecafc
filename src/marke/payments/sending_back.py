"""What is held for somebody who paid too much, and the account on which they can have it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marke.ledger import queries as ledger_queries
from marke.ledger.services import Account
from marke.parties.models import Coop, Party
from marke.payments.models import BankEntry
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


def to_send_back(coop: Coop, at: datetime) -> list[ToSendBack]:
    """Everybody for whom something is held; three queries."""
    held = [row for row in ledger_queries.balances(coop, kind=Account.Kind.REFUNDS) if row.amount < 0]
    parties = {row.account.party_id for row in held}
    given = usable_accounts(coop, at)
    paid = BankEntry.objects.filter(coop=coop, payment__request__party__in=parties, payment__reversed_at=None, amount__gt=0)
    last = {_payer(entry): entry for entry in paid.select_related("payment__request").order_by("booked_on", "id")}
    rows = []
    for row in held:
        party = row.account.party
        entry, own = last.get(row.account.party_id), given.get(row.account.party_id or 0)
        iban = own.iban if own else _sepa(entry.iban) if entry else ""
        request = entry.payment.request if entry and entry.payment else None
        name = own.holder if own else (entry.name if entry else "") or (party.name if party else "")
        rows.append(ToSendBack(party, row.account, -row.amount, iban, name, show_reference(request.reference) if request else ""))
    return rows


def _payer(entry: BankEntry) -> int | None:
    return entry.payment.request.party_id if entry.payment and entry.payment.request else None


def _sepa(text: str) -> str:
    try:
        iban = read_iban(text)
    except BadIban:
        return ""
    return iban if takes_sepa(iban) else ""
