"""The structure of UBL 2.1: which fields stand where, in which order, how often, and what they hold."""

from __future__ import annotations

import re
from binascii import Error as NotBase64
from binascii import a2b_base64
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from marke_core.einvoice.check.tree import BLANK, Node, number_of
from marke_core.einvoice.check.ubl21 import HOLDS_BY_ENDING, HOLDS_OF_ODD_NAMES, KIND_OF_ODD_NAMES, PARTS

CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
EXT = "{urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
ROOTS = {
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": "Invoice",
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": "CreditNote",
}

_TEXT = frozenset({"languageID", "languageLocaleID"})
_QUANTITY = frozenset({"unitCode", "unitCodeListID", "unitCodeListAgencyID", "unitCodeListAgencyName"})
_ATTRIBUTES = {
    "Text": _TEXT,
    "Amount": frozenset({"currencyID", "currencyCodeListVersionID"}),
    "Quantity": _QUANTITY,
    "Measure": frozenset({"unitCode", "unitCodeListVersionID"}),
    "Numeric": frozenset({"format"}),
    "Identifier": frozenset(
        {"schemeID", "schemeName", "schemeAgencyID", "schemeAgencyName", "schemeVersionID", "schemeDataURI", "schemeURI"}
    ),
    "Code": frozenset(
        [
            "listID",
            "listAgencyID",
            "listAgencyName",
            "listName",
            "listVersionID",
            "name",
            "languageID",
            "listURI",
            "listSchemeURI",
        ]
    ),
    "BinaryObject": frozenset({"format", "mimeCode", "encodingCode", "characterSetCode", "uri", "filename"}),
}
_NEEDED = {"Amount": "currencyID", "Measure": "unitCode", "BinaryObject": "mimeCode"}
_ALLOWED_ANYWHERE = frozenset({f"{XSI}schemaLocation", f"{XSI}noNamespaceSchemaLocation"})
_NUMBERS = frozenset({"Amount", "Quantity", "Numeric", "Measure"})
_NONE: frozenset[str] = frozenset()

_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
DATE = re.compile(rf"-?([1-9][0-9]{{3,9}}|0[0-9]{{3}})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])({_ZONE})")
_TIME = re.compile(rf"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?){_ZONE}")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")
_END_OF_BASE64 = re.compile(r"(?:[AQgw]==|[AEIMQUYcgkosw048]=|[^=]|)$")


class Model(NamedTuple):
    """What a part may hold: name → (its place in the order, whether it may repeat)."""

    places: dict[str, tuple[int, bool]]
    needed: frozenset[str]


class Fault(NamedTuple):
    """Where the structure is not UBL's: at `node`, or at the field `field` of it."""

    rule: str
    node: Node
    field: str = ""
    values: tuple[tuple[str, str], ...] = ()


class Spec(NamedTuple):
    """What is known of an element by its name."""

    name: str  # by which the rules know it; the full name where UBL has no such element
    model: Model | None = None  # of a part
    holds: str = ""  # of a field: Text, Code, Amount …
    plain: bool = False  # a field that takes any text
    is_number: bool = False


def _models() -> dict[str, Model]:
    models = {}
    for row in PARTS.strip().splitlines():
        kind, _, fields = row.partition(": ")
        names = [(name.rstrip("!*+"), name[-1]) for name in fields.split()]
        models[kind] = Model(
            {name: (place, often in "*+") for place, (name, often) in enumerate(names)},
            frozenset(name for name, often in names if often in "!+"),
        )
    return models


MODELS = _models()
KNOWN: dict[str, Spec] = {tag: Spec(name, MODELS[name]) for tag, name in ROOTS.items()}
_MOST_NAMES = 4000  # a hostile document may bring any number of names


def spec_of(tag: str) -> Spec:
    """What an element of this full name is to us."""
    spec = KNOWN.get(tag)
    if spec is None:
        spec = _spec_of(tag)
        if len(KNOWN) < _MOST_NAMES:
            KNOWN[tag] = spec
    return spec


def _spec_of(tag: str) -> Spec:
    space, _, local = tag.rpartition("}")
    space += "}"
    model = _model_of(local)
    if model is not None:
        if (space == CAC and local not in ROOTS.values()) or (space == EXT and local.startswith("UBLExtension")):
            return Spec(local, model)
        return _field(f"cbc:{local}", local) if space == CBC else Spec(tag)
    if space == CBC or (space == EXT and local.startswith("Extension") and local != "ExtensionContent"):
        return _field(local, local)
    return Spec(local if space == EXT and local == "ExtensionContent" else tag)


