"""The characters that every bank of the payments area passes on, and how others are written with them.

Source: EPC217-08, SEPA Requirements for an Extended Character Set; the basic Latin set of the implementation guidelines.
"""

import re
import unicodedata

_OUTSIDE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_SPACES = re.compile(r"\s+")
_LATIN = str.maketrans(
    {
        "ß": "ss", "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Þ": "Th", "þ": "th",
        "Œ": "OE", "œ": "oe", "ı": "i", "ð": "d", "’": "'", "‘": "'", "–": "-", "—": "-", "&": "+", "“": "'", "”": "'",
    }
)  # fmt: skip
_TABLE: dict[str, str] = {}
for _source, _targets in (
    ("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
     "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch . y . e yu ya i i e g"),
    ("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o"),
):  # fmt: skip
    for _letter, _latin in zip(_source, _targets.split(), strict=True):
        _TABLE[_letter] = "" if _latin == "." else _latin
        _TABLE[_letter.upper()] = _TABLE[_letter].capitalize()


def bank_text(text: str, length: int) -> str:
    """`text` in the basic Latin set, at most `length` characters; what cannot be written becomes a question mark."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.translate(_LATIN)) if not unicodedata.combining(c))
    plain = "".join(_TABLE.get(letter, letter) for letter in plain)
    plain = _SPACES.sub(" ", _OUTSIDE.sub("?", _SPACES.sub(" ", plain))).strip()
    # A field may not begin or end with a slash nor hold two in a row.
    plain = re.sub(r"/{2,}", "/", plain).strip("/ ")
    return plain[:length].strip("/ ")
