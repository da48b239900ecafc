"""The one way into the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from marke.common import clock
from marke.common.numbering import next_number
from marke.ledger import services as ledger
from marke.ledger.services import Account, Transaction
from marke.parties.models import Coop, Membership, Party
from marke.payments import services as payments
from marke.payments.models import Payment
from marke.shares import queries
from marke.shares.models import ShareClass, ShareEvent, ShareRequest, ShareTransfer


def enter(
    *,
    kind: str,
    membership: Membership,
    share_class: ShareClass,
    at: datetime,
    by: Party | None,
    request: ShareRequest | None = None,
    transfer: ShareTransfer | None = None,
    lot: ShareEvent | None = None,
    counterparty: Membership | None = None,
    shares: int = 0,
    price: int = 0,
    amount: int = 0,
    on: date | None = None,
    payment: Payment | None = None,
    transaction: Transaction | None = None,
) -> ShareEvent:
    """Writes the next event, on the day of `at` where the co-op is unless `on` says otherwise.

    Whatever makes a holding smaller, or pays shares up, names the `lot` (the event by which they came) and its price.
    """
    coop = membership.coop
    if kind == ShareEvent.Kind.REDEEMED and lot is not None and lot.request is not None:
        end_call(request=lot.request, by=by, at=at)
    return ShareEvent.objects.create(
        coop=coop,
        number=next_number(ShareEvent, coop),
        kind=ShareEvent.Kind(kind),
        membership=membership,
        share_class=share_class,
        request=request,
        transfer=transfer,
        lot=lot,
        counterparty=counterparty,
        shares=shares,
        price=price,
        amount=amount,
        at=at,
        date=on or clock.local_date(at, coop.timezone),
        by=by,
        payment=payment,
        transaction=transaction,
    )


class FromSurplus(NamedTuple):
    """What a part of a year's surplus became; `price` per share, minor units."""

    membership: Membership
    share_class: ShareClass
    shares: int
    price: int
    transaction: Transaction


def enter_from_surplus(*, coop: Coop, made: Sequence[FromSurplus], on: date, by: Party | None, at: datetime) -> list[ShareEvent]:
    """Writes what `enter` would for a whole list, in a few queries. The caller has locked the co-op and booked each."""
    first = next_number(ShareEvent, coop)
    events = [
        ShareEvent(
            coop=coop,
            number=first + place,
            kind=ShareEvent.Kind.FROM_SURPLUS,
            membership=each.membership,
            share_class=each.share_class,
            shares=each.shares,
            price=each.price,
            amount=each.shares * each.price,
            at=at,
            date=on,
            by=by,
            transaction=each.transaction,
        )
        for place, each in enumerate(made)
    ]
    return ShareEvent.objects.bulk_create(events, batch_size=500)


def end_call(*, request: ShareRequest, by: Party | None, at: datetime) -> None:
    """Nothing more is to be paid on shares that have ended: what was called is withdrawn."""
    called = queries.call_of(request)
    if called is not None:
        payments.withdraw_request(request=called, by=by, at=at)


def capital_account(party: Party, share_class: ShareClass, at: datetime) -> Account:
    """Where what this holder paid for shares of this class stands: equity of the co-op."""
    return ledger.open_account(coop=share_class.coop, kind=Account.Kind.SHARES, party=party, detail=share_class.detail, at=at)


def pending_account(request: ShareRequest, at: datetime) -> Account:
    """Where what was paid for shares waits for allotment: a liability of the co-op to whoever paid."""
    party = request.payer or request.membership.party
    return ledger.open_account(coop=request.coop, kind=Account.Kind.SHARES_PENDING, party=party, at=at)
