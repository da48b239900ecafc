"""The shape of tax numbers, of the countries whose check digits are published; of others nothing is said."""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum.be import vat as be_vat
from stdnum.de import idnr
from stdnum.es import nif as es_nif
from stdnum.exceptions import ValidationError
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pt import nif as pt_nif


def compact(number: str) -> str:
    """Without the spaces, dots and strokes that people put between the figures."""
    return re.sub(r"[\s.\-/]", "", number).upper()


def _belgian_person(number: str) -> bool:
    """Eleven figures; the last two are 97 less the rest modulo 97, with a 2 in front for who was born since 2000."""
    if not re.fullmatch(r"[0-9]{11}", number):
        return False
    return int(number[9:]) in (97 - int(number[:9]) % 97, 97 - int("2" + number[:9]) % 97)


def _accepted(check: Callable[[str], object]) -> Callable[[str], bool]:
    def fits(number: str) -> bool:
        try:
            check(number)
        except ValidationError:
            return False
        return True

    return fits


_PERSONS: dict[str, Callable[[str], bool]] = {
    "BE": _belgian_person,
    "DE": _accepted(idnr.validate),
    "ES": _accepted(es_nif.validate),
    "IT": _accepted(codicefiscale.validate),
    "NL": _accepted(bsn.validate),
    "PT": _accepted(pt_nif.validate),
}
_ENTITIES: dict[str, Callable[[str], bool]] = {
    "BE": _accepted(be_vat.validate),
    "ES": _accepted(es_nif.validate),
    "NL": _accepted(bsn.validate),  # an RSIN is checked as a BSN is
    "PT": _accepted(pt_nif.validate),
}


def fits(number: str, country: str, *, person: bool) -> bool:
    """Whether a tax number may be one of that country; True where nobody here can tell."""
    check = (_PERSONS if person else _ENTITIES).get(country)
    return check is None or check(compact(number))
