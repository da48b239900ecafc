"""What is filled in about invoices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import MarkeForm


class CreditForm(MarkeForm):
    reason = forms.CharField(
        label=_("Why it is taken back"), max_length=300, help_text=_("It stands on the credit note; the client reads it.")
    )
