"""Invoices in members' names: for whose name it is, and for who handles the money."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.money import to_major
from marke.common.refusal import Refused
from marke.common.views import csv_response, file_response, page_of, pdf_response, render
from marke.invoices.vat_choices import VatChoice
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import can_office, check_member, members_only, office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.selfbills import queries, services
from marke.selfbills.forms import AnswerForm, AskForm, EndForm, ObjectForm, TakeBackForm
from marke.selfbills.models import SelfBill, SelfBillAgreement
from marke.selfbills.papers import self_bill_pdf, self_bill_ubl
from marke.selfbills.parts import parts_of
from marke.selfbills.permissions import agreement_or_404, bill_or_404
from marke.selfbills.vat import advice_for, called, options, words


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def mine(request: CoopRequest) -> HttpResponse:
    """What was agreed, and the papers in the member's name."""
    member = request.membership
    assert member is not None
    form = _ask_form(request, member)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            services.ask(
                membership=member, details=form.details, vat=form.choice, is_small=form.is_small,
                since=form.cleaned_data["since"], at=clock.now(),
            )  # fmt: skip
            messages.success(request, _("You agreed. It holds when somebody in office has signed for the co-op."))
            return redirect("selfbills:mine", request.coop.slug)
        except Refused as refused:
            form.add_error(None, str(refused))
    page = page_of(request, queries.of_member(member))
    agreement = queries.agreement_of(member)
    context = {
        "agreement": agreement,
        "vat_words": _vat_words(agreement),
        "form": form,
        "page": page,
        "rows": queries.rows(page, _today(request)),
        "is_officer": can_office(request, *MONEY_OFFICES),
        "end_form": EndForm(),
    }
    return render(request, "selfbills/mine.html", context, status=422 if form is not None and form.errors else 200)


def _today(request: CoopRequest) -> Any:
    return clock.local_date(clock.now(), request.coop.timezone)


def _vat_words(agreement: SelfBillAgreement | None) -> str:
    if agreement is None:
        return ""
    return words(VatChoice(agreement.vat_category, agreement.vat_permille), is_small=agreement.is_small)


def _ask_form(request: CoopRequest, member: Membership) -> AskForm | None:
    """None where there is an agreement already, or nothing to agree on."""
    may = member.state == Membership.State.MEMBER and member.engagement == Membership.Engagement.SELF_EMPLOYED
    if not may or not queries.is_open(request.coop, clock.now()):
        return None
    if request.method != "POST" and queries.agreement_of(member) is not None:
        return None
    country = (request.POST.get("country", "") or member.party.country or request.coop.country).upper()[:2]
    advice = advice_for(request.coop, country, _today(request))
    return AskForm(request.POST or None, party=member.party, country=country, options=options(advice), today=_today(request))


@require_POST
@members_only
def agreement_moves(request: CoopRequest, number: int) -> HttpResponse:
    """Somebody in office signs; either side ends it."""
    agreement, at = agreement_or_404(request, number), clock.now()
    assert request.party is not None
    is_own = request.membership is not None and agreement.membership_id == request.membership.pk
    if request.POST.get("move") == "sign" and can_office(request, *MONEY_OFFICES):
        services.sign(agreement=agreement, by=request.party, at=at)
        messages.success(request, _("The agreement is in force."))
    elif request.POST.get("move") == "end":
        form = EndForm(request.POST)
        if form.is_valid():
            services.end_agreement(agreement=agreement, by=request.party, at=at, **form.cleaned_data)
            messages.success(request, _("The agreement has ended. What was written stays."))
        else:
            messages.error(request, " ".join(str(error) for error in form.errors.get("reason", [])))
    return redirect("selfbills:mine" if is_own else "selfbills:every", request.coop.slug)


@require_safe
@office_only(*MONEY_OFFICES)
def every(request: CoopRequest) -> HttpResponse:
    """Agreements, what waits to be billed, and all papers."""
    coop, today = request.coop, _today(request)
    page = page_of(request, queries.bills(coop))
    found = list(queries.agreements(coop))
    context = {
        "asked": [(each, _vat_words(each)) for each in found if each.ended_at is None and each.agreed_at is None],
        "waiting": queries.waiting(coop, today),
        "ended": [each for each in found if each.ended_at is not None],
        "objections": queries.rows(queries.objections(coop), today),
        "page": page,
        "rows": queries.rows(page, today),
        "is_officer": True,
    }
    return render(request, "selfbills/every.html", context)


