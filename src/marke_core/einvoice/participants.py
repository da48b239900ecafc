"""Who somebody is on the Peppol network: scheme and number, as 0208:0999900348.

Source: Electronic Address Scheme code list (EAS); Belgian participants are found under the number of their enterprise.
"""

from __future__ import annotations

import re

from marke_core.einvoice.check.peppol_numbers import is_belgian
from marke_core.einvoice.check.peppol_parties import SCHEMES
from marke_core.einvoice.model import Identifier

# Countries whose businesses are found under their VAT number. Belgium: under the number in it (0208).
OF_VAT = {
    "AT": "9914", "BG": "9926", "CH": "9927", "CY": "9928", "CZ": "9929", "DE": "9930", "EE": "9931", "ES": "9920", "FR": "9957",
    "GB": "9932", "GR": "9933", "HR": "9934", "HU": "9910", "IE": "9935", "LI": "9936", "LT": "9937", "LU": "9938", "LV": "9939",
    "MC": "9940", "MT": "9943", "NL": "9944", "PL": "9945", "PT": "9946", "RO": "9947", "SI": "9949", "SK": "9950", "SM": "9951",
}  # fmt: skip
BELGIAN_ENTERPRISE = "0208"
_SHAPE = re.compile(r"(\d{4}):([A-Za-z0-9][A-Za-z0-9.\-_/ ]{0,49})")


class BadParticipant(ValueError):
    """Not of the form scheme:number, or a number that cannot be."""


def participant_of(vat_number: str) -> Identifier | None:
    """Where a business with this VAT number is most likely found; None where there is no telling."""
    number = "".join(letter for letter in vat_number.upper() if letter.isalnum())
    country = "GR" if number.startswith("EL") else number[:2]
    if country == "BE" and is_belgian(number[2:]):
        return Identifier(number[2:], BELGIAN_ENTERPRISE)
    return Identifier(number, OF_VAT[country]) if country in OF_VAT and len(number) > 2 else None


def read_participant(text: str) -> Identifier:
    """Raises: BadParticipant."""
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        raise BadParticipant(text)
    scheme, number = found.groups()
    if scheme in SCHEMES and not SCHEMES[scheme][1](number):
        raise BadParticipant(text)
    return Identifier(number, scheme)


def show_participant(participant: Identifier) -> str:
    return f"{participant.scheme}:{participant.value}"
