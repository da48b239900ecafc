"""The founder's forms: who you are together, and the seven rules as sentences."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marke.common.forms import MarkeForm
from marke.packs.registry import packs
from marke.parties.models import Coop
from marke.site.countries import country_choices


def _sectors() -> list[tuple[str, Any]]:
    return [(pack.kind, pack.label) for pack in packs]


def _countries() -> list[tuple[str, str]]:
    return country_choices(get_language() or "en")


class TogetherForm(MarkeForm):
    """The name, sector, country and legal form of what is being started, and who starts it."""

    name = forms.CharField(label=_("What do you call yourselves?"), max_length=120, help_text=_("You can change this later."))
    pack = forms.ChoiceField(label=_("What do you do?"), choices=_sectors, widget=forms.RadioSelect)
    country = forms.ChoiceField(label=_("In which country?"), choices=_countries)
    legal_form = forms.ChoiceField(
        label=_("Do you have a legal form?"),
        help_text=_("You can start without one. The legal form follows."),
        choices=Coop.LegalForm.choices,
        widget=forms.RadioSelect,
    )


class FounderForm(MarkeForm):
    """Who starts it, when nobody is signed in."""

    founder = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(
        label=_("Your e-mail address"), help_text=_("You sign in with it: we mail you a code, there is no password to remember.")
    )
