"""Somebody wants shares, or does not want them any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.parties.events import MemberLeft, MemberRefused
from marke.parties.models import Membership, Party
from marke.payments import services as payments
from marke.payments.models import PaymentRequest, Refund
from marke.rules.queries import Rulebook, rulebook
from marke.shares import queries
from marke.shares.models import ShareClass, ShareEvent, ShareRequest
from marke.shares.services.classes import ordinary_class
from marke.shares.services.eligibility import (
    MOST_SHARES,
    NotForThem,
    TooFewShares,
    TooManyShares,
    check_may_ask,
)
from marke.shares.services.notes import NoteNotRead, acknowledge_note
from marke.shares.services.register import enter, pending_account

__all__ = ["MOST_SHARES", "AllottedAlready", "NotForThem", "NoteNotRead", "NothingToPayBack", "TooFewShares", "TooManyShares"]

# How long a request waits before the treasurer asks again; the request itself stays open.
PAY_WITHIN = timedelta(days=14)

Wanted = tuple[ShareClass, int]


class AllottedAlready(Refused):
    """Shares that were allotted are not cancelled with a request."""


class NothingToPayBack(Refused):
    """No money is held on this request."""


class NothingAskedFor(Refused):
    """A form in which no class has a number."""


def request_shares(
    *,
    membership: Membership,
    shares: int,
    once_key: str,
    by: Party | None,
    at: datetime,
    share_class: ShareClass | None = None,
    payer: Party | None = None,
    noted: bool = False,
) -> ShareRequest:
    """Asks for shares at the price in force now, and for their payment. The same `once_key` asks once.

    share_class: the ordinary one if not given · payer: who pays, where that is not the holder · noted: whoever pays has
    read the information note of the class as it is in force now

    Raises: TooFewShares, TooManyShares, NotForThem, NoteNotRead.
    """
    wanted = [(share_class or ordinary_class(membership.coop, at), shares)]
    return request_several(membership=membership, wanted=wanted, once_key=once_key, by=by, at=at, payer=payer, noted=noted)[0]


@transaction.atomic
def request_several(
    *,
    membership: Membership,
    wanted: Sequence[Wanted],
    once_key: str,
    by: Party | None,
    at: datetime,
    payer: Party | None = None,
    noted: bool = False,
) -> list[ShareRequest]:
    """Shares of several classes in one sitting: a request each, and one payment for all that are paid in full at once.

    The same `once_key` asks once. Raises as `request_shares`, NothingAskedFor; then nothing is asked for.
    """
    payments.lock_coop(membership.coop_id)
    keys = [once_key if not place else f"{once_key}.{place}" for place in range(len(wanted))]
    made = list(ShareRequest.objects.filter(coop=membership.coop, once_key__in=keys).order_by("number"))
    if made:
        return made
    membership = Membership.objects.select_related("coop", "party").get(pk=membership.pk)
    if not wanted:
        raise NothingAskedFor(_("No shares were asked for. Write how many you want."))
    rules = rulebook(membership.coop, at)
    payer = None if payer == membership.party else payer
    for share_class, shares in wanted:
        check_may_ask(membership, share_class, shares, rules)
        acknowledge_note(share_class=share_class, party=payer or membership.party, noted=noted, rules=rules, at=at)
    drafts = [
        draft_request(membership, share_class, shares, rules, once_key=key, payer=payer, at=at)
        for (share_class, shares), key in zip(wanted, keys, strict=True)
    ]
    return enter_requests(drafts, by=by, at=at)


def draft_request(
    membership: Membership,
    share_class: ShareClass,
    shares: int,
    rules: Rulebook,
    *,
    once_key: str,
    at: datetime,
    payer: Party | None = None,
    year_of_use: int | None = None,
) -> ShareRequest:
    """The request as the rules in force make it, not written yet: it lacks its number and its payment."""

    def value(key: str) -> Any:
        return rules.value(f"shares.{key}", share_class=share_class.code)

    price, reflection = value("price"), value("reflection")
    is_first = not ShareRequest.objects.filter(membership=membership, share_class=share_class).exists()
    return ShareRequest(
        coop=membership.coop,
        membership=membership,
        share_class=share_class,
        payer=payer,
        shares=shares,
        price=price,
        entry_fee=value("entry_fee") if is_first and not queries.shares_of(membership, share_class) else 0,
        paid_in=paid_in_before_allotment(shares * price, value("paid_in_minimum")),
        rule_value=rules.entry("shares.price", share_class=share_class.code),
        reflection_until=at + reflection if reflection else None,
        year_of_use=year_of_use,
        created_at=at,
        once_key=once_key,
    )


def paid_in_before_allotment(cost: int, part: Fraction) -> int:
    """Minor units, rounded up so that the part is reached; 0 where it is all."""
    return 0 if part >= 1 else -(-cost * part.numerator // part.denominator)


def enter_requests(drafts: Sequence[ShareRequest], *, by: Party | None, at: datetime) -> list[ShareRequest]:
    """Gives drafts of one membership and payer their numbers, asks for one payment, and enters them in the register."""
    number = next_number(ShareRequest, drafts[0].coop)
    asked = _ask_for(drafts, number, at)
    for place, draft in enumerate(drafts):
        draft.number, draft.payment_request = number + place, asked
        draft.save(force_insert=True)
        enter(
            kind=ShareEvent.Kind.REQUESTED,
            membership=draft.membership,
            share_class=draft.share_class,
            request=draft,
            price=draft.price,
            at=at,
            by=by,
        )
    return list(drafts)


def _ask_for(drafts: Sequence[ShareRequest], number: int, at: datetime) -> PaymentRequest:
    """What is to be paid before they are allotted; the rest is called later."""
    first = drafts[0]
    return payments.request_payment(
        coop=first.coop,
        purpose=queries.PURPOSE,
        subject=str(number),
        party=first.payer or first.membership.party,
        account=pending_account(first, at),
        amount=sum(draft.needed for draft in drafts),
        due_date=clock.local_date(at + PAY_WITHIN, first.coop.timezone),
        at=at,
    )


@transaction.atomic
def cancel_request(*, request: ShareRequest, by: Party | None, at: datetime) -> ShareRequest:
    """It is not wanted any more, nor is what was asked for in the same sitting; what was paid on it is to be paid back.

    Cancelling twice changes nothing. Raises: AllottedAlready.
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
    for each in queries.of_one_payment(request.payment_request):
        standing = queries.standing_of(each)
        if not standing.allotted and not standing.cancelled:
            enter(
                kind=ShareEvent.Kind.CANCELLED,
                membership=each.membership,
                share_class=each.share_class,
                request=each,
                at=at,
                by=by,
            )
    return request


