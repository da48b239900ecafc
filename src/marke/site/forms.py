"""The founder's forms: who you are together, and the seven rules as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from marke.common.forms import MarkeForm
from marke.common.refusal import Refused
from marke.packs.registry import packs
from marke.parties.models import Coop
from marke.rules.registry import default_of, in_order
from marke.rules.sentences import refusal_sentence, sentence_html
from marke.rules.value_fields import value_fields, value_of
from marke.site.countries import country, country_choices
from marke.statutes.forms import forms_of
from marke.statutes.sentences import label_of
from marke.statutes.services import founding_values
from marke_core.rulebook import BadValue, Json, Rule

# The rules that a founder reads before anything else; the others begin with the sector's values.
FIRST_RULES = 7


class TogetherForm(MarkeForm):
    """The name, sector, country and legal form of what is being started."""

    name = forms.CharField(
        label=gettext_lazy("What do you call yourselves?"), max_length=120, help_text=gettext_lazy("You can change this later.")
    )
    pack = forms.ChoiceField(
        label=gettext_lazy("What do you do?"),
        choices=lambda: [(pack.kind, pack.label) for pack in packs],
        widget=forms.RadioSelect,
    )
    country = forms.ChoiceField(label=gettext_lazy("In which country?"), choices=lambda: country_choices(get_language() or "en"))
    legal_form = forms.ChoiceField(
        label=gettext_lazy("Do you have a legal form?"),
        help_text=gettext_lazy("You can start without one. The legal form follows."),
        choices=Coop.LegalForm.choices,
        widget=forms.RadioSelect,
    )

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not any(letter.isalnum() for letter in name):
            raise ValidationError(_("“%(name)s” has no letters. Write the name as people say it.") % {"name": name})
        return name


class FounderForm(MarkeForm):
    """Who starts it, when nobody is signed in."""

    founder = forms.CharField(label=gettext_lazy("Your name"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("You sign in with it: we mail you a code, there is no password to remember."),
    )


def preview_coop(answers: Mapping[str, Any], language: str) -> Coop:
    """The co-op as it will be, not kept: for its currency, its language and its sector's defaults."""
    land = country(answers["country"])
    return Coop(
        name=answers["name"],
        pack=answers["pack"],
        country=land.code,
        currency=land.currency,
        timezone=land.timezone,
        language=language,
        legal_form=answers["legal_form"],
    )


@dataclass(frozen=True)
class RuleOnPage:
    title: str
    sentence: SafeString
    fields: list[forms.BoundField]

    @property
    def has_errors(self) -> bool:
        return any(field.errors for field in self.fields)


class RulesForm(MarkeForm):
    """The first seven rules, each with the fields of its own type, filled with the sector's value or the one chosen before.

    Who has a legal form already is asked which of their country's; `regime` is the one chosen before.
    """

    def __init__(self, data: Any = None, *, coop: Coop, values: Mapping[str, Json], regime: str = "", at: datetime) -> None:
        self.coop, self.at = coop, at
        self.declared: list[Rule] = in_order()[:FIRST_RULES]
        self.present = {rule.key: rule.type.load(values.get(rule.key, default_of(rule, coop.pack))) for rule in self.declared}
        self.chosen: dict[str, Json] = {}
        super().__init__(data)
        if known := [each for each in forms_of(coop.country) if each.needs_deed and each.legal_form == coop.legal_form]:
            self.fields["regime"] = forms.ChoiceField(
                label=gettext_lazy("Which one is it?"),
                help_text=gettext_lazy("Your rules are then held against what it says, with the source of every figure."),
                choices=[("", _("Another one, or we will see later")), *((each.code, label_of(each)) for each in known)],
                initial=regime,
                required=False,
            )
        for rule in self.declared:
            for name, field in value_fields(rule, coop, self.present[rule.key]).items():
                self.fields[f"{rule.key}:{name}"] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for rule in self.declared:
            own = {name.partition(":")[2]: value for name, value in cleaned.items() if name.partition(":")[0] == rule.key}
            if not own or self._names(rule) & self.errors.keys():
                continue
            try:
                self.chosen[rule.key] = rule.type.dump(value_of(rule, self.coop, own))
            except BadValue as bad:
                self.add_error(f"{rule.key}:value", refusal_sentence(bad, self.coop))
        if code := cleaned.get("regime"):
            try:
                founding_values(self.coop, [code], self.chosen, self.at)
            except Refused as refused:
                self.add_error(None, str(refused))
        return cleaned

    @property
    def regime(self) -> forms.BoundField | None:
        """The question which legal form it is, where there is one to choose."""
        return self["regime"] if "regime" in self.fields else None

    def _names(self, rule: Rule) -> set[str]:
        return {name for name in self.fields if name.partition(":")[0] == rule.key}

    def rules(self) -> list[RuleOnPage]:
        """The rules in order, as sentences with their present values, and the fields to change them."""
        return [
            RuleOnPage(
                title=str(rule.title),
                sentence=sentence_html(rule, self.present[rule.key], self.coop),
                fields=[self[name] for name in self.fields if name.partition(":")[0] == rule.key],
            )
            for rule in self.declared
        ]
