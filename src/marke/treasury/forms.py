"""What the treasurer fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import DateField, MarkeForm, MoneyField, OnceKey
from marke.parties.models import Coop
from marke.treasury.services.handover import LONGEST


class _WithMoney(MarkeForm):
    def __init__(self, *args: Any, coop: Coop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, MoneyField):
                hint, field.hints_at_currency = field.help_text, not field.help_text
                field.use_currency(coop.currency)
                field.help_text = hint or field.help_text


class CloseForm(_WithMoney):
    bank_said = MoneyField(
        label=_("What the bank's statement says was there"),
        required=False,
        min_value=None,
        help_text=_("At the end of the last day. It is held against the books; without it nobody knows whether they agree."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=400, help_text=_("For whoever looks at it later."))


class VatReturnForm(_WithMoney):
    deductible = MoneyField(
        label=_("VAT that you paid besides"),
        required=False,
        min_value=0,
        help_text=_(
            "It is taken off too. What stands on bills that were approved here is counted already: only receipts that are not."
        ),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=400, help_text=_("For example, the tax office's receipt."))
    once_key = OnceKey()


class VatPaymentForm(_WithMoney):
    amount = MoneyField(label=_("Paid to the tax office"), min_value=1)
    came_back = forms.BooleanField(label=_("It came back from the tax office"), required=False)
    date = DateField(label=_("Date"), help_text=_("The day on the bank statement."))
    once_key = OnceKey()


class NoteForm(MarkeForm):
    text = forms.CharField(
        label=_("Your note"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Who keeps the books with you and how to reach them, which bank, where the papers lie, what is half done. "
            "No passwords: everybody who keeps the money can read it."
        ),
    )
