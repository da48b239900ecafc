"""From settled jobs to invoices: what waits, a page to check what each invoice will be, then the invoices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.views import render
from marke.invoices import queries, services
from marke.invoices.provisional import ForJobs, plan_for_jobs
from marke.parties.http import CoopRequest
from marke.parties.models import Client
from marke.parties.permissions import can_office, office_only
from marke.payments.permissions import MONEY_OFFICES

AT_ONCE = 25  # so many invoices are looked at on one page, and issued from it
MOST_LINES = 5  # so many lines of each, where there are several invoices on the page


@require_safe
@office_only(*MONEY_OFFICES)
def to_invoice(request: CoopRequest) -> HttpResponse:
    """Settled work on no invoice yet; one client's, or all at once."""
    waiting = queries.to_invoice(request.coop)
    context = {"waiting": waiting, "total": sum(row.net for row in waiting), "at_once": AT_ONCE}
    return render(request, "invoices/to_invoice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*MONEY_OFFICES)
def check_all(request: CoopRequest) -> HttpResponse:
    """The invoices that wait, as many as one can look at; the others come after them."""
    # What comes to nothing or less cannot be issued: it waits at the end, and never in the way of the others.
    rows = sorted(queries.to_invoice(request.coop), key=lambda row: row.gross <= 0)
    clients = [row.client for row in rows]
    if request.method == "POST":
        then = "check_all" if len(clients) > AT_ONCE else "invoices"
        return _issue(request, redirect(f"invoices:{then}", request.coop.slug))
    return _check(request, clients[:AT_ONCE], later=len(clients[AT_ONCE:]))


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*MONEY_OFFICES)
def check_one(request: CoopRequest, number: int) -> HttpResponse:
    """One client's, with all its lines."""
    client = Client.objects.filter(coop=request.coop, number=number).select_related("party").first()
    if client is None:
        raise Http404(_("There is no client %(number)s.") % {"number": number})
    if request.method == "POST":
        return _issue(request, redirect("invoices:to_invoice", request.coop.slug))
    waits = queries.unbilled_jobs(request.coop).filter(client=client).exists()
    return _check(request, [client] if waits else [])


def _check(request: CoopRequest, clients: Iterable[Client], later: int = 0) -> HttpResponse:
    plans = [_plan(request, client) for client in clients]
    made = [plan.invoice for plan in plans if plan.invoice is not None]
    context = {
        "plans": plans,
        "count": len(made),
        "several": len(plans) > 1,
        "lines_shown": f":{MOST_LINES}" if len(plans) > 1 else ":",
        "most_lines": MOST_LINES,
        "together": sum(invoice.gross for invoice in made),
        "later": later,
        "mends_seller": can_office(request, "coordinator"),
        "mends_client": True,
        "mends_buyer": True,  # whoever handles the money may say where a client receives e-invoices
    }
    return render(request, "invoices/check_jobs.html", context)


def _plan(request: CoopRequest, client: Client) -> ForJobs:
    client.coop = request.coop
    return plan_for_jobs(client, at=clock.now())


def _issue(request: CoopRequest, after: HttpResponse) -> HttpResponse:
    """What was looked at is issued, and nothing else; of a single invoice its own page comes next."""
    seen = _seen(request.POST.getlist("seen"))
    done = services.issue_seen_invoices(coop=request.coop, seen=seen, by=request.party, at=clock.now())
    _say(request, done)
    if len(done.invoices) == 1 and len(seen) == 1:
        return redirect("invoices:invoice", request.coop.slug, done.invoices[0].number)
    return after if done.invoices else redirect("invoices:to_invoice", request.coop.slug)


def _say(request: CoopRequest, done: services.Issued) -> None:
    count = len(done.invoices)
    if count == 1:
        messages.success(request, _("Invoice %(number)s is issued.") % {"number": done.invoices[0].number})
    elif count:
        messages.success(
            request, ngettext("%(count)s invoice is issued.", "%(count)s invoices are issued.", count) % {"count": count}
        )
    for _client, reason in done.refused:
        messages.warning(request, reason)
    if done.changed or not (count or done.refused):
        messages.warning(request, _changed([client.party.name for client in done.changed]))


def _changed(names: Sequence[str]) -> str:
    if not names:
        return _("Nothing was issued. Look first at what waits to be invoiced.")
    return _(
        "Not issued, because the work, or what is written of the client, has changed since you looked, "
        "or it stands on an invoice already: %(clients)s."
    ) % {"clients": ", ".join(names)}


def _seen(said: Iterable[str]) -> dict[int, str]:
    """ "12:4f0c…", the client's number and what tells it from others; what is written otherwise is passed over."""
    parts = (each.partition(":") for each in list(said)[:AT_ONCE])
    return {int(number): mark for number, _colon, mark in parts if number.isascii() and number.isdecimal() and len(number) < 9}
