"""What the rules of e-invoices say of a paper, also of one that has no number yet: in sentences that name the field.

The paper is written by the same functions as the real e-invoice, and checked as that is: by the rules of the network where it
goes over one, or else by those of EN 16931, as the e-invoice inside its PDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from marke.common.money import minor_digits
from marke.invoices.documents import RULES, in_cii, no_place_for, two_decimals, ubl_unchecked
from marke.invoices.models import Invoice, InvoiceLine, VatBreakdown
from marke.invoices.network import Route
from marke_core.einvoice.check import RULE_SETS, Finding, RuleSet, check
from marke_core.einvoice.refused import BadEInvoice

NETWORK_RULES = "peppol-bis-3.0.21"
MOST_SHOWN = 5


class Fault(NamedTuple):
    """A sentence. `field` is that of the model: "seller.vat_id", "lines[0].name"; "" where it is of none."""

    sentence: str
    is_fatal: bool
    field: str = ""

    @property
    def is_of_seller(self) -> bool:
        return self.field.startswith("seller")

    @property
    def is_of_buyer(self) -> bool:
        return self.field.startswith("buyer")

    @property
    def is_of_buyers_address_there(self) -> bool:
        """Where the client is found on the network."""
        return self.field.startswith("buyer.endpoint")


@dataclass(frozen=True)
class Judged:
    """By which rules (None: it can be no e-invoice at all), what they find, and how the paper would go."""

    rules: RuleSet | None
    found: tuple[Fault, ...]
    route: Route | None = None

    @property
    def key(self) -> str | None:
        return self.rules.key if self.rules else None

    @property
    def faults(self) -> int | None:
        return sum(fault.is_fatal for fault in self.found) if self.rules else None

    @property
    def is_refused(self) -> bool:
        return any(fault.is_fatal for fault in self.found)

    @property
    def has_to_go(self) -> bool:
        return self.route is not None and self.route.is_open

    @property
    def shown(self) -> tuple[Fault, ...]:
        """The gravest first."""
        return tuple(sorted(self.found, key=lambda fault: not fault.is_fatal))[:MOST_SHOWN]


class Unkept:
    """A paper whose lines and rates are not in the database: read like one whose are."""

    def __init__(self, invoice: Invoice, lines: Sequence[InvoiceLine], rates: Sequence[VatBreakdown]) -> None:
        self._invoice, self._lines, self._rates = invoice, lines, rates

    def __getattr__(self, name: str) -> Any:
        return getattr(self._invoice, name)

    @property
    def lines(self) -> Unkept:
        return self

    def all(self) -> Sequence[InvoiceLine]:
        return self._lines

    def rates(self) -> list[VatBreakdown]:
        return list(self._rates)


def judge(invoice: Invoice, lines: Sequence[InvoiceLine], rates: Sequence[VatBreakdown], route: Route | None) -> Judged:
    """Of an invoice with these lines and rates, kept or not."""
    if minor_digits(invoice.currency) != 2:
        return Judged(None, (Fault(two_decimals(invoice.currency), True),), route)
    paper: Any = Unkept(invoice, lines, rates)
    rules = RULE_SETS[NETWORK_RULES if route else RULES]
    try:
        content = ubl_unchecked(paper, seller=route.sender, buyer=route.recipient) if route else in_cii(paper)
    except BadEInvoice as bad:
        return Judged(rules, (Fault(no_place_for(bad), True),), route)
    return Judged(rules, _faults(check(content, rules=rules.key).findings), route)


def _faults(findings: Sequence[Finding]) -> tuple[Fault, ...]:
    """Some rules come in pairs, which say the same of the same field."""
    said = (Fault(finding.message.said(_), finding.flag == "fatal", finding.field) for finding in findings)
    return tuple({(fault.sentence, fault.is_fatal): fault for fault in said}.values())


class Checked(NamedTuple):
    """By which edition of the rules an issued paper was checked. An edition that we no longer know has its key alone."""

    name: str
    published: date | None
    faults: int


def checked_by(invoice: Invoice) -> Checked | None:
    if not invoice.rules:
        return None
    rules = RULE_SETS.get(invoice.rules)
    name = f"{rules.name} {rules.version}" if rules else invoice.rules
    return Checked(name, rules.published if rules else None, invoice.faults or 0)
