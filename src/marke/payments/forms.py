"""What treasurers and members fill in about money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import DateField, MarkeForm, MoneyField, OnceKey
from marke.parties.models import Coop
from marke.payments.models import Payment


class PaymentForm(MarkeForm):
    """A payment as the bank statement shows it."""

    amount = MoneyField(label=_("Amount"), min_value=1)
    date = DateField(label=_("Date"), help_text=_("The day on the bank statement."))
    reference = forms.CharField(
        label=_("Reference"),
        required=False,
        max_length=60,
        help_text=_("As on the bank statement. Without one, the payment waits until you know what it is for."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=140, help_text=_("For example, who paid."))
    once_key = OnceKey()

    def __init__(self, *args: Any, coop: Coop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        assert isinstance(amount, MoneyField)
        amount.use_currency(coop.currency)

    def ask_surplus(self) -> None:
        """More was paid than was asked for: what happens to the rest?"""
        self.fields["surplus"] = forms.ChoiceField(
            label=_("What was paid too much"), choices=Payment.Surplus.choices, widget=forms.RadioSelect
        )


class MatchForm(MarkeForm):
    """What a payment turns out to be for."""

    reference = forms.CharField(
        label=_("Reference"), max_length=60, help_text=_("Of the payment request; you find it under Payment requests.")
    )
    surplus = forms.ChoiceField(
        label=_("If it is more than was asked for"),
        choices=[("", _("ask me")), *Payment.Surplus.choices],
        required=False,
    )


class ReasonForm(MarkeForm):
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays beside the payment."))


class SendBackForm(MarkeForm):
    date = DateField(label=_("Date"), help_text=_("The day on which the money left the bank."))
    once_key = OnceKey()


class RefundForm(SendBackForm):
    amount = MoneyField(label=_("Amount"), min_value=1)
    note = forms.CharField(label=_("Note"), required=False, max_length=140)
    field_order = ("amount", "date", "note")

    def __init__(self, *args: Any, coop: Coop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        assert isinstance(amount, MoneyField)
        amount.use_currency(coop.currency)


class PayRunForm(MarkeForm):
    until = DateField(
        label=_("Pay what was earned before"),
        help_text=_("The day itself does not count. The proposal follows the rule about when members are paid."),
    )


class ConfirmForm(MarkeForm):
    date = DateField(label=_("Day on which the money left the bank"))


class BankAccountForm(MarkeForm):
    iban = forms.CharField(
        label=_("Account number (IBAN)"),
        max_length=60,
        help_text=_("For example BE68 5390 0754 7034."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    holder = forms.CharField(
        label=_("Name of the holder"),
        max_length=70,
        help_text=_("As your bank knows it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
