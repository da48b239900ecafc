"""What became of the money."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.capital.conditions import State
from marke.capital.models import IssueReport, ShareIssue
from marke.common import clock
from marke.common.refusal import Refused
from marke.parties.models import Party
from marke.payments.services import lock_coop


class NothingToReport(Refused):
    """There is no money of this issue yet, or the day has not come."""


@transaction.atomic
def report_on_issue(
    *, issue: ShareIssue, date: date, text: str, amount: int | None = None, once_key: str, by: Party | None, at: datetime
) -> IssueReport:
    """Tells what the money was used for on a day. It stays; a mistake is corrected by another report.

    The same `once_key` reports once. Raises: NothingToReport.
    """
    lock_coop(issue.coop_id)
    if first := IssueReport.objects.filter(coop=issue.coop, once_key=once_key).first():
        return first
    if issue.round.state != State.SETTLED:
        raise NothingToReport(_("The shares are not given out yet, so none of the money is used. Report when they are."))
    if date > clock.local_date(at, issue.coop.timezone):
        raise NothingToReport(_("%(day)s has not come yet. Report on what was done.") % {"day": date.isoformat()})
    return IssueReport.objects.create(
        coop=issue.coop, issue=issue, date=date, text=text, amount=amount, at=at, by=by, once_key=once_key
    )
