"""To whom an invoice's net belongs: settled work moves out of *not yet invoiced*, a member's own business is credited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marke.activities.services import income
from marke.invoices.models import Invoice
from marke.ledger import services as ledger
from marke.ledger.services import Account, Basis, NewPosting
from marke.parties.models import Party


@dataclass(frozen=True)
class Earned:
    """postings: sum to −net."""

    postings: list[NewPosting]
    facts: Mapping[str, Any] = field(default_factory=dict)
    basis: Basis | None = None


def earned_by(*, invoice: Invoice, by: Party | None, at: datetime) -> Earned:
    """Of an invoice or credit note that is about to be booked. Raises: ActivityClosed, NothingToTakeBack."""
    if invoice.activity is None:
        unbilled = ledger.open_account(coop=invoice.coop, kind=Account.Kind.UNBILLED, party=invoice.client.party, at=at)
        return Earned([NewPosting(unbilled, -invoice.net, "net")])
    made = income(
        coop=invoice.coop,
        activity=invoice.activity,
        paper=invoice.number,
        net=invoice.net,
        date=invoice.issue_date,
        at=at,
        of=invoice.credits.number if invoice.credits else "",
        worked_on=invoice.delivery_date,
        by=by,
    )
    return Earned(made.postings, made.facts, made.basis)
