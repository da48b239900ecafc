"""Quotes and orders of an own business, for whoever runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.activities.models import Activity
from marke.common import clock
from marke.common.forms import MarkeForm
from marke.common.refusal import Refused
from marke.common.views import page_of, pdf_response, render
from marke.invoices import services
from marke.invoices.judging import Judged
from marke.invoices.keeping import Keeping, keeping
from marke.invoices.lines import Sums, sums
from marke.invoices.models import Quote, QuoteAnswer, QuoteLine, QuoteVersion
from marke.invoices.pdf import quote_pdf
from marke.invoices.permissions import can_change_client, check_papers
from marke.invoices.provisional import judge_plan, judge_quote
from marke.invoices.quote_forms import BLANK_LINES, ContentForm, LineForm, NewQuoteForm, PartForm, ToldForm
from marke.invoices.quote_queries import (
    advice_for,
    businesses_of,
    clients_of,
    draft_of,
    fixed_version,
    invoices_of,
    left_to_invoice,
    may_be_seen,
    quote_rows,
    quotes,
)
from marke.invoices.quoting import CAN_BE_WRITTEN, State, can_move
from marke.invoices.services.ordering import DoneBeforeBegun, PlanHasChanged, plan_invoice
from marke.invoices.services.quoting import MOST_LINES, Content, NewLine
from marke.invoices.vat_choices import Advice, check_choice
from marke.invoices.views.offers import offer_part
from marke.parties.http import CoopRequest
from marke.parties.models import Party
from marke.parties.permissions import can_office, members_only
from marke.payments.permissions import MONEY_OFFICES
from marke.rules.queries import rulebook
from marke_core.einvoice import NetLine
from marke_core.einvoice.vat import BadVat


@require_safe
@members_only
def all_quotes(request: CoopRequest) -> HttpResponse:
    """The quotes and orders of the businesses that the member runs; of all, for who handles the money."""
    assert request.membership is not None
    rows, mine = quotes(request.coop), businesses_of(request.membership)
    if not can_office(request, *MONEY_OFFICES):
        rows = may_be_seen(rows, request.membership)
    if (state := request.GET.get("state", "")) in State.values:
        rows = rows.filter(state=state)
    page = page_of(request, rows)
    today = clock.local_date(clock.now(), request.coop.timezone)
    context = {
        "page": page,
        "rows": quote_rows(page, today),
        "state": state,
        "states": State.choices,
        "mine": mine,
        "several": len({row.activity_id for row in page}) > 1,
    }
    return render(request, "invoices/quotes.html", context)


@require_http_methods(["GET", "POST"])
@members_only
def new_quote(request: CoopRequest, activity: int) -> HttpResponse:
    """For whom and about what; the lines are written on the next page."""
    found = get_object_or_404(Activity.objects.select_related("coop"), coop=request.coop, number=activity)
    check_papers(request, found)
    known = clients_of(found)
    form = NewQuoteForm(request.POST or None, coop=request.coop, clients=known)
    if request.method == "POST" and form.is_valid():
        made = services.start_quote(
            activity=found, client=form.client_chosen, details=form.details, title=form.cleaned_data["title"],
            once_key=form.cleaned_data["once_key"], by=_party(request), at=clock.now(),
        )  # fmt: skip
        return redirect("invoices:draft", request.coop.slug, made.number)
    opens = not known or form.is_bound
    return render(request, "invoices/new_quote.html", {"activity": found, "form": form, "opens": opens})


def _quote(request: CoopRequest, number: int) -> Quote:
    rows = Quote.objects.select_related("client__party", "client__coop", "activity", "created_by", "closed_by")
    found = get_object_or_404(rows, coop=request.coop, number=number)
    found.coop = found.activity.coop = found.client.coop = request.coop
    check_papers(request, found.activity)
    return found


@require_safe
@members_only
def quote(request: CoopRequest, number: int) -> HttpResponse:
    return _quote_page(request, _quote(request, number))


def _quote_page(request: CoopRequest, found: Quote, told: ToldForm | None = None) -> HttpResponse:
    fixed, draft = fixed_version(found), draft_of(found)
    version = fixed or draft
    assert version is not None
    [row] = quote_rows(quotes(request.coop).filter(pk=found.pk), clock.local_date(clock.now(), request.coop.timezone))
    left = left_to_invoice(found) if found.state == State.ORDERED else {}
    context = {
        "quote": found,
        "row": row,
        "draft": draft,
        **offer_part(version),
        "versions": list(found.versions.all()),
        "answer": QuoteAnswer.objects.filter(version__quote=found).order_by("-at").first(),
        "invoices": list(invoices_of(found)),
        "left": sum(left.values()),
        "keeping": keeping(found.activity, version.net, clock.local_date(clock.now(), request.coop.timezone), clock.now()),
        "can_write": State(found.state) in CAN_BE_WRITTEN,
        "can_withdraw": can_move(found, State.WITHDRAWN),
        "can_close": bool(left),
        "mends_client": can_change_client(request, found.client),
        "told": told or ToldForm(initial={"version": version.number}),
    }
    return render(request, "invoices/quote.html", context)


@dataclass(frozen=True)
class Reckoning:
    """What the lines come to as they stand, what of it stays with the business, and what hinders it as an e-invoice."""

    sums: Sums | None
    keeping: Keeping | None
    trouble: str = ""
    judged: Judged | None = None


@require_http_methods(["GET", "POST"])
@members_only
def draft(request: CoopRequest, number: int) -> HttpResponse:
    """The page on which a quote is written; it reckons while one types, and on a button without JavaScript."""
    found, at = _quote(request, number), clock.now()
    version = draft_of(found) or fixed_version(found)
    assert version is not None
    advice = advice_for(found, at)
    content = ContentForm(
        request.POST or None, version=version, longest_term=rulebook(request.coop, at).value("invoices.longest_term").days
    )
    lines = _line_forms(request, version, advice)
    valid = request.method == "POST" and _all_valid([content, *lines])
    move = request.POST.get("move", "")
    if valid and move in ("keep", "send", "direct"):
        return _keep(request, found, content, [line.line for line in lines if not line.is_blank], move)
    context = {
        "quote": found, "version": version, "content": content, "lines": lines, "advice": advice,
        "reckoning": _reckon(found, lines, advice, _said(content, version)), "count": len(lines),
        "is_first": found.state == State.DRAFT, **_mends(request, found),
    }  # fmt: skip
    part = "#answer" if request.headers.get("HX-Request") == "true" and move == "" else ""
    return render(request, f"invoices/draft.html{part}", context)


def _all_valid(forms: Sequence[MarkeForm]) -> bool:
    """Each is looked at, so that everything wrong is said at once."""
    return not [form for form in forms if not form.is_valid()]


def _line_forms(request: CoopRequest, version: QuoteVersion, advice: Advice) -> list[LineForm]:
    """As many as were sent, and more where more are asked for; bound on a GET too, so that what stands there is reckoned."""
    if request.method == "POST":
        count = request.POST.get("lines", "")
        known = min(int(count), MOST_LINES) if count.isascii() and count.isdecimal() and len(count) < 4 else BLANK_LINES
        more = BLANK_LINES if request.POST.get("move") == "more" else 0
        forms = [LineForm(request.POST, place=place, coop=request.coop, advice=advice) for place in range(known)]
        blank = [
            LineForm(None, place=place, coop=request.coop, advice=advice) for place in range(known, min(known + more, MOST_LINES))
        ]
        return forms + blank
    kept: Sequence[QuoteLine | None] = [*version.lines.all(), *[None] * BLANK_LINES]
    return [
        LineForm(None, place=place, coop=request.coop, advice=advice, line=line) for place, line in enumerate(kept[:MOST_LINES])
    ]


def _said(content: ContentForm, version: QuoteVersion) -> Content:
    """What stands beside the lines; what was kept, while a field cannot be read."""
    if content.is_bound and content.is_valid():
        return content.content
    return Content(**{name: getattr(version, name) for name in Content.__dataclass_fields__})


def _mends(request: CoopRequest, found: Quote) -> dict[str, bool]:
    """Which pages the person may open to mend what hinders an e-invoice."""
    return {
        "mends_seller": can_office(request, "coordinator"),
        "mends_buyer": can_office(request, *MONEY_OFFICES),
        "mends_client": can_change_client(request, found.client),
    }


def _reckon(found: Quote, lines: Sequence[LineForm], advice: Advice, said: Content) -> Reckoning:
    at = clock.now()
    written = [form.line for form in lines if form.is_bound and form.is_valid() and not form.is_blank]
    if not any(form.is_bound for form in lines):
        written = [form.kept for form in lines if form.kept is not None]
    try:
        for line in written:
            check_choice(line.vat, advice)
        together = sums(NetLine(line.vat.category, line.vat.permille, line.net) for line in written)
    except (Refused, BadVat) as refused:
        return Reckoning(None, None, str(refused))
    judged = None
    if together.gross > 0:
        judged = judge_quote(
            quote=found, lines=written, together=together, term_days=said.term_days, reference=said.reference,
            delivered=said.ends_on or said.begins_on, at=at,
        )  # fmt: skip
    kept = keeping(found.activity, together.net, clock.local_date(at, found.coop.timezone), at)
    return Reckoning(together, kept, judged=judged)


def _keep(request: CoopRequest, found: Quote, content: ContentForm, lines: Sequence[NewLine], move: str) -> HttpResponse:
    services.write_quote(
        quote=found, content=content.content, lines=lines, send=move == "send", direct=move == "direct", by=_party(request),
        at=clock.now(),
    )  # fmt: skip
    if move == "direct":
        return redirect("invoices:order_invoice", request.coop.slug, found.number)
    words = _("The quote is sent to %(client)s.") if move == "send" else _("The quote is kept. Nobody else has it yet.")
    messages.success(request, words % {"client": found.client.party.name})
    return redirect("invoices:quote", request.coop.slug, found.number)


def _send(request: CoopRequest, found: Quote) -> str:
    services.send_quote(quote=found, by=_party(request), at=clock.now())
    return _("The quote is sent to %(client)s.") % {"client": found.client.party.name}


def _withdraw(request: CoopRequest, found: Quote) -> str:
    services.withdraw_quote(quote=found, by=_party(request), at=clock.now())
    return _("The quote is withdrawn.")


def _close(request: CoopRequest, found: Quote) -> str:
    services.close_order(quote=found, by=_party(request), at=clock.now())
    return _("The order is closed. What was left of it is not invoiced.")


def _party(request: CoopRequest) -> Party:
    assert request.party is not None
    return request.party


MOVES: dict[str, Callable[[CoopRequest, Quote], str]] = {"send": _send, "withdraw": _withdraw, "close": _close}


@require_POST
@members_only
def quote_moves(request: CoopRequest, number: int) -> HttpResponse:
    found = _quote(request, number)
    move = MOVES.get(request.POST.get("move", ""))
    if move is not None:
        messages.success(request, move(request, found))
    return redirect("invoices:quote", request.coop.slug, found.number)


@require_POST
@members_only
def told(request: CoopRequest, number: int) -> HttpResponse:
    """The client said yes by telephone or on paper."""
    found, form = _quote(request, number), ToldForm(request.POST)
    if not form.is_valid():
        return _quote_page(request, found, form)
    data = form.cleaned_data
    services.answer_quote(
        quote=found, version=data["version"], accepted=True, name=data["name"], note=data["note"], door=QuoteAnswer.Door.TOLD,
        by=request.party, at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("It is an order now."))
    return redirect("invoices:quote", request.coop.slug, found.number)


@require_http_methods(["GET", "POST"])
@members_only
def order_invoice(request: CoopRequest, number: int) -> HttpResponse:
    """How much of an order is invoiced; then a page to check; then the invoice."""
    found, at = _quote(request, number), clock.now()
    left = sum(left_to_invoice(found).values())
    version = fixed_version(found)
    form = PartForm(request.POST or None, begun=found.invoices.exists(), done_on=version.last_day if version else None)
    context = {"quote": found, "form": form, "left": left, "version": version}
    if request.method == "GET" or not form.is_valid():
        return render(request, "invoices/order_invoice.html", context)
    data = form.cleaned_data
    if request.POST.get("move") == "issue":
        return _issue(request, found, form)
    try:
        planned = plan_invoice(quote=found, part=form.share, words=data["words"], done_on=data["done_on"], at=at)
    except DoneBeforeBegun as wrong:
        form.add_error("done_on", str(wrong))
        return render(request, "invoices/order_invoice.html", context, status=422)
    day = clock.local_date(at, request.coop.timezone)
    context |= {
        "planned": planned, "keeping": keeping(found.activity, planned.sums.net, day, at), **_mends(request, found),
        "judged": judge_plan(planned.what, planned.sums, at=at) if planned.sums.gross > 0 else None,
    }  # fmt: skip
    return render(request, "invoices/check_invoice.html", context)


def _issue(request: CoopRequest, found: Quote, form: PartForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        issued = services.invoice_order(
            quote=found, part=form.share, words=data["words"], done_on=data["done_on"], seen=data["left"] or 0,
            by=request.party, at=clock.now(),
        )  # fmt: skip
    except PlanHasChanged as changed:
        messages.warning(request, str(changed))
        return redirect("invoices:quote", request.coop.slug, found.number)
    messages.success(request, _("Invoice %(number)s is issued.") % {"number": issued.number})
    return redirect("invoices:invoice", request.coop.slug, issued.number)


@require_safe
@members_only
def quote_paper(request: CoopRequest, number: int) -> HttpResponse:
    found = _quote(request, number)
    version = fixed_version(found) or draft_of(found)
    assert version is not None
    version.quote = found
    return pdf_response(f"{request.coop.slug}-quote-{found.number}.pdf", quote_pdf(version))
