"""What members tell for the tax office, and the treasurer of the co-op."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.forms import DateField, MarkeForm
from marke.parties.detail_forms import clean_vat_number
from marke.parties.models import Coop, Membership, Party
from marke.sellers.models import OperatorDetails, SellerDetails
from marke.sellers.services import Told

OF_PERSONS = ("first_name", "last_name", "birth_date", "birth_city", "birth_country")
OF_OTHERS = ("registration_number",)
# May be sent later, but is asked of everybody: a page that calls it optional would mislead.
NEEDED = frozenset(("first_name", "last_name", "street", "city", "country", "birth_date", "tin", "tin_country", *OF_OTHERS))
# What the CLDR names with two letters and no tax office knows as a country.
NO_COUNTRIES = frozenset(("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"))


class CountryField(forms.RegexField):
    """Two letters of ISO 3166-1; cleaned to capitals."""

    def __init__(self, **kwargs: Any) -> None:
        said = gettext_lazy("Write the country with two letters, for example BE.")
        kwargs = {"max_length": 2, "error_messages": {"invalid": said, "max_length": said}, **kwargs}
        super().__init__(r"^[a-zA-Z]{2}$", **kwargs)

    def clean(self, value: Any) -> str:
        code = str(super().clean(value)).upper()
        if code and (code in NO_COUNTRIES or code not in Locale("en").territories):
            raise forms.ValidationError(_("“%(code)s” is no country. Write two letters, for example BE.") % {"code": code})
        return code


class DetailsForm(MarkeForm):
    """Everything may be left empty: what is missing is listed beside it, and asked for again."""

    first_name = forms.CharField(label=gettext_lazy("First names, as in your passport"), max_length=100, required=False)
    last_name = forms.CharField(label=gettext_lazy("Family name, as in your passport"), max_length=100, required=False)
    street = forms.CharField(label=gettext_lazy("Street and number"), max_length=200, required=False)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=gettext_lazy("Town"), max_length=100, required=False)
    country = CountryField(
        label=gettext_lazy("Country"), required=False, help_text=gettext_lazy("With two letters, for example BE")
    )
    birth_date = DateField(label=gettext_lazy("Date of birth"), required=False)
    tin = forms.CharField(
        label=gettext_lazy("Tax number"), max_length=40, required=False,
        help_text=gettext_lazy("The number by which the tax office knows you. In Belgium the national number, in the Netherlands the BSN."),
    )  # fmt: skip
    tin_country = CountryField(
        label=gettext_lazy("Which country gave it"), required=False, help_text=gettext_lazy("With two letters, for example BE")
    )
    has_no_tin = forms.BooleanField(label=gettext_lazy("My country gives me no tax number"), required=False)
    birth_city = forms.CharField(
        label=gettext_lazy("Town where you were born"), max_length=100, required=False,
        help_text=gettext_lazy("Only if you have no tax number"),
    )  # fmt: skip
    birth_country = CountryField(
        label=gettext_lazy("Country where you were born"),
        required=False,
        help_text=gettext_lazy("Only if you have no tax number"),
    )
    vat_number = forms.CharField(
        label=gettext_lazy("VAT number"), max_length=30, required=False, help_text=gettext_lazy("If you have one")
    )
    registration_number = forms.CharField(
        label=gettext_lazy("Number in the register of businesses"), max_length=40, required=False
    )

    def __init__(self, data: Any = None, *, membership: Membership, details: SellerDetails | None) -> None:
        party, self.home = membership.party, membership.coop.country
        initial = {name: getattr(details, name) for name in self.base_fields if details and hasattr(details, name)}
        address = ("street", "postcode", "city", "country", "vat_number")
        super().__init__(data, initial={**initial, **{name: getattr(party, name) for name in address}})
        for name in OF_OTHERS if party.kind == Party.Kind.PERSON else OF_PERSONS:
            del self.fields[name]
        for name in NEEDED & set(self.fields):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("has_no_tin") and data.get("tin"):
            self.add_error("has_no_tin", _("You wrote a tax number. Leave it empty, or take this tick away."))
        if data.get("tin") and not data.get("tin_country") and "tin_country" not in self.errors:
            self.add_error("tin_country", _("Write which country gave the number."))
        if data.get("vat_number"):
            try:
                data["vat_number"] = clean_vat_number(data["vat_number"], data.get("country") or self.home)
            except forms.ValidationError as error:
                self.add_error("vat_number", error)
        return data

    @property
    def told(self) -> Told:
        """After `is_valid()`."""
        return Told(**self.cleaned_data)


class OperatorForm(MarkeForm):
    tin = forms.CharField(
        label=gettext_lazy("Tax number of the co-op"), max_length=40,
        help_text=gettext_lazy("In Belgium the enterprise number, in the Netherlands the RSIN."),
    )  # fmt: skip
    sending_number = forms.CharField(
        label=gettext_lazy("Number under which you report"), max_length=60, required=False,
        help_text=gettext_lazy("Only if your tax office gave you one for these files"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, coop: Coop, details: OperatorDetails | None) -> None:
        known = {"tin": details.tin, "sending_number": details.sending_number} if details else {"tin": coop.registration_number}
        super().__init__(data, initial=known)


class ReportForm(MarkeForm):
    knowing = forms.BooleanField(
        label=gettext_lazy("I know that something is missing; I have asked those members for it."), required=False
    )
