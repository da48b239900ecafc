"""From bytes or a parsed tree to the nodes that the rules look at."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from lxml import etree

from marke_core.einvoice.check.structure import KNOWN, Fault, Spec, judge_field, judge_part, judge_place, spec_of
from marke_core.einvoice.check.tree import BLANK, NOTHING, Node

DEEPEST = 250  # elements within elements; an invoice has some ten


class NotReadable(ValueError):
    """Bytes that are no XML, or XML that no invoice needs."""

    def __init__(self, rule: str, reason: str = "") -> None:
        super().__init__(reason or rule)
        self.rule = rule
        self.reason = reason


class Tree:
    """The nodes of a document: `by` holds them by name, in the order of the document."""

    def __init__(self, root: Any = None) -> None:
        self.by: dict[str, list[Node]] = defaultdict(list)
        self.empty: list[Node] = []  # elements with nothing in them
        self.faults: list[Fault] = []
        self._holders: list[Node] = []
        self.root = Node("Document", None, "", NOTHING)
        if root is not None:
            spec = spec_of(root.tag)
            self.root = Node(spec.name, None, root.text or "", dict(root.items()))
            self.by[spec.name] = [self.root]
            if spec.name not in ("Invoice", "CreditNote"):
                self.faults.append(Fault("UBL-ROOT", self.root))
            self._grow(root, self.root, spec, 0)

    def _grow(self, element: Any, node: Node, spec: Spec, depth: int) -> None:
        """Read what is in an element. Half of a check is spent here, so it calls little: names and places are looked up in
        tables, and a field that takes any text is not judged."""
        if depth > DEEPEST:
            raise NotReadable("XML-DEEP")
        by = self.by
        kids: dict[str, list[Node]] = defaultdict(list)
        node.kids = kids
        places = NOTHING if spec.model is None else spec.model.places
        reached = -1
        for child in element:
            tag = child.tag
            inner = KNOWN.get(tag)
            if inner is None:
                if tag.__class__ is not str:
                    _pass_by(child, node)
                    continue
                inner = spec_of(tag)
            name, model, plain = inner.name, inner.model, inner.plain
            attributes = child.items()
            kid = Node(name, node, child.text or "", dict(attributes) if attributes else NOTHING)
            brothers = kids[name]
            if brothers:
                kid.place = len(brothers)
            brothers.append(kid)
            by[name].append(kid)
            spot = places.get(name)
            if spot is not None and spot[0] > reached:
                reached = spot[0]
            elif places is not NOTHING:
                judge_place(kid, spot, reached, self.faults)
            if model is not None or len(child):
                self._grow(child, kid, inner, depth + 1)
            else:
                if inner.holds and (attributes or not plain):
                    judge_field(kid, inner, self.faults)
                if not kid.text.strip(BLANK):
                    self.empty.append(kid)
            tail = child.tail
            if tail and tail.strip(BLANK):
                node.text += tail
        self._close(node, spec)

    def _close(self, node: Node, spec: Spec) -> None:
        """Judge an element that may hold others, when all of it is known."""
        self._holders.append(node)
        if spec.model is not None:
            judge_part(node, spec.model, self.faults)
        elif spec.holds:
            judge_field(node, spec, self.faults)
        elif node.name == "ExtensionContent" and sum(map(len, node.kids.values())) != 1:
            self.faults.append(Fault("UBL-TWICE", node, values=(("element", "…"), ("part", node.name))))
        if not node.kids and not node.text.strip(BLANK):
            self.empty.append(node)

    def let_go(self) -> None:
        """Cut the circles of nodes above and below, so that they go at once and do not wait for the garbage collector."""
        for node in self._holders:
            node.kids = NOTHING


def _pass_by(comment: Any, node: Node) -> None:
    """A comment or an instruction says nothing, but the text after it does."""
    if comment.tail:
        node.broken = node.broken or bool(node.text)
        node.text += comment.tail


def root_of(data: bytes | Any) -> Any:
    """The root of a document. Raises: NotReadable when there is no document, or one with a DOCTYPE."""
    if isinstance(data, bytes | bytearray | memoryview):
        root = _parse(bytes(data))
    else:
        root = data.getroot() if hasattr(data, "getroot") else data
    if root is None:
        raise NotReadable("XML")
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotReadable("XML-DOCTYPE")
    return root


def _parse(data: bytes) -> Any:
    # A parser of its own per document: errors of one do not show in another, and threads do not wait.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotReadable("XML", str(error)) from None
