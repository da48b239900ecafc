"""What was paid for becomes capital when its payer is a member and has had time to reconsider."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account, NewPosting
from marke.parties.events import MemberAdmitted
from marke.parties.models import Coop, Membership, Party
from marke.payments import services as payments
from marke.payments.models import Payment, PaymentRequest
from marke.rules.queries import rulebook
from marke.shares import queries
from marke.shares.models import ShareEvent, ShareRequest
from marke.shares.services.register import capital_account, enter, pending_account

Kind = ShareEvent.Kind


class PaidBackAlready(Refused):
    """The money went back to the member; taking the payment back too would pay it twice."""


class MovedOnAlready(Refused):
    """The shares went to somebody else, were converted or ended: their allotment cannot be taken back."""


def payment_counted(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """The purpose's reaction: notes what was paid, and allots what is ready."""
    for wanted, part in _shared_out(request, payment.applied):
        count_payment(wanted=wanted, payment=payment, part=part, by=by, at=at)


def count_payment(*, wanted: ShareRequest, payment: Payment, part: int, by: Party | None, at: datetime) -> None:
    """Notes that `part` of a payment is for this request, and allots or pays up."""
    enter(
        kind=Kind.PAID,
        membership=wanted.membership,
        share_class=wanted.share_class,
        request=wanted,
        amount=part,
        on=payment.date,
        payment=payment,
        transaction=payment.matching or payment.transaction,
        at=at,
        by=by,
    )
    allot_if_ready(request=wanted, by=by, at=at)


def _shared_out(request: PaymentRequest, amount: int) -> list[tuple[ShareRequest, int]]:
    """Which part of a payment is for which request of the sitting: in their order, each until it is paid."""
    parts = []
    for wanted in queries.of_one_payment(request):
        part = min(amount, wanted.needed - queries.standing_of(wanted).paid)
        if part > 0:
            parts.append((wanted, part))
            amount -= part
    return parts


