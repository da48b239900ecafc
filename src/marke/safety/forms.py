"""What people write down about safety."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from marke.common.forms import MarkeForm
from marke.safety.services.blocks import LONGEST


class ContactForm(MarkeForm):
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        label=_("Telephone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("One of the two is enough; mail goes out by itself"))


class NoteForm(MarkeForm):
    note = forms.CharField(
        label=_("How did it end?"), validators=[MaxLengthValidator(4000)], widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: I spoke with her, she is home."),
    )  # fmt: skip


class ApartForm(MarkeForm):
    reason = forms.CharField(
        label=_("Why?"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You owe nobody a reason. It helps only if you want somebody to know."),
    )  # fmt: skip
    tells_coordinator = forms.BooleanField(label=_("The coordinator may read it"), required=False)

    def said(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"], "tells_coordinator": self.cleaned_data["tells_coordinator"]}
