"""What work needs of people, and who has it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from marke.common import clock
from marke.common.forms import DateField, MarkeForm
from marke.common.refusal import Refused
from marke.common.views import render
from marke.jobs.matching import workers
from marke.jobs.models import Capability, Held
from marke.jobs.services import capabilities as services
from marke.jobs.wishes import HEAVIEST
from marke.parties.http import CoopRequest
from marke.parties.models import Coop
from marke.parties.permissions import office_only


class CapabilityForm(MarkeForm):
    name = forms.CharField(
        label=gettext_lazy("What is it?"), max_length=80, help_text=gettext_lazy("For example first aid, a cargo bike, room for a wheelchair")
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Capability.Kind.choices, widget=forms.RadioSelect)


class HeldForm(MarkeForm):
    member = forms.ChoiceField(label=gettext_lazy("Who has it?"))
    until = DateField(
        label=gettext_lazy("From which day no longer?"), required=False, help_text=gettext_lazy("Empty: it does not end")
    )
    carries_kg = forms.IntegerField(
        label=gettext_lazy("How many kilos do they carry with it?"), required=False, min_value=0, max_value=HEAVIEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(self, *args: Any, coop: Coop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(each.number): each for each in workers(coop)}
        self.fields["member"].choices = [(number, each.party.name) for number, each in self.members.items()]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@office_only("coordinator")
def index(request: CoopRequest) -> HttpResponse:
    form = CapabilityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_capability(coop=request.coop, by=request.party, at=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Now write down who has “%(name)s”.") % {"name": made.name})
            return redirect("jobs:capability", request.coop.slug, made.pk)
    rows = Capability.objects.filter(coop=request.coop, ended_at=None).prefetch_related("held__membership__party")
    return render(request, "jobs/capabilities.html", {"rows": rows, "form": form})


def _capability_or_404(request: CoopRequest, pk: int) -> Capability:
    found = Capability.objects.filter(coop=request.coop, pk=pk, ended_at=None).first()
    if found is None:
        raise Http404(_("No work needs this any more."))
    found.coop = request.coop
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@office_only("coordinator")
def capability(request: CoopRequest, pk: int) -> HttpResponse:
    """Who has it; somebody more."""
    found = _capability_or_404(request, pk)
    form = HeldForm(request.POST or None, coop=request.coop)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.note_held(
                capability=found, membership=form.members[data["member"]], until=data["until"], carries_kg=data["carries_kg"],
                by=request.party, at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is written down."))
            return redirect("jobs:capability", request.coop.slug, pk)
    rows = found.held.select_related("membership__party", "checked_by").order_by("membership__party__name")
    return render(request, "jobs/capability.html", {"capability": found, "rows": rows, "form": form})


@require_POST
@office_only("coordinator")
def removal(request: CoopRequest, pk: int) -> HttpResponse:
    """Of one member's, or of the whole thing."""
    found = _capability_or_404(request, pk)
    number = request.POST.get("member", "")
    if not number:
        services.end_capability(capability=found, by=request.party, at=clock.now())
        messages.success(request, _("No work needs “%(name)s” any more.") % {"name": found.name})
        return redirect("jobs:capabilities", request.coop.slug)
    rows = Held.objects.filter(capability=found)
    if number.isascii() and number.isdigit() and len(number) < 10:
        for held in rows.filter(membership__number=int(number)):
            services.take_away(held=held, by=request.party, at=clock.now())
    messages.success(request, _("It is written down."))
    return redirect("jobs:capability", request.coop.slug, pk)
