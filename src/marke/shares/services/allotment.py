"""What was paid for becomes capital when its payer is a member."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account
from marke.parties.events import MemberAdmitted
from marke.parties.models import Membership, Party
from marke.payments import services as payments
from marke.payments.models import Payment, PaymentRequest
from marke.shares import queries
from marke.shares.models import ShareEvent, ShareRequest
from marke.shares.services.register import enter
from marke.shares.services.requests import pending_account


class PaidBackAlready(Refused):
    """The money went back to the member; taking the payment back too would pay it twice."""


def payment_counted(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """The purpose's reaction: notes what was paid; allots at once when everything is paid and the payer is a member."""
    wanted = queries.request_of(request)
    enter(
        kind=ShareEvent.Kind.PAID,
        membership=wanted.membership,
        request=wanted,
        amount=payment.applied,
        on=payment.date,
        payment=payment,
        transaction=payment.matching or payment.transaction,
        at=at,
        by=by,
    )
    if wanted.membership.state == Membership.State.MEMBER:
        _allot_if_paid(wanted, by, at)


def payment_taken_back(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """The purpose's reaction: a payment was booked in error; shares allotted for it are taken back first.

    Raises: PaidBackAlready.
    """
    wanted = queries.request_of(request)
    now = queries.standing_of(wanted)
    if now.refunded:
        raise PaidBackAlready(
            _("What was paid for share request %(number)s was paid back already, so the payment stays as it is.")
            % {"number": wanted.number}
        )
    if now.allotted:
        _take_allotment_back(wanted, by, at)
    enter(
        kind=ShareEvent.Kind.TAKEN_BACK,
        membership=wanted.membership,
        request=wanted,
        amount=payment.applied,
        payment=payment,
        at=at,
        by=by,
    )


@transaction.atomic
def allot_on_admission(event: MemberAdmitted) -> None:
    """Somebody was admitted: what they paid for is allotted in the same transaction."""
    payments.lock_coop(event.membership.coop_id)
    for row in queries.open_requests(event.membership.coop, event.membership):
        _allot_if_paid(row.request, event.by, event.at)


def _allot_if_paid(request: ShareRequest, by: Party | None, at: datetime) -> None:
    now = queries.standing_of(request)
    if now.paid < request.amount or now.allotted or now.cancelled:
        return
    version = request.events.filter(kind=ShareEvent.Kind.ALLOTTED).count() + 1
    membership = request.membership
    capital = ledger.open_account(coop=request.coop, kind=Account.Kind.SHARES, party=membership.party, at=at)
    entry = request.rule_value
    basis = None
    if entry is not None:
        basis = ledger.record_basis(coop=request.coop, scheme="shares", version=1, rule_values={"shares.price": str(entry.uid)})
    booked = ledger.post(
        coop=request.coop,
        kind="shares",
        key=f"shares:{request.number}:{version}",
        date=clock.local_date(at, request.coop.timezone),
        postings=[
            ledger.NewPosting(pending_account(membership, at), request.amount, "pending"),
            ledger.NewPosting(capital, -request.amount, "capital"),
        ],
        by=by,
        at=at,
        basis=basis,
        facts={"share_request": request.number, "shares": request.shares, "price": request.price},
    )
    enter(
        kind=ShareEvent.Kind.ALLOTTED,
        membership=membership,
        request=request,
        shares=request.shares,
        amount=request.amount,
        transaction=booked,
        at=at,
        by=by,
    )


def _take_allotment_back(request: ShareRequest, by: Party | None, at: datetime) -> None:
    last = request.events.filter(kind=ShareEvent.Kind.ALLOTTED).select_related("transaction__coop").latest("number")
    assert last.transaction is not None
    version = request.events.filter(kind=ShareEvent.Kind.ALLOTTED).count()
    reversal = ledger.reverse(
        transaction=last.transaction,
        key=f"shares:{request.number}:{version}:reversed",
        date=clock.local_date(at, request.coop.timezone),
        by=by,
        at=at,
    )
    enter(
        kind=ShareEvent.Kind.UNALLOTTED,
        membership=request.membership,
        request=request,
        shares=-request.shares,
        amount=request.amount,
        transaction=reversal,
        at=at,
        by=by,
    )
