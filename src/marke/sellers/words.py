"""What is missing and how far a seller is, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.sellers.drafting import CHANGED, HELD_BACK, NEW, SAME
from marke_core.dac7 import Lack, Missing

STATES = {
    NEW: gettext_lazy("not reported yet"),
    SAME: gettext_lazy("reported"),
    CHANGED: gettext_lazy("changed since"),
    HELD_BACK: gettext_lazy("cannot be reported"),
}
TONES = {NEW: "plain", SAME: "good", CHANGED: "warn", HELD_BACK: "bad"}

LACKS = {
    Lack.NAME: gettext_lazy("There is no name. Write the legal name."),
    Lack.FIRST_NAME: gettext_lazy("There is no first name."),
    Lack.LAST_NAME: gettext_lazy("There is no family name."),
    Lack.STREET: gettext_lazy("There is no street and number."),
    Lack.CITY: gettext_lazy("There is no town."),
    Lack.COUNTRY: gettext_lazy("There is no country of the address."),
    Lack.BIRTH_DATE: gettext_lazy("There is no date of birth."),
    Lack.BIRTH_DATE_IMPOSSIBLE: gettext_lazy("Nobody who worked was born on %(value)s. Compare it with the passport."),
    Lack.TIN: gettext_lazy("There is no tax number. Write it, or say that there is none."),
    Lack.TIN_COUNTRY: gettext_lazy("It is not said which country gave the tax number %(value)s."),
    Lack.TIN_SHAPE: gettext_lazy("%(value)s is not a tax number of that country: a figure is missing or wrong."),
    Lack.BIRTH_PLACE: gettext_lazy("Without a tax number, town and country of birth are needed."),
    Lack.REGISTRATION_NUMBER: gettext_lazy("There is no number in the register of businesses."),
}


def says(missing: Missing) -> str:
    return str(LACKS[missing.lack]) % {"value": missing.value}


def all_in(missing: tuple[Missing, ...]) -> str:
    return " ".join(says(each) for each in missing) or _("Nothing is missing.")
