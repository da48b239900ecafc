"""The form of the booking page: short for a delivery in town, longer where a service asks for more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from marke.common.forms import DateTimeField, MarkeForm, OnceKey
from marke.jobs.models import Capability, Door, Service
from marke.jobs.services.catalogue import LONGEST_MINUTES
from marke.jobs.wishes import HEAVIEST, MOST_ITEMS
from marke.parties.models import Coop, Membership
from marke.parties.queries import clients
from marke_core.matching import Place

TOLD_BY = [(Door.PHONE, _("by phone")), (Door.CHAT, _("by chat")), (Door.PAPER, _("on paper or in person"))]
SOON, AT, BETWEEN = "soon", "at", "between"
WINDOWS = [(SOON, _("As soon as possible")), (AT, _("At a time")), (BETWEEN, _("Any time between two moments"))]
ADDRESS = {"autocomplete": "street-address", "list": "addresses"}


class DegreesField(forms.DecimalField):
    """Degrees, if the browser or a link knows them; cleans to an integer, times 1e7."""

    widget = forms.HiddenInput

    def __init__(self, most: int) -> None:
        super().__init__(required=False, min_value=-most, max_value=most, max_digits=12, decimal_places=7)

    def clean(self, value: Any) -> Any:
        degrees = super().clean(value)
        return None if degrees is None else int(degrees * Decimal(10**7))


class StopsInput(forms.MultipleHiddenInput):
    """One line for each stop, all by the same name."""

    input_type = "text"
    template_name = "jobs/_stops_input.html"


class StopsField(forms.Field):
    """The addresses between, in their order; a line left empty is no stop."""

    widget = StopsInput
    hidden_widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        lines = [" ".join(str(line).split()) for line in value or []]
        for line in lines:
            if len(line) > 200:
                raise ValidationError(
                    _now("“%(stop)s…” has %(n)s characters. Shorten it to 200 or fewer.") % {"stop": line[:40], "n": len(line)}
                )
        return [line for line in lines if line]


@dataclass(frozen=True)
class Choices:
    """What the page offers whoever books: the members they know, and what they may ask for."""

    members: Sequence[Membership] = ()
    needs: Sequence[Capability] = ()
    # Members whose own price stands on the page that asks to check.
    shown: Sequence[Membership] = ()
    items: bool = False


class BookingForm(MarkeForm):
    """What a client says; an account is not asked for. `name` is not asked of those who are known."""

    window = forms.ChoiceField(label=_("When?"), choices=WINDOWS, widget=forms.RadioSelect, required=False)
    starts_at = DateTimeField(label=_("When should it start?"), required=False)
    until_at = DateTimeField(label=_("By when should it be over?"), required=False)
    hours = forms.DecimalField(
        label=_("How many hours?"), min_value=Decimal("0.25"), max_value=LONGEST_MINUTES // 60, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}), localize=True,
    )  # fmt: skip
    pickup = forms.CharField(
        label=_("From where?"), help_text=_("Street, number and town"), max_length=200,
        widget=forms.TextInput(attrs=ADDRESS),
    )  # fmt: skip
    stop = StopsField(label=_("Stops between"), required=False, help_text=_("In their order; leave empty what is not needed"))
    place = forms.CharField(
        label=_("Where is it?"), help_text=_("Street, number and town"), max_length=200, widget=forms.TextInput(attrs=ADDRESS)
    )
    items = forms.IntegerField(
        label=_("How many things are there?"), required=False, min_value=1, max_value=MOST_ITEMS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    load_kg = forms.IntegerField(
        label=_("How heavy is it, in kilos?"), required=False, min_value=0, max_value=HEAVIEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    needs = forms.MultipleChoiceField(label=_("What do you need?"), required=False, widget=forms.CheckboxSelectMultiple)
    wanted = forms.ChoiceField(label=_("Who should come?"), required=False)
    # The member whose price was chosen; 0: whoever comes first.
    pick = forms.IntegerField(required=False, min_value=0, max_value=10**9, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Your name, or that of your organisation"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("For the confirmation and the invoice"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=40, help_text=_("If something comes up; one of the two is enough"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Anything we should know?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example the bell, the floor, what is in it"),
    )  # fmt: skip
    place_lat, place_lon = DegreesField(90), DegreesField(180)
    pickup_lat, pickup_lon = DegreesField(90), DegreesField(180)
    once_key = OnceKey()

    def __init__(
        self,
        *args: Any,
        coop: Coop,
        service: Service,
        at: datetime,
        known: bool,
        for_others: bool = False,
        choices: Choices | None = None,
        suggest_at: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {**_initial(service, at), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.coop, self.service, self.at = coop, service, at
        self.choices = choices or Choices()
        self.points: dict[str, Place | None] = {}
        for name in ("window", "starts_at", "until_at"):  # asked for where they count
            self.fields[name].says_optional = False  # type: ignore[attr-defined]
        self._leave_out(known)
        self._offer()
        if suggest_at:
            self._suggest(suggest_at)
        if for_others:
            self._ask_for_whom()

    def _leave_out(self, known: bool) -> None:
        """What this service and this client are not asked."""
        service = self.service
        out = {
            "hours": service.per != "hour",
            "stop": not service.most_stops,
            "load_kg": not service.asks_load,
            "items": not self.choices.items,
            "needs": not self.choices.needs,
            "wanted": not self.choices.members,
            "pick": not self.choices.shown,
            **dict.fromkeys(("pickup", "pickup_lat", "pickup_lon"), not service.needs_pickup),
            **dict.fromkeys(("name", "email", "phone"), known),
        }
        for name in (name for name, is_out in out.items() if is_out):
            del self.fields[name]
        if service.needs_pickup:
            self.fields["place"].label = _("Where to?")

    def _offer(self) -> None:
        if "needs" in self.fields:
            self.fields["needs"].choices = [(str(each.pk), each.name) for each in self.choices.needs]  # type: ignore[attr-defined]
        if "wanted" in self.fields:
            names = [(str(each.number), each.party.name) for each in self.choices.members]
            self.fields["wanted"].choices = [("", _now("Whoever is free")), *names]  # type: ignore[attr-defined]

    def _suggest(self, address: str) -> None:
        """While somebody types, the page asks for addresses; whoever has no script types them whole."""
        asks = {
            "hx-get": address, "hx-trigger": "input changed delay:250ms", "hx-target": "#addresses", "hx-swap": "innerHTML",
        }  # fmt: skip
        for name in ("pickup", "stop", "place"):
            if name in self.fields:
                self.fields[name].widget.attrs.update(asks | ADDRESS)

    def _ask_for_whom(self) -> None:
        """A coordinator writes down what a client said."""
        choices = [
            ("", _now("A new client")),
            *((str(c.number), str(c.party)) for c in clients(self.coop).order_by("party__name")),
        ]
        whom = forms.ChoiceField(label=_("For which client?"), required=False, choices=choices)
        door = forms.ChoiceField(label=_("How did they ask?"), choices=TOLD_BY)
        self.fields["name"].required = False
        self.fields["name"].label = _("Name of a new client")
        self.fields = {"client": whom, "door": door, **self.fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        # People do not see this field of the page; programs that fill in everything do.
        if self.data.get("website"):
            raise ValidationError(_("This form was filled in by a program. If you are a person, call us."))
        if "name" in self.fields and not data.get("client"):
            if not data.get("name") and "name" not in self.errors:
                self.add_error("name", _now("Fill in the name, or choose a client."))
            if not data.get("email") and not data.get("phone") and "email" not in self.errors:
                self.add_error("email", _now("Give an e-mail address or a telephone number, so that we can reach you."))
        pick = data.get("pick")
        if pick and self.chosen_member is None:
            raise ValidationError(_("Whom you chose does not take bookings like this any more. Look at the prices again."))
        self._clean_times(data)
        return data

    def _clean_times(self, data: dict[str, Any]) -> None:
        """`from_at` and `until_at` as a job has them; `starts_at` is now where it should be soon."""
        window = data.get("window") or AT
        if window == SOON:
            data.update(starts_at=self.at, from_at=self.at, until_at=None)
            return
        if not data.get("starts_at") and "starts_at" not in self.errors:
            self.add_error("starts_at", _now("Say when it should start, or choose “As soon as possible”."))
        if window == BETWEEN and not data.get("until_at") and "until_at" not in self.errors:
            self.add_error("until_at", _now("Say by when it should be over."))
        if window == BETWEEN:
            data["from_at"] = data.get("starts_at")
        else:
            data.update(from_at=None, until_at=None)

    @property
    def minutes(self) -> int | None:
        hours = self.cleaned_data.get("hours")
        return None if hours is None else int(hours * 60)

    @property
    def chosen_needs(self) -> tuple[Capability, ...]:
        wanted = self.cleaned_data.get("needs") or ()
        return tuple(each for each in self.choices.needs if str(each.pk) in wanted)

    @property
    def chosen_member(self) -> Membership | None:
        pick = self.cleaned_data.get("pick")
        if pick is not None:
            return next((each for each in self.choices.shown if each.number == pick), None)
        number = self.cleaned_data.get("wanted")
        return next((each for each in self.choices.members if str(each.number) == number), None)

    def point(self, where: str) -> Place | None:
        lat, lon = self.cleaned_data.get(f"{where}_lat"), self.cleaned_data.get(f"{where}_lon")
        return None if lat is None or lon is None else Place(lat, lon)


def _initial(service: Service, at: datetime) -> dict[str, Any]:
    """Something is fetched as soon as somebody can; people expect a visit at a time."""
    return {
        "window": SOON if service.needs_pickup else AT,
        "starts_at": at + timedelta(hours=1),
        "hours": Decimal(service.minutes) / 60,
    }