def _model_of(name: str) -> Model | None:
    """What the part of this name may hold; None when no part is called so."""
    odd = KIND_OF_ODD_NAMES.get(name)
    if odd:
        return MODELS[odd]
    return next((MODELS[name[at:]] for at, letter in enumerate(name) if letter.isupper() and name[at:] in MODELS), None)


def _field(name: str, local: str) -> Spec:
    kind = _holds(local)
    return Spec(name, None, kind, kind in ("Text", "Identifier", "Code"), kind in _NUMBERS)


def _holds(name: str) -> str:
    return HOLDS_OF_ODD_NAMES.get(name) or next((held for end, held in HOLDS_BY_ENDING if name.endswith(end)), "Text")


def judge_place(node: Node, spot: tuple[int, bool] | None, reached: int, faults: list[Fault]) -> None:
    """Whether an element may stand in its part, here, again. `reached`: how far the order of the part has come."""
    assert node.parent is not None
    part = (("element", local_name(node)), ("part", local_name(node.parent)))
    if spot is None:
        faults.append(Fault("UBL-UNKNOWN", node, values=part))
    elif spot[0] < reached:
        faults.append(Fault("UBL-ORDER", node, values=part))
    elif not spot[1]:
        faults.append(Fault("UBL-TWICE", node, values=part))


def local_name(node: Node) -> str:
    return node.name.rpartition("}")[2].removeprefix("cbc:")


def judge_part(node: Node, model: Model, faults: list[Fault]) -> None:
    """What a part must hold, and that it holds nothing but elements."""
    if not model.needed <= node.kids.keys():
        part = (("part", local_name(node)),)
        faults.extend(Fault("UBL-MISSING", node, name, part) for name in model.places if name in model.needed - node.kids.keys())
    if node.text and node.text.strip(BLANK):
        faults.append(Fault("UBL-LOOSE-TEXT", node))
    if node.attributes:
        _judge_attributes(node, _NONE, faults)


def judge_field(node: Node, spec: Spec, faults: list[Fault]) -> None:
    """What a field holds, and its attributes. A number is kept with the node."""
    kind = spec.holds
    attributes = node.attributes
    if spec.is_number:
        node.number = number_of(node.text)
        if node.number is None:
            faults.append(Fault("UBL-NUMBER", node))
    elif not spec.plain and not _holds_rightly(kind, node.text):
        faults.append(Fault(f"UBL-{kind.upper()}", node))
    needed = _NEEDED.get(kind)
    if needed is not None and needed not in attributes:
        faults.append(Fault("UBL-NEEDS-ATTRIBUTE", node, values=(("attribute", needed),)))
    if attributes:
        allowed = _ATTRIBUTES.get(kind, _NONE)
        if "languageID" in attributes or not allowed.issuperset(attributes):
            _judge_attributes(node, allowed, faults)
    if node.kids:
        faults.append(Fault("UBL-NOT-A-PART", node))


def _judge_attributes(node: Node, allowed: frozenset[str], faults: list[Fault]) -> None:
    for attribute, value in node.attributes.items():
        if attribute not in allowed and attribute not in _ALLOWED_ANYWHERE:
            faults.append(Fault("UBL-ATTRIBUTE", node, values=(("attribute", attribute),)))
        elif attribute == "languageID" and _LANGUAGE.fullmatch(value.strip(BLANK)) is None:
            faults.append(Fault("UBL-LANGUAGE", node, values=(("language", value),)))


def _holds_rightly(kind: str, text: str) -> bool:
    if kind == "Date":  # blanks around a date pass with some readers of XML Schema and not with others; so they do not pass
        return is_date(text)
    text = text.strip(BLANK)
    if kind == "Time":
        return _TIME.fullmatch(text) is not None
    if kind == "Indicator":
        return text in ("true", "false", "0", "1")
    return _is_base64(text)


def is_date(text: str) -> bool:
    """A date of XML Schema: it may have a time zone, and more than four digits of a year."""
    if plain_date(text) is not None:
        return True
    match = DATE.fullmatch(text)
    if match is None or int(match[1]) == 0:
        return False
    # The calendar repeats after 400 years.
    return int(match[3]) <= monthrange(2000 + int(match[1]) % 400, int(match[2]))[1]


def plain_date(text: str) -> date | None:
    """A date as nearly all of them are written, read fast."""
    if len(text) == 10 and text[4] == "-" and text[7] == "-" and text.isascii():
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    return None


def _is_base64(text: str) -> bool:
    text = "".join(text.split())
    try:
        a2b_base64(text, strict_mode=True)
    except (NotBase64, ValueError):
        return False
    return _END_OF_BASE64.search(text[-3:]) is not None


def is_part(name: str) -> bool:
    """Whether elements of this name hold others."""
    return _model_of(name) is not None