@require_safe
@office_only(*MONEY_OFFICES)
def bills_csv(request: CoopRequest) -> HttpResponse:
    coop = request.coop
    found = queries.rows(queries.bills(coop), _today(request))
    return csv_response(
        f"{coop.slug}-self-bills.csv",
        queries.csv_header(),
        (
            [
                row.bill.number, row.bill.issue_date.isoformat(), row.bill.seller["name"],
                *(to_major(amount, coop.currency) for amount in (row.bill.net, row.bill.vat, row.bill.gross)), row.label,
            ]
            for row in found
        ),
    )  # fmt: skip


@require_POST
@office_only(*MONEY_OFFICES)
def billing(request: CoopRequest, number: int) -> HttpResponse:
    """An invoice for all of a member's work until yesterday."""
    agreement = agreement_or_404(request, number)
    bill = services.bill_work(agreement=agreement, until=_today(request), by=request.party, at=clock.now())
    messages.success(request, _("Invoice %(number)s is issued.") % {"number": bill.number})
    return redirect("selfbills:bill", request.coop.slug, bill.number)


@require_safe
@members_only
def bill(request: CoopRequest, number: str) -> HttpResponse:
    return _page(request, bill_or_404(request, number))


def _page(request: CoopRequest, found: SelfBill, **forms: Any) -> HttpResponse:
    [row] = queries.rows([found], _today(request))
    is_own = request.membership is not None and found.agreement.membership_id == request.membership.pk
    is_officer = can_office(request, *MONEY_OFFICES)
    context = {
        "bill": found,
        "row": row,
        "called": called(found.language),
        "lines": found.lines.all(),
        "rates": found.rates(),
        "reply": getattr(found, "reply", None),
        "is_own": is_own,
        "paper_parts": parts_of(found),
        "is_officer": is_officer,
        "object_form": forms.get("object_form") or (ObjectForm() if is_own and row.state in ("open", "right") else None),
        "answer_form": forms.get("answer_form") or (AnswerForm() if is_officer and row.state == "objected" else None),
        "back_form": forms.get("back_form")
        or (TakeBackForm() if is_officer and row.state not in ("credit", "credited") else None),
    }
    return render(request, "selfbills/bill.html", context, status=422 if any(form.errors for form in forms.values()) else 200)


@require_safe
@members_only
def paper(request: CoopRequest, number: str) -> HttpResponse:
    found = bill_or_404(request, number)
    return pdf_response(f"{request.coop.slug}-{found.number}.pdf", self_bill_pdf(found))


@require_safe
@members_only
def file(request: CoopRequest, number: str) -> HttpResponse:
    found = bill_or_404(request, number)
    return file_response(f"{found.number}.xml", self_bill_ubl(found), "application/xml")


@require_POST
@members_only
def reply(request: CoopRequest, number: str) -> HttpResponse:
    """The member's word: it is right, or what is wrong."""
    found = bill_or_404(request, number)
    check_member(request)
    if request.membership is None or found.agreement.membership_id != request.membership.pk or request.party is None:
        raise Http404(_("There is no such invoice, or it is not in your name."))
    if request.POST.get("move") == "right":
        services.reply(bill=found, is_right=True, by=request.party, at=clock.now())
        messages.success(request, _("Thank you: it stands as you agreed to it."))
        return redirect("selfbills:bill", request.coop.slug, number)
    form = ObjectForm(request.POST)
    if not form.is_valid():
        return _page(request, found, object_form=form)
    services.reply(bill=found, is_right=False, text=form.cleaned_data["text"], by=request.party, at=clock.now())
    messages.success(request, _("The treasurer has your objection."))
    return redirect("selfbills:bill", request.coop.slug, number)


@require_POST
@office_only(*MONEY_OFFICES)
def answer(request: CoopRequest, number: str) -> HttpResponse:
    found, form = bill_or_404(request, number), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, answer_form=form)
    assert request.party is not None
    services.answer(bill=found, text=form.cleaned_data["text"], by=request.party, at=clock.now())
    messages.success(request, _("The member reads your answer."))
    return redirect("selfbills:bill", request.coop.slug, number)


@require_POST
@office_only(*MONEY_OFFICES)
def credit(request: CoopRequest, number: str) -> HttpResponse:
    found, form = bill_or_404(request, number), TakeBackForm(request.POST)
    if not form.is_valid():
        return _page(request, found, back_form=form)
    note = services.credit_self_bill(bill=found, reason=form.cleaned_data["reason"], by=request.party, at=clock.now())
    messages.success(request, _("Credit note %(number)s is issued.") % {"number": note.number})
    return redirect("selfbills:bill", request.coop.slug, note.number)
