"""The form by which a new value of a rule is proposed."""

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
from marke.rules.queries import Timeline
from marke.rules.registry import in_order, rules
from marke.rules.scopes import DIMENSION_LABELS, options
from marke.rules.sentences import refusal_sentence
from marke.rules.services import check_value
from marke.rules.value_fields import value_fields, value_of
from marke_core.periods import month_of
from marke_core.rulebook import BadValue, Rule, scope_text


class RuleChangeForm(MarkeForm):
    """A new value of the rule that `initial` or `data` names under "key"; without one, it asks which rule.

    Fields: those of the value (see value_fields), "scope_<dimension>" where the rule varies, and "from_date".
    """

    key = forms.ChoiceField(label=gettext_lazy("Which rule"))

    def __init__(
        self, data: Any = None, *, coop: Coop, initial: Mapping[str, Any] | None = None, at: datetime | None = None
    ) -> None:
        self.coop = coop
        self.at = at or clock.now()
        named = str((data or {}).get("key") or (initial or {}).get("key") or "")
        self.rule: Rule | None = rules.get(named) if named in rules else None
        # Before the form is made, so that these fields are finished like all others.
        self.base_fields = {**type(self).base_fields, **self._fields()}  # type: ignore[misc]  # Django copies the instance's
        super().__init__(data, initial={**(initial or {}), "key": named})
        key = self.fields["key"]
        assert isinstance(key, forms.ChoiceField)
        key.choices = [(rule.key, rule.title) for rule in in_order()]
        if self.rule is not None:
            key.widget = forms.HiddenInput()

    def _fields(self) -> dict[str, forms.Field]:
        """The fields of the rule that is to change."""
        rule = self.rule
        if rule is None:
            return {}
        present = Timeline(self.coop).at(self.at).value(rule.key)
        self._wanted = value_fields(rule, self.coop, present)
        return {**self._wanted, **self._scope_fields(rule), "from_date": self._from_field()}

    def _scope_fields(self, rule: Rule) -> dict[str, forms.Field]:
        """One for each dimension by which the rule varies and of which there is anything to choose."""
        known = {dimension: options(self.coop, dimension) for dimension in rule.varies_by}
        return {
            f"scope_{dimension}": forms.ChoiceField(
                label=DIMENSION_LABELS[dimension], choices=[("", _("All")), *named.items()], required=False
            )
            for dimension, named in known.items()
            if len(named) > 1
        }

    def _from_field(self) -> DateField:
        return DateField(
            label=_("From"),
            initial=month_of(self._today).ends,
            help_text=_("The day on which it begins. If the vote is later, it begins on the day after."),
        )

    @property
    def _today(self) -> date:
        return clock.local_date(self.at, self.coop.timezone)

    def clean_from_date(self) -> date:
        chosen: date = self.cleaned_data["from_date"]
        if chosen <= self._today:
            raise ValidationError(
                _("%(day)s is not in the future. Choose %(tomorrow)s or later.")
                % {"day": chosen.isoformat(), "tomorrow": (self._today + timedelta(days=1)).isoformat()}
            )
        if chosen.year > self._today.year + 10:
            raise ValidationError(_("%(day)s is too far away. Choose a day within ten years.") % {"day": chosen.isoformat()})
        return chosen

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if self.rule is None:
            if "key" in cleaned:
                raise ValidationError(_("Say what the rule should be."))
            return cleaned
        if set(self._wanted) <= set(cleaned):
            self._check(self.rule, cleaned)
        return cleaned

    def _check(self, rule: Rule, cleaned: dict[str, Any]) -> None:
        first = "value" if "value" in self._wanted else next(iter(self._wanted))
        try:
            value = rule.type.dump(value_of(rule, self.coop, cleaned))
            check_value(rule=rule, value=value, scope=self._scope(cleaned), coop=self.coop, at=self._starts(cleaned))
        except BadValue as bad:
            self.add_error(first, refusal_sentence(bad, self.coop))
        except Refused as refused:
            self.add_error(first, str(refused))
        except ValidationError as error:
            self.add_error(first, error)
        else:
            cleaned["json_value"] = value

    def _starts(self, cleaned: Mapping[str, Any]) -> datetime:
        """When the value would begin; without a day that will do, as if it were now."""
        day: date | None = cleaned.get("from_date")
        return self.at if day is None else clock.local_midnight(day, self.coop.timezone)

    def _scope(self, cleaned: Mapping[str, Any]) -> str:
        assert self.rule is not None
        named = {dimension: cleaned.get(f"scope_{dimension}") for dimension in self.rule.varies_by}
        return scope_text({dimension: key for dimension, key in named.items() if key})

    def effect_data(self) -> Data:
        """What is kept of the proposal. After `is_valid()`."""
        assert self.rule is not None
        return {
            "key": self.rule.key,
            "scope": self._scope(self.cleaned_data),
            "value": self.cleaned_data["json_value"],
            "from": self.cleaned_data["from_date"].isoformat(),
        }
