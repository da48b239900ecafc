"""What members and officers fill in about invoices in members' names."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import DateField, MarkeForm
from marke.invoices.vat_choices import VatChoice, read_choice
from marke.parties.detail_forms import clean_vat_number
from marke.parties.models import Party
from marke.selfbills.vat import SMALL

DETAILS = ("vat_number", "street", "postcode", "city", "country")


class AskForm(MarkeForm):
    """Who the member is as a business, which VAT they charge, and that they agree."""

    vat_number = forms.CharField(label=_("Your VAT number"), max_length=30)
    street = forms.CharField(label=_("Street and number"), max_length=200)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=_("Town"), max_length=100)
    country = forms.RegexField(
        r"^[a-zA-Z]{2}$", label=_("Country"), max_length=2,
        help_text=_("With two letters, for example BE"),
        error_messages={"invalid": _("Write the country with two letters, for example BE.")},
    )  # fmt: skip
    vat = forms.ChoiceField(label=_("The VAT that you charge the co-op"), widget=forms.RadioSelect)
    since = DateField(label=_("For work from"), help_text=_("What you earned before, you invoice yourself."))
    agreed = forms.BooleanField(
        label=_("I agree that the co-op writes my invoices to it, and I write none for the same work."),
    )

    def __init__(self, data: Any = None, *, party: Party, country: str, options: list[tuple[str, str]], today: Any) -> None:
        said = {name: getattr(party, name) for name in DETAILS} | {"country": country, "vat": options[0][0], "since": today}
        super().__init__(data, initial=said)
        self.fields["vat"].choices = options  # type: ignore[attr-defined]

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("vat_number") and data.get("country"):
            try:
                data["vat_number"] = clean_vat_number(data["vat_number"], data["country"])
            except forms.ValidationError as error:
                self.add_error("vat_number", error)
        return data

    @property
    def details(self) -> dict[str, str]:
        """After `is_valid()`, as what follows."""
        return {name: self.cleaned_data[name] for name in DETAILS}

    @property
    def is_small(self) -> bool:
        return bool(self.cleaned_data["vat"] == SMALL)

    @property
    def choice(self) -> VatChoice:
        return read_choice(self.cleaned_data["vat"]) or VatChoice("E", 0)


class ObjectForm(MarkeForm):
    text = forms.CharField(
        label=_("What is wrong with it?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The treasurer reads it."),
    )  # fmt: skip


class AnswerForm(MarkeForm):
    text = forms.CharField(
        label=_("Why it stands"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The member reads it.")
    )


class TakeBackForm(MarkeForm):
    reason = forms.CharField(
        label=_("Why it is taken back"), max_length=300, help_text=_("It stands on the credit note; the member reads it.")
    )


class EndForm(MarkeForm):
    reason = forms.CharField(label=_("Why it ends"), max_length=300, required=False)
