"""Numbers that check themselves: GLN, company numbers of Norway, Belgium, Sweden, Australia, Italy, Greece.

Sources: GS1 (GLN), ISO 7064-like moduli as the registers publish them, the Luhn algorithm.
"""

from __future__ import annotations

import re

_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|-?INF")


def is_digits(text: str, length: int | None = None) -> bool:
    return text.isascii() and text.isdigit() and (length is None or len(text) == length)


def is_number(text: str) -> bool:
    """What XPath's number() makes a number of."""
    return _DOUBLE.fullmatch(text.strip(" \t\r\n")) is not None


def is_gln(text: str) -> bool:
    """Weights 3, 1, 3 … from the right; the last digit fills up to a ten."""
    if not is_digits(text):
        return False
    weighted = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(text[:-1])))
    return (10 - weighted % 10) % 10 == int(text[-1])


def is_norwegian(text: str) -> bool:
    """Nine digits, weights 2 to 7 from the right, modulus 11."""
    if not is_digits(text, 9) or int(text) == 0:
        return False
    weighted = sum(int(digit) * (at % 6 + 2) for at, digit in enumerate(reversed(text[:-1])))
    return (11 - weighted % 11) % 11 == int(text[-1])


def is_belgian(text: str) -> bool:
    """Ten digits, the last two 97 less the first eight modulo 97."""
    return is_digits(text, 10) and int(text[8:]) == 97 - int(text[:8]) % 97


def is_swedish(text: str) -> bool:
    """Ten digits by Luhn; what follows the tenth is not looked at."""
    if not is_digits(text) or len(text) < 10:
        return False
    doubled = [int(digit) * (1 if at % 2 else 2) for at, digit in enumerate(reversed(text[:9]))]
    return (10 - sum(number // 10 + number % 10 for number in doubled) % 10) % 10 == int(text[9])


def is_australian(text: str) -> bool:
    """Eleven digits; the first less one, weights 10, 1, 3, 5 … 19, modulus 89."""
    if not is_digits(text, 11):
        return False
    weights = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
    digits = [int(text[0]) - 1, *map(int, text[1:])]
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 89 == 0


def is_greek(text: str) -> bool:
    """Nine digits, weights 256 to 2, modulus 11; what follows is not looked at."""
    if not is_digits(text[:9], 9):
        return False
    weighted = sum(int(digit) << (8 - at) for at, digit in enumerate(text[:8]))
    return weighted % 11 % 10 == int(text[8])


def is_danish(text: str, *, bare: bool) -> bool:
    """DK and eight digits; or, where `bare` numbers pass, the digits alone."""
    return (len(text) == 10 and text.startswith("DK") and is_digits(text[2:])) or (bare and is_digits(text, 8))


def is_italian_office(text: str) -> bool:
    return len(text) == 6 and text.isascii() and text.isalnum()


def is_italian_tax_code(text: str) -> bool:
    """The form of a codice fiscale: sixteen letters and digits in their places, or eleven digits."""
    if len(text) == 11:
        return is_digits(text.lstrip("+-"))
    return re.fullmatch(r"[A-Za-z]{6}[0-9]{2}[A-Za-z][0-9]{2}.{3}[0-9][A-Za-z]", text) is not None


def is_italian_vat(text: str) -> bool:
    """A partita IVA, if it is one of Italy: eleven digits by Luhn."""
    if text[:2] not in ("IT", "it"):
        return True
    digits = text[2:]
    if not is_digits(digits, 11):
        return False
    doubled = [int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(digits)]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """Two letters, two digits and up to thirty more, modulus 97."""
    text = re.sub(r"\s", "", text)
    if re.fullmatch(r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{0,30}", text) is None:
        return False
    # The official rule reckons with the code of the letter, so a small letter is another number than its capital.
    turned = text[4:] + text[:4]
    return int("".join(str(ord(sign) - 55) if ord(sign) > 64 else sign for sign in turned)) % 97 == 1
