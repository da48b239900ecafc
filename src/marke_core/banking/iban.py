"""Bank account numbers. The country's own check is left out: its bank tables lag behind the banks."""

import re

from stdnum import iban as _iban
from stdnum import numdb
from stdnum.exceptions import ValidationError

# The countries of the Single Euro Payments Area: where a SEPA credit transfer can go.
_SEPA = """
AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK
SM VA
"""
SEPA_COUNTRIES = frozenset(_SEPA.split())


_registry = numdb.get("iban")


class BadIban(ValueError):
    """Not an account number. `reason` is one of characters, country, length, check; `text` is what was given."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(f"{text[:40]!r} is not an IBAN ({reason})")


def read_iban(text: str) -> str:
    """The compact IBAN in what somebody typed.

    Raises: BadIban.
    """
    compact = "".join(text.split()).replace("-", "").upper()
    if not compact or not compact.isascii() or not compact.isalnum():
        raise BadIban(text, "characters")
    length = _length(compact[:2])
    if length is None:
        raise BadIban(text, "country")
    if len(compact) != length:
        raise BadIban(text, "length")
    try:
        return str(_iban.validate(compact, check_country=False))
    except ValidationError:
        raise BadIban(text, "check") from None


def _length(country: str) -> int | None:
    """How long an account number of this country is, by the registry of IBANs; None where there are none."""
    known = _registry.info(country)[0][1] if country.isalpha() else {}
    if "bban" not in known:
        return None
    return 4 + sum(int(part) for part in re.findall(r"\d+", known["bban"]))


def takes_sepa(iban: str) -> bool:
    return iban[:2] in SEPA_COUNTRIES


def show_iban(iban: str) -> str:
    """In groups of four."""
    return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))
