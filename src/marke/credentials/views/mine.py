"""What a member takes along: chosen, looked at, signed, withdrawn; and what they brought from elsewhere."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.paper import qr_svg
from marke.common.refusal import Refused
from marke.common.views import file_response, page_of, pdf_response, render
from marke.credentials import services
from marke.credentials.copies import reports_of
from marke.credentials.forms import ChoiceForm, KeyedChoiceForm, PastedForm
from marke.credentials.history import has_worked, history_of
from marke.credentials.models import Brought, Issued
from marke.credentials.paper import history_pdf, link_of
from marke.credentials.permissions import OFFICERS
from marke.credentials.queries import brought_by, issued_to, platforms_for, waiting_for
from marke.credentials.showing import shown_report
from marke.credentials.telling import period, sections
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import can_office, check_belonged

KINDS = ("history.json", "credential.json", "credential.jwt")


def me(request: CoopRequest) -> Membership:
    """Also who has left or is suspended: what they did stays theirs to take along."""
    own = request.membership
    membership = own if own is not None and own.state == Membership.State.SUSPENDED else check_belonged(request)
    membership.coop = request.coop
    return membership


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def mine(request: CoopRequest) -> HttpResponse:
    """Choose, look at it (the choice stands in the address), and have it signed."""
    membership, at = me(request), clock.now()
    if request.method == "POST":
        return _issue(request, membership)
    form = ChoiceForm(request.GET if "since" in request.GET else None, membership=membership, at=at)
    context = {
        "form": form,
        "page": page_of(request, issued_to(membership), 10),
        "officer": can_office(request, *OFFICERS),
        "waits": waiting_for(membership),
    }
    if form.is_bound and form.is_valid():
        history = history_of(membership, form.choice, at)
        context |= {"sections": sections(history), "reviews": history.get("reviews", []), "something": has_worked(history)}
        context["signing"] = KeyedChoiceForm(_data(request), membership=membership, at=at)
    return render(request, "credentials/mine.html", context)


def _data(request: HttpRequest) -> object:
    """The same choice once more, with a key by which it is signed once."""
    data = request.GET.copy()
    data["once_key"] = KeyedChoiceForm.base_fields["once_key"].initial()
    return data


def _issue(request: CoopRequest, membership: Membership) -> HttpResponse:
    form = KeyedChoiceForm(request.POST, membership=membership, at=clock.now())
    if form.is_valid():
        try:
            issued = services.issue(
                membership=membership, choice=form.choice, once_key=form.cleaned_data["once_key"], by=request.party,
                at=clock.now(),
            )  # fmt: skip
        except services.KeyCannotBeOpened as refusal:
            # They asked, and have it later: that counts as waiting.
            services.note_request(membership=membership, asked_at=clock.now(), by=request.party, at=clock.now())
            form.add_error(None, str(refusal))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("credentials:one", request.coop.slug, issued.number)
    context = {"form": form, "page": page_of(request, issued_to(membership), 10)}
    return render(request, "credentials/mine.html", context, status=422)


def _issued(request: CoopRequest, number: int) -> Issued:
    membership = me(request)
    found = Issued.objects.filter(coop=request.coop, membership=membership, number=number).exclude(signed="").first()
    if found is None:
        raise Http404(_("You have taken no work history %(number)s along.") % {"number": number})
    found.coop = request.coop
    return found


@require_safe
@never_cache
def one(request: CoopRequest, number: int) -> HttpResponse:
    issued = _issued(request, number)
    link = link_of(issued)
    context = {
        "issued": issued,
        "sections": sections(issued.history),
        "reviews": issued.history.get("reviews", []),
        "period": period(issued.history),
        "link": link,
        "qr": mark_safe(qr_svg(link)),  # noqa: S308  segno draws our own address
        "over": issued.ends_at <= clock.now(),
    }
    return render(request, "credentials/one.html", context)


@require_safe
@never_cache
def paper(request: CoopRequest, number: int) -> HttpResponse:
    issued = _issued(request, number)
    return pdf_response(f"{request.coop.slug}-work-history-{issued.number}.pdf", history_pdf(issued))


@require_safe
@never_cache
def file(request: CoopRequest, number: int, kind: str) -> HttpResponse:
    """For programs: the history alone, or the credential with the signature in it or around it."""
    issued = _issued(request, number)
    return issued_file(issued, kind)


def issued_file(issued: Issued, kind: str) -> HttpResponse:
    name = f"{issued.coop.slug}-{issued.number}-{kind}"
    if kind == "history.json":
        return file_response(name, json.dumps(issued.history, ensure_ascii=False, indent=1), "application/json")
    if kind == "credential.json":
        return file_response(name, issued.signed, "application/vc")
    if kind == "credential.jwt":
        return file_response(name, issued.jwt, "application/vc+jwt")
    raise Http404(_("There is no such file."))


@require_POST
def withdrawal(request: CoopRequest, number: int) -> HttpResponse:
    issued = _issued(request, number)
    services.withdraw(issued=issued, own=True, by=request.party, at=clock.now())
    messages.success(request, _("Withdrawn. Who checks it from now on reads that it does not count."))
    return redirect("credentials:one", request.coop.slug, number)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def brought(request: CoopRequest) -> HttpResponse:
    """What I did elsewhere, shown as what it is."""
    membership, at = me(request), clock.now()
    form = PastedForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.bring(membership=membership, content=form.content, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept. The co-op’s coordinator sees it on your page."))
            return redirect("credentials:brought", request.coop.slug)
    kept = list(brought_by(membership))
    rows = list(zip(kept, map(shown_report, reports_of(membership, kept, at=at)), strict=True))
    context = {"form": form, "rows": rows, "platforms": platforms_for(membership)}
    return render(request, "credentials/brought.html", context, status=422 if form.errors else 200)


@require_POST
def putting_away(request: CoopRequest, number: int) -> HttpResponse:
    membership = me(request)
    found = Brought.objects.filter(coop=request.coop, membership=membership, number=number).first()
    if found is None:
        raise Http404(_("You have brought no credential %(number)s.") % {"number": number})
    services.put_away(brought=found)
    messages.success(request, _("Put away."))
    return redirect("credentials:brought", request.coop.slug)
