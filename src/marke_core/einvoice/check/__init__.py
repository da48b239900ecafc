"""Is this e-invoice right? Our own check of UBL 2.1, EN 16931 and Peppol BIS Billing, in a millisecond and in plain words.

    >>> report = check(xml, rules="peppol-bis-3.0.21")
    >>> report.verdict
    'invalid'
    >>> str(report.findings[0].message)
    'Fill in the electronic address of the buyer: without it the document cannot be delivered.'

The numbers of the rules and what they demand are those of CEN/TC 434 and OpenPeppol; the words and the code are ours.
"""

from __future__ import annotations

from decimal import Context, localcontext
from typing import TYPE_CHECKING, Any

from marke_core.einvoice.check.inspection import MOST_FINDINGS, Inspection
from marke_core.einvoice.check.reading import NotReadable, Tree, root_of
from marke_core.einvoice.check.report import Finding, Flag, Message, Report, RuleSet, Verdict
from marke_core.einvoice.check.rulesets import RULE_SETS
from marke_core.einvoice.check.translation import CII, as_ubl

if TYPE_CHECKING:
    from marke_core.einvoice.model import Unread

__all__ = ["RULE_SETS", "Finding", "Flag", "Message", "Report", "RuleSet", "Verdict", "check", "judge_rule"]

# Amounts have at most sixty digits, so that no sum or product of them is ever rounded unseen.
_EXACT = Context(prec=200)


def check(data: bytes | Any, rules: str = "peppol-bis-3.0.21", *, structure: bool = True) -> Report:
    """Judge an Invoice or CreditNote, given as bytes or as a tree of lxml, by an edition of the rules.

    A document in CII is judged as the UBL that says the same. `structure`: also by the structure of UBL, as a receiver does before any rule.

    Never raises on account of the document: what cannot be read or judged is invalid, with a finding that says so.
    Raises: KeyError when there is no such edition.
    """
    edition = RULE_SETS[rules]
    try:
        root = root_of(data)
        unread: tuple[Unread, ...] = ()
        if root.tag == CII:
            root, unread = as_ubl(root)
        tree = Tree(root)
    except NotReadable as fault:
        nothing = Inspection(Tree(), edition)
        nothing.fail(fault.rule, nothing.root, reason=fault.reason)
        return Report(edition, "invalid", tuple(nothing.findings))
    inspection = _inspect(tree, edition, structure=structure)
    for each in unread[:MOST_FINDINGS]:
        inspection.fail("CII-UNREAD", tree.root, element=each.path.rpartition("/")[2], text=each.text)
        inspection.findings[-1] = inspection.findings[-1]._replace(path=each.path)
    return Report(edition, "invalid" if inspection.is_wrong else "valid", tuple(inspection.findings))


def judge_rule(rule: str, data: bytes | Any, rules: str = "peppol-bis-3.0.21") -> tuple[Finding, ...]:
    """What one rule finds in a fragment that need not be a whole document. Raises: KeyError when there is no such edition."""
    edition = RULE_SETS[rules]
    try:
        tree = Tree(root_of(data))
    except NotReadable:
        return ()
    return tuple(finding for finding in _inspect(tree, edition, structure=False).findings if finding.rule == rule)


def _inspect(tree: Tree, edition: RuleSet, *, structure: bool) -> Inspection:
    inspection = Inspection(tree, edition)
    with localcontext(_EXACT):
        for part in (_structure, *edition.parts) if structure else edition.parts:
            try:
                part(inspection)
            except Exception as error:  # whatever a document makes of our code, it does not pass
                inspection.fail("ENGINE", tree.root, reason=f"{part.__name__}: {type(error).__name__}")
    tree.let_go()
    return inspection


def _structure(inspection: Inspection) -> None:
    """What reading found amiss."""
    for fault in inspection.faults:
        inspection.fail(fault.rule, fault.node, fault.field, **dict(fault.values))
