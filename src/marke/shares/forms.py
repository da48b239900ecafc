"""What members fill in about shares."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import DateField, MarkeForm, OnceKey


class ShareRequestForm(MarkeForm):
    shares = forms.IntegerField(label=_("How many shares"), min_value=1, max_value=1_000_000)
    once_key = OnceKey()


class ShareRefundForm(MarkeForm):
    date = DateField(label=_("Date"), help_text=_("The day on which the money left the bank."))
    once_key = OnceKey()


class RegisterDayForm(MarkeForm):
    on = DateField(label=_("The register on"), required=False)
