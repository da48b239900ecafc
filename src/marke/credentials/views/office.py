"""For who holds an office: to whom something was issued, by which keys, and whose documents are kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import page_of, render
from marke.credentials import services
from marke.credentials.forms import IssuerForm, WithdrawForm
from marke.credentials.identity import did_of
from marke.credentials.models import Issued, KnownIssuer, SigningKey
from marke.credentials.permissions import OFFICERS
from marke.credentials.queries import all_issued, keys, known_issuers
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
@never_cache
def office(request: CoopRequest) -> HttpResponse:
    """Everything in one place; the form keeps the document of somebody who signs."""
    form = IssuerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.keep_issuer(
                coop=request.coop, content=form.cleaned_data["document"], by=request.party, at=clock.now()
            )
        except Refused as refusal:
            form.add_error("document", str(refusal))
        else:
            messages.success(request, _("Kept: what %(did)s signs can be checked here now.") % {"did": kept.did})
            return redirect("credentials:office", request.coop.slug)
    context = {
        "page": page_of(request, all_issued(request.coop)),
        "keys": list(keys(request.coop)),
        "known": list(known_issuers(request.coop)),
        "did": did_of(request.coop),
        "form": form,
    }
    return render(request, "credentials/office.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
@never_cache
def revocation(request: CoopRequest, number: int) -> HttpResponse:
    """One credential is withdrawn, with a reason that the member reads."""
    issued = Issued.objects.filter(coop=request.coop, number=number).select_related("membership__party").first()
    if issued is None:
        raise Http404(_("No work history %(number)s was issued.") % {"number": number})
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(issued=issued, own=False, reason=form.cleaned_data["reason"], by=request.party, at=clock.now())
        except Refused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, _("Withdrawn. Who checks it from now on reads that it does not count."))
            return redirect("credentials:office", request.coop.slug)
    return render(request, "credentials/revocation.html", {"issued": issued, "form": form}, status=422 if form.errors else 200)


@require_POST
@office_only(*OFFICERS)
def new_key(request: CoopRequest) -> HttpResponse:
    number = request.POST.get("key", "")
    key = SigningKey.objects.filter(coop=request.coop, number=number).first() if number.isdecimal() and len(number) <= 9 else None
    if key is None:
        messages.error(request, _("There is no key %(number)s.") % {"number": number[:20]})
        return redirect("credentials:office", request.coop.slug)
    key.coop = request.coop
    services.renew_key(key=key, by=request.party, at=clock.now())
    messages.success(request, _("From now on another key signs. What the old one signed still counts."))
    return redirect("credentials:office", request.coop.slug)


@require_POST
@office_only(*OFFICERS)
def key_withdrawal(request: CoopRequest, number: int) -> HttpResponse:
    key = SigningKey.objects.filter(coop=request.coop, number=number).first()
    if key is None:
        raise Http404(_("There is no key %(number)s.") % {"number": number})
    key.coop = request.coop
    services.withdraw_key(key=key, by=request.party, at=clock.now())
    messages.success(request, _("Nothing that this key signed counts any more."))
    return redirect("credentials:office", request.coop.slug)


@require_POST
@office_only(*OFFICERS)
def forgetting(request: CoopRequest, number: int) -> HttpResponse:
    known = KnownIssuer.objects.filter(coop=request.coop, number=number).first()
    if known is None:
        raise Http404(_("No document %(number)s is kept.") % {"number": number})
    services.forget_issuer(issuer=known)
    messages.success(request, _("Forgotten."))
    return redirect("credentials:office", request.coop.slug)