@transaction.atomic
def refund_shares(
    *, request: ShareRequest, date: date, once_key: str, by: Party | None, at: datetime, seen_by_bank: bool = False
) -> Refund:
    """What was paid on a cancelled request was paid back on `date`. The same `once_key` books once.

    Raises: NothingToPayBack; what `payments.record_refund` raises.
    """
    payments.lock_coop(request.coop_id)
    done = Refund.objects.filter(coop=request.coop, once_key=once_key).first()
    if done is not None:
        return done
    refund = payments.record_refund(
        coop=request.coop,
        party=request.payer or request.membership.party,
        account=pending_account(request, at),
        amount=check_held(request),
        date=date,
        once_key=once_key,
        by=by,
        at=at,
        seen_by_bank=seen_by_bank,
    )
    note_refund(request=request, refund=refund, by=by, at=at)
    return refund


def check_held(request: ShareRequest, amount: int | None = None) -> int:
    """What is held for a cancelled request, in minor units. Raises: NothingToPayBack, also when it is not `amount`."""
    now = queries.standing_of(request)
    if not now.cancelled or now.held <= 0 or amount not in (None, now.held):
        raise NothingToPayBack(
            _("Nothing is to be paid back on share request %(number)s: %(held)s is held, and it is %(state)s.")
            % {
                "number": request.number,
                "held": format_money(max(now.held, 0), request.coop.currency),
                "state": _("cancelled") if now.cancelled else _("still open"),
            }
        )
    return now.held


def note_refund(*, request: ShareRequest, refund: Refund, by: Party | None, at: datetime) -> None:
    """Into the register: it went back."""
    enter(
        kind=ShareEvent.Kind.REFUNDED,
        membership=request.membership,
        share_class=request.share_class,
        request=request,
        amount=refund.amount,
        on=refund.date,
        at=at,
        by=by,
        transaction=refund.transaction,
    )


def cancel_on_refusal(event: MemberRefused) -> None:
    """Not admitted: what was paid for shares goes back."""
    _cancel_open(event.membership, event.by, event.at)


def cancel_on_leaving(event: MemberLeft) -> None:
    """Left, or withdrew the application: what is not allotted yet goes back."""
    _cancel_open(event.membership, event.by, event.at)


def _cancel_open(membership: Membership, by: Party | None, at: datetime) -> None:
    for row in queries.open_requests(membership.coop, membership):
        cancel_request(request=row.request, by=by, at=at)
