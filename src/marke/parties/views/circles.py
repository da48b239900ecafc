"""Circles: teams, chapters, working groups."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.views import page_of, render
from marke.parties import services
from marke.parties.forms import CircleForm
from marke.parties.http import CoopRequest
from marke.parties.models import Circle, Membership
from marke.parties.offices import mandates_in_force
from marke.parties.permissions import can_office, members_only, office_only
from marke.parties.queries import circle_rows
from marke.parties.services.circles import CircleNameTaken

OFFICERS = ("coordinator", "secretary")


@require_safe
@members_only
def index(request: CoopRequest) -> HttpResponse:
    context = {"rows": circle_rows(request.coop), "officer": can_office(request, *OFFICERS)}
    return render(request, "parties/circles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
def new(request: CoopRequest) -> HttpResponse:
    form = CircleForm(request.POST or None, coop=request.coop)
    if request.method == "POST" and form.is_valid():
        try:
            circle = services.create_circle(coop=request.coop, by=request.party, at=clock.now(), **form.cleaned_data)
        except CircleNameTaken as refused:
            form.add_error("name", str(refused))
        else:
            return redirect("parties:circle", request.coop.slug, circle.pk)
    return render(request, "parties/new_circle.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@members_only
def circle(request: CoopRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Circle.objects.select_related("parent"), coop=request.coop, pk=pk)
    inside = Membership.objects.filter(circlemembership__circle=shown).select_related("party").order_by("number")
    on = clock.local_date(clock.now(), request.coop.timezone)
    context = {
        "circle": shown,
        "page": page_of(request, inside),
        "inside": request.membership is not None and inside.filter(pk=request.membership.pk).exists(),
        "children": list(Circle.objects.filter(parent=shown, closed_at=None)),
        "mandates": [m for m in mandates_in_force(request.coop, on) if m.circle_id == shown.pk],
        "officer": can_office(request, *OFFICERS),
    }
    return render(request, "parties/circle.html", context)


@require_POST
@members_only
def place(request: CoopRequest, pk: int) -> HttpResponse:
    """Join a circle, or leave it (`leave` in the form)."""
    shown = get_object_or_404(Circle, coop=request.coop, pk=pk)
    change = services.leave_circle if "leave" in request.POST else services.join_circle
    assert request.membership is not None
    change(circle=shown, membership=request.membership, by=request.party, at=clock.now())
    return redirect("parties:circle", request.coop.slug, pk)


@require_POST
@office_only(*OFFICERS)
def closing(request: CoopRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Circle, coop=request.coop, pk=pk)
    services.close_circle(circle=shown, by=request.party, at=clock.now())
    return redirect("parties:circles", request.coop.slug)
