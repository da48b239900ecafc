"""The register, and what is mine in it."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.money import to_major
from marke.common.refusal import Refused
from marke.common.views import csv_response, page_of, render
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import can_office, check_belonged, check_office, office_only
from marke.payments.pay_codes import pay_code_of
from marke.payments.permissions import MONEY_OFFICES
from marke.rules.queries import rulebook
from marke.shares import queries, services
from marke.shares.certificate import certificate_pdf
from marke.shares.forms import RegisterDayForm, ShareRefundForm, ShareRequestForm
from marke.shares.models import ShareEvent, ShareRequest
from marke.shares.queries import RequestStanding


def _holder(request: CoopRequest) -> Membership:
    """The member, applicant or former member who asks. Strangers sign in; who does not belong is refused."""
    membership = check_belonged(request)
    membership.coop = request.coop
    return membership


@require_safe
@office_only(*MONEY_OFFICES)
def register(request: CoopRequest) -> HttpResponse:
    """Who holds what on a day, what is asked for, and what is to be paid back."""
    coop = request.coop
    today = clock.local_date(clock.now(), coop.timezone)
    form = RegisterDayForm(request.GET or None)
    on = (form.cleaned_data["on"] if form.is_bound and form.is_valid() else None) or today
    held = queries.holdings_on(coop, on)
    waiting = [
        row for row in queries.with_standing(queries.requests(coop)[:200]) if row.state in ("requested", "part_paid", "paid")
    ]
    context = {
        "form": form if form.is_bound else RegisterDayForm(initial={"on": on}),
        "on": on,
        "holdings": held,
        "shares": sum(holding.shares for holding in held),
        "amount": sum(holding.amount for holding in held),
        "waiting": waiting,
        "refunds": queries.refunds_due(coop),
        "page": page_of(request, queries.events(coop).order_by("-number")),
    }
    return render(request, "shares/register.html", context)


@require_safe
@office_only(*MONEY_OFFICES)
def register_csv(request: CoopRequest) -> HttpResponse:
    """Every event, in order: the register itself."""
    coop = request.coop
    return csv_response(
        f"{coop.slug}-share-register.csv",
        [_("Place"), _("Date"), _("What"), _("Member"), _("Name"), _("Request"), _("Shares"), _("Amount")],
        (
            [
                event.number,
                event.date.isoformat(),
                event.get_kind_display(),
                event.membership.number,
                event.membership.party.name,
                event.request.number if event.request else "",
                event.shares,
                to_major(event.amount, coop.currency),
            ]
            for event in queries.events(coop).order_by("number")
        ),
    )


@require_http_methods(["GET", "POST"])
def mine(request: CoopRequest) -> HttpResponse:
    """My shares, and a form to ask for some."""
    membership, coop, at = _holder(request), request.coop, clock.now()
    form = ShareRequestForm(request.POST or None, initial={"shares": rulebook(coop, at).value("shares.minimum")})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.request_shares(
                membership=membership,
                shares=form.cleaned_data["shares"],
                once_key=form.cleaned_data["once_key"],
                by=request.party,
                at=at,
            )
            return redirect("shares:request", coop.slug, made.number)
        except Refused as refusal:
            form.add_error("shares", str(refusal))
    rules = rulebook(coop, at)
    rows = queries.with_standing(queries.requests(coop).filter(membership=membership))
    context = {
        "membership": membership,
        "holding": queries.holding_of(membership, clock.local_date(at, coop.timezone)),
        "price": rules.value("shares.price"),
        "minimum": rules.value("shares.minimum"),
        "rows": rows,
        "form": form,
        "can_ask": membership.state in (Membership.State.MEMBER, Membership.State.APPLIED),
    }
    return render(request, "shares/mine.html", context)


@require_safe
def certificate(request: CoopRequest) -> HttpResponse:
    membership, at = _holder(request), clock.now()
    holding = queries.holding_of(membership, clock.local_date(at, request.coop.timezone))
    if holding is None:
        raise Http404
    response = HttpResponse(certificate_pdf(membership, holding, at), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{request.coop.slug}-shares.pdf"'
    return response


def _request(request: CoopRequest, number: int) -> RequestStanding:
    """One's own request; the treasurer sees all. Others do not learn that it exists."""
    membership = check_belonged(request)
    events = ShareEvent.objects.select_related("transaction", "by").order_by("number")
    rows = ShareRequest.objects.filter(coop=request.coop, number=number).select_related(
        "membership__party", "payment_request", "rule_value__decision"
    )
    found = queries.with_standing(rows.prefetch_related(Prefetch("events", events)))
    if not found:
        raise Http404
    found[0].request.coop = request.coop
    if found[0].request.membership_id != membership.pk and not can_office(request, *MONEY_OFFICES):
        raise Http404
    return found[0]


@require_safe
def share_request(request: CoopRequest, number: int) -> HttpResponse:
    return _request_page(request, _request(request, number))


def _request_page(request: CoopRequest, row: RequestStanding, refund_form: ShareRefundForm | None = None) -> HttpResponse:
    asked = row.request.payment_request
    left = row.request.amount - row.standing.paid
    today = clock.local_date(clock.now(), request.coop.timezone)
    open_ = row.state in ("requested", "part_paid")
    context = {
        "row": row,
        "events": sorted(row.request.events.all(), key=lambda event: event.number),
        "code": pay_code_of(request.coop, asked, left) if open_ else None,
        "due": asked.due_date,
        "can_cancel": row.state in ("requested", "part_paid", "paid"),
        "is_officer": can_office(request, *MONEY_OFFICES),
        "refund_form": refund_form or ShareRefundForm(initial={"date": today}),
    }
    return render(request, "shares/request.html", context)


@require_POST
def cancellation(request: CoopRequest, number: int) -> HttpResponse:
    row = _request(request, number)
    services.cancel_request(request=row.request, by=request.party, at=clock.now())
    messages.success(request, _("Request %(number)s is cancelled.") % {"number": number})
    return redirect("shares:request", request.coop.slug, number)


@require_POST
def refund(request: CoopRequest, number: int) -> HttpResponse:
    check_office(request, *MONEY_OFFICES)
    row, form = _request(request, number), ShareRefundForm(request.POST)
    if not form.is_valid():
        return _request_page(request, row, form)
    services.refund_shares(
        request=row.request,
        date=form.cleaned_data["date"],
        once_key=form.cleaned_data["once_key"],
        by=request.party,
        at=clock.now(),
    )
    messages.success(request, _("Booked: it was paid back."))
    return redirect("shares:request", request.coop.slug, number)
