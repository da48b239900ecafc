"""Expenses of a business: told, answered, withdrawn, their receipts looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.activities import queries, services
from marke.activities.forms import AnswerForm, ExpenseForm
from marke.activities.models import Activity, Expense, Receipt
from marke.activities.permissions import activity_or_404, check_runs
from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import page_of, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, check_member, members_only, office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.rules.queries import rulebook

TONES = {"asked": "warn", "approved": "good", "refused": "bad", "withdrawn": "plain"}


@require_http_methods(["GET", "HEAD", "POST"])
def expenses(request: CoopRequest, number: int) -> HttpResponse:
    shown = activity_or_404(request, number)
    form = ExpenseForm(coop=request.coop, initial={"spent_on": clock.local_date(clock.now(), request.coop.timezone)})
    if request.method == "POST":
        check_runs(request, shown)
        form = ExpenseForm(request.POST, request.FILES, coop=request.coop)
        if form.is_valid() and (answer := _told(request, shown, form)) is not None:
            return answer
    return _page(request, shown, form)


def _told(request: CoopRequest, shown: Activity, form: ExpenseForm) -> HttpResponse | None:
    assert request.party is not None
    said = form.cleaned_data
    try:
        expense = services.tell_expense(
            activity=shown, what=said["what"], amount=said["amount"], spent_on=said["spent_on"], picture=said["photo"],
            once_key=said["once_key"], by=request.party, at=clock.now(),
        )  # fmt: skip
    except Refused as refused:
        form.add_error(None, str(refused))
        return None
    words = {
        Expense.State.ASKED: _("It waits for an answer."),
        Expense.State.APPROVED: _("It is approved, and repaid as soon as the business covers it."),
    }
    messages.success(request, words[Expense.State(expense.state)])
    return redirect("activities:expenses", request.coop.slug, shown.number)


def _page(request: CoopRequest, shown: Activity, form: ExpenseForm, answer: tuple[int, AnswerForm] | None = None) -> HttpResponse:
    rows = shown.expense_notes.select_related("spent_by", "receipt", "entry").defer("receipt__content")
    page = page_of(request, rows)
    officer, own = can_office(request, *MONEY_OFFICES), request.party.pk if request.party else None
    told = []
    for expense in page:
        open_ = expense.state == Expense.State.ASKED
        typed = answer[1] if answer and answer[0] == expense.number else None
        may_answer = open_ and officer and expense.spent_by_id != own
        told.append(
            {
                "expense": expense,
                "tone": TONES[expense.state],
                "form": (typed or AnswerForm(auto_id=f"id_{expense.number}_%s")) if may_answer else None,
                "may_withdraw": open_ and expense.spent_by_id == own,
            }
        )
    runs = queries.runs(shown, request.membership) and shown.is_open
    context: dict[str, Any] = {
        "activity": shown,
        "page": page,
        "rows": told,
        "form": form if runs else None,
        "own_limit": rulebook(request.coop, clock.now()).value("activities.own_approval"),
    }
    return render(request, "activities/expenses.html", context, status=422 if form.errors or answer else 200)


def _expense(shown: Activity, expense: int) -> Expense:
    found = Expense.objects.filter(activity=shown, number=expense).select_related("activity__coop").first()
    if found is None:
        raise Http404(_("There is no such expense."))
    return found


@require_POST
@office_only(*MONEY_OFFICES)
def answer(request: CoopRequest, number: int, expense: int) -> HttpResponse:
    assert request.party is not None
    shown = activity_or_404(request, number)
    found, form = _expense(shown, expense), AnswerForm(request.POST, auto_id=f"id_{expense}_%s")
    if form.is_valid():
        try:
            services.decide_expense(expense=found, **form.cleaned_data, by=request.party, at=clock.now())
            messages.success(request, _("Your answer is with whoever paid it."))
            return redirect("activities:expenses", request.coop.slug, number)
        except services.WhyRefused as refused:
            form.add_error("note", str(refused))
    return _page(request, shown, ExpenseForm(coop=request.coop), (expense, form))


@require_POST
@members_only
def withdrawal(request: CoopRequest, number: int, expense: int) -> HttpResponse:
    check_member(request)
    assert request.party is not None
    shown = activity_or_404(request, number)
    found = _expense(shown, expense)
    if found.spent_by_id != request.party.pk:
        raise Http404(_("There is no such expense."))
    services.withdraw_expense(expense=found, by=request.party, at=clock.now())
    return redirect("activities:expenses", request.coop.slug, number)


@require_safe
def receipt(request: CoopRequest, number: int, expense: int) -> HttpResponse:
    """For whoever sees the business."""
    shown = activity_or_404(request, number)
    found = Receipt.objects.filter(expense__activity=shown, expense__number=expense).first()
    if found is None:
        raise Http404(_("This photo is not kept any more."))
    return HttpResponse(bytes(found.content), content_type="image/jpeg", headers={"Content-Disposition": "inline"})
