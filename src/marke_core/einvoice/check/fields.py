"""Where a finding is: the field of our model that a person would mend, its name in words, and the place in the XML."""

from __future__ import annotations

import re

from marke_core.einvoice.check.report import Words
from marke_core.einvoice.check.structure import is_part
from marke_core.einvoice.check.tree import BLANK, Node
from marke_core.einvoice.check.words import CONTEXTS, OF_ALLOWANCES, ON_A_LINE, PARTIES, WORDS

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_INDEX = re.compile(r"\[[0-9]+\]")
_LINE = re.compile(r"lines\[([0-9]+)\]")


def field_of(node: Node, field: str = "") -> str:
    """The key of the field: `lines[2].quantity`. What the model does not have is named after its element."""
    above = [node, *node.up()][::-1]
    steps = [(each.name, each.place, each) for each in above[1:]]
    last: Node | None = node
    for name in field.split("/") if field else ():
        last = last.one(name) if last is not None else None
        steps.append((name, 0, last or node))
    context = "document"
    keys: list[str] = []
    before = 0
    for name, place, each in steps:
        if context == "":
            break
        key, context = CONTEXTS[context].get(name, (_snake(name), ""))
        if key == "vat_id" and _is_other_tax(each):
            key = "tax_id"
        key = key.replace("[]", f"[{place}]").replace("[^]", f"[{before}]")
        before = place
        if key:
            keys.append(key)
    return ".".join(keys) or "document"


def _is_other_tax(node: Node) -> bool:
    holder = node if node.name == "PartyTaxScheme" else None
    ids = [] if holder is None else holder.every("TaxScheme", "ID")
    return bool(ids) and all(each.text.strip(BLANK).upper() != "VAT" for each in ids)


def _snake(name: str) -> str:
    local = name.rpartition("}")[2].removeprefix("cbc:")
    return _HUMP.sub("_", local).lower()


def words_for(key: str) -> dict[str, str]:
    """What a sentence says of a field: `field`, what people call it; `line`, counted from 1, where it stands on one; before them,
    the words of which the field's are made."""
    line = _LINE.match(key)
    known = {"line": str(int(line[1]) + 1) if line else ""}
    plain = _INDEX.sub("[]", key)
    words = WORDS.get(plain)
    if words is None:
        named = f"“{plain.removeprefix('lines[].').replace('[]', '').replace('.', ' › ').replace('_', ' ')}”"
        return known | ({"what": named, "field": Words(ON_A_LINE)} if line else {"field": named})
    whose, _, part = plain.rpartition("].") if words == ON_A_LINE else plain.partition(".")
    if words == ON_A_LINE:
        known["what"] = Words(OF_ALLOWANCES[part])
    elif part and whose in PARTIES:
        known["who"] = Words(PARTIES[whose])
    known["field"] = Words(words)
    return known


def path_of(node: Node, field: str = "") -> str:
    """The XPath of an element: `/Invoice/cac:InvoiceLine[3]/cbc:InvoicedQuantity`."""
    steps = [_step(each) for each in (node, *node.up())][::-1]
    return "/" + "/".join([*steps, *(_prefixed(name) for name in field.split("/") if name)])


def _step(node: Node) -> str:
    if node.parent is None:
        return node.name.rpartition("}")[2]
    many = len(node.parent.kids[node.name]) > 1
    return f"{_prefixed(node.name)}[{node.place + 1}]" if many else _prefixed(node.name)


def _prefixed(name: str) -> str:
    if name.startswith("{"):
        return f"Q{name}"
    if name.startswith("cbc:"):
        return name
    if name.startswith(("UBLExtension", "Extension")):
        return f"ext:{name}"
    return f"{'cac' if is_part(name) else 'cbc'}:{name}"