def payment_taken_back(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """The purpose's reaction: a payment was booked in error; what it made capital is taken back first.

    Raises: PaidBackAlready, MovedOnAlready.
    """
    parts: dict[int, int] = defaultdict(int)
    for event in ShareEvent.objects.filter(payment=payment, kind=Kind.PAID):
        assert event.request_id is not None
        parts[event.request_id] += event.amount
    for wanted in queries.with_people(ShareRequest.objects.filter(pk__in=parts)).order_by("number"):
        _take_payment_back(wanted, payment, parts[wanted.pk], by, at)


def _take_payment_back(wanted: ShareRequest, payment: Payment, part: int, by: Party | None, at: datetime) -> None:
    now = queries.standing_of(wanted)
    if now.refunded:
        raise PaidBackAlready(
            _("What was paid for share request %(number)s was paid back already, so the payment stays as it is.")
            % {"number": wanted.number}
        )
    if now.allotted:
        _take_capital_back(wanted, by, at, whole=now.paid - part < wanted.needed)
    enter(
        kind=Kind.TAKEN_BACK,
        membership=wanted.membership,
        share_class=wanted.share_class,
        request=wanted,
        amount=part,
        payment=payment,
        at=at,
        by=by,
    )
    allot_if_ready(request=wanted, by=by, at=at)  # what other payments brought counts again


@transaction.atomic
def allot_on_admission(event: MemberAdmitted) -> None:
    """Somebody was admitted: what they paid for is allotted in the same transaction."""
    payments.lock_coop(event.membership.coop_id)
    for row in queries.open_requests(event.membership.coop, event.membership):
        row.request.membership = event.membership
        allot_if_ready(request=row.request, by=event.by, at=event.at)


@transaction.atomic
def allot_after_reflection(*, coop: Coop, at: datetime) -> int:
    """Allots what is paid and waited for the time to reconsider to pass. Returns how many requests that were."""
    payments.lock_coop(coop.pk)
    waited = ShareRequest.objects.filter(coop=coop, reflection_until__lte=at).exclude(
        events__kind__in=(Kind.ALLOTTED, Kind.CANCELLED)
    )
    rows = waited.select_related("coop", "membership__party", "membership__coop", "share_class__coop", "payer").order_by("number")
    return sum(allot_if_ready(request=request, by=None, at=at) for request in rows)


def allot_if_ready(*, request: ShareRequest, by: Party | None, at: datetime) -> bool:
    """Allots when enough is paid, the time to reconsider has passed and the holder is a member; later payments pay up."""
    now = queries.standing_of(request)
    if now.cancelled or request.membership.state != Membership.State.MEMBER:
        return False
    if now.allotted:
        _pay_up(request, now.held, by, at)
        return False
    if now.paid < request.needed or (request.reflection_until is not None and at < request.reflection_until):
        return False
    _allot(request, now.held - request.entry_fee, by, at)
    return True


def _allot(request: ShareRequest, paid_in: int, by: Party | None, at: datetime) -> None:
    version = request.events.filter(kind=Kind.ALLOTTED).count() + 1
    membership, coop = request.membership, request.coop
    postings = [
        NewPosting(pending_account(request, at), paid_in + request.entry_fee, "pending"),
        NewPosting(capital_account(membership.party, request.share_class, at), -paid_in, "capital"),
    ]
    facts = {"share_request": request.number, "shares": request.shares, "price": request.price}
    if request.entry_fee:
        reserve = ledger.open_account(coop=coop, kind=Account.Kind.RESERVE, detail="entry", at=at)
        postings.append(NewPosting(reserve, -request.entry_fee, "entry_fee"))
        facts["entry_fee"] = request.entry_fee
    if paid_in < request.cost:
        facts["paid_in"] = paid_in
    booked = ledger.post(
        coop=coop,
        kind="shares",
        key=f"shares:{request.number}:{version}",
        date=clock.local_date(at, coop.timezone),
        postings=postings,
        by=by,
        at=at,
        basis=basis_of(request, "shares"),
        facts=facts,
    )
    enter_about = partial(
        enter,
        membership=membership,
        share_class=request.share_class,
        request=request,
        transaction=booked,
        at=at,
        by=by,
    )
    enter_about(kind=Kind.ALLOTTED, shares=request.shares, price=request.price, amount=paid_in)
    if request.entry_fee:
        enter_about(kind=Kind.ENTRY_FEE, amount=request.entry_fee)


def basis_of(request: ShareRequest, scheme: str) -> ledger.Basis | None:
    """The price, and for an allotment the entry fee, in force when the shares were asked for."""
    entry = request.rule_value
    if entry is None:
        return None
    followed = {"shares.price": str(entry.uid)}
    if request.entry_fee and scheme == "shares":
        rules = rulebook(request.coop, request.created_at)
        followed |= rules.uids("shares.entry_fee", share_class=request.share_class.code)
    return ledger.record_basis(coop=request.coop, scheme=scheme, version=1, rule_values=followed)


def _pay_up(request: ShareRequest, amount: int, by: Party | None, at: datetime) -> None:
    """A later part of the price came in: it is capital at once."""
    if amount <= 0:
        return
    version = request.events.filter(kind=Kind.PAID_UP).count() + 1
    lot = request.events.filter(kind=Kind.ALLOTTED).latest("number")
    if queries.left_of_lot(lot).shares != request.shares:
        raise MovedOnAlready(
            _(
                "The shares of request %(number)s are not all held any more, so nothing is to be paid on them. Send this money back."
            )
            % {"number": request.number}
        )
    booked = ledger.post(
        coop=request.coop,
        kind="share_paid_up",
        key=f"share_paid_up:{request.number}:{version}",
        date=clock.local_date(at, request.coop.timezone),
        postings=[
            NewPosting(pending_account(request, at), amount, "pending"),
            NewPosting(capital_account(request.membership.party, request.share_class, at), -amount, "capital"),
        ],
        by=by,
        at=at,
        basis=basis_of(request, "share_paid_up"),
        facts={"share_request": request.number, "shares": request.shares, "price": request.price, "paid_up": amount},
    )
    enter(
        kind=Kind.PAID_UP,
        membership=request.membership,
        share_class=request.share_class,
        request=request,
        lot=lot,
        price=request.price,
        amount=amount,
        transaction=booked,
        at=at,
        by=by,
    )


def _take_capital_back(request: ShareRequest, by: Party | None, at: datetime, *, whole: bool) -> None:
    """Reverses what was paid up, the latest first, and when `whole` the allotment too. Raises: MovedOnAlready."""
    lot = request.events.filter(kind=Kind.ALLOTTED).select_related("transaction__coop").latest("number")
    if queries.left_of_lot(lot).shares != request.shares:
        raise MovedOnAlready(
            _(
                "The shares of request %(number)s are not all where they were allotted, so this payment is not taken back. Book "
                "what is wrong with it as a payment of its own."
            )
            % {"number": request.number}
        )
    later = request.events.filter(kind=Kind.PAID_UP, lot=lot, transaction__reversals=None)
    for paid_up in later.select_related("transaction__coop").order_by("-number"):
        _reverse(request, paid_up, Kind.UNPAID, lot, by, at)
    if not whole:
        return
    undone = _reverse(request, lot, Kind.UNALLOTTED, lot, by, at)
    if request.entry_fee:
        enter(
            kind=Kind.ENTRY_FEE_BACK,
            membership=request.membership,
            share_class=request.share_class,
            request=request,
            amount=request.entry_fee,
            transaction=undone.transaction,
            at=at,
            by=by,
        )


def _reverse(request: ShareRequest, event: ShareEvent, kind: str, lot: ShareEvent, by: Party | None, at: datetime) -> ShareEvent:
    booked = event.transaction
    assert booked is not None
    reversal = ledger.reverse(
        transaction=booked, key=f"{booked.key}:reversed", date=clock.local_date(at, request.coop.timezone), by=by, at=at
    )
    return enter(
        kind=kind,
        membership=request.membership,
        share_class=request.share_class,
        request=request,
        lot=lot,
        shares=-event.shares,
        price=request.price,
        amount=event.amount,
        transaction=reversal,
        at=at,
        by=by,
    )
