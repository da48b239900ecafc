"""Somebody paid something for an activity: told with its receipt, approved, and repaid when the activity covers it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.activities import queries
from marke.activities.models import Activity, Entry, Expense, Receipt
from marke.activities.services.booking import book, by_scheme, locked, new_entry
from marke.activities.services.choosing import standing
from marke.activities.services.opening import check_open
from marke.common import clock
from marke.common.photos import Picture
from marke.common.refusal import NotAllowed, Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account, NewPosting
from marke.parties.models import Party
from marke.rules.queries import rulebook

State = Expense.State


class NotAnExpense(Refused):
    """It cost nothing, will be spent tomorrow, or nobody says what it was."""


class ExpenseDecided(Refused):
    """Somebody decided on it before."""


class OwnExpense(NotAllowed):
    """Nobody approves what they spent themselves beyond what the rule allows."""


class WhyRefused(Refused):
    """An expense is refused with a reason."""


@transaction.atomic
def tell_expense(
    *,
    activity: Activity,
    what: str,
    amount: int,
    spent_on: date,
    picture: Picture | None,
    once_key: str,
    by: Party,
    at: datetime,
) -> Expense:
    """Asks for it back. Up to the amount of the rule it is approved at once. The same key is told once.

    Raises: NotAnExpense, ActivityClosed.
    """
    activity = locked(activity)
    check_open(activity)
    what = " ".join(what.split())[:140]
    if amount <= 0 or not what or spent_on > clock.local_date(at, activity.coop.timezone):
        raise NotAnExpense(_("Say what it was, what it cost, and a day that is not in the future."))
    if found := Expense.objects.filter(activity=activity, once_key=once_key).first():
        return found
    last = Expense.objects.filter(activity=activity).order_by("-number").values_list("number", flat=True).first() or 0
    expense = Expense.objects.create(
        coop=activity.coop, activity=activity, number=last + 1, what=what, amount=amount, spent_on=spent_on, spent_by=by,
        asked_at=at, once_key=once_key,
    )  # fmt: skip
    if picture is not None:
        Receipt.objects.create(
            coop=activity.coop, expense=expense, content=picture.content, width=picture.width, height=picture.height, at=at
        )
    if amount <= rulebook(activity.coop, at).value("activities.own_approval"):
        return _decide(expense, State.APPROVED, "", by, at)
    return expense


@transaction.atomic
def decide_expense(*, expense: Expense, approved: bool, note: str = "", by: Party, at: datetime) -> Expense:
    """Somebody in office says yes or no, and why no. Raises: ExpenseDecided, OwnExpense, WhyRefused."""
    locked(expense.activity)
    expense = _undecided(expense)
    if by.pk == expense.spent_by_id:
        raise OwnExpense(_("You spent this yourself: somebody else in office decides on it."))
    note = " ".join(note.split())[:300]
    if not approved and not note:
        raise WhyRefused(_("Write why it is refused: whoever paid it reads it."))
    return _decide(expense, State.APPROVED if approved else State.REFUSED, "" if approved else note, by, at)


@transaction.atomic
def withdraw_expense(*, expense: Expense, by: Party, at: datetime) -> Expense:
    """Whoever told it does not want it back any more. Raises: ExpenseDecided."""
    locked(expense.activity)
    return _decide(_undecided(expense), State.WITHDRAWN, "", by, at)


def _undecided(expense: Expense) -> Expense:
    expense = Expense.objects.select_related("activity__coop").get(pk=expense.pk)
    if expense.state != State.ASKED:
        raise ExpenseDecided(
            _("Expense %(number)s is “%(state)s” already.") % {"number": expense.number, "state": State(expense.state).label}
        )
    return expense


def _decide(expense: Expense, state: str, note: str, by: Party, at: datetime) -> Expense:
    expense.state, expense.note, expense.decided_at, expense.decided_by = state, note, at, by
    expense.save(update_fields=["state", "note", "decided_at", "decided_by"])
    if state == State.APPROVED:
        repay_expenses(expense.activity, by=by, at=at)
        expense.refresh_from_db()
    return expense


def repay_expenses(activity: Activity, *, by: Party | None, at: datetime) -> None:
    """Repays what was approved, the oldest first, as far as the activity covers it. The caller has locked it and the ledger."""
    waiting = Expense.objects.filter(activity=activity, state=State.APPROVED, entry=None).order_by("number")
    for expense in waiting.select_related("spent_by"):
        if expense.amount > queries.due(activity, at):
            return
        day = clock.local_date(at, activity.coop.timezone)
        entry = new_entry(activity, Entry.Kind.EXPENSE, day=day, at=at, by=by, expenses=expense.amount)
        owed = ledger.open_account(coop=activity.coop, kind=Account.Kind.EARNINGS, party=expense.spent_by, at=at)
        expense.entry = book(by_scheme(standing(entry)), [NewPosting(owed, -expense.amount, "repaid")])
        expense.save(update_fields=["entry"])
