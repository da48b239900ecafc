"""What is written down of a client who gets quotes and invoices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from marke.common.forms import MarkeForm
from marke.invoices.network import networks
from marke.invoices.services.clients import DETAILS, details_seen, open_details, places_of
from marke.parties.detail_forms import clean_vat_number
from marke.parties.forms import NameField
from marke.parties.models import Client, Coop


class BuyerForm(MarkeForm):
    """What papers say of where a client is, and under which number."""

    coop: Coop

    vat_number = forms.CharField(label=_("VAT number"), max_length=30, required=False)
    street = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=_("Town"), max_length=100, required=False)
    country = forms.RegexField(
        r"^[a-zA-Z]{2}$", label=_("Country"), max_length=2, required=False,
        help_text=_("With two letters, for example BE"),
        error_messages={"invalid": _("Write the country with two letters, for example BE.")},
    )  # fmt: skip

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"] or self.coop.country).upper()


class ClientForm(BuyerForm):
    """Only what the co-op keeps of them; and a field for each network. `seen`: what stood there when the page was read."""

    field_order = DETAILS

    name = NameField(label=_("Name"))
    email = forms.EmailField(
        label=_("Mail address"), required=False, max_length=254, help_text=_("Quotes and invoices go there.")
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("In it we write to them, and their papers.")
    )

    def __init__(self, data: Any = None, *, client: Client) -> None:
        self.coop, self.client, self.places = client.coop, client, places_of(client)
        initial = {name: getattr(client.party, name) for name in DETAILS} | self.places
        super().__init__(data, initial=initial | {"seen": details_seen(client)})
        for name in set(DETAILS) - set(open_details(client)):
            del self.fields[name]
        for network in networks:
            self.fields[network.kind] = forms.CharField(label=network.asks, help_text=network.hint, max_length=60, required=False)
            # What stood there when the page was read: a guess that nobody touched is not written down, not by a second click either.
            self.fields[f"shown_{network.kind}"] = forms.CharField(
                widget=forms.HiddenInput, max_length=60, required=False, initial=self.places[network.kind]
            )
        self.fields["seen"] = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "vat_number" in data:
            try:
                country = data.get("country") or self.client.party.country or self.client.coop.country
                data["vat_number"] = clean_vat_number(data["vat_number"], country)
            except forms.ValidationError as error:
                self.add_error("vat_number", error)
        return data

    @property
    def details(self) -> dict[str, str]:
        """After `is_valid()`."""
        return {name: self.cleaned_data[name] for name in DETAILS if name in self.fields}

    @property
    def places_changed(self) -> dict[str, str]:
        said = self.cleaned_data
        return {kind: said[kind] for kind in self.places if said[kind] != said[f"shown_{kind}"]}
