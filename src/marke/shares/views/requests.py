"""One request for shares: how to pay it, how far it got."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marke.common import clock
from marke.common.views import render
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, check_belonged, check_office
from marke.payments.pay_codes import pay_code_of
from marke.payments.permissions import MONEY_OFFICES
from marke.shares import queries, services
from marke.shares.forms import ShareRefundForm
from marke.shares.models import ShareEvent, ShareRequest
from marke.shares.queries import RequestStanding


def _request(request: CoopRequest, number: int) -> RequestStanding:
    """A request of shares that one is to hold or pays for; the treasurer sees all. Others do not learn that it exists."""
    membership = check_belonged(request)
    events = ShareEvent.objects.select_related("transaction", "by").order_by("number")
    rows = ShareRequest.objects.filter(coop=request.coop, number=number).select_related(
        "membership__party", "payment_request", "rule_value__decision", "share_class", "payer"
    )
    found = queries.with_standing(rows.prefetch_related(Prefetch("events", events)))
    if not found:
        raise Http404
    found[0].request.coop = request.coop
    wanted = found[0].request
    mine = wanted.membership_id == membership.pk or wanted.payer_id == membership.party_id
    if not mine and not can_office(request, *MONEY_OFFICES):
        raise Http404
    return found[0]


@require_safe
def share_request(request: CoopRequest, number: int) -> HttpResponse:
    return _request_page(request, _request(request, number))


def _request_page(request: CoopRequest, row: RequestStanding, refund_form: ShareRefundForm | None = None) -> HttpResponse:
    wanted, today = row.request, clock.local_date(clock.now(), request.coop.timezone)
    together = queries.with_standing(queries.requests(request.coop).filter(payment_request=wanted.payment_request))
    asked, left = wanted.payment_request, sum(each.left for each in together if not each.standing.allotted)
    if row.standing.called and (called := queries.call_of(wanted)) is not None:
        asked, left = called, row.left
    context = {
        "row": row,
        "together": sorted((each for each in together if each.request.pk != wanted.pk), key=lambda each: each.request.number),
        "several": len(queries.classes(request.coop)) > 1,
        "events": sorted(wanted.events.all(), key=lambda event: event.number),
        "code": pay_code_of(request.coop, asked, left) if left > 0 and not row.standing.cancelled else None,
        "to_pay": left,
        "due": asked.due_date,
        "reflecting": wanted.reflection_until is not None and clock.now() < wanted.reflection_until,
        "can_cancel": row.state in queries.WAITING,
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


@require_POST
def call(request: CoopRequest, number: int) -> HttpResponse:
    """The rest of the price is called by the treasurer, or wanted sooner by whoever holds the shares."""
    row = _request(request, number)
    services.call_rest(request=row.request, by=request.party, at=clock.now())
    return redirect("shares:request", request.coop.slug, number)
