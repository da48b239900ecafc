"""What was paid for shares that are not given out goes back with the pay run, and a bank statement knows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from marke.ledger import queries as ledger_queries
from marke.ledger.services import Account
from marke.parties.models import Coop, Party
from marke.payments.models import PayRunLine, Refund
from marke.payments.payables import Booked, Due, Payable
from marke.payments.sending_back import Known, accounts_known
from marke.shares import queries
from marke.shares.models import ShareRequest
from marke.shares.services.requests import check_held, note_refund, refund_shares


def due(coop: Coop, at: datetime) -> list[Due]:
    rows = queries.refunds_due(coop)
    if not rows:
        return []
    payers = [(row, row.request.payer or row.request.membership.party) for row in rows]
    known = accounts_known(coop, {party.pk for _row, party in payers}, at)
    accounts = {row.account.party_id: row.account for row in ledger_queries.balances(coop, kind=Account.Kind.SHARES_PENDING)}
    found = []
    for row, party in payers:
        place = known.get(party.pk, Known())
        number, held = str(row.request.number), row.standing.held
        found.append(Due(number, held, party, accounts.get(party.pk), place.iban, place.name))
    return found


def pay(*, coop: Coop, lines: Sequence[PayRunLine], send: Callable[[], list[Refund]], by: Party | None, at: datetime) -> None:
    """Raises: NothingToPayBack when less is held than the line pays; what `send` raises."""
    rows = queries.requests(coop).filter(number__in=[int(line.subject) for line in lines])
    requests = {str(row.request.number): row.request for row in queries.with_standing(rows)}
    for line in lines:
        check_held(requests[line.subject], line.amount)
    for line, refund in zip(lines, send(), strict=True):
        note_refund(request=requests[line.subject], refund=refund, by=by, at=at)


def book(*, coop: Coop, subject: str, amount: int, date: date, once_key: str, by: Party | None, at: datetime) -> Booked:
    """The bank says that it was paid back. Raises: as `refund_shares`."""
    request = ShareRequest.objects.select_related("coop", "membership__party", "payer", "share_class").get(
        coop=coop, number=int(subject)
    )
    check_held(request, amount)
    refund = refund_shares(request=request, date=date, once_key=once_key, by=by, at=at, seen_by_bank=True)
    return Booked(refund.transaction, refund)


REQUESTS = Payable(
    kind="share_request",
    label=gettext_lazy("Paid for shares, sent back"),
    due=due,
    describe=lambda subject: gettext("Share request %(number)s") % {"number": subject},
    url=lambda coop, subject: reverse("shares:request", args=[coop.slug, int(subject)]),
    pay=pay,
    book=book,
)
