"""What people fill in about the legal form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common import clock
from marke.common.effects import Data
from marke.common.forms import DateField, MarkeForm
from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke.rules.registry import get_rule
from marke.rules.sentences import refusal_sentence
from marke.rules.value_fields import value_fields, value_of
from marke.statutes.models import OwnFigure
from marke.statutes.queries import our_form
from marke.statutes.sentences import figure_told, label_of, source_in_words
from marke.statutes.services import NoSuchFigure, check_codes, check_together, stated_figure
from marke_core.periods import month_of
from marke_core.rulebook import BadValue, Rule
from marke_core.statutes import REGIMES, Kind, Regime


def forms_of(country: str, *, everywhere: bool = False) -> list[Regime]:
    """No form at all, the forms of this country, and, when asked for, those of others."""
    found = [each for each in REGIMES.values() if each.kind is Kind.FORM]
    return [each for each in found if everywhere or not each.country or each.country == country]


def besides_of(country: str, *, everywhere: bool = False) -> list[Regime]:
    """What can be had beside a form: recognitions of this country, and models."""
    found = [each for each in REGIMES.values() if each.kind is not Kind.FORM]
    return [each for each in found if everywhere or not each.country or each.country == country]


def listed(text: object) -> list[str]:
    """ "a,b" as it travels in an address."""
    return [part for part in str(text or "").split(",") if part]


def checked_day(chosen: date, today: date) -> date:
    """Raises: ValidationError for a day that has begun, or one too far away."""
    if chosen <= today:
        raise ValidationError(
            _("%(day)s is not in the future. Choose %(tomorrow)s or later.")
            % {"day": chosen.isoformat(), "tomorrow": (today + timedelta(days=1)).isoformat()}
        )
    if chosen.year > today.year + 10:
        raise ValidationError(_("%(day)s is too far away. Choose a day within ten years.") % {"day": chosen.isoformat()})
    return chosen


class _FromADay(MarkeForm):
    """A form of a co-op with the day from which what it says holds."""

    from_date = DateField(
        label=gettext_lazy("From"),
        help_text=gettext_lazy("The day on which it begins. If the vote is later, it begins on the day after."),
    )

    def __init__(self, data: Any, *, coop: Coop, initial: Mapping[str, Any] | None, at: datetime | None) -> None:
        self.coop = coop
        self.today = clock.local_date(at or clock.now(), coop.timezone)
        super().__init__(data, initial={"from_date": month_of(self.today).ends, **(initial or {})})

    def clean_from_date(self) -> date:
        return checked_day(self.cleaned_data["from_date"], self.today)


class ChooseForm(_FromADay):
    """The first page of the change: which form, and what beside it."""

    regime = forms.ChoiceField(label=gettext_lazy("What we want to be"), widget=forms.RadioSelect)
    also = forms.MultipleChoiceField(
        label=gettext_lazy("Beside it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Recognitions that you have or ask for, and models that you take over."),
    )
    already = forms.BooleanField(
        label=gettext_lazy("We are this already: no deed is to be drawn up"),
        required=False,
    )
    field_order = ("regime", "also", "already", "from_date")

    def __init__(
        self,
        data: Any = None,
        *,
        coop: Coop,
        everywhere: bool = False,
        initial: Mapping[str, Any] | None = None,
        at: datetime | None = None,
    ) -> None:
        super().__init__(data, coop=coop, initial=initial, at=at)
        known = {"regime": forms_of, "also": besides_of}
        for name, among in known.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(each.code, label_of(each)) for each in among(coop.country, everywhere=everywhere)]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if "regime" in cleaned and "also" in cleaned:
            try:
                check_codes(cleaned["regime"], cleaned["also"])
                check_together(self.coop, [cleaned["regime"], *cleaned["also"]], cleaned.get("from_date") or self.today)
            except Refused as refused:
                self.add_error("also", str(refused))
        return cleaned


class LegalFormForm(_FromADay):
    """What is proposed: the form's code, what stands beside it and the rules to take over, as they travel in an address."""

    regime = forms.ChoiceField(label=gettext_lazy("What we want to be"))
    also = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200)
    take = forms.CharField(required=False, widget=forms.HiddenInput, max_length=4_000)
    already = forms.BooleanField(required=False, widget=forms.HiddenInput)
    field_order = ("regime", "from_date")

    def __init__(
        self, data: Any = None, *, coop: Coop, initial: Mapping[str, Any] | None = None, at: datetime | None = None
    ) -> None:
        told = dict(initial or {})
        for name in ("also", "take"):
            if isinstance(told.get(name), list):  # of a draft
                told[name] = ",".join(told[name])
        if "from" in told:
            told["from_date"] = told.pop("from")
        super().__init__(data, coop=coop, initial=told, at=at)
        field = self.fields["regime"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.code, label_of(each)) for each in forms_of(coop.country, everywhere=True)]

    def effect_data(self) -> Data:
        return {
            "regime": self.cleaned_data["regime"],
            "also": listed(self.cleaned_data["also"]),
            "take": listed(self.cleaned_data["take"]),
            "already": self.cleaned_data["already"],
            "from": self.cleaned_data["from_date"].isoformat(),
        }


