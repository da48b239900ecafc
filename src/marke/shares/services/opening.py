"""What members held before the books were kept here."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account, NewPosting, NewTransaction
from marke.parties.models import Coop, Membership, Party
from marke.payments import services as payments
from marke.shares.models import ShareClass, ShareEvent
from marke.shares.services.classes import ordinary_class

Holding = tuple[Membership, int, int]  # who, how many shares, minor units paid for them


class OpenedAlready(Refused):
    """The opening holding of this member stands in the register."""


class BadOpening(Refused):
    """Such a holding cannot have been."""


def record_opening_holding(
    *,
    membership: Membership,
    shares: int,
    amount: int,
    date: date,
    by: Party | None,
    at: datetime,
    share_class: ShareClass | None = None,
) -> ShareEvent:
    """Enters that the member held `shares`, paid with `amount` minor units in all, on `date` when the books begin.

    Books the amount as capital, against the opening balance. Once per member and class (the ordinary one if not given).

    Raises: OpenedAlready, BadOpening.
    """
    return record_opening_holdings(
        coop=membership.coop, holdings=[(membership, shares, amount)], date=date, by=by, at=at, share_class=share_class
    )[0]


@transaction.atomic
def record_opening_holdings(
    *,
    coop: Coop,
    holdings: Sequence[Holding],
    date: date,
    by: Party | None,
    at: datetime,
    share_class: ShareClass | None = None,
) -> list[ShareEvent]:
    """What `record_opening_holding` does, for a whole list in a few queries. Raises as it does; then nothing is entered."""
    payments.lock_coop(coop.pk)
    share_class = share_class or ordinary_class(coop, at)
    _check(share_class, holdings, date, at)
    paid = [holding for holding in holdings if holding[2]]
    wanted = [
        ledger.NewAccount(Account.Kind.SHARES, membership.party, None, share_class.detail)
        for membership, _shares, _amount in paid
    ]
    *capital, opening = ledger.open_accounts(coop=coop, accounts=[*wanted, ledger.NewAccount(Account.Kind.OPENING)], at=at)
    transactions = [_transaction(holding, own, opening, date, share_class) for holding, own in zip(paid, capital, strict=True)]
    booked = ledger.post_many(coop=coop, transactions=transactions, by=by, at=at)
    of = {membership.pk: done for (membership, _shares, _amount), done in zip(paid, booked, strict=True)}
    first = next_number(ShareEvent, coop)
    events = [
        ShareEvent(
            coop=coop,
            number=first + place,
            kind=ShareEvent.Kind.OPENING,
            membership=membership,
            share_class=share_class,
            shares=shares,
            price=0 if amount % shares else amount // shares,
            amount=amount,
            at=at,
            date=date,
            by=by,
            transaction=of.get(membership.pk),
        )
        for place, (membership, shares, amount) in enumerate(holdings)
    ]
    return ShareEvent.objects.bulk_create(events, batch_size=500)


def _check(share_class: ShareClass, holdings: Sequence[Holding], day: date, at: datetime) -> None:
    coop = share_class.coop
    for _membership, shares, amount in holdings:
        if shares <= 0 or amount < 0:
            raise BadOpening(
                _("%(shares)s shares for %(amount)s (in cents) is not a holding. Leave out who holds no shares.")
                % {"shares": shares, "amount": amount}
            )
    if day > clock.local_date(at, coop.timezone):
        raise BadOpening(_("%(day)s has not come yet: an opening holding is one of the past.") % {"day": day.isoformat()})
    before = ShareEvent.objects.filter(share_class=share_class, kind=ShareEvent.Kind.OPENING)
    entered = set(before.values_list("membership_id", flat=True))
    for membership, _shares, _amount in holdings:
        if membership.pk in entered:
            raise OpenedAlready(
                _("The opening holding of %(name)s stands in the register already.") % {"name": membership.party.name}
            )
        entered.add(membership.pk)


def _transaction(holding: Holding, capital: Account, opening: Account, day: date, share_class: ShareClass) -> NewTransaction:
    membership, shares, amount = holding
    key = (
        f"share_opening:{membership.number}:1"
        if not share_class.detail
        else f"share_opening:{membership.number}:{share_class.code}"
    )
    return NewTransaction(
        "share_opening",
        key,
        day,
        [NewPosting(opening, amount, "opening"), NewPosting(capital, -amount, "capital")],
        None,
        {"member": membership.number, "shares": shares, "amount": amount},
        None,
    )
