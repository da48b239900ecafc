"""What is asked for, what came in, what is to be sent back."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.money import format_money, to_major
from marke.common.refusal import Refused
from marke.common.views import csv_response, page_of, render
from marke.ledger.queries import balances
from marke.ledger.services import Account
from marke.parties.http import CoopRequest
from marke.parties.models import Coop
from marke.parties.permissions import office_only
from marke.payments import queries, services
from marke.payments.forms import MatchForm, PaymentForm, ReasonForm, RefundForm, SendBackForm
from marke.payments.models import Payment, PaymentRequest, Refund
from marke.payments.permissions import MONEY_OFFICES
from marke.payments.purposes import purposes
from marke.payments.sending_back import to_send_back
from marke_core.banking import BadReference, show_iban, show_reference


def _filtered(request: CoopRequest) -> QuerySet[PaymentRequest]:
    rows = queries.requests(request.coop) if request.GET.get("show") == "all" else queries.open_requests(request.coop)
    if words := request.GET.get("q", "").strip()[:60]:
        found = queries.find_request_in(request.coop, words)
        by_text = Q(party__name__icontains=words) | Q(subject__iexact=words)
        rows = rows.filter(Q(pk=found.pk) if found else by_text)
    return rows


@dataclass(frozen=True)
class Row:
    asked: PaymentRequest
    what: str
    url: str
    reference: str
    paid: int
    left: int
    state: str  # withdrawn, paid, part, open


def _row(asked: PaymentRequest, coop: Coop) -> Row:
    asked.coop = coop  # read already: saves a query per row
    purpose = purposes.get(asked.purpose)
    paid: int = asked.paid  # type: ignore[attr-defined]
    left = asked.amount - paid
    state = "withdrawn" if asked.withdrawn_at else "paid" if left <= 0 else "part" if paid else "open"
    return Row(asked, purpose.describe(asked), purpose.url(asked), show_reference(asked.reference), paid, left, state)


@require_safe
@office_only(*MONEY_OFFICES)
def requests(request: CoopRequest) -> HttpResponse:
    page = page_of(request, _filtered(request))
    rows = [_row(asked, request.coop) for asked in page]
    context = {
        "page": page,
        "rows": rows,
        "today": clock.local_date(clock.now(), request.coop.timezone),
        "q": request.GET.get("q", ""),
        "show": request.GET.get("show", "open"),
        "unmatched": queries.unmatched_payments(request.coop).count(),
    }
    return render(request, "payments/requests.html", context)


@require_safe
@office_only(*MONEY_OFFICES)
def requests_csv(request: CoopRequest) -> HttpResponse:
    coop = request.coop
    header = [_("Number"), _("For"), _("Name"), _("Reference"), _("Due"), _("Asked"), _("Paid"), _("State")]
    rows = (_row(asked, coop) for asked in _filtered(request))
    return csv_response(
        f"{coop.slug}-payment-requests.csv",
        header,
        (
            [
                row.asked.number,
                row.what,
                row.asked.party.name,
                row.asked.reference,
                row.asked.due_date.isoformat(),
                to_major(row.asked.amount, coop.currency),
                to_major(row.paid, coop.currency),
                row.state,
            ]
            for row in rows
        ),
    )


@require_http_methods(["GET", "POST"])
@office_only(*MONEY_OFFICES)
def record(request: CoopRequest) -> HttpResponse:
    coop, at = request.coop, clock.now()
    if request.method == "POST":
        form = PaymentForm(request.POST, coop=coop)
        if request.POST.get("surplus"):
            form.ask_surplus()
        if form.is_valid() and (payment := _record(request, form)) is not None:
            messages.success(
                request,
                _("%(amount)s is booked as payment %(number)s.")
                % {"amount": format_money(payment.amount, coop.currency), "number": payment.number},
            )
            return redirect("payments:payment", coop.slug, payment.number)
    else:
        form = PaymentForm(coop=coop, initial=_initial(request) | {"date": clock.local_date(at, coop.timezone)})
    return render(request, "payments/record.html", {"form": form})


def _initial(request: CoopRequest) -> dict[str, object]:
    number = request.GET.get("request", "")
    if not number.isdecimal() or len(number) > 9:
        return {}
    asked = queries.requests(request.coop).filter(number=int(number)).first()
    if asked is None:
        return {}
    left: int = asked.amount - asked.paid  # type: ignore[attr-defined]
    return {"reference": show_reference(asked.reference), "amount": max(left, 0) or None}


def _record(request: CoopRequest, form: PaymentForm) -> Payment | None:
    """The payment, or None with the reason beside the field."""
    given = form.cleaned_data
    asked = None
    if given["reference"].strip():
        try:
            asked = queries.find_request(request.coop, given["reference"])
        except BadReference:
            form.add_error("reference", _bad_reference(given["reference"]))
            return None
        if asked is None:
            form.add_error(
                "reference",
                _("%(coop)s has asked nobody to pay with the reference %(reference)s. Correct it, or leave it empty.")
                % {"coop": request.coop.name, "reference": given["reference"]},
            )
            return None
        asked.coop = request.coop
    try:
        return services.record_payment(
            coop=request.coop,
            request=asked,
            amount=given["amount"],
            date=given["date"],
            note=given["note"],
            once_key=given["once_key"],
            by=request.party,
            at=clock.now(),
            surplus=given.get("surplus", ""),
        )
    except services.Overpaid as refusal:
        form.ask_surplus()
        form.add_error("surplus", str(refusal))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return None


def _bad_reference(text: str) -> str:
    return _("“%(text)s” is not a payment reference. It looks like +++000/0000/00101+++ or RF18 5390 0754 7034.") % {
        "text": text[:60]
    }


@require_safe
@office_only(*MONEY_OFFICES)
def received(request: CoopRequest) -> HttpResponse:
    rows = queries.payments(request.coop)
    if request.GET.get("show") == "unmatched":
        rows = rows.filter(pk__in=queries.unmatched_payments(request.coop))
    page = page_of(request, rows)
    for payment in page:
        _describe(payment, request)
    return render(request, "payments/received.html", {"page": page, "show": request.GET.get("show", "all")})


def _describe(payment: Payment, request: CoopRequest) -> None:
    if payment.request is not None:
        payment.request.coop = request.coop
        payment.what = purposes.get(payment.request.purpose).describe(payment.request)  # type: ignore[attr-defined]
        payment.url = purposes.get(payment.request.purpose).url(payment.request)  # type: ignore[attr-defined]


def _payment(request: CoopRequest, number: int) -> Payment:
    rows = queries.payments(request.coop).select_related("matching", "matched_by", "reversed_by", "recorded_by")
    payment = get_object_or_404(rows, number=number)
    payment.coop = request.coop
    _describe(payment, request)
    return payment


@require_safe
@office_only(*MONEY_OFFICES)
def payment(request: CoopRequest, number: int) -> HttpResponse:
    return _payment_page(request, _payment(request, number))


def _payment_page(request: CoopRequest, shown: Payment, status: int = 200, **forms: object) -> HttpResponse:
    refund = shown.refunds.first()
    open_ = shown.reversed_at is None and refund is None
    today = clock.local_date(clock.now(), request.coop.timezone)
    context = {
        "payment": shown,
        "refund": refund,
        "can_reverse": open_,
        "can_match": open_ and shown.request_id is None,
        "match_form": MatchForm(),
        "reason_form": ReasonForm(),
        "back_form": SendBackForm(initial={"date": today}),
    } | forms
    return render(request, "payments/payment.html", context, status=status)


@require_POST
@office_only(*MONEY_OFFICES)
def match(request: CoopRequest, number: int) -> HttpResponse:
    shown, form = _payment(request, number), MatchForm(request.POST)
    if form.is_valid():
        asked = queries.find_request_in(request.coop, form.cleaned_data["reference"])
        if asked is None:
            form.add_error("reference", _bad_reference(form.cleaned_data["reference"]))
        else:
            try:
                services.match_payment(
                    payment=shown,
                    request=asked,
                    by=request.party,
                    at=clock.now(),
                    surplus=form.cleaned_data["surplus"],
                )
                messages.success(request, _("Payment %(number)s is matched.") % {"number": number})
                return redirect("payments:payment", request.coop.slug, number)
            except Refused as refusal:
                form.add_error(None, str(refusal))
    return _payment_page(request, shown, match_form=form)


@require_POST
@office_only(*MONEY_OFFICES)
def reversal(request: CoopRequest, number: int) -> HttpResponse:
    shown, form = _payment(request, number), ReasonForm(request.POST)
    if form.is_valid():
        services.reverse_payment(payment=shown, reason=form.cleaned_data["reason"], by=request.party, at=clock.now())
        messages.success(request, _("Payment %(number)s is taken back.") % {"number": number})
        return redirect("payments:payment", request.coop.slug, number)
    return _payment_page(request, shown, reason_form=form)


@require_POST
@office_only(*MONEY_OFFICES)
def send_back(request: CoopRequest, number: int) -> HttpResponse:
    shown, form = _payment(request, number), SendBackForm(request.POST)
    if form.is_valid():
        services.send_back_payment(
            payment=shown,
            date=form.cleaned_data["date"],
            once_key=form.cleaned_data["once_key"],
            by=request.party,
            at=clock.now(),
        )
        messages.success(request, _("Payment %(number)s was sent back.") % {"number": number})
        return redirect("payments:payment", request.coop.slug, number)
    return _payment_page(request, shown, back_form=form)


@require_safe
@office_only(*MONEY_OFFICES)
def refunds(request: CoopRequest) -> HttpResponse:
    """What payers paid too much, and what was sent back."""
    held = to_send_back(request.coop, clock.now())
    sent = Refund.objects.filter(coop=request.coop).select_related("party", "transaction")
    context = {
        "held": [(row, show_iban(row.iban)) for row in held],
        "payable": sum(1 for row in held if row.iban),
        "page": page_of(request, sent),
    }
    return render(request, "payments/refunds.html", context)


@require_http_methods(["GET", "POST"])
@office_only(*MONEY_OFFICES)
def refund(request: CoopRequest, account: str) -> HttpResponse:
    coop = request.coop
    rows = [row for row in balances(coop, kind=Account.Kind.REFUNDS) if str(row.account.uid) == str(account)]
    if not rows:
        raise Http404
    held, today = rows[0], clock.local_date(clock.now(), coop.timezone)
    form = RefundForm(request.POST or None, coop=coop, initial={"amount": -held.amount, "date": today})
    if request.method == "POST" and form.is_valid():
        try:
            services.record_refund(
                coop=coop,
                party=held.account.party,
                account=held.account,
                amount=form.cleaned_data["amount"],
                date=form.cleaned_data["date"],
                note=form.cleaned_data["note"],
                once_key=form.cleaned_data["once_key"],
                by=request.party,
                at=clock.now(),
            )
            messages.success(request, _("Booked: it was sent back."))
            return redirect("payments:refunds", coop.slug)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "payments/refund.html", {"form": form, "held": held, "amount": -held.amount})