class OwnFigureForm(_FromADay):
    """A figure of our own in the place of one that the form states; `initial` or `data` names it under "figure"."""

    figure = forms.ChoiceField(label=gettext_lazy("Which figure"))
    says = forms.ChoiceField(
        label=gettext_lazy("What it says for us"), choices=OwnFigure.Says.choices, widget=forms.RadioSelect, initial="own"
    )
    reason = forms.CharField(
        label=gettext_lazy("Why, and where it stands"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The law of your country, an article of your statutes, advice and by whom: refusals quote it."),
    )

    def __init__(
        self, data: Any = None, *, coop: Coop, initial: Mapping[str, Any] | None = None, at: datetime | None = None
    ) -> None:
        told = dict(initial or {})
        if "from" in told:
            told["from_date"] = told.pop("from")
        moment = at or clock.now()
        self.rule, self._wanted = self._named(str((data or {}).get("figure") or told.get("figure") or ""), coop, told)
        order = ("figure", "says", *self._wanted, "reason", "from_date")
        self.base_fields = {**type(self).base_fields, **self._wanted}  # type: ignore[misc]  # Django copies the instance's
        super().__init__(data, coop=coop, initial=told, at=moment)
        self.order_fields(order)
        field = self.fields["figure"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (each.stated.key, f"{get_rule(each.stated.rule).title} ({label_of(each.regime)})")
            for each in our_form(coop, self.today).bindings
        ]
        if self.rule is not None:
            field.widget = forms.HiddenInput()
            stated = stated_figure(str((data or {}).get("figure") or told.get("figure")))
            self.fields["says"].help_text = f"{figure_told(self.rule, stated, coop)}. {source_in_words(stated)}."

    def _named(self, key: str, coop: Coop, told: Mapping[str, Any]) -> tuple[Rule | None, dict[str, forms.Field]]:
        """The rule of the figure, and the fields of its value."""
        try:
            figure = stated_figure(key)
        except NoSuchFigure:
            return None, {}
        rule = get_rule(figure.rule)
        value = told.get("value")
        wanted = value_fields(rule, coop, rule.type.load(figure.value if value is None else value))
        for field in wanted.values():
            field.required = False  # only asked for when the figure is another value
        return rule, wanted

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if self.rule is None or cleaned.get("says") != OwnFigure.Says.OWN:
            return cleaned
        first = next(iter(self._wanted))
        if any(cleaned.get(name) in (None, "") for name in self._wanted if name in ("value", "unit", "index")):
            self.add_error(first, _("Say which value holds for you."))
            return cleaned
        try:
            cleaned["json_value"] = self.rule.type.dump(value_of(self.rule, self.coop, cleaned))
        except BadValue as bad:
            self.add_error(first, refusal_sentence(bad, self.coop))
        return cleaned

    def effect_data(self) -> Data:
        return {
            "figure": self.cleaned_data["figure"],
            "says": self.cleaned_data["says"],
            "value": self.cleaned_data.get("json_value"),
            "reason": self.cleaned_data["reason"].strip(),
            "from": self.cleaned_data["from_date"].isoformat(),
        }


class DeedForm(MarkeForm):
    """The deed by which the form came about."""

    day = DateField(label=gettext_lazy("Date of the deed"))
    number = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=60,
        help_text=gettext_lazy("As the notary or the register wrote it on the deed."),
    )
    drawn_up_by = forms.CharField(
        label=gettext_lazy("Drawn up by"), max_length=120, required=False, help_text=gettext_lazy("The notary or the register.")
    )
    registration_number = forms.CharField(
        label=gettext_lazy("Registration number"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Of the co-op. It stands on invoices from the next one on."),
    )
