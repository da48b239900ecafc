"""What the coordinator fills in at the doors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from marke.common.forms import MarkeForm, OnceKey
from marke.common.uploads import UploadField
from marke.doors.happenings import EVENTS
from marke.doors.scopes import BOOK, JOBS, SCOPES
from marke.intake.reading import MAX_BYTES
from marke.jobs.models import Service
from marke.jobs.queries import services_on_offer
from marke.parties.models import Client, Coop
from marke.parties.queries import clients


class ForClient(MarkeForm):
    """A form that asks for which client something is."""

    client: forms.Field = forms.ChoiceField(label=_("For which client?"))

    def __init__(self, *args: Any, coop: Coop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.coop = coop
        rows = clients(coop).filter(party__erased_at=None).order_by("party__name", "number")
        names = [(str(row.number), str(row.party)) for row in rows]
        field: Any = self.fields["client"]
        field.choices = [*([] if field.required else [("", self.nobody)]), *names]

    nobody: Any = _("None: our own program")

    @property
    def chosen_client(self) -> Client | None:
        number = self.cleaned_data.get("client")
        if not number:
            return None
        found = Client.objects.select_related("party").get(coop=self.coop, number=number)
        found.coop = self.coop
        return found


class KeyForm(ForClient):
    name = forms.CharField(
        label=_("What is it for?"), max_length=80, help_text=_("For example the shop’s till, or our own website")
    )
    client = forms.ChoiceField(
        label=_("For which client?"), required=False,
        help_text=_("Their key reaches their own jobs only; a key of our own reaches everything that you tick"),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple, initial=[BOOK, JOBS]
    )
    once_key = OnceKey()


class WebhookForm(ForClient):
    nobody = _("None: all jobs")
    url = forms.CharField(
        label=_("Which address is told?"), max_length=500, help_text=_("It begins with https://"),
        widget=forms.URLInput(attrs={"class": "input--wide"}),
    )  # fmt: skip
    client = forms.ChoiceField(label=_("Jobs of which client?"), required=False)
    events = forms.MultipleChoiceField(
        label=_("What is it told?"), choices=list(EVENTS.items()), widget=forms.CheckboxSelectMultiple, initial=list(EVENTS)
    )
    once_key = OnceKey()


class FileForm(ForClient):
    field_order = ("client", "service", "file")
    file = UploadField(
        label=_("The file"), accept=".csv,.txt,.xlsx", most=MAX_BYTES, help_text=_("CSV or .xlsx with CoopCycle’s columns"),
        too_large=_("This file is %(size)d MB; at most %(most)d MB can be read. Keep only the columns that are needed."),
    )  # fmt: skip
    client = forms.ChoiceField(label=_("For which client?"))
    service = forms.ChoiceField(label=_("As which service?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.services = {str(row.pk): row for row in services_on_offer(self.coop).filter(needs_pickup=True)}
        field: Any = self.fields["service"]
        field.choices = [(pk, row.name) for pk, row in self.services.items()]
        if not self.services:
            field.help_text = _now("There is none with a pickup yet. Add one under Services.")

    @property
    def chosen_service(self) -> Service:
        found = self.services[self.cleaned_data["service"]]
        found.coop = self.coop
        return found


class CalendarForm(MarkeForm):
    with_places = forms.BooleanField(
        label=_("With addresses"), required=False,
        help_text=_("Whoever keeps your calendar then sees where clients live; without it, they see what and when"),
    )  # fmt: skip
