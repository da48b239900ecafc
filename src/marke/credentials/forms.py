"""What a member chooses to tell, what a reader pastes, what somebody in office fills in."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from marke.common.clock import local_date
from marke.common.forms import DateField, MarkeForm, OnceKey
from marke.common.uploads import UploadField
from marke.credentials.conditions import FIELDS, Choice
from marke.credentials.history import default_choice, reviews_of
from marke.parties.models import Membership

MOST_BYTES = 1_000_000
FIRST = date(1900, 1, 1)


class ChoiceForm(MarkeForm):
    """Which time, which fields, which of the sentences that clients said."""

    since = DateField(label=_("From"))
    until = DateField(label=_("Up to and including"))
    tells = forms.MultipleChoiceField(
        label=_("What it tells"), choices=list(FIELDS.items()), widget=forms.CheckboxSelectMultiple, required=False
    )
    said = forms.MultipleChoiceField(
        label=_("What clients said about my work"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("None is told unless you choose it"),
    )  # fmt: skip

    def __init__(self, *args: Any, membership: Membership, at: datetime, **kwargs: Any) -> None:
        since, until = default_choice(membership, at)
        kwargs.setdefault("initial", {"since": since, "until": until, "tells": list(FIELDS)})
        super().__init__(*args, **kwargs)
        self.today = local_date(at, membership.coop.timezone)
        said: Any = self.fields["said"]
        said.choices = [(str(row.pk), f"“{row.sentence}”") for row in reviews_of(membership, at)]
        if not said.choices:
            del self.fields["said"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until:
            if until > self.today:
                self.add_error("until", _now("This day has not come yet. Choose today or a day before."))
            elif since > until or since < FIRST:
                self.add_error("since", _now("This must be a day before the last one."))
        return data

    @property
    def choice(self) -> Choice:
        data = self.cleaned_data
        return Choice(
            data["since"], data["until"] + timedelta(days=1), tuple(data["tells"]), tuple(int(pk) for pk in data.get("said", ()))
        )


class KeyedChoiceForm(ChoiceForm):
    """The same once more, when it is signed."""

    once_key = OnceKey()


class PastedForm(MarkeForm):
    """A credential as text or as a file."""

    text = forms.CharField(
        label=_("Paste it here"), required=False, strip=True, max_length=MOST_BYTES, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The whole text: it begins with { or with eyJ"),
    )  # fmt: skip
    file = UploadField(
        label=_("Or choose the file"), accept=".json,.jwt,.txt", most=MOST_BYTES, required=False,
        too_large=_("This file is %(size)d MB; at most %(most)d MB can be read."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("text") and not data.get("file"):
            self.add_error("text", _now("Paste a credential or choose a file."))
        return data

    @property
    def content(self) -> str:
        file = self.cleaned_data.get("file")
        if file:
            content: bytes = file.read()
            return content.decode("utf-8", errors="replace")
        return str(self.cleaned_data["text"])


class WithdrawForm(MarkeForm):
    reason = forms.CharField(label=_("Why?"), max_length=300, help_text=_("The member reads it"))


class IssuerForm(MarkeForm):
    document = forms.CharField(
        label=_("Their document"), max_length=100_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The text of did.json, from the address of whoever signs. Take it from there yourself: by it you tell who is who"),
    )  # fmt: skip


class PlatformForm(MarkeForm):
    address = forms.CharField(
        label=_("Where their statement stands"), max_length=500, widget=forms.TextInput(attrs={"inputmode": "url", "class": "input--wide"}),
        help_text=_("An address that begins with https://; they publish it with the agreement"),
    )  # fmt: skip


class RequestForm(MarkeForm):
    """A work history that somebody asked for by letter or phone."""

    member = forms.IntegerField(label=_("Number of the member"), min_value=1, max_value=2**31 - 1)
    asked_on = DateField(label=_("Asked on"), help_text=_("The day on which the letter came, or they phoned"))
