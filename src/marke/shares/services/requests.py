"""Somebody wants shares, or does not want them any more."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common import clock
from marke.common.money import format_money
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account
from marke.parties.events import MemberLeft, MemberRefused
from marke.parties.models import Membership, Party
from marke.payments import services as payments
from marke.payments.models import Refund
from marke.rules.queries import rulebook
from marke.shares import queries
from marke.shares.models import ShareEvent, ShareRequest
from marke.shares.services.register import enter

# How long a request waits before the treasurer asks again; the request itself stays open.
PAY_WITHIN = timedelta(days=14)
MOST_SHARES = 1_000_000


class TooFewShares(Refused):
    """The rule shares.minimum asks for more."""


class TooManyShares(Refused):
    """Nobody takes that many."""


class NotForThem(Refused):
    """Whoever has left or was not admitted takes no shares."""


class AllottedAlready(Refused):
    """Shares that were allotted are not cancelled with a request."""


class NothingToPayBack(Refused):
    """No money is held on this request."""


@transaction.atomic
def request_shares(*, membership: Membership, shares: int, once_key: str, by: Party | None, at: datetime) -> ShareRequest:
    """Asks for shares at the price in force now, and for their payment. The same `once_key` asks once.

    Raises: TooFewShares, TooManyShares, NotForThem.
    """
    coop = membership.coop
    number = next_number(ShareRequest, coop)
    if (made := ShareRequest.objects.filter(coop=coop, once_key=once_key).first()) is not None:
        return made
    membership = Membership.objects.select_related("coop", "party").get(pk=membership.pk)
    rules = rulebook(coop, at)
    _check(membership, shares, rules.value("shares.minimum"))
    price = rules.value("shares.price")
    asked = payments.request_payment(
        coop=coop,
        purpose=queries.PURPOSE,
        subject=str(number),
        party=membership.party,
        account=pending_account(membership, at),
        amount=shares * price,
        due_date=clock.local_date(at + PAY_WITHIN, coop.timezone),
        at=at,
    )
    request = ShareRequest.objects.create(
        coop=coop,
        number=number,
        membership=membership,
        shares=shares,
        price=price,
        rule_value=rules.entry("shares.price"),
        payment_request=asked,
        created_at=at,
        once_key=once_key,
    )
    enter(kind=ShareEvent.Kind.REQUESTED, membership=membership, request=request, at=at, by=by)
    return request


@transaction.atomic
def cancel_request(*, request: ShareRequest, by: Party | None, at: datetime) -> ShareRequest:
    """It is not wanted any more; what was paid on it is to be paid back. Cancelling twice changes nothing.

    Raises: AllottedAlready.
    """
    payments.lock_coop(request.coop_id)
    now = queries.standing_of(request)
    if now.cancelled:
        return request
    if now.allotted:
        raise AllottedAlready(
            _("The %(shares)s shares of request %(number)s are allotted already, so the request cannot be cancelled.")
            % {"shares": request.shares, "number": request.number}
        )
    payments.withdraw_request(request=request.payment_request, by=by, at=at)
    enter(kind=ShareEvent.Kind.CANCELLED, membership=request.membership, request=request, at=at, by=by)
    return request


@transaction.atomic
def refund_shares(*, request: ShareRequest, date: date, once_key: str, by: Party | None, at: datetime) -> Refund:
    """What was paid on a cancelled request was paid back on `date`. The same `once_key` books once.

    Raises: NothingToPayBack; what `payments.record_refund` raises.
    """
    payments.lock_coop(request.coop_id)
    done = Refund.objects.filter(coop=request.coop, once_key=once_key).first()
    if done is not None:
        return done
    now = queries.standing_of(request)
    if not now.cancelled or now.held <= 0:
        raise NothingToPayBack(
            _("Nothing is to be paid back on share request %(number)s: %(held)s is held, and it is %(state)s.")
            % {
                "number": request.number,
                "held": format_money(max(now.held, 0), request.coop.currency),
                "state": _("cancelled") if now.cancelled else _("still open"),
            }
        )
    refund = payments.record_refund(
        coop=request.coop,
        party=request.membership.party,
        account=pending_account(request.membership, at),
        amount=now.held,
        date=date,
        once_key=once_key,
        by=by,
        at=at,
    )
    enter(
        kind=ShareEvent.Kind.REFUNDED,
        membership=request.membership,
        request=request,
        amount=now.held,
        on=date,
        at=at,
        by=by,
        transaction=refund.transaction,
    )
    return refund


def cancel_on_refusal(event: MemberRefused) -> None:
    """Not admitted: what was paid for shares goes back."""
    _cancel_open(event.membership, event.by, event.at)


def cancel_on_leaving(event: MemberLeft) -> None:
    """Left, or withdrew the application: what is not allotted yet goes back."""
    _cancel_open(event.membership, event.by, event.at)


def _cancel_open(membership: Membership, by: Party | None, at: datetime) -> None:
    for row in queries.open_requests(membership.coop, membership):
        cancel_request(request=row.request, by=by, at=at)


def pending_account(membership: Membership, at: datetime) -> Account:
    """Where what was paid for shares waits for admission: a liability of the co-op."""
    return ledger.open_account(coop=membership.coop, kind=Account.Kind.SHARES_PENDING, party=membership.party, at=at)


def _check(membership: Membership, shares: int, minimum: int) -> None:
    if membership.state not in (Membership.State.APPLIED, Membership.State.MEMBER):
        raise NotForThem(
            _("%(name)s is “%(state)s”. Members take shares, and those who have applied to be one.")
            % {"name": membership.party.name, "state": membership.get_state_display()}
        )
    least = 1 if queries.shares_of(membership) else minimum
    if shares < least:
        raise TooFewShares(
            ngettext(
                "%(shares)s shares are too few. Take at least %(least)s share.",
                "%(shares)s shares are too few. Take at least %(least)s shares.",
                least,
            )
            % {"shares": shares, "least": least}
        )
    if shares > MOST_SHARES:
        raise TooManyShares(
            _("%(shares)s shares are too many for one request. Take at most %(most)s.") % {"shares": shares, "most": MOST_SHARES}
        )
