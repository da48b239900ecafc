"""An e-invoice as people read it: who, what, how much, and what of the file our model does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from marke.bills.looking import Looked
from marke_core.einvoice.model import Document, Line

MOST_LINES, MOST_FINDINGS, MOST_UNREAD = 200, 12, 30


@dataclass(frozen=True)
class ShownLine:
    text: str
    quantity: str
    net: int
    vat: str


@dataclass(frozen=True)
class ShownDocument:
    document: Document
    sign: int
    lines: tuple[ShownLine, ...]
    more_lines: int
    breakdown: tuple[tuple[str, int, int], ...]
    enclosed: tuple[tuple[int, str], ...]
    valid: bool
    rules: str
    findings: tuple[tuple[str, str, str], ...]  # (flag, sentence, rule)
    unread: tuple[Any, ...]
    more_unread: int

    @property
    def net(self) -> int:
        return self.sign * self.document.totals.without_vat

    @property
    def gross(self) -> int:
        return self.sign * self.document.totals.with_vat


def shown_document(looked: Looked) -> ShownDocument | None:
    if looked.found is None or looked.found.reading is None or looked.report is None:
        return None
    document, unread = looked.found.reading.document, looked.found.reading.unread
    sign = -1 if document.is_credit_note else 1
    inside = [each.attached for each in document.supporting if each.attached]
    findings = [(each.flag, each.message.said(gettext), each.rule) for each in looked.report.findings]
    return ShownDocument(
        document=document,
        sign=sign,
        lines=tuple(_line(line, sign) for line in document.lines[:MOST_LINES]),
        more_lines=max(0, len(document.lines) - MOST_LINES),
        breakdown=tuple((_rate(row.category, row.rate), sign * row.base, sign * row.vat) for row in document.breakdown),
        enclosed=tuple((place, each.filename or gettext("file %(n)d") % {"n": place}) for place, each in enumerate(inside, 1)),
        valid=looked.report.valid,
        rules=looked.report.rules.name,
        findings=tuple(dict.fromkeys(findings))[:MOST_FINDINGS],
        unread=unread[:MOST_UNREAD],
        more_unread=max(0, len(unread) - MOST_UNREAD),
    )


def _line(line: Line, sign: int) -> ShownLine:
    quantity = f"{line.quantity.value.normalize():f}" if line.quantity else ""
    return ShownLine((line.name or line.description)[:200], quantity, sign * line.net, _rate(line.vat_category, line.vat_rate))


def _rate(category: str, rate: Decimal | None) -> str:
    return f"{rate.normalize():f} %" if rate else category
