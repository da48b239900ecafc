"""What an activity has earned leaves it: to its member's account, and from there with the pay run; or as wages."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.activities import queries
from marke.activities.models import Activity, Entry
from marke.activities.services.booking import book, locked, new_entry
from marke.activities.services.expenses import repay_expenses
from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account, NewPosting
from marke.parties.models import Coop, Membership, Party


class NothingDue(Refused):
    """Nothing, or not that much, may leave the activity now."""


class NoWages(Refused):
    """Wages are for members who are employees; the others are paid out."""


def pay_out_due(at: datetime) -> int:
    """Pays out what may leave every activity now: approved expenses first. Returns how many were paid something."""
    paid = 0
    for coop in Coop.objects.filter(activities__isnull=False).distinct():
        for activity in queries.activities(coop).filter(pk__in=queries.all_due(coop, at), party__isnull=False):
            paid += pay_out(activity=activity, by=None, at=at) is not None
    return paid


@transaction.atomic
def pay_out(*, activity: Activity, by: Party | None, at: datetime) -> Entry | None:
    """Repays its expenses, and credits what may leave it to its member; None when that is nothing, or goes as wages."""
    activity = locked(activity)
    repay_expenses(activity, by=by, at=at)
    member, amount = queries.membership_of(activity), queries.due(activity, at)
    if member is None or not amount or member.engagement == Membership.Engagement.EMPLOYEE:
        return None
    entry = _leaving(activity, Entry.Kind.PAYOUT, amount, by, at)
    owed = ledger.open_account(coop=activity.coop, kind=Account.Kind.EARNINGS, party=member.party, at=at)
    return book(entry, [NewPosting(owed, -amount, "paid_out")])


@transaction.atomic
def pay_wages(*, activity: Activity, amount: int, minutes: int, by: Party | None, at: datetime) -> Entry:
    """Hands a gross budget for hours of work over to whoever makes the wages. Raises: NoWages, NothingDue."""
    activity = locked(activity)
    repay_expenses(activity, by=by, at=at)
    member, most = queries.membership_of(activity), queries.due(activity, at)
    if member is None or member.engagement != Membership.Engagement.EMPLOYEE:
        raise NoWages(_("Only who is an employee is paid wages. What you earn is paid out by itself."))
    if not 0 < amount <= most or minutes <= 0:
        raise NothingDue(
            _("%(amount)s cannot be paid as wages: %(most)s is there. Give hours, and an amount up to that.")
            % {"amount": format_money(amount, activity.coop.currency), "most": format_money(most, activity.coop.currency)}
        )
    entry = _leaving(activity, Entry.Kind.PAYROLL, amount, by, at)
    entry.minutes = minutes
    office = ledger.open_account(coop=activity.coop, kind=Account.Kind.PAYABLE, detail="payroll", at=at)
    return book(entry, [NewPosting(office, -amount, "wages")])


def _leaving(activity: Activity, kind: str, amount: int, by: Party | None, at: datetime) -> Entry:
    entry = new_entry(activity, kind, day=clock.local_date(at, activity.coop.timezone), at=at, by=by)
    entry.moved = entry.share = -amount
    return entry
