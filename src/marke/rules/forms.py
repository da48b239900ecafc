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
        self, data: Any = None, *, coop: Coop, initial: Mapping[str, Any] | None = None, at: datetime | None = None, **kwargs: Any
    ) -> None:
        self.coop = coop
        self.at = at or clock.now()
        super().__init__(data, initial=dict(initial or {}), **kwargs)
        named = self.data.get(self.add_prefix("key")) or self.initial.get("key")
        self.rule: Rule | None = rules.get(named) if named in rules else None
        self.fields["key"].choices = [(rule.key, rule.title) for rule in in_order()]  # type: ignore[attr-defined]
        if self.rule is not None:
            self._ask_for_a_value(self.rule)

    def _ask_for_a_value(self, rule: Rule) -> None:
        self.fields["key"].widget = forms.HiddenInput()
        self.initial["key"] = rule.key
        present = Timeline(self.coop, [rule.key]).at(self.at).value(rule.key)
        self.fields |= value_fields(rule, self.coop, present)
        for dimension in rule.varies_by:
            if named := options(self.coop, dimension):
                everyone = [("", _("All"))]
                self.fields[f"scope_{dimension}"] = forms.ChoiceField(
                    label=DIMENSION_LABELS[dimension], choices=everyone + list(named.items()), required=False
                )
        self.fields["from_date"] = DateField(
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
        wanted = set(value_fields(self.rule, self.coop, self._present()))
        if wanted <= set(cleaned):
            self._check(self.rule, cleaned)
        return cleaned

    def _present(self) -> Any:
        assert self.rule is not None
        return Timeline(self.coop, [self.rule.key]).at(self.at).value(self.rule.key)

    def _check(self, rule: Rule, cleaned: dict[str, Any]) -> None:
        first = next(name for name in ("value", *self.fields) if name in self.fields and name.startswith("value"))
        try:
            value = rule.type.dump(value_of(rule, self.coop, cleaned))
            check_value(rule=rule, value=value, scope=self._scope(cleaned), coop=self.coop)
        except BadValue as bad:
            self.add_error(first, refusal_sentence(bad, self.coop))
        except Refused as refused:
            self.add_error(first, str(refused))
        except ValidationError as error:
            self.add_error(first, error)
        else:
            cleaned["json_value"] = value

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
