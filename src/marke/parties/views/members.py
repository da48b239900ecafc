"""The list of members, and the page of one."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.navigation import soft_reverse
from marke.common.refusal import NotAllowed
from marke.common.views import csv_response, page_of, render
from marke.parties import services
from marke.parties.forms import ContactForm, HomeBaseForm, NewMemberForm
from marke.parties.hooks import member_parts
from marke.parties.http import CoopRequest
from marke.parties.models import Circle, Mandate, Membership, MembershipEvent, Party
from marke.parties.offices import mandates_in_force
from marke.parties.permissions import can_office, check_member, members_only, office_only
from marke.parties.queries import (
    applicants,
    belongs_elsewhere,
    contact_is_hidden,
    hidden_contacts,
    members,
    representatives,
)
from marke.parties.services.joining import AddressIsKnown

State = Membership.State
OFFICERS = ("coordinator", "secretary")
# What ?state= may be: the first is shown when nothing is asked.
STATES: dict[str, tuple[str, ...]] = {
    "members": (State.MEMBER, State.SUSPENDED),
    "applied": (State.APPLIED,),
    "former": (State.LEFT, State.REFUSED),
    "all": tuple(State.values),
}


def member_or_404(request: CoopRequest, number: int) -> Membership:
    membership = members(request.coop).filter(number=number).first()
    if membership is None:
        raise Http404(_("There is no member %(number)d at %(coop)s.") % {"number": number, "coop": request.coop.name})
    membership.coop = request.coop
    return membership


def is_own(request: CoopRequest, membership: Membership) -> bool:
    return request.membership is not None and request.membership.pk == membership.pk


def _asked(request: CoopRequest) -> tuple[QuerySet[Membership], str, str]:
    """The members that the address asks for, with the search and the state it names."""
    state = request.GET.get("state", "")
    state = state if state in STATES else "members"
    found = members(request.coop).filter(state__in=STATES[state]).order_by("number")
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    if words:
        matches = Q()
        for spelling in {words, words.lower(), words.upper(), words.title()}:
            matches |= Q(party__name__icontains=spelling)  # SQLite knows capitals of ASCII only: Öztürk
        if words.isascii() and words.isdigit() and len(words) < 10:
            matches |= Q(number=int(words))
        found = found.filter(matches)
    return found, words, state


@require_safe
@members_only
def index(request: CoopRequest) -> HttpResponse:
    found, words, state = _asked(request)
    page = page_of(request, found)
    on = clock.local_date(clock.now(), request.coop.timezone)
    offices: dict[int, list[Mandate]] = {}
    for mandate in mandates_in_force(request.coop, on).filter(membership__in=list(page)):
        offices.setdefault(mandate.membership_id, []).append(mandate)
    officer = can_office(request, *OFFICERS)
    labels = {"members": _("Members"), "applied": _("Applied"), "former": _("Former"), "all": _("Everybody")}
    context = {
        "page": page,
        "offices": offices,
        "q": words,
        "state": state,
        "states": labels.items(),
        "officer": officer,
        "applicants": list(applicants(request.coop)[:5]) if officer else [],
        "decide_url": soft_reverse("decisions:new", request.coop.slug),
    }
    return render(request, "parties/members.html", context)


@require_safe
@office_only(*OFFICERS, "treasurer")
def index_csv(request: CoopRequest) -> HttpResponse:
    found, _words, _state = _asked(request)
    hidden = set(hidden_contacts(request.coop).values_list("pk", flat=True))
    header = ["number", "name", "mail", "phone", "class", "engagement", "state", "applied", "admitted", "left"]
    rows = (
        [
            m.number,
            m.party.name,
            m.party.email,
            "" if m.pk in hidden else m.party.phone,
            m.member_class,
            m.engagement,
            m.state,
            *(moment.date().isoformat() if moment else "" for moment in (m.applied_at, m.admitted_at, m.left_at)),
        ]
        for m in found.iterator(chunk_size=2000)
    )
    return csv_response(f"{request.coop.slug}-members.csv", header, rows)


@require_safe
@members_only
def member(request: CoopRequest, number: int) -> HttpResponse:
    membership = member_or_404(request, number)
    own = is_own(request, membership)
    officer = can_office(request, *OFFICERS)
    return render(request, "parties/member.html", _about(request, membership, own=own, officer=officer))


def _about(request: CoopRequest, membership: Membership, *, own: bool, officer: bool) -> dict[str, Any]:
    now = clock.now()
    on = clock.local_date(now, request.coop.timezone)
    full = own or officer
    if not full and membership.state not in (State.MEMBER, State.SUSPENDED):
        raise NotAllowed(_("Only officers see those who applied, left or were not admitted."))
    parts = [
        {"template": part.template, "context": shown}
        for part in member_parts
        if (own or not part.own or can_office(request, *part.offices)) and (shown := part.context(membership, now)) is not None
    ]
    organisation = membership.party.kind != Party.Kind.PERSON
    return {
        "person": membership.party,
        "shown": membership,
        "own": own,
        "officer": officer,
        "full": full,
        "contact_hidden": full and contact_is_hidden(membership),
        "circles": list(Circle.objects.filter(circlemembership__membership=membership, closed_at=None)),
        "mandates": [m for m in mandates_in_force(request.coop, on) if m.membership_id == membership.pk],
        "events": list(MembershipEvent.objects.filter(membership=membership).select_related("by")) if full else [],
        "brought": parts,
        "organisation": organisation,
        "representatives": representatives(membership.party, on) if organisation and full else [],
        "decide_url": soft_reverse("decisions:new", request.coop.slug),
    }


@require_safe
def mine(request: CoopRequest) -> HttpResponse:
    """My own page at this co-op; for somebody who does not belong to it, my account."""
    if request.membership is None:
        return redirect("people:me")
    return redirect("parties:member", request.coop.slug, request.membership.number)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
def new(request: CoopRequest) -> HttpResponse:
    """An application that came by paper, phone or chat."""
    form = NewMemberForm(request.POST or None, coop=request.coop)
    if request.method == "POST" and form.is_valid():
        assert request.party is not None
        cleaned = form.cleaned_data
        try:
            membership = services.apply_on_behalf(
                coop=request.coop,
                kind=cleaned["kind"],
                name=cleaned["name"],
                email=cleaned["email"],
                phone=cleaned["phone"],
                engagement=cleaned["engagement"],
                motivation=cleaned.get("motivation", ""),
                join_key=cleaned["once_key"],
                by=request.party,
                at=clock.now(),
            )
        except AddressIsKnown as refused:
            form.add_error("email", str(refused))
        else:
            return redirect("parties:member", request.coop.slug, membership.number)
    return render(request, "parties/new_member.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
def contact(request: CoopRequest, number: int) -> HttpResponse:
    """Contact details of a member without a sign-in; whoever has one keeps their own."""
    membership = member_or_404(request, number)
    person = membership.party
    if person.user_id is not None:
        raise NotAllowed(_("%(name)s signs in and keeps these details themselves.") % {"name": person.name})
    if belongs_elsewhere(person, request.coop):
        raise NotAllowed(
            _("%(name)s belongs to another co-op too, so only they can change these details, once they sign in.")
            % {"name": person.name}
        )
    initial = {field: getattr(person, field) for field in ContactForm.base_fields}
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.change_person(party=person, by=request.party, at=clock.now(), **form.cleaned_data)
        return redirect("parties:member", request.coop.slug, number)
    return render(request, "parties/contact.html", {"form": form, "shown": membership})


@require_POST
@members_only
def share_contact(request: CoopRequest) -> HttpResponse:
    """Officers here may see how I am reached."""
    assert request.membership is not None and request.party is not None
    services.share_contact(membership=request.membership, by=request.party, at=clock.now())
    return redirect("parties:member", request.coop.slug, request.membership.number)


@require_http_methods(["GET", "HEAD", "POST"])
def home_base(request: CoopRequest) -> HttpResponse:
    """Where I start from, only if I want to share it."""
    check_member(request)
    membership = request.membership
    assert membership is not None
    initial = {}
    if membership.home_lat_e7 is not None and membership.home_lon_e7 is not None:
        initial = {"latitude": f"{membership.home_lat_e7 / 1e7:.5f}", "longitude": f"{membership.home_lon_e7 / 1e7:.5f}"}
    forget = "forget" in request.POST
    form = HomeBaseForm(None if forget else request.POST or None, initial=initial)
    if request.method == "POST" and (forget or form.is_valid()):
        services.describe_membership(
            membership=membership,
            home=None if forget else form.e7(),
            forget_home=forget,
            by=request.party,
            at=clock.now(),
        )
        return redirect("parties:member", request.coop.slug, membership.number)
    return render(request, "parties/home_base.html", {"form": form, "shared": bool(initial)})
