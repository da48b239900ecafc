"""Members' own businesses for tests: what invoices book, without the invoices."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from marke.activities.models import Activity
from marke.activities.services import Income, income, open_activity
from marke.common import clock
from marke.ledger import services as ledger
from marke.ledger.queries import party_balance
from marke.ledger.services import Account, NewPosting
from marke.parties.models import Client, Membership, Party
from marke.payments.models import PaymentRequest
from marke.payments.services import lower_request, record_payment, request_payment, withdraw_request
from tests.factories.parties import T0


def open_for(member: Membership, name: str = "Drawings", at: datetime = T0) -> Activity:
    return open_activity(coop=member.coop, name=name, member=member, once_key=f"{name}{member.pk}", by=member.party, at=at)


def invoiced(
    activity: Activity,
    client: Client | None,
    net: int,
    paper: str,
    *,
    vat: int = 0,
    at: datetime = T0,
    of: str = "",
    by: Party | None = None,
    worked_on: date | None = None,
) -> Income:
    """A paper as the invoices book it: receivable and VAT against what the activity makes of it. Without a client, a gift."""
    coop, day = activity.coop, clock.local_date(at, activity.coop.timezone)
    kind = Account.Kind.RECEIVABLE if client else Account.Kind.BANK
    owed = ledger.open_account(coop=coop, kind=kind, party=client.party if client else None, at=at)
    if client and not of:
        request_payment(
            coop=coop, purpose="invoice", subject=paper, party=client.party, account=owed, amount=net + vat,
            due_date=day + timedelta(days=30), at=at,
        )  # fmt: skip
    if client and of:
        _ask_less(activity, of, net + vat, at)
    made = income(coop=coop, activity=activity, paper=paper, net=net, date=day, at=at, of=of, by=by, worked_on=worked_on)
    tax = [NewPosting(ledger.open_account(coop=coop, kind=Account.Kind.VAT, at=at), -vat, "vat")]
    ledger.post(
        coop=coop,
        kind="credit_note" if of else "invoice",
        key=f"{'credit_note' if of else 'invoice'}:{paper}:1",
        date=day,
        postings=[NewPosting(owed, net + vat, "gross"), *tax, *made.postings],
        basis=made.basis,
        facts={"invoice": paper, "net": net, "vat": vat, "gross": net + vat, **made.facts},
        by=by,
        at=at,
    )
    return made


def _ask_less(activity: Activity, of: str, amount: int, at: datetime) -> None:
    """As a credit note does."""
    request = asked(activity, of)
    if request.amount + amount <= 0:
        withdraw_request(request=request, by=None, at=at)
    else:
        lower_request(request=request, amount=request.amount + amount, by=None, at=at)


def asked(activity: Activity, paper: str) -> PaymentRequest:
    return PaymentRequest.objects.get(coop=activity.coop, purpose="invoice", subject=paper)


def paid(activity: Activity, paper: str, amount: int, at: datetime) -> None:
    """The client pays so much of a paper."""
    record_payment(
        coop=activity.coop, request=asked(activity, paper), amount=amount, date=at.date(), once_key=f"{paper}{amount}{at}",
        by=None, at=at,
    )  # fmt: skip


def owed_to(member: Membership) -> int:
    """What the co-op owes a member by now."""
    return -party_balance(member.coop, Account.Kind.EARNINGS, member.party)
