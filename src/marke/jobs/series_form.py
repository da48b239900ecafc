"""How often a booking comes again, and until when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from marke.common.forms import DateField, DateTimeField, MarkeForm
from marke.jobs.models import Series
from marke.jobs.services.series import MOST_TIMES, Pattern

DAYS = [
    ("0", _("Monday")), ("1", _("Tuesday")), ("2", _("Wednesday")), ("3", _("Thursday")), ("4", _("Friday")),
    ("5", _("Saturday")), ("6", _("Sunday")),
]  # fmt: skip


class SeriesForm(MarkeForm):
    every = forms.ChoiceField(label=_("How often?"), choices=Series.Every.choices, widget=forms.RadioSelect)
    weekdays = forms.MultipleChoiceField(
        label=_("On which days?"), choices=DAYS, widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("For every month it is the day of the month of the first one"),
    )  # fmt: skip
    local_time = forms.TimeField(
        label=_("At what time?"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": _("This is no time of the day. Write it like 14:30.")},
    )  # fmt: skip
    until = DateField(label=_("Until which day?"), required=False, help_text=_("Empty: until you stop it"))
    times = forms.IntegerField(
        label=_("Or how many times in all?"), required=False, min_value=2, max_value=MOST_TIMES,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["local_time"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("until") and data.get("times"):
            self.add_error("times", _now("Give the last day or how often, not both."))
        return data

    @property
    def pattern(self) -> Pattern:
        data = self.cleaned_data
        return Pattern(data["every"], [int(day) for day in data["weekdays"]], data["until"], data["times"])


class DayForm(MarkeForm):
    """One day of a series, as the series counts it."""

    day = DateField(label=_("Day"))


class MoveForm(DayForm):
    """At another moment, this once."""

    to = DateTimeField(label=_("When instead?"))
