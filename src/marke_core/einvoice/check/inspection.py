"""A document while the rules look at it: its nodes, what several rules ask of it, and what they found."""

from __future__ import annotations

from functools import cached_property

from marke_core.einvoice.check.fields import field_of, path_of, words_for
from marke_core.einvoice.check.reading import Tree
from marke_core.einvoice.check.report import Finding, Flag, Message, RuleSet
from marke_core.einvoice.check.texts import NO_SUM, TEXTS, WARNINGS
from marke_core.einvoice.check.tree import NONE, Node, is_vat, yes

_LONGEST_VALUE = 80
MOST_FINDINGS = 500  # nobody reads more, and a hostile document could ask for a million


class Inspection:
    def __init__(self, tree: Tree, rules: RuleSet) -> None:
        self.root = tree.root
        self.by = tree.by
        self.empty = tree.empty
        self.faults = tree.faults
        self.rules = rules
        self.codes = rules.codes
        self.findings: list[Finding] = []
        self.is_wrong = False
        self.is_credit_note = tree.root.name == "CreditNote"
        # Only a true document has the parts that rules look for at its top.
        self.is_document = tree.root.name in ("Invoice", "CreditNote")

    def every(self, name: str) -> list[Node]:
        """All elements of this name, wherever they stand."""
        return self.by.get(name) or NONE

    def fail(self, rule: str, node: Node, field: str = "", **values: str) -> None:
        """Note that the document breaks a rule at `node`, or at the field `field` that it has or lacks."""
        if rule in self.rules.without:
            return
        flag: Flag = "warning" if rule in WARNINGS else "fatal"
        self.is_wrong = self.is_wrong or flag == "fatal"
        if len(self.findings) == MOST_FINDINGS:
            return
        at = node.one(*field.split("/")) if field else node
        key = field_of(node, field)
        known = words_for(key)
        known["value"] = shortened(at.text) if at is not None else ""
        known.update((name, shortened(text)) for name, text in values.items())
        text = NO_SUM if values.get("expected") == "" else TEXTS[rule]
        name = rule if self.rules.renamed is None else self.rules.renamed.get(rule, rule)
        self.findings.append(Finding(name, flag, key, path_of(node, field), Message(text, known)))

    # What several rules ask

    @cached_property
    def seller(self) -> Node | None:
        return self.root.one("AccountingSupplierParty", "Party")

    @cached_property
    def buyer(self) -> Node | None:
        return self.root.one("AccountingCustomerParty", "Party")

    @cached_property
    def lines(self) -> list[Node]:
        return [*self.every("InvoiceLine"), *self.every("CreditNoteLine")]

    @cached_property
    def allowances(self) -> list[Node]:
        """Allowances and charges on the whole document."""
        return self.root.kids.get("AllowanceCharge") or NONE

    @cached_property
    def charged(self) -> dict[Node, bool | None]:
        """Every allowance (False) and charge (True), wherever it stands."""
        return {node: yes(node.value("ChargeIndicator")) for node in self.every("AllowanceCharge")}

    @cached_property
    def subtotals(self) -> list[Node]:
        """The groups of the VAT breakdown."""
        return self.root.every("TaxTotal", "TaxSubtotal")

    @cached_property
    def vat(self) -> frozenset[Node]:
        """The tax categories and registrations that are of VAT."""
        names = ("TaxCategory", "ClassifiedTaxCategory", "PartyTaxScheme")
        return frozenset(node for name in names for node in self.every(name) if is_vat(node))

    @cached_property
    def seller_country(self) -> str:
        return self.root.value("AccountingSupplierParty", "Party", "PostalAddress", "Country", "IdentificationCode")

    @cached_property
    def buyer_country(self) -> str:
        return self.root.value("AccountingCustomerParty", "Party", "PostalAddress", "Country", "IdentificationCode")


def shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
