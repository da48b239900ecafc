"""The one way into the register."""

from datetime import date, datetime

from marke.common import clock
from marke.common.numbering import next_number
from marke.ledger.services import Transaction
from marke.parties.models import Membership, Party
from marke.payments.models import Payment
from marke.shares.models import ShareEvent, ShareRequest


def enter(
    *,
    kind: ShareEvent.Kind,
    membership: Membership,
    request: ShareRequest | None,
    at: datetime,
    by: Party | None,
    shares: int = 0,
    amount: int = 0,
    on: date | None = None,
    payment: Payment | None = None,
    transaction: Transaction | None = None,
) -> ShareEvent:
    """Writes the next event, on the day of `at` where the co-op is unless `on` says otherwise."""
    coop = membership.coop
    return ShareEvent.objects.create(
        coop=coop,
        number=next_number(ShareEvent, coop),
        kind=kind,
        membership=membership,
        request=request,
        shares=shares,
        amount=amount,
        at=at,
        date=on or clock.local_date(at, coop.timezone),
        by=by,
        payment=payment,
        transaction=transaction,
    )
