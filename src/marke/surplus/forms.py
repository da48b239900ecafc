"""Forms of the year close."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import MarkeForm, MoneyField, OnceKey


class StartForm(MarkeForm):
    once_key = OnceKey()


class ProposalForm(MarkeForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(
        label=_("What members should know"),
        help_text=_("How the year went, and why you propose this. The figures and their fingerprint are added."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=9_000,
        required=False,
    )
    once_key = OnceKey()


class PaymentForm(MarkeForm):
    report = forms.CharField(
        label=_("Report on the months to come"),
        help_text=_("Who looked, at what, and that all debts can be paid. It stays on record."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=500,
        required=False,
    )


class CorrectionForm(MarkeForm):
    paid = MoneyField(label=_("In money, tax taken off"))
    withheld = MoneyField(label=_("Tax withheld"))
    kept = MoneyField(label=_("Kept in their name"))
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("What was wrong, and how you know. The member reads it with their year."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=400,
    )
    # The version that this makes: sent twice, it is made once.
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=2)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("paid", "withheld", "kept"):
            field = self.fields[name]
            assert isinstance(field, MoneyField)
            field.use_currency(currency)
