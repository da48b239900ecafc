"""What a transfer does to the register and the ledger, lot by lot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account, NewPosting, Transaction
from marke.parties.models import Party
from marke.rules.queries import Rulebook
from marke.shares import queries
from marke.shares.models import ShareEvent, ShareTransfer
from marke.shares.services.eligibility import check_may_hold
from marke.shares.services.register import capital_account, enter
from marke_core.share_register import NotThatManyShares, Taken, converted, take

Kind, Reason = ShareEvent.Kind, ShareTransfer.Reason
OUT = {
    Reason.SALE: Kind.TRANSFERRED_OUT,
    Reason.GIFT: Kind.GIVEN,
    Reason.GIFT_TO_COOP: Kind.GIVEN_TO_COOP,
    Reason.INHERITANCE: Kind.INHERITED_OUT,
    Reason.CONVERSION: Kind.CONVERTED_OUT,
}
IN = {
    Reason.SALE: Kind.TRANSFERRED_IN,
    Reason.GIFT: Kind.RECEIVED,
    Reason.INHERITANCE: Kind.INHERITED_IN,
    Reason.CONVERSION: Kind.CONVERTED_IN,
}
# The rule that each kind of transfer follows; an inheritance follows the law, and a gift to the co-op needs nobody.
RULES = {Reason.SALE: "shares.transfer", Reason.GIFT: "shares.transfer", Reason.CONVERSION: "shares.conversion"}


class NotThatMany(Refused):
    """Fewer shares are free than are to go."""


class NotPaidUp(Refused):
    """Shares that are not fully paid stay where they are."""


class NoWholeShares(Refused):
    """The value does not make whole shares of the other class."""


def check_parts(transfer: ShareTransfer, rules: Rulebook) -> list[Taken]:
    """Which lots give the shares, those held longest first. Raises: NotThatMany, NotPaidUp, NoWholeShares."""
    free = queries.free_shares(transfer.giver, transfer.share_class, apart_from=transfer)
    try:
        if transfer.shares > free:
            raise NotThatManyShares(free, transfer.shares)
        parts = take(queries.lots_of(transfer.giver, transfer.share_class), transfer.shares)
    except NotThatManyShares:
        raise NotThatMany(
            _("%(shares)s shares cannot go: %(name)s has %(free)s that are free to go.")
            % {"shares": transfer.shares, "name": transfer.giver.party.name, "free": max(free, 0)}
        ) from None
    if any(part.lot.unpaid for part in parts):
        raise NotPaidUp(_("These shares are not fully paid yet. They can go to others when they are."))
    if transfer.reason == Reason.CONVERSION:
        _check_whole(transfer, parts, rules)
    return parts


def _check_whole(transfer: ShareTransfer, parts: Sequence[Taken], rules: Rulebook) -> None:
    price, currency = rules.value("shares.price", share_class=transfer.to_class.code), transfer.coop.currency
    count, rest = converted(parts, price)
    if rest or not count:
        raise NoWholeShares(
            _(
                "%(amount)s was paid for these %(shares)s shares. At %(price)s each, that is %(count)s shares of the class "
                "“%(class)s”, and %(rest)s is left over. Convert a number that leaves nothing over."
            )
            % {
                "amount": format_money(sum(part.amount for part in parts), currency),
                "shares": transfer.shares,
                "price": format_money(price, currency),
                "count": count,
                "class": str(transfer.to_class),
                "rest": format_money(rest, currency),
            }
        )


def check_room(transfer: ShareTransfer, parts: Sequence[Taken], rules: Rulebook) -> None:
    """Whether whoever takes them over may hold so many more. Raises: TooManyShares."""
    if transfer.receiver is None or transfer.reason == Reason.INHERITANCE:
        return
    amount = sum(part.amount for part in parts)
    shares, price = transfer.shares, amount // transfer.shares
    if transfer.reason == Reason.CONVERSION:
        price = rules.value("shares.price", share_class=transfer.to_class.code)
        shares = amount // price
    check_may_hold(transfer.receiver, transfer.to_class, shares, price, rules)


def carry_out(*, transfer: ShareTransfer, rules: Rulebook, by: Party | None, at: datetime) -> None:
    """Books the capital from one account to the other, and enters what left and what arrived."""
    parts = check_parts(transfer, rules)
    booked = _book(transfer, sum(part.amount for part in parts), rules, by, at)
    begun = {
        event.number: event for event in ShareEvent.objects.filter(coop=transfer.coop, number__in=[p.lot.number for p in parts])
    }
    reason = Reason(transfer.reason)
    for part in parts:
        enter(
            kind=OUT[reason],
            membership=transfer.giver,
            share_class=transfer.share_class,
            transfer=transfer,
            lot=begun[part.lot.number],
            counterparty=transfer.receiver,
            shares=-part.shares,
            price=part.lot.price,
            amount=part.amount,
            transaction=booked,
            at=at,
            by=by,
        )
    for shares, price, amount in _arriving(transfer, parts, rules):
        assert transfer.receiver is not None
        enter(
            kind=IN[reason],
            membership=transfer.receiver,
            share_class=transfer.to_class,
            transfer=transfer,
            counterparty=transfer.giver,
            shares=shares,
            price=price,
            amount=amount,
            transaction=booked,
            at=at,
            by=by,
        )


def _arriving(transfer: ShareTransfer, parts: Sequence[Taken], rules: Rulebook) -> list[tuple[int, int, int]]:
    """Shares, issue price and capital of each lot that begins: the price stays, except where shares are converted."""
    if transfer.reason == Reason.GIFT_TO_COOP:
        return []
    if transfer.reason == Reason.CONVERSION:
        price = rules.value("shares.price", share_class=transfer.to_class.code)
        return [(converted(parts, price)[0], price, sum(part.amount for part in parts))]
    return [(part.shares, part.lot.price, part.amount) for part in parts]


def _book(transfer: ShareTransfer, amount: int, rules: Rulebook, by: Party | None, at: datetime) -> Transaction | None:
    """Capital that leaves one account arrives at the other; what is given to the co-op goes to a reserve nobody can share."""
    if not amount:
        return None
    coop = transfer.coop
    source = capital_account(transfer.giver.party, transfer.share_class, at)
    if transfer.receiver is None:
        target = ledger.open_account(coop=coop, kind=Account.Kind.RESERVE, detail="indivisible", at=at)
    else:
        target = capital_account(transfer.receiver.party, transfer.to_class, at)
    return ledger.post(
        coop=coop,
        kind="share_transfer",
        key=f"share_transfer:{transfer.number}:1",
        date=clock.local_date(at, coop.timezone),
        postings=[
            NewPosting(source, amount, "left"),
            NewPosting(target, -amount, "reserve" if transfer.receiver is None else "arrived"),
        ],
        by=by,
        at=at,
        basis=_basis(transfer, rules),
        facts={"transfer": transfer.number, "shares": transfer.shares, "amount": amount},
    )


def _basis(transfer: ShareTransfer, rules: Rulebook) -> ledger.Basis | None:
    key = RULES.get(Reason(transfer.reason))
    if key is None:
        return None
    followed = rules.uids(key, share_class=transfer.share_class.code)
    return ledger.record_basis(coop=transfer.coop, scheme="share_transfer", version=1, rule_values=followed)
