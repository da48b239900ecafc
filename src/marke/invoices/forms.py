"""What is filled in about invoices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marke.activities.models import Activity
from marke.common.forms import MarkeForm, MoneyField, OnceKey
from marke.invoices.queries import LineLeft
from marke.parties.models import Coop

ALL, PART = "all", "part"


class CreditForm(MarkeForm):
    """Why, and how much of each line; a field for each line of which something is left and a part makes sense."""

    reason = forms.CharField(
        label=_("Why it is taken back"), max_length=300, help_text=_("It stands on the credit note; the client reads it.")
    )
    how = forms.ChoiceField(label=_("How much of it"), widget=forms.RadioSelect, required=False)

    def __init__(self, data: Any = None, *, lines: Sequence[LineLeft], currency: str) -> None:
        super().__init__(data, initial={"how": ALL})
        self.fields["how"].choices = [(ALL, gettext("all that is left")), (PART, gettext("a part of it"))]  # type: ignore[attr-defined]
        for line, left in lines:
            if left > 0:
                self.fields[f"line_{line.position}"] = MoneyField(
                    currency=currency, required=False, max_value=left, label=line.text, initial=None if line.job_id else 0,
                    help_text=gettext("Without VAT; of a job, all or nothing") if line.job_id else gettext("Without VAT"),
                )  # fmt: skip

    @property
    def amounts(self) -> dict[int, int] | None:
        """By position, after `is_valid()`; None for all that is left."""
        if self.cleaned_data["how"] != PART:
            return None
        return {int(name[5:]): amount for name, amount in self.cleaned_data.items() if name.startswith("line_") and amount}


class InternalOfferForm(MarkeForm):
    """Which business of mine offers what to which other one."""

    seller = forms.ChoiceField(label=_("From your business"))
    buyer = forms.ChoiceField(label=_("For which business?"))
    what = forms.CharField(
        label=_("What do you do for it?"), max_length=200, widget=forms.TextInput(attrs={"class": "input--wide"})
    )
    amount = MoneyField(label=_("For how much?"), min_value=1)
    once_key = OnceKey()

    def __init__(self, data: Any = None, *, coop: Coop, sellers: Sequence[Activity], buyers: Sequence[Activity]) -> None:
        super().__init__(data)
        self._known = {str(each.number): each for each in (*buyers, *sellers)}
        self.fields["seller"].choices = [(each.number, each.name) for each in sellers]  # type: ignore[attr-defined]
        self.fields["buyer"].choices = [  # type: ignore[attr-defined]
            (each.number, f"{each.name} ({each.party or each.circle})") for each in buyers
        ]
        _in_currency(self.fields["amount"], coop)

    def clean_seller(self) -> Activity:
        return self._known[self.cleaned_data["seller"]]

    def clean_buyer(self) -> Activity:
        return self._known[self.cleaned_data["buyer"]]


class InternalInvoiceForm(MarkeForm):
    """How much of an order is invoiced. `seen`: what was left when the page was read."""

    amount = MoneyField(label=_("How much of it do you invoice?"), min_value=1)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**15)

    def __init__(self, data: Any = None, *, coop: Coop, left: int) -> None:
        super().__init__(data, initial={"amount": left, "seen": left})
        _in_currency(self.fields["amount"], coop)


class InternalCreditForm(MarkeForm):
    reason = forms.CharField(
        label=_("Why it is taken back"), max_length=300, help_text=_("It stands on the credit note; the other business reads it.")
    )


def _in_currency(field: forms.Field, coop: Coop) -> None:
    assert isinstance(field, MoneyField)
    field.use_currency(coop.currency)
