"""Who the co-op is: what stands on its invoices. Numbers are checked as the country writes them."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum import get_cc_module, iban
from stdnum.exceptions import ValidationError as WrongNumber

from marke.common.forms import MarkeForm
from marke.parties.forms import NameField, PhoneField, _mail
from marke.parties.models import Coop


def clean_vat_number(number: str, country: str) -> str:
    """The number as the country writes it, with the letters of the country in front. "" stays "".

    Raises: ValidationError that names the number and the remedy.
    """
    compact = re.sub(r"[\s.\-]", "", number).upper()
    if not compact:
        return ""
    prefix = compact[:2] if compact[:2].isalpha() else country
    module = get_cc_module("gr" if prefix == "EL" else prefix.lower(), "vat")
    if module is None:
        return compact[:20]
    try:
        clean = str(module.validate(compact))
    except WrongNumber:
        raise ValidationError(
            gettext("“%(number)s” is not a VAT number of %(country)s: a digit is missing or wrong. Compare it with the paper.")
            % {"number": number[:30], "country": prefix}
        ) from None
    return clean if clean[:2].isalpha() else f"{prefix}{clean}"


def clean_iban(number: str) -> str:
    """Raises: ValidationError that names the number and the remedy."""
    if not number.strip():
        return ""
    try:
        return str(iban.validate(number, check_country=False))
    except WrongNumber:
        raise ValidationError(
            gettext("“%(number)s” is not an IBAN: its check digits do not fit. Compare it with your bank's paper.")
            % {"number": number[:40]}
        ) from None


class CoopDetailsForm(MarkeForm):
    """What the coordinator writes down. The legal form is not among it: the members decide it (`statutes`)."""

    name = NameField(label=_("Name of the co-op"))
    registration_number = forms.CharField(max_length=40, required=False, label=_("Registration number"))
    street = forms.CharField(max_length=200, required=False, label=_("Street and number"))
    postcode = forms.CharField(max_length=20, required=False, label=_("Postcode"))
    city = forms.CharField(max_length=100, required=False, label=_("Town"))
    email = _mail(required=False, label=_("Mail address"), help_text=_("Clients write to it."))
    phone = PhoneField(required=False, label=_("Telephone"))
    vat_number = forms.CharField(
        max_length=30,
        required=False,
        label=_("VAT number"),
        help_text=_("Leave it empty when you have none: invoices then say why no VAT is charged."),
    )
    iban = forms.CharField(max_length=50, required=False, label=_("Bank account (IBAN)"), help_text=_("Clients pay to it."))
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"))
    accent = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        required=False,
        label=_("Colour"),
        help_text=_("As # and six digits, for example #1a5f4a"),
        error_messages={"invalid": _("Write the colour like #1a5f4a.")},
    )

    def __init__(self, data: Any = None, *, coop: Coop, **kwargs: Any) -> None:
        self.coop = coop
        initial = {field: getattr(coop, field) for field in self.base_fields}
        super().__init__(data, initial=initial, **kwargs)

    def clean_vat_number(self) -> str:
        return clean_vat_number(self.cleaned_data["vat_number"], self.coop.country)

    def clean_iban(self) -> str:
        return clean_iban(self.cleaned_data["iban"])

    def clean_accent(self) -> str:
        return str(self.cleaned_data["accent"]).lower()
