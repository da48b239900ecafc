"""What members held before the books were kept here."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account
from marke.parties.models import Membership, Party
from marke.payments import services as payments
from marke.shares.models import ShareEvent
from marke.shares.services.register import enter


class OpenedAlready(Refused):
    """The opening holding of this member stands in the register."""


class BadOpening(Refused):
    """Such a holding cannot have been."""


@transaction.atomic
def record_opening_holding(
    *, membership: Membership, shares: int, amount: int, date: date, by: Party | None, at: datetime
) -> ShareEvent:
    """Enters that the member held `shares`, paid with `amount` minor units in all, on `date` when the books begin.

    Books the amount as capital, against the opening balance. Once per member.

    Raises: OpenedAlready, BadOpening.
    """
    coop = membership.coop
    payments.lock_coop(coop.pk)
    if shares <= 0 or amount < 0:
        raise BadOpening(
            _("%(shares)s shares for %(amount)s (in cents) is not a holding. Leave out who holds no shares.")
            % {"shares": shares, "amount": amount}
        )
    if date > clock.local_date(at, coop.timezone):
        raise BadOpening(_("%(day)s has not come yet: an opening holding is one of the past.") % {"day": date.isoformat()})
    if ShareEvent.objects.filter(membership=membership, kind=ShareEvent.Kind.OPENING).exists():
        raise OpenedAlready(
            _("The opening holding of %(name)s stands in the register already.") % {"name": membership.party.name}
        )
    booked = None
    if amount:
        capital = ledger.open_account(coop=coop, kind=Account.Kind.SHARES, party=membership.party, at=at)
        opening = ledger.open_account(coop=coop, kind=Account.Kind.OPENING, at=at)
        booked = ledger.post(
            coop=coop,
            kind="share_opening",
            key=f"share_opening:{membership.number}:1",
            date=date,
            postings=[
                ledger.NewPosting(opening, amount, "opening"),
                ledger.NewPosting(capital, -amount, "capital"),
            ],
            by=by,
            at=at,
            facts={"member": membership.number, "shares": shares, "amount": amount},
        )
    return enter(
        kind=ShareEvent.Kind.OPENING,
        membership=membership,
        request=None,
        shares=shares,
        amount=amount,
        on=date,
        transaction=booked,
        at=at,
        by=by,
    )
