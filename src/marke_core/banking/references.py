"""Structured payment references: a number that says which request a payment is for, with check digits.

Belgium uses the OGM/VCS (twelve digits, the last two modulo 97); everywhere else banks carry the creditor reference of
ISO 11649 ("RF…"). Both are kept compact and shown grouped.
"""

from stdnum import iso11649
from stdnum.be import ogm_vcs
from stdnum.exceptions import ValidationError

OGM_COUNTRIES = frozenset({"BE"})
LARGEST_OGM = 10**10 - 1


class BadReference(ValueError):
    """A text that is not a structured reference; the message names it and says what one looks like."""


def structured_reference(country: str, number: int) -> str:
    """The reference of request `number` of a co-op in `country` (ISO 3166-1), compact.

    Raises: ValueError when the number is not positive, or has more than ten digits where twelve are all there are.
    """
    if number <= 0:
        raise ValueError(f"A reference is made of a positive number, not {number}.")
    if country in OGM_COUNTRIES:
        if number > LARGEST_OGM:
            raise ValueError(f"{number} has more than the ten digits that a Belgian reference can carry.")
        body = f"{number:010d}"
        return body + ogm_vcs.calc_check_digits(body)
    body = f"{number:010d}"
    # Check digits of ISO 7064 mod 97-10 over body + "RF00", where R is 27 and F is 15.
    check = 98 - int(f"{body}271500") % 97
    return f"RF{check:02d}{body}"


def is_creditor_reference(reference: str) -> bool:
    """Whether this is an ISO 11649 reference, which bank files and QR codes carry in a field of its own."""
    return bool(iso11649.is_valid(reference))


def is_ogm(reference: str) -> bool:
    return reference.isascii() and bool(ogm_vcs.is_valid(reference))


def read_reference(text: str) -> str:
    """The compact reference in what somebody typed or a bank reported.

    Raises: BadReference when it is neither kind, or its check digits are wrong.
    """
    try:
        if text.strip().upper().startswith("RF"):
            return str(iso11649.validate(text))
        if text.isascii():
            return str(ogm_vcs.validate(text))
    except (ValidationError, ValueError):
        pass
    raise BadReference(f"“{text[:60]}” is not a payment reference. It looks like +++123/4567/89002+++ or RF18 5390 0754 7034.")


def show_reference(reference: str) -> str:
    """As people read it: +++090/9337/55493+++ or RF18 5390 0754 7034; anything else unchanged."""
    if is_creditor_reference(reference):
        return str(iso11649.format(reference))
    if is_ogm(reference):
        return f"+++{ogm_vcs.format(reference)}+++"
    return reference
