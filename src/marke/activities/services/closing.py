"""An activity ends: its reserve is set free and the rest is paid out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.activities import queries
from marke.activities.models import Activity, Entry, Expense
from marke.activities.services.booking import book, locked, new_entry
from marke.activities.services.months import end_month
from marke.activities.services.opening import check_open
from marke.activities.services.paying import pay_out
from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.parties.models import Party


class NotAtItsEnd(Refused):
    """Something still waits in the activity, or is missing from it."""


@transaction.atomic
def close_activity(*, activity: Activity, by: Party | None, at: datetime) -> Activity:
    """Gives for the month, sets the reserve free, pays out the rest, and closes. Raises: ActivityClosed, NotAtItsEnd."""
    activity = locked(activity)
    check_open(activity)
    check_nothing_waits(activity, at)
    today = clock.local_date(at, activity.coop.timezone)
    end_month(activity=activity, month=today.replace(day=1), at=at)
    if held := queries.totals(activity).reserve:
        entry = new_entry(activity, Entry.Kind.CLOSING, day=today, at=at, by=by)
        entry.share, entry.reserve = held, -held
        book(entry)
    pay_out(activity=activity, by=by, at=at)
    rest = queries.totals(activity).balance
    if rest:
        raise NotAtItsEnd(_rest_words(activity, rest))
    activity.closed_at, activity.closed_by = at, by
    activity.save(update_fields=["closed_at", "closed_by"])
    return activity


def check_nothing_waits(activity: Activity, at: datetime) -> None:
    """Raises: NotAtItsEnd."""
    currency = activity.coop.currency
    if Expense.objects.filter(activity=activity, state=Expense.State.ASKED).exists():
        raise NotAtItsEnd(_("An expense waits for an answer. Withdraw it, or wait for the answer."))
    if waits := queries.waiting(activity.coop, at, activity).of(activity.pk):
        raise NotAtItsEnd(
            _("%(amount)s cannot be paid out yet: its day has not come, or the client has not paid. Close it then.")
            % {"amount": format_money(waits, currency)}
        )


def _rest_words(activity: Activity, rest: int) -> str:
    amount = format_money(abs(rest), activity.coop.currency)
    if rest < 0:
        return _("%(amount)s is missing in the business. Invoice what you can, or talk with the treasurer.") % {"amount": amount}
    if activity.circle_id is not None:
        return _("The team still has %(amount)s. Share it first.") % {"amount": amount}
    return _("%(amount)s is to be paid as wages first.") % {"amount": amount}
