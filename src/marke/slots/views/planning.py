"""Who plans: makes shifts, repeats a week, publishes, fills."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from marke.common.clock import local_date
from marke.common.refusal import Refused
from marke.common.views import render
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import office_only
from marke.parties.queries import active_members
from marke.slots import services
from marke.slots.doubts import Doubt, doubts_about
from marke.slots.forms import CancelForm, RepeatForm, ShiftForm
from marke.slots.models import Shift
from marke.slots.permissions import PLANNING, shift_or_404
from marke.slots.queries import on_shift
from marke.slots.views.asked import day_asked, to_week

SHOWN = 40


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*PLANNING)
def new(request: CoopRequest) -> HttpResponse:
    day = day_asked(request)
    form = ShiftForm(request.POST or None, coop=request.coop, initial={"day": day})
    if request.method == "POST" and form.is_valid():
        made = services.plan_shift(
            coop=request.coop, plan=form.plan(), once_key=form.cleaned_data["once_key"], by=request.party, at=request.asked_at
        )
        made.coop = request.coop
        if weeks := form.cleaned_data["weeks"]:
            services.repeat_shifts(coop=request.coop, shifts=[made], weeks=weeks, by=request.party, at=request.asked_at)
        messages.success(request, _("Planned. Members see it when you publish the week."))
        return to_week(request, form.cleaned_data["day"], f"#shift-{made.number}")
    return render(request, "slots/plan.html", {"form": form, "day": day, "shift": None})


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*PLANNING)
def change(request: CoopRequest, number: int) -> HttpResponse:
    found = shift_or_404(request, number)
    form = ShiftForm(request.POST or None, coop=request.coop, shift=found, initial=_as_planned(found))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_shift(shift=found, plan=form.plan(), by=request.party, at=request.asked_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Changed. Whoever is on it is told if the hours or the place are others."))
            return redirect("slots:shift", request.coop.slug, number)
    return render(request, "slots/plan.html", {"form": form, "shift": found})


def _as_planned(shift: Shift) -> dict[str, object]:
    starts, ends = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    fields = ("title", "places", "place", "note", "skills")
    said: dict[str, object] = {field: getattr(shift, field) for field in fields}
    return {**said, "day": starts.date(), "begins": starts.time(), "ends": ends.time()}


@require_POST
@office_only(*PLANNING)
def publication(request: CoopRequest) -> HttpResponse:
    day = day_asked(request, request.POST.get("day", ""))
    count = services.publish_week(coop=request.coop, day=day, by=request.party, at=request.asked_at)
    said = ngettext("%(n)s shift is published.", "%(n)s shifts are published.", count) % {"n": count}
    messages.success(request, said if count else _("Everything in this week was published already."))
    return to_week(request, day)


@require_POST
@office_only(*PLANNING)
def repetition(request: CoopRequest) -> HttpResponse:
    """This week's plan again, in the following weeks."""
    day, form = day_asked(request, request.POST.get("day", "")), RepeatForm(request.POST)
    if not form.is_valid():
        raise services.CannotPlan(_("Give a number of weeks, from 1."))
    made = services.repeat_week(
        coop=request.coop, day=day, weeks=form.cleaned_data["weeks"], people=form.cleaned_data["people"], by=request.party,
        at=request.asked_at,
    )  # fmt: skip
    count = len(made.made)
    messages.success(request, ngettext("%(n)s shift is planned.", "%(n)s shifts are planned.", count) % {"n": count})
    for sentence in made.left_out[:10]:
        messages.warning(request, sentence)
    return to_week(request, made.made[0].starts_at.date() if made.made else day)


@require_POST
@office_only(*PLANNING)
def cancellation(request: CoopRequest, number: int) -> HttpResponse:
    found, form = shift_or_404(request, number), CancelForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.cancel_shift(shift=found, reason=reason, by=request.party, at=request.asked_at)
    messages.success(request, _("“%(title)s” does not take place. Whoever was on it is told.") % {"title": found.title})
    return to_week(request, local_date(found.starts_at, request.coop.timezone))


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*PLANNING)
def people(request: CoopRequest, number: int) -> HttpResponse:
    """Who could be on it, and what speaks against it; writing down who said yes, and taking off."""
    found = shift_or_404(request, number)
    if request.method == "POST":
        _put(request, found)
        return redirect("slots:people", request.coop.slug, number)
    query = request.GET.get("q", "").strip()[:60]
    on = on_shift(found)
    others = active_members(request.coop).exclude(pk__in=[row.membership_id for row in on])
    if query:
        others = others.filter(party__name__icontains=query)
    shown = list(others.order_by("party__name")[: SHOWN + 1])
    doubts = doubts_about(found, shown[:SHOWN], request.asked_at)
    taken = [row for row in on if row.place is not None]
    context = {
        "shift": found,
        "on": taken,
        "waiting": [row for row in on if row.place is None],
        "free": max(found.places - len(taken), 0),
        "others": sorted(((each, doubts[each.pk]) for each in shown[:SHOWN]), key=_fit),
        "more": len(shown) > SHOWN,
        "q": query,
    }
    return render(request, "slots/people.html", context)


def _fit(row: tuple[Membership, list[Doubt]]) -> tuple[bool, int, str]:
    """Those against whom nothing speaks first."""
    member, doubts = row
    return any(doubt.forbids for doubt in doubts), len(doubts), member.party.name


def _put(request: CoopRequest, shift: Shift) -> None:
    text = request.POST.get("member", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    member = Membership.objects.filter(coop=request.coop, number=number).select_related("party").first()
    if member is None:
        raise services.CannotSignUp(_("There is no such member to ask."))
    member.coop = request.coop
    words = {"name": member.party.name}
    if request.POST.get("move") == "off":
        services.leave_shift(shift=shift, membership=member, by=request.party, at=request.asked_at, planned=True)
        messages.success(request, _("%(name)s is not on it any more.") % words)
        return
    row = services.sign_up(shift=shift, membership=member, by=request.party, at=request.asked_at, planned=True)
    said = _("%(name)s is on it.") if row.place is not None else _("All places are taken: %(name)s waits for one.")
    messages.success(request, said % words)
