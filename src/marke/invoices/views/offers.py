"""The client's own page of a quote: who has the link reads it, and says yes or no without an account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marke.common import clock
from marke.common.views import pdf_response, render
from marke.invoices import services
from marke.invoices.lines import sums
from marke.invoices.models import Quote, QuoteAnswer, QuoteVersion
from marke.invoices.parts import parts_of
from marke.invoices.pdf import quote_pdf
from marke.invoices.quote_forms import AnswerForm, DeclineForm
from marke.invoices.quote_queries import fixed_version
from marke.invoices.quoting import State, is_over
from marke.invoices.vat_notes import reason
from marke.parties.http import CoopRequest
from marke_core.einvoice import NetLine


def offer_part(version: QuoteVersion) -> dict[str, Any]:
    """What the page of a quote shows of one version."""
    lines = list(version.lines.all())
    together = sums(NetLine(line.vat_category, line.vat_permille, line.net) for line in lines)
    coop, buyer = version.quote.coop, version.quote.client.party
    reasons = [
        said
        for group in together.groups
        if (
            said := reason(
                category=group.category, country=coop.country, has_vat_number=bool(coop.vat_number), language=version.language,
                buyer_country=buyer.country,
            )
        )
    ]  # fmt: skip
    return {"version": version, "lines": lines, "sums": together, "reasons": reasons}


def _by_link(request: CoopRequest, token: str) -> tuple[Quote, QuoteVersion]:
    rows = Quote.objects.filter(coop=request.coop, token=token[:40]).select_related("client__party", "activity")
    found = rows.first()
    version = fixed_version(found) if found is not None else None
    if found is None or version is None:
        raise Http404(_("This link does not lead to a quote. Use the link in your letter, or call us."))
    found.coop = request.coop
    version.quote = found
    return found, version


@never_cache
@require_safe
def offer(request: CoopRequest, token: str) -> HttpResponse:
    return _offer_page(request, token)


def _offer_page(request: CoopRequest, token: str, yes: AnswerForm | None = None) -> HttpResponse:
    found, version = _by_link(request, token)
    at = clock.now()
    today = clock.local_date(at, request.coop.timezone)
    over = is_over(found, version.valid_until, today)
    context = {
        "quote": found,
        "token": token,
        **offer_part(version),
        "answer": QuoteAnswer.objects.filter(version=version).first(),
        "over": over,
        "waits": found.state == State.SENT and not over,
        "withdrawn": found.state == State.WITHDRAWN,
        "yes": yes or AnswerForm(initial={"version": version.number}),
        "no": DeclineForm(initial={"version": version.number}),
        "brought": parts_of(found, at),
    }
    return render(request, "invoices/offer.html", context)


@never_cache
@require_POST
def offer_answer(request: CoopRequest, token: str) -> HttpResponse:
    found, _version = _by_link(request, token)
    accepted = request.POST.get("answer") == "yes"
    form = AnswerForm(request.POST) if accepted else DeclineForm(request.POST)
    if not form.is_valid():
        if "version" in form.errors or not isinstance(form, AnswerForm):
            messages.error(request, _("The form came without what it is about. Read the quote, and answer again."))
            return redirect("invoices:offer", request.coop.slug, token)
        return _offer_page(request, token, form)
    data = form.cleaned_data
    services.answer_quote(
        quote=found, version=data["version"], accepted=accepted, name=data.get("name", ""), note=data.get("note", ""),
        by=request.party, at=clock.now(),
    )  # fmt: skip
    said = _("Thank you. It is an order now.") if accepted else _("Thank you for telling us.")
    messages.success(request, said)
    return redirect("invoices:offer", request.coop.slug, token)


@never_cache
@require_safe
def offer_paper(request: CoopRequest, token: str) -> HttpResponse:
    found, version = _by_link(request, token)
    return pdf_response(f"{request.coop.slug}-quote-{found.number}.pdf", quote_pdf(version))
