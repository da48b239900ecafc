"""What members and officers fill in about own businesses."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marke.activities.models import Activity, Exemption, Sharing
from marke.common.forms import DateField, MarkeForm, MoneyField, OnceKey, PercentField
from marke.common.uploads import PhotoField
from marke.parties.models import Circle, Coop

TOO_LARGE = _("The photo has %(size)d MB. Take one of at most %(most)d MB.")
MOST_HOURS = 10_000


class OpenForm(MarkeForm):
    name = forms.CharField(label=_("What it is called"), max_length=80, help_text=_("For example “Drawings” or “Sound”"))
    circle = forms.ModelChoiceField(
        label=_("Whose it is"), queryset=Circle.objects.none(), required=False, empty_label=_("mine alone")
    )
    once_key = OnceKey()

    def __init__(self, *args: Any, circles: Iterable[Circle], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Circle.objects.filter(pk__in=[circle.pk for circle in circles])
        if not teams:
            del self.fields["circle"]
            return
        field = self.fields["circle"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = teams
        field.says_optional = False  # type: ignore[attr-defined]


class ExpenseForm(MarkeForm):
    what = forms.CharField(label=_("What did you pay for?"), max_length=140)
    amount = MoneyField(label=_("What did it cost?"), min_value=1)
    spent_on = DateField(label=_("On which day?"))
    photo = PhotoField(label=_("Photo of the receipt"), required=False, too_large=TOO_LARGE)
    once_key = OnceKey()

    def __init__(self, *args: Any, coop: Coop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_currency(self, "amount", coop)


class GrantForm(MarkeForm):
    funder = forms.CharField(label=_("Who gives it"), max_length=120)
    what = forms.CharField(label=_("What for"), max_length=140)
    amount = MoneyField(label=_("How much"), min_value=1)
    granted_on = DateField(label=_("Granted on"), help_text=_("The day of the letter"))
    due_on = DateField(label=_("To be paid until"))
    once_key = OnceKey()

    def __init__(self, *args: Any, coop: Coop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_currency(self, "amount", coop)


class AnswerForm(MarkeForm):
    approved = forms.TypedChoiceField(
        label=_("Your answer"), choices=[("yes", _("Approve it")), ("no", _("Refuse it"))], widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    note = forms.CharField(label=_("Why it is refused"), max_length=300, required=False, help_text=_("Whoever paid it reads it."))


class PartForm(MarkeForm):
    part = PercentField(
        label=_("What I give"), required=False, max_value=75, help_text=_("In percent; empty: what holds for all")
    )


class WagesForm(MarkeForm):
    hours = forms.DecimalField(
        label=_("Hours of work"), min_value=Decimal("0.25"), max_value=MOST_HOURS, max_digits=7, decimal_places=2,
        help_text=_("For example 7.5"),
    )  # fmt: skip
    amount = MoneyField(label=_("Gross budget for them"), min_value=1)

    def __init__(self, *args: Any, coop: Coop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_currency(self, "amount", coop)

    def minutes(self) -> int:
        return int(self.cleaned_data["hours"] * 60)


class ShareForm(MarkeForm):
    """The sum, the key, and for each member's business hours, percent or an amount, as the key has it."""

    total = MoneyField(label=_("What is shared"), min_value=1)
    key = forms.ChoiceField(label=_("How"), choices=Sharing.Key, widget=forms.RadioSelect)
    once_key = OnceKey()

    def __init__(self, *args: Any, coop: Coop, members: Iterable[Activity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_currency(self, "total", coop)
        self.members = list(members)
        for own in self.members:
            self.fields[f"weight_{own.number}"] = forms.DecimalField(
                label=own.party.name if own.party else own.name, required=False, min_value=0, max_value=10**9, max_digits=12,
                decimal_places=2, help_text=_("Hours, percent or an amount, as the key has it; for equal parts, 1"),
            )  # fmt: skip

    def weights(self) -> list[tuple[int, int]]:
        """Minutes, hundredths of a percent, minor units, or 1 for who takes part."""
        size = {"hours": 60, "per_head": 1}.get(self.cleaned_data["key"], 100)
        return [(own.number, int((self.cleaned_data[f"weight_{own.number}"] or 0) * size)) for own in self.members]


class ReasonForm(MarkeForm):
    reason = forms.CharField(label=_("Why it is lost"), max_length=300, help_text=_("For example “bankrupt since 3 March”"))


class ExemptForm(MarkeForm):
    of = forms.ChoiceField(label=_("Exempt from"), choices=Exemption.From, widget=forms.RadioSelect)
    since = DateField(label=_("From"))
    until = DateField(label=_("Until, that day not included"))
    reason = forms.CharField(label=_("Why"), max_length=300)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("since") and said.get("until") and said["until"] <= said["since"]:
            raise ValidationError(gettext("It ends before it begins. Give a later day."))
        return said


def _in_currency(form: forms.Form, name: str, coop: Coop) -> None:
    field = form.fields[name]
    assert isinstance(field, MoneyField)
    field.use_currency(coop.currency)
