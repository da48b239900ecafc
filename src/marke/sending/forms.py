"""What the treasurer fills in about e-invoices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import MarkeForm
from marke.sending.access_point import access_points


class ConnectionForm(MarkeForm):
    kind = forms.ChoiceField(label=_("By what?"), widget=forms.RadioSelect)
    participant = forms.CharField(
        label=_("Who are we on the network?"), max_length=60,
        help_text=_("In Belgium 0208, a colon and your enterprise number, like 0208:0999900348; elsewhere the access point tells you"),
    )  # fmt: skip
    url = forms.CharField(
        label=_("Address of the access point"), max_length=300, required=False, help_text=_("It begins with https://"),
        widget=forms.URLInput(attrs={"class": "input--wide"}),
    )  # fmt: skip
    key = forms.CharField(
        label=_("Key"), max_length=300, required=False, help_text=_("The access point gives it to you; it is not shown again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.choices = [(each.kind, each.label) for each in access_points if each.offered]
        kinds.initial = kinds.choices[-1][0]


class RecipientForm(MarkeForm):
    participant = forms.CharField(
        label=_("Where do they receive e-invoices?"), max_length=60, required=False,
        help_text=_("In Belgium 0208, a colon and their enterprise number, like 0208:0999900348. Leave it empty if they receive none"),
    )  # fmt: skip
