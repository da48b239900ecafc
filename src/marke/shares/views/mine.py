"""My shares: what I hold, what it cost, what it brings, and what I can do with it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import pdf_response, render
from marke.parties.http import CoopRequest
from marke.parties.models import Coop, Membership
from marke.parties.permissions import check_member
from marke.rules.queries import Rulebook, rulebook
from marke.shares import queries, services
from marke.shares.class_sentences import class_view
from marke.shares.exits.queries import exits_of, standings
from marke.shares.forms import GiftForm, RegisterDayForm, ShareRequestForm
from marke.shares.models import ShareClass
from marke.shares.papers import certificate_pdf
from marke.shares.rulebook import NONE
from marke.shares.services.eligibility import is_for
from marke.shares.views.holder import holder


def open_classes(coop: Coop, membership: Membership, rules: Rulebook) -> list[ShareClass]:
    """The classes of which this member can ask for shares; the ordinary one before anybody has asked for any."""
    found = queries.classes(coop) or [ShareClass(coop=coop, code="ordinary", opened_at=coop.created_at)]
    return [each for each in found if each.closed_at is None and is_for(membership, each, rules)]


def notes_of(classes: list[ShareClass], rules: Rulebook) -> dict[str, str]:
    """The information notes that are to be read, by the name of the class."""
    asked = [each for each in classes if rules.value("shares.note_asked", share_class=each.code)]
    return {str(each): rules.value("shares.note", share_class=each.code) for each in asked}


@require_http_methods(["GET", "POST"])
def mine(request: CoopRequest) -> HttpResponse:
    """My shares, and a form to ask for some."""
    membership, coop, at = holder(request), request.coop, clock.now()
    rules = rulebook(coop, at)
    classes = open_classes(coop, membership, rules)
    notes = notes_of(classes, rules)
    minimum = rules.value("shares.minimum", share_class=classes[0].code) if len(classes) == 1 else 1
    form = ShareRequestForm(request.POST or None, classes=classes, minimum=minimum, notes=notes)
    if request.method == "POST" and form.is_valid():
        try:
            return _ask(request, membership, form)
        except Refused as refusal:
            form.add_error(form.first(), str(refusal))
    return render(request, "shares/mine.html", _context(membership, rules, classes, form))


def _ask(request: CoopRequest, membership: Membership, form: ShareRequestForm, to: Membership | None = None) -> HttpResponse:
    at = clock.now()
    ordinary = services.ordinary_class(request.coop, at)
    wanted = [(each if each.pk else ordinary, number) for each, number in form.wanted()]
    made = services.request_several(
        membership=to or membership,
        wanted=wanted,
        once_key=form.cleaned_data["once_key"],
        payer=membership.party if to else None,
        noted=bool(form.cleaned_data.get("noted")),
        by=request.party,
        at=at,
    )
    return redirect("shares:request", request.coop.slug, made[0].number)


def _context(membership: Membership, rules: Rulebook, classes: list[ShareClass], form: ShareRequestForm) -> dict[str, Any]:
    coop, at = membership.coop, rules.at
    today = clock.local_date(at, coop.timezone)
    held = queries.holdings_by_class(coop, today, membership)
    is_member = membership.state == Membership.State.MEMBER
    ways = {row.share_class.code for row in held if row.share_class}
    everything = queries.classes(coop)
    lots = queries.lots_of(membership, on=today)
    return {
        "membership": membership,
        "holding": queries.holding_of(membership, today),
        "held": held,
        "several": len(everything) > 1,
        "classes": [class_view(each, rules, coop) for each in classes],
        "lots": lots if len(lots) > 1 else [],
        "class_names": {each.code: str(each) for each in everything},
        "price": rules.value("shares.price", share_class=classes[0].code) if classes else None,
        "rows": queries.with_standing(queries.requests(coop).filter(membership=membership)),
        "given": queries.with_standing(queries.requests(coop).filter(payer=membership.party)),
        "transfers": list(queries.open_transfers(coop, membership)),
        "exits": standings(exits_of(membership), today),
        "form": form,
        "notes": form.notes,
        "can_ask": membership.state in (Membership.State.MEMBER, Membership.State.APPLIED) and classes,
        "can_pass": is_member and any(rules.value("shares.transfer", share_class=code) != NONE for code in ways),
        "can_convert": is_member
        and len(everything) > 1
        and any(rules.value("shares.conversion", share_class=code) != NONE for code in ways),
        "can_give": is_member and bool(held),
        "is_member": is_member,
    }


@require_http_methods(["GET", "POST"])
def gift(request: CoopRequest) -> HttpResponse:
    """Shares that I pay and another member holds."""
    check_member(request)
    membership, coop, at = holder(request), request.coop, clock.now()
    rules = rulebook(coop, at)
    classes = [each for each in queries.classes(coop) if each.closed_at is None] or open_classes(coop, membership, rules)
    notes = notes_of(classes, rules)
    form = GiftForm(request.POST or None, classes=classes, notes=notes, coop=coop, apart_from=membership)
    if request.method == "POST" and form.is_valid():
        try:
            return _ask(request, membership, form, form.cleaned_data["receiver"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "shares/gift.html", {"form": form, "notes": notes})


@require_safe
def certificate(request: CoopRequest) -> HttpResponse:
    """What the register says of me on a day; today if the address asks for none."""
    membership, at = holder(request), clock.now()
    form = RegisterDayForm(request.GET or None)
    on = (form.cleaned_data["on"] if form.is_bound and form.is_valid() else None) or clock.local_date(at, request.coop.timezone)
    held = queries.holdings_by_class(request.coop, on, membership)
    if not held:
        raise Http404
    return pdf_response(f"{request.coop.slug}-shares.pdf", certificate_pdf(membership, held, on, at))
