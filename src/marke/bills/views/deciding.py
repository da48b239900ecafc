"""One bill: the document beside what it says, and what is done with it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.bills import queries, services
from marke.bills import rulebook as rules
from marke.bills.conditions import people_needed
from marke.bills.costs import cost_name
from marke.bills.forms import AnswerForm, ApprovalForm, FieldsForm
from marke.bills.looking import Looked, account_changed, look_at, turned_to_us, warnings_of
from marke.bills.models import Bill
from marke.bills.permissions import bill_or_404, check_may_approve, may_approve
from marke.bills.showing import shown_document
from marke.bills.words import ANSWER_WORDS
from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, check_member
from marke.payments.permissions import MONEY_OFFICES
from marke.rules.queries import rulebook
from marke.rules.sentences import write_percent
from marke_core.banking import show_iban, show_reference

State = Bill.State


@require_safe
def bill(request: CoopRequest, number: int) -> HttpResponse:
    return _page(request, bill_or_404(request, number))


def _page(request: CoopRequest, found: Bill, **typed: forms.Form) -> HttpResponse:
    at, looked = clock.now(), look_at(found)
    book, approvals = rulebook(request.coop, at), list(found.approvals.select_related("by"))
    own = found.entered_by_id == (request.party.pk if request.party else None) and book.value(rules.OWN) == rules.ANOTHER
    has_said = request.party is not None and any(each.by_id == request.party.pk for each in approvals)
    approves = may_approve(request.coop, request.party, at)
    open_ = found.state in queries.TO_DO
    context: dict[str, Any] = {
        "bill": found,
        "standing": queries.standings([found])[found.pk],
        "document": shown_document(looked),
        "looked": looked,
        "files": found.files.defer("content"),
        "warnings": warnings_of(found, looked, at, orders=can_office(request, *MONEY_OFFICES)),
        "iban": show_iban(found.iban) if found.iban else "",
        "reference": show_reference(found.reference),
        "cost": cost_name(found.cost),
        "own_rate": write_percent(Fraction(found.own_permille, 1000)),
        "approvals": approvals,
        "needed": people_needed(found.payable, book.value(rules.TWO_FROM)),
        "own": own and approves,
        "has_said": has_said,
        "moves": found.moves.select_related("by"),
        "answers": [{"row": row, "says": ANSWER_WORDS.get(row.code, row.code)} for row in found.answers.all()],
        "payments": found.payments.select_related("refund__pay_line__run", "refund__transaction"),
        "money_back": found.money_back.select_related("transaction"),
        "set_offs": [*found.set_off_by.select_related("credit"), *found.set_off_against.select_related("bill")],
        "fields_form": typed.get("fields") or (_fields_form(found) if _is_typed_in(found) else None),
        "approval_form": typed.get("approval")
        or (_approval_form(found, looked) if _may_say_yes(found, approves, own, has_said) else None),
        "answer_form": typed.get("answer") or (AnswerForm(prefix="answer", bill=found) if approves and open_ else None),
        "may_go_on": approves and found.state == State.DISPUTED,
    }
    status = 422 if any(form.errors for form in typed.values()) else 200
    return render(request, "bills/bill.html", context, status=status)


def _may_say_yes(found: Bill, approves: bool, own: bool, has_said: bool) -> bool:
    return approves and found.state == State.WAITING and not own and not has_said


def _is_typed_in(found: Bill) -> bool:
    """Also what was typed in and is wrong, as long as nobody has decided on it."""
    return found.state == State.INCOMPLETE or (found.state == State.WAITING and not found.verdict)


def _fields_form(found: Bill, data: Any = None) -> FieldsForm:
    names = ("name", "paper", "issue_date", "due_date", "is_credit_note", "iban", "reference")
    initial: dict[str, Any] = {name: getattr(found, name) for name in names}
    if found.currency == found.coop.currency and found.payable:
        initial |= {"net": abs(found.net), "vat": abs(found.vat)}
    if found.supplier is not None:
        initial["vat_number"] = found.supplier.vat_number
    return FieldsForm(data, bill=found, initial=initial)


def _approval_form(found: Bill, looked: Looked, data: Any = None) -> ApprovalForm:
    """As the first one who said yes left it; else as the bill seems to be."""
    turned = turned_to_us(found, looked.document)
    initial: dict[str, Any] = {"cost": found.cost, "activity": found.activity_id}
    if found.approvals.exists():
        own = {"own_kind": found.own_kind, "own_base": abs(found.own_base or found.net), "own_rate": str(found.own_permille)}
        initial |= {"deducted": abs(found.deducted), **own}
    else:
        initial |= {"own_kind": turned.kind if turned else "", "own_base": turned.base if turned else abs(found.net)}
        if found.vat and not turned:
            initial["deducted"] = queries.deduction(found, clock.now())
    return ApprovalForm(data, bill=found, account_changed=account_changed(found), turned=turned is not None, initial=initial)


@require_http_methods(["POST"])
def fields(request: CoopRequest, number: int) -> HttpResponse:
    """What stands on it, typed in."""
    check_member(request)
    found = bill_or_404(request, number)
    assert request.party is not None
    form = _fields_form(found, request.POST)
    if form.is_valid():
        try:
            services.fill_in_bill(bill=found, typed=form.typed(), by=request.party, at=clock.now())
            messages.success(request, _("Written down: it can be approved now."))
            return redirect("bills:bill", request.coop.slug, number)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _page(request, found, fields=form)


@require_POST
def approval(request: CoopRequest, number: int) -> HttpResponse:
    found = bill_or_404(request, number)
    assert request.party is not None
    check_may_approve(request.coop, request.party, clock.now())
    form = _approval_form(found, look_at(found), request.POST)
    if form.is_valid():
        try:
            done = services.approve_bill(bill=found, booking=form.booking(), by=request.party, at=clock.now())
            booked = done.state == State.APPROVED
            messages.success(
                request, _("Approved and booked.") if booked else _("Your yes is written down; one more person is needed.")
            )
            return redirect("bills:bill", request.coop.slug, number)
        except services.AccountChanged as refused:
            form.add_error("account_confirmed", str(refused))
        except Refused as refused:
            form.add_error(None, str(refused))
    return _page(request, found, approval=form)


@require_POST
def answer(request: CoopRequest, number: int) -> HttpResponse:
    """Asked about, or refused; of a sale of our own: accepted, or refused."""
    found = bill_or_404(request, number)
    assert request.party is not None
    check_may_approve(request.coop, request.party, clock.now())
    form = AnswerForm(request.POST, prefix="answer", bill=found)
    if form.is_valid():
        said = form.cleaned_data
        words: dict[str, Any] = {"text": said["text"], "by": request.party, "at": clock.now()}
        try:
            if said["move"] == "accept":
                services.accept_sale(bill=found, **words)
            else:
                turn = services.refuse_bill if said["move"] == "refuse" else services.ask_about_bill
                turn(bill=found, reason=said["reason"], **words)
            messages.success(request, _("Written down."))
            return redirect("bills:bill", request.coop.slug, number)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _page(request, found, answer=form)


@require_POST
def resumption(request: CoopRequest, number: int) -> HttpResponse:
    """What was asked is answered: it can be approved again."""
    found = bill_or_404(request, number)
    assert request.party is not None
    services.go_on_with_bill(bill=found, by=request.party, at=clock.now())
    return redirect("bills:bill", request.coop.slug, number)
