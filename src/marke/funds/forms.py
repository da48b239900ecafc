"""What members and treasurers fill in about funds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import MarkeForm, MoneyField, OnceKey
from marke.funds import queries
from marke.funds.conditions import may_leave
from marke.parties.models import Coop


class AidForm(MarkeForm):
    """Only the member and those who decide read it."""

    amount = MoneyField(label=_("How much would help"), min_value=1)
    reason = forms.CharField(
        label=_("What happened"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("As much as you want to tell. Only you and those who decide read it."),
    )
    paper = forms.CharField(
        label=_("A paper that shows it"),
        required=False,
        max_length=200,
        help_text=_("For example “doctor's note of 3 March, I can show it”."),
    )
    once_key = OnceKey()

    def __init__(self, *args: Any, coop: Coop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        assert isinstance(amount, MoneyField)
        amount.use_currency(coop.currency)


class DecideForm(MarkeForm):
    granted = MoneyField(label=_("What is granted"), min_value=0, help_text=_("0 refuses it."))
    note = forms.CharField(label=_("Why"), max_length=500, help_text=_("The member reads it."))

    def __init__(self, *args: Any, coop: Coop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        granted = self.fields["granted"]
        assert isinstance(granted, MoneyField)
        granted.use_currency(coop.currency)


class TransferForm(MarkeForm):
    """What a proposal says: so much from one fund to another."""

    source = forms.ChoiceField(label=_("From"))
    target = forms.ChoiceField(label=_("To"))
    amount = MoneyField(label=_("Amount"), min_value=1)

    def __init__(self, *args: Any, coop: Coop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        assert isinstance(amount, MoneyField)
        amount.use_currency(coop.currency)
        rows = queries.standings(coop)
        names = [(row.slug, row.label) for row in rows]
        for name, offered in (
            ("source", [(row.slug, row.label) for row in rows if may_leave(row.key)]),
            ("target", names),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered

    def effect_data(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("source", "target", "amount")}
