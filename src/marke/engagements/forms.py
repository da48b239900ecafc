"""What those who handle the money write down about insurance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import DateField, MarkeForm, MoneyField, OnceKey
from marke.engagements.models import Policy
from marke.parties.models import Coop


class PolicyForm(MarkeForm):
    against = forms.ChoiceField(label=_("Against what"), choices=Policy.Against.choices, widget=forms.RadioSelect)
    insurer = forms.CharField(label=_("Insurer"), max_length=120)
    reference = forms.CharField(label=_("Number of the policy"), max_length=80)
    call = forms.CharField(
        label=_("Whom to call when something has happened"), max_length=120, required=False,
        help_text=_("A telephone number or an address; every member who is covered sees it"),
    )  # fmt: skip
    everybody = forms.TypedChoiceField(
        label=_("Who is covered"), choices=[("yes", _("every member")), ("no", _("those who are named"))], widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    first_on = DateField(label=_("From"))
    last_on = DateField(label=_("Up to and including"), required=False, help_text=_("Leave it empty while no end is known"))
    once_key = OnceKey()


class EndForm(MarkeForm):
    last_on = DateField(label=_("Up to and including"))


class NameForm(MarkeForm):
    member = forms.IntegerField(label=_("Number of the member"), min_value=1, max_value=2**31 - 1)
    first_on = DateField(label=_("From"))
    last_on = DateField(label=_("Up to and including"), required=False, help_text=_("Leave it empty while no end is known"))


class BilledForm(MarkeForm):
    amount = MoneyField(label=_("How much of it is in a bill now"), min_value=1)
    once_key = OnceKey()

    def __init__(self, *args: Any, coop: Coop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["amount"]
        assert isinstance(field, MoneyField)
        field.use_currency(coop.currency)
