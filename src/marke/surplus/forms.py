"""Forms of the year close."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import MarkeForm, OnceKey


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
