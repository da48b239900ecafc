"""The inbox: what came in, what waits, and the files exactly as they came."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.bills import queries, services
from marke.bills.forms import BringForm
from marke.bills.letters import PREFIX
from marke.bills.looking import look_at
from marke.bills.models import Bill, BillFile, Letter
from marke.bills.permissions import bill_or_404, check_may_bring, may_bring, sees_all
from marke.bills.services import Incoming
from marke.common import clock
from marke.common.money import to_major
from marke.common.refusal import Refused
from marke.common.views import csv_response, file_response, page_of, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, check_member, office_only
from marke.payments.permissions import MONEY_OFFICES

SHOWN_INLINE = {"application/pdf", "image/jpeg", "image/png", "image/webp"}


@require_http_methods(["GET", "HEAD", "POST"])
def bills(request: CoopRequest) -> HttpResponse:
    check_member(request)
    form = BringForm()
    if request.method == "POST":
        check_may_bring(request)
        form = BringForm(request.POST, request.FILES)
        if form.is_valid() and (answer := _brought(request, form)) is not None:
            return answer
    return _page(request, form)


def _brought(request: CoopRequest, form: BringForm) -> HttpResponse | None:
    file = form.cleaned_data["file"]
    try:
        received = services.receive_bill(
            coop=request.coop, incoming=Incoming(file.read(), file.name or ""), by=request.party, at=clock.now()
        )
    except Refused as refused:
        form.add_error("file", str(refused))
        return None
    seen = sees_all(request) or received.bill.entered_by_id == (request.party.pk if request.party else None)
    if received.known:
        messages.info(
            request, _("It is here already, as bill %(number)s; nothing was doubled.") % {"number": received.bill.number}
        )
    else:
        messages.success(request, _("Brought in as bill %(number)s.") % {"number": received.bill.number})
    return redirect("bills:bill", request.coop.slug, received.bill.number) if seen else redirect("bills:bills", request.coop.slug)


def _tabs() -> list[tuple[str, str]]:
    return [("todo", _("To do")), ("approved", _("Approved")), ("refused", _("Refused")), ("all", _("All"))]


def _page(request: CoopRequest, form: BringForm) -> HttpResponse:
    every, shown = sees_all(request), request.GET.get("show", "")
    shown = shown if shown in queries.SHOWN else ("todo" if every else "all")
    rows = queries.bills(request.coop)
    if not every:
        rows = rows.filter(entered_by=request.party)
    if states := queries.SHOWN[shown]:
        rows = rows.filter(state__in=states)
    page = page_of(request, rows)
    standings = queries.standings(list(page))
    office = can_office(request, *MONEY_OFFICES)
    address = queries.address_of(request.coop) if office else None
    context: dict[str, Any] = {
        "form": form if may_bring(request) else None,
        "page": page,
        "rows": [{"bill": bill, "standing": standings[bill.pk]} for bill in page],
        "shown": shown,
        "tabs": [(key, words, key == shown) for key, words in _tabs()],
        "sees_all": every,
        "office": office,
        "address": f"{PREFIX}{address.token}@{settings.BILLS_HOST}" if address and settings.BILLS_HOST else "",
        "token": address.token if address else "",
        "mail_possible": bool(settings.BILLS_HOST),
        "letters": Letter.objects.filter(coop=request.coop).exclude(refused=[])[:5] if office else [],
    }
    return render(request, "bills/bills.html", context, status=422 if form.errors else 200)


@require_safe
@office_only(*MONEY_OFFICES)
def bills_csv(request: CoopRequest) -> HttpResponse:
    """Every bill that came in."""
    rows = list(queries.bills(request.coop))
    standings = queries.standings(rows)
    header = ["bill", "supplier", "paper", "issue_date", "due_date", "net", "vat", "payable", "currency", "state", "left"]
    lines = (
        [
            bill.number, bill.name, bill.paper, bill.issue_date or "", bill.due_date or "", to_major(bill.net, bill.currency),
            to_major(bill.vat, bill.currency), to_major(bill.payable, bill.currency), bill.currency, bill.state,
            to_major(standings[bill.pk].left, bill.currency),
        ]
        for bill in rows
    )  # fmt: skip
    return csv_response(f"{request.coop.slug}-bills.csv", header, lines)


@require_POST
@office_only(*MONEY_OFFICES)
def address(request: CoopRequest) -> HttpResponse:
    """A mail address for bills: made, made anew, or closed."""
    if request.POST.get("move") == "close":
        services.close_address(coop=request.coop, by=request.party, at=clock.now())
        messages.success(request, _("No mail is taken any more."))
    else:
        instead = request.POST.get("instead", "")
        services.open_address(coop=request.coop, instead=instead, by=request.party, at=clock.now())
        messages.success(request, _("The address is made. An older one leads nowhere any more."))
    return redirect("bills:bills", request.coop.slug)


def _file(bill: Bill, position: int) -> BillFile:
    return get_object_or_404(BillFile, bill=bill, position=position)


@require_safe
def file(request: CoopRequest, number: int, position: int) -> HttpResponse:
    """Every byte as it came."""
    found = _file(bill_or_404(request, number), position)
    name = found.name or f"bill-{number}.{found.kind}"
    return file_response(name, bytes(found.content), found.mime)


@require_safe
def shown(request: CoopRequest, number: int, position: int) -> HttpResponse:
    """A PDF or photo, beside the fields. XML is never shown by the browser, because it could act."""
    found = _file(bill_or_404(request, number), position)
    if found.mime not in SHOWN_INLINE:
        raise Http404(_("There is no picture of this file."))
    return file_response(found.name or f"bill-{number}", bytes(found.content), found.mime, shown=True)


@require_safe
def enclosed(request: CoopRequest, number: int, place: int) -> HttpResponse:
    """A file that lies inside the e-invoice: a PDF of it, a timesheet. To keep, not to show."""
    document = look_at(bill_or_404(request, number)).document
    files = [each.attached for each in document.supporting if each.attached] if document else []
    if not 0 < place <= len(files):
        raise Http404(_("There is no such file in the e-invoice."))
    inside = files[place - 1]
    assert inside is not None
    return file_response(inside.filename or f"bill-{number}-{place}", inside.content, "application/octet-stream")
