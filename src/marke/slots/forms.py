"""What members and who plans fill in about shifts and what we share."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marke.common.forms import DateField, DateTimeField, MarkeForm, OnceKey
from marke.parties.models import Coop
from marke.slots.conditions import Span, span_on
from marke.slots.models import Shift, Thing
from marke.slots.services.planning import MOST_WEEKS, Plan
from marke.slots.skills import skill_names

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
MOST_PLACES = 500


class DayField(DateField):
    """A day of the centuries in which there are shifts."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not FIRST_DAY <= value <= LAST_DAY:
            raise ValidationError(gettext("Choose a day that you can live to see."), code="range")


class ClockField(forms.TimeField):
    """A time on the clock, by the browser's own picker; also typed as 8:30."""

    says_optional = True

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
        kwargs.setdefault("input_formats", ["%H:%M", "%H:%M:%S", "%H.%M"])
        kwargs.setdefault("error_messages", {"invalid": _("Write a time like 08:30.")})
        super().__init__(**kwargs)


def _number(label: Any, most: int, **kwargs: Any) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "input--percent"})
    return forms.IntegerField(label=label, min_value=1, max_value=most, widget=widget, **kwargs)


class ShiftForm(MarkeForm):
    title = forms.CharField(label=_("What is it?"), max_length=80, help_text=_("For example: Lunch, Early shift, Bar"))
    day = DayField(label=_("Day"))
    begins = ClockField(label=_("From"))
    ends = ClockField(label=_("Until"), help_text=_("If that is not later than it begins, it ends the next day"))
    places = _number(_("How many people?"), MOST_PLACES, initial=1)
    place = forms.CharField(label=_("Where?"), max_length=200, required=False)
    skills = forms.MultipleChoiceField(
        label=_("What should whoever does it have?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("It warns, and leaves nobody out."),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    weeks = _number(
        _("In how many of the following weeks too?"), MOST_WEEKS, required=False, help_text=_("Empty: only this once")
    )
    once_key = OnceKey()

    def __init__(self, *args: Any, coop: Coop, shift: Shift | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone = coop.timezone
        names = sorted({*skill_names(coop), *(shift.skills if shift else ())})
        if names:
            self.fields["skills"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        else:
            del self.fields["skills"]
        if shift is not None:
            del self.fields["weeks"], self.fields["once_key"]

    def plan(self) -> Plan:
        data = self.cleaned_data
        return Plan(
            title=data["title"], span=span_on(data["day"], data["begins"], data["ends"], self.timezone), places=data["places"],
            place=data["place"], note=data["note"], skills=tuple(data.get("skills", ())),
        )  # fmt: skip


class DraftForm(MarkeForm):
    """Shifts for what is missing."""

    title = forms.CharField(label=_("What is it?"), max_length=80, help_text=_("For example: Lunch, Early shift, Bar"))
    week = forms.ChoiceField(
        label=_("How many people should there be?"),
        choices=[("usual", _("As many as a usual week needs")), ("busy", _("As many as a busy week needs"))],
        widget=forms.RadioSelect,
    )


class RepeatForm(MarkeForm):
    weeks = _number(_("In how many of the following weeks?"), MOST_WEEKS, initial=1)
    people = forms.BooleanField(
        label=_("With the same people"), required=False, help_text=_("Who is away then or cannot is left out.")
    )


class CancelForm(MarkeForm):
    reason = forms.CharField(
        label=_("Why?"), required=False, max_length=500, help_text=_("Everybody who is on it reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class AvailabilityForm(MarkeForm):
    """Seven days, each from when to when, or nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(7):
            for what in ("begins", "ends"):
                field = ClockField(required=False, label=_("From") if what == "begins" else _("Until"))
                field.says_optional = False
                self.fields[f"{what}_{number}"] = field

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """(the day's name, its two fields)."""
        return [(WEEKDAYS[number], self[f"begins_{number}"], self[f"ends_{number}"]) for number in range(7)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for number in range(7):
            if (data.get(f"begins_{number}") is None) != (data.get(f"ends_{number}") is None):
                self.add_error(f"ends_{number}", gettext("Give both times, or none."))
        return data

    def times(self) -> dict[int, tuple[time, time]]:
        data = self.cleaned_data
        return {n: (data[f"begins_{n}"], data[f"ends_{n}"]) for n in range(7) if data.get(f"begins_{n}") is not None}


class DaysOffForm(MarkeForm):
    since = DayField(label=_("First day off"))
    last = DayField(label=_("Last day off"))

    def until(self) -> date:
        last: date = self.cleaned_data["last"]
        return last + timedelta(days=1)


class HoursForm(MarkeForm):
    came_at = DateTimeField(label=_("Came"))
    went_at = DateTimeField(label=_("Went"), help_text=_("The same as above: nobody was there"))
    reason = forms.CharField(label=_("Why?"), max_length=200, help_text=_("The member reads it."))


class ThingForm(MarkeForm):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For example: Meeting room, Cargo bike 2, Drill"))
    kind = forms.ChoiceField(label=_("What is it?"), choices=Thing.Kind.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What whoever reserves it should know"),
        max_length=200,
        required=False,
        help_text=_("For example where the key is"),
    )


class ReserveForm(MarkeForm):
    starts_at = DateTimeField(label=_("From"))
    ends_at = DateTimeField(label=_("Until"))
    purpose = forms.CharField(label=_("What for?"), max_length=120, required=False, help_text=_("Every member can read it."))
    once_key = OnceKey()

    def span(self) -> Span:
        return Span(self.cleaned_data["starts_at"], self.cleaned_data["ends_at"])
