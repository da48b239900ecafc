"""What the worker shows at a place, and what somebody says went wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from marke.common import uploads
from marke.common.forms import MarkeForm
from marke.jobs.models import Incident
from marke.jobs.services.disputes import LONGEST_TEXT
from marke.jobs.services.proofs import Shown

TOO_LARGE = _("The photo has %(size)d MB. Take one of at most %(most)d MB.")


class PhotoField(uploads.PhotoField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(too_large=TOO_LARGE, **kwargs)


class StopForm(MarkeForm):
    """Only what the rule asks for here, a photo if one likes, and why not."""

    name = forms.CharField(label=_("Who received it?"), max_length=120, required=False)
    code = forms.CharField(
        label=_("Code of the client"), max_length=12, required=False, help_text=_("Four digits, on the client’s own page"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code"}),
    )  # fmt: skip
    photo = PhotoField(label=_("Photo"), required=False, help_text=_("Of the thing at its place; no faces"))
    reason = forms.CharField(
        label=_("Why can it not be shown?"), max_length=500, required=False,
        help_text=_("Only then; the coordinator reads it"), widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, asked: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"name", "code"} - {asked}:
            del self.fields[name]
        if asked == "none":
            del self.fields["reason"]
        if asked in self.fields:
            self.fields[asked].says_optional = False  # type: ignore[attr-defined]

    def shown(self) -> Shown:
        said = self.cleaned_data
        return Shown(
            name=said.get("name", ""), code=said.get("code", ""), picture=said.get("photo"), reason=said.get("reason", "")
        )


class IncidentForm(MarkeForm):
    kind = forms.ChoiceField(label=_("What is it?"), choices=Incident.Kind, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What happened?"), help_text=_("A person reads it and answers."), validators=[MaxLengthValidator(LONGEST_TEXT)],
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    photo = PhotoField(label=_("Photo"), required=False)
