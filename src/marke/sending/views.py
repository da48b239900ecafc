"""E-invoices, for the treasurer: by what they leave, who receives them, what became of each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import file_response, page_of, render
from marke.invoices.models import Invoice
from marke.parties.http import CoopRequest
from marke.parties.models import Client, Membership
from marke.parties.permissions import office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.selfbills.models import SelfBill
from marke.sending import queries, services
from marke.sending.access_point import access_points
from marke.sending.documents import ubl_now
from marke.sending.forms import ConnectionForm, RecipientForm
from marke.sending.models import Transmission
from marke.sending.words import ANSWER_TONES, ANSWERS, ANSWERS_OF_MEMBERS, REASONS, STATE_TONES
from marke_core.einvoice.participants import participant_of, show_participant

MOST_TO_LOOK_AT = 20


@require_safe
@office_only(*MONEY_OFFICES)
def e_invoices(request: CoopRequest) -> HttpResponse:
    page = page_of(request, queries.transmissions(request.coop))
    context = {
        "connection": (connected := queries.connection_of(request.coop)),
        "by": access_points.get(connected.kind).label if connected and connected.kind in access_points else "",
        "page": page,
        "rows": [_row(each) for each in page],
        "to_look_at": [_row(each) for each in queries.needing_a_person(request.coop)[:MOST_TO_LOOK_AT]],
        "businesses": queries.businesses(request.coop) if connected else [],
        "members": queries.members(request.coop) if connected else [],
    }
    return render(request, "sending/e_invoices.html", context)


def _row(each: Transmission) -> dict[str, object]:
    """What was answered last says more than how it went; why, in words."""
    last = list(each.answers.all())[-1:]
    why = [text or REASONS.get(code, code) for answer in last for code, _list, text in answer.reasons]
    return {
        "paper": each,
        "says": _answers(each).get(last[0].code) if last else each.get_state_display(),
        "tone": ANSWER_TONES.get(last[0].code, "") if last else STATE_TONES.get(each.state, ""),
        "why": why or [each.said],
    }


def _answers(each: Transmission) -> dict[str, object]:
    """What the codes of answers mean, of whoever answers."""
    return dict(ANSWERS if each.invoice else ANSWERS_OF_MEMBERS)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*MONEY_OFFICES)
@never_cache
def connection(request: CoopRequest) -> HttpResponse:
    """By what e-invoices leave from now on."""
    guess = participant_of(request.coop.vat_number)
    form = ConnectionForm(request.POST or None, initial={"participant": show_participant(guess) if guess else ""})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.open_connection(
                coop=request.coop, kind=data["kind"], url=data["url"], key=data["key"], participant=data["participant"],
                by=request.party, at=clock.now(),
            )  # fmt: skip
        except services.NoParticipant as refusal:
            form.add_error("participant", str(refusal))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Connected. What you invoice from now on is sent to whoever receives e-invoices."))
            return redirect("sending:e_invoices", request.coop.slug)
    return render(request, "sending/connection.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@office_only(*MONEY_OFFICES)
def closing(request: CoopRequest) -> HttpResponse:
    services.close_connection(coop=request.coop, by=request.party, at=clock.now())
    messages.success(request, _("Nothing is sent as an e-invoice any more."))
    return redirect("sending:e_invoices", request.coop.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*MONEY_OFFICES)
def recipient(request: CoopRequest, number: int) -> HttpResponse:
    """Where one client receives e-invoices."""
    rows = Client.objects.filter(coop=request.coop).select_related("party", "coop", "e_invoices")
    return _recipient(request, get_object_or_404(rows, number=number))


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*MONEY_OFFICES)
def member(request: CoopRequest, number: int) -> HttpResponse:
    """Where a member receives the invoices that we write in their name."""
    rows = Membership.objects.filter(coop=request.coop).select_related("party", "coop", "e_invoices")
    return _recipient(request, get_object_or_404(rows, number=number))


def _recipient(request: CoopRequest, whose: Client | Membership) -> HttpResponse:
    form = RecipientForm(request.POST or None, initial={"participant": queries.reached(whose).participant})
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {"participant": form.cleaned_data["participant"], "by": request.party, "at": clock.now()}
        try:
            if isinstance(whose, Client):
                services.write_recipient(client=whose, **said)
            else:
                services.write_member_recipient(membership=whose, **said)
        except Refused as refusal:
            form.add_error("participant", str(refusal))
        else:
            messages.success(request, _("Written down."))
            return redirect("sending:e_invoices", request.coop.slug)
    context = {"form": form, "whose": whose}
    return render(request, "sending/recipient.html", context, status=422 if form.errors else 200)


@require_safe
@office_only(*MONEY_OFFICES)
def e_invoice(request: CoopRequest, number: str) -> HttpResponse:
    """One paper: how it went, and what was answered."""
    found = _found(request, number)
    answers = [
        {
            "at": each.received_at,
            "says": _answers(found).get(each.code, each.code),
            "tone": ANSWER_TONES.get(each.code, ""),
            "reasons": [(REASONS.get(code, code), text) for code, _list, text in each.reasons],
        }
        for each in found.answers.all()
    ]
    again = found.state in (Transmission.State.REFUSED, Transmission.State.FAILED)
    context = {
        "paper": found,
        "tone": STATE_TONES.get(found.state, ""),
        "answers": answers,
        "may_send": again and queries.connection_of(request.coop) is not None,
    }
    return render(request, "sending/e_invoice.html", context)


@require_safe
@office_only(*MONEY_OFFICES)
def file(request: CoopRequest, number: str) -> HttpResponse:
    """The file exactly as it was sent; of a paper that was not, as it would be."""
    paper = _paper(request, number)
    sent: Transmission | None = getattr(paper, "transmission", None)
    return file_response(
        f"{paper.number}.xml", bytes(sent.content) if sent and sent.content else ubl_now(paper), "application/xml"
    )


def _paper(request: CoopRequest, number: str) -> Invoice | SelfBill:
    """Of ours or of a member. Raises: Http404."""
    ours = Invoice.objects.filter(coop=request.coop, number=number)
    found = ours.select_related("coop", "credits", "client__party", "client__e_invoices", "transmission").first()
    if found is not None:
        return found
    of_members = SelfBill.objects.filter(coop=request.coop, number=number)
    return get_object_or_404(
        of_members.select_related(
            "coop", "credits", "agreement__membership__party", "agreement__membership__e_invoices", "transmission"
        )
    )


@require_POST
@office_only(*MONEY_OFFICES)
def sending(request: CoopRequest, number: str) -> HttpResponse:
    """Once more, as it is written now."""
    try:
        services.send_again(transmission=_found(request, number), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It goes out within a minute."))
    return redirect("sending:e_invoice", request.coop.slug, number)


def _found(request: CoopRequest, number: str) -> Transmission:
    rows = Transmission.objects.filter(coop=request.coop).select_related(
        "coop", "connection", "invoice__client__party", "self_bill__agreement__membership__party"
    )
    named = Q(invoice__number=number) | Q(self_bill__number=number)
    return get_object_or_404(rows.filter(named).prefetch_related("answers"))
