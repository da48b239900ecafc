"""Loans by members: agreed by the treasurer, seen by the lender, paid back year by year."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.capital import queries, services
from marke.capital.forms import LoanForm
from marke.capital.queries import Lent
from marke.common import clock
from marke.common.money import to_major
from marke.common.refusal import Refused
from marke.common.views import csv_response, page_of, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, check_belonged, check_office, office_only
from marke.payments.pay_codes import pay_code_of
from marke.payments.permissions import MONEY_OFFICES


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*MONEY_OFFICES)
def loans(request: CoopRequest) -> HttpResponse:
    """What members lend, and a form for what was agreed with another."""
    form = LoanForm(request.POST or None, coop=request.coop)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.agree_loan(by=request.party, at=clock.now(), **form.cleaned_data)
            return redirect("capital:loan", request.coop.slug, made.number)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = page_of(request, queries.loans(request.coop))
    rows = queries.lent(page)
    context = {"page": page, "rows": rows, "form": form, "left": sum(row.left for row in rows)}
    return render(request, "capital/loans.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@office_only(*MONEY_OFFICES)
def loans_csv(request: CoopRequest) -> HttpResponse:
    """Every loan as on the page."""
    currency = request.coop.currency
    header = [_("Loan"), _("Who lends"), _("State"), _("Interest a year"), _("Lent"), _("Still lent")]
    lines = (
        [
            row.loan.number,
            row.loan.membership.party.name,
            str(row.label),
            f"{float(row.loan.rate):.6f}",
            to_major(row.loan.amount, currency),
            to_major(row.left, currency),
        ]
        for row in queries.lent(queries.loans(request.coop))
    )
    return csv_response(f"{request.coop.slug}-loans.csv", header, lines)


def _lent(request: CoopRequest, number: int) -> Lent:
    """The loan, for its lender and for who handles money; nobody else learns that there is one."""
    membership = check_belonged(request)
    found = next(iter(queries.lent(queries.loans(request.coop).filter(number=number))), None)
    if found is None or (found.loan.membership_id != membership.pk and not can_office(request, *MONEY_OFFICES)):
        raise Http404("There is no such loan of yours.")
    return found


@require_safe
def loan(request: CoopRequest, number: int) -> HttpResponse:
    """The plan: what is owed, what is due when, what is paid."""
    found = _lent(request, number)
    is_mine = request.membership is not None and found.loan.membership_id == request.membership.pk
    to_pay = found.loan.amount - found.paid if found.state == "agreed" else 0
    context = {
        "lent": found,
        "loan": found.loan,
        "is_mine": is_mine,
        "is_officer": can_office(request, *MONEY_OFFICES),
        "code": pay_code_of(request.coop, found.loan.payment_request, to_pay) if to_pay else None,
        "repayments": sum(row.repayment for row in found.instalments),
    }
    return render(request, "capital/loan.html", context)


@require_safe
def loan_csv(request: CoopRequest, number: int) -> HttpResponse:
    found = _lent(request, number)
    currency = request.coop.currency
    return csv_response(
        f"{request.coop.slug}-loan-{number}.csv",
        [_("Year"), _("Due"), _("Owed before"), _("Interest"), _("Repaid"), _("Interest given"), _("Booked")],
        (
            [
                row.year,
                row.due_date.isoformat(),
                to_major(row.owed_before, currency),
                to_major(row.interest, currency),
                to_major(row.repayment, currency),
                _("yes") if row.interest_waived_at else "",
                _("yes") if row.transaction_id else "",
            ]
            for row in found.instalments
        ),
    )


def _mine(request: CoopRequest, number: int) -> Lent:
    """Only the lender gives anything away."""
    found = _lent(request, number)
    if request.membership is None or found.loan.membership_id != request.membership.pk:
        raise Http404("This loan is somebody else's.")
    return found


@require_POST
def interest_waiver(request: CoopRequest, number: int, year: int) -> HttpResponse:
    """The lender gives the interest of a year."""
    found = _mine(request, number)
    instalment = next((row for row in found.instalments if row.year == year), None)
    if instalment is None:
        raise Http404("There is no such year.")
    services.waive_interest(instalment=instalment, by=request.party, at=clock.now())
    messages.success(request, _("Thank you. The interest of year %(year)s stays with the co-op.") % {"year": year})
    return redirect("capital:loan", request.coop.slug, number)


@require_POST
def waiver(request: CoopRequest, number: int) -> HttpResponse:
    """The lender gives what is still lent."""
    found = _mine(request, number)
    services.waive_loan(loan=found.loan, by=request.party, at=clock.now())
    messages.success(request, _("Thank you. What you lent belongs to the co-op now."))
    return redirect("capital:loan", request.coop.slug, number)


@require_POST
def cancellation(request: CoopRequest, number: int) -> HttpResponse:
    """It does not come to it."""
    check_office(request, *MONEY_OFFICES)
    found = _lent(request, number)
    services.cancel_loan(loan=found.loan, by=request.party, at=clock.now())
    messages.success(request, _("Loan %(number)s is cancelled.") % {"number": number})
    return redirect("capital:loans", request.coop.slug)
