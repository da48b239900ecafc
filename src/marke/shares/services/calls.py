"""The rest of the price of shares that were allotted when a part of it was paid."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.refusal import Refused
from marke.parties.models import Coop, Party
from marke.payments import services as payments
from marke.payments.models import Payment, PaymentRequest
from marke.shares import queries
from marke.shares.models import ShareClass, ShareEvent, ShareRequest
from marke.shares.services.allotment import count_payment, payment_taken_back
from marke.shares.services.register import enter, pending_account
from marke.shares.services.requests import PAY_WITHIN

__all__ = ["NothingToCall", "call_class", "call_payment_counted", "call_rest", "payment_taken_back"]


class NothingToCall(Refused):
    """The shares are fully paid, or not allotted yet."""


@transaction.atomic
def call_rest(*, request: ShareRequest, by: Party | None, at: datetime) -> PaymentRequest:
    """Asks for the rest of the price, with a reference of its own. Calling twice gives the call that is there.

    Raises: NothingToCall.
    """
    payments.lock_coop(request.coop_id)
    if (called := queries.call_of(request)) is not None:
        return called
    [row] = queries.with_standing(queries.requests(request.coop).filter(pk=request.pk))
    if row.uncalled <= 0 or request.events.filter(later__kind=ShareEvent.Kind.REDEEMED).exists():
        raise NothingToCall(
            _("Nothing is to be called on share request %(number)s: it is “%(state)s”.")
            % {"number": request.number, "state": row.label}
        )
    asked = payments.request_payment(
        coop=request.coop,
        purpose=queries.CALL_PURPOSE,
        subject=str(request.number),
        party=row.request.payer or row.request.membership.party,
        account=pending_account(row.request, at),
        amount=row.uncalled,
        due_date=clock.local_date(at + PAY_WITHIN, request.coop.timezone),
        at=at,
    )
    enter(
        kind=ShareEvent.Kind.CALLED,
        membership=row.request.membership,
        share_class=row.request.share_class,
        request=row.request,
        amount=row.uncalled,
        at=at,
        by=by,
    )
    return asked


@transaction.atomic
def call_class(*, coop: Coop, share_class: ShareClass, by: Party | None, at: datetime) -> int:
    """Calls the rest of all shares of a class. Returns of how many requests."""
    payments.lock_coop(coop.pk)
    rows = [row for row in queries.not_fully_paid(coop) if row.uncalled and row.request.share_class_id == share_class.pk]
    for row in rows:
        call_rest(request=row.request, by=by, at=at)
    return len(rows)


def call_payment_counted(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """The purpose's reaction: a part of the rest came in."""
    wanted = queries.with_people(ShareRequest.objects.filter(coop_id=request.coop_id)).get(number=int(request.subject))
    count_payment(wanted=wanted, payment=payment, part=payment.applied, by=by, at=at)
