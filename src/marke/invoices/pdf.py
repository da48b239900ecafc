"""The invoice as a paper. It is set again each time, from what was kept when it was issued, so it never changes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils import translation
from django.utils.translation import gettext as _

from marke.common.money import format_money, locale_of
from marke.common.paper import write_pdf
from marke.invoices.models import Invoice, InvoiceLine, VatBreakdown
from marke.payments.pay_codes import pay_code

TEMPLATE = Path(__file__).parent / "typst" / "invoice.typ"


def invoice_pdf(invoice: Invoice) -> bytes:
    """In the language in which it was issued; dated by its issue."""
    with translation.override(invoice.language):
        return write_pdf(TEMPLATE, invoice_data(invoice), made_at=invoice.issued_at)


def invoice_data(invoice: Invoice) -> dict[str, Any]:
    """Everything the template sets, as text: amounts, dates and words in the active language."""
    lines = list(invoice.lines.select_related("job"))
    rates = list(invoice.vat_breakdown.all())
    credited = invoice.credits.number if invoice.credits else ""
    return {
        "lang": invoice.language[:2],
        "accent": invoice.seller.get("accent", ""),
        "title": _("Credit note") if invoice.is_credit_note else _("Invoice"),
        "number": invoice.number,
        "credits": _("for invoice %(number)s") % {"number": credited} if credited else "",
        "seller": _party(invoice.seller, invoice.seller),
        "buyer": _party(invoice.buyer, invoice.seller),
        "facts": _facts(invoice),
        "head": [_("Date"), _("What"), _("VAT"), _("Amount")],
        "lines": [_line(line, invoice) for line in lines],
        "totals": _totals(invoice, rates),
        "reasons": [rate.reason for rate in rates if rate.reason],
        "notes": invoice.notes,
        "pay": _pay(invoice),
        "page": _("Page"),
        "of": _("of"),
    }


def _party(party: dict[str, Any], seller: dict[str, Any]) -> dict[str, Any]:
    town = " ".join(part for part in (party.get("postcode"), party.get("city")) if part)
    abroad = party.get("country") and (party["country"] != seller["country"] or party is seller)
    numbers = []
    if party.get("vat_number"):
        numbers.append(_("VAT number %(number)s") % {"number": party["vat_number"]})
    if party.get("registration_number"):
        numbers.append(_("Registered as %(number)s") % {"number": party["registration_number"]})
    address = [party.get("street"), town, _country(party["country"]) if abroad else ""]
    return {
        "name": party["name"],
        "address": [line for line in address if line],
        "numbers": numbers,
        "contact": [line for line in (party.get("email"), party.get("phone")) if line],
    }


def _country(code: str) -> str:
    locale: Locale = locale_of(translation.get_language())
    return str(locale.territories.get(code, code))


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    facts = [(_("Date"), _day(invoice.issue_date))]
    if not invoice.is_credit_note:
        facts.append((_("To be paid by"), _day(invoice.due_date)))
    facts.append((_("Client"), str(invoice.buyer["number"])))
    return facts


def _line(line: InvoiceLine, invoice: Invoice) -> dict[str, str]:
    return {
        "date": format_date(line.date, "d MMM y", locale=locale_of(translation.get_language())),
        "text": line.text,
        "job": _("Job %(number)s") % {"number": line.job.number} if line.job else "",
        "vat": _rate(line.vat_category, line.vat_permille),
        "amount": _money(line.net, invoice),
    }


def _totals(invoice: Invoice, rates: list[VatBreakdown]) -> list[tuple[str, str, bool]]:
    """(label, amount, strong)"""
    rows = [(_("Net"), _money(invoice.net, invoice), False)]
    rows += [
        (
            _("VAT %(rate)s on %(base)s") % {"rate": _rate(rate.category, rate.permille), "base": _money(rate.base, invoice)},
            _money(rate.vat, invoice),
            False,
        )
        for rate in rates
        if rate.category == "S"
    ]
    total = _("Credited") if invoice.is_credit_note else _("To be paid")
    return [*rows, (total, _money(invoice.gross, invoice), True)]


def _rate(category: str, permille: int) -> str:
    if category != "S" and category != "Z":
        return "–"
    whole = format_decimal(Decimal(permille).scaleb(-1), format="0.#", locale=locale_of(translation.get_language()))
    return f"{whole}\u00a0%"


def _pay(invoice: Invoice) -> dict[str, Any] | None:
    if invoice.is_credit_note:
        return None
    seller = invoice.seller
    code = pay_code(
        name=seller["name"],
        iban=seller["iban"],
        currency=invoice.currency,
        amount=invoice.gross,
        reference=invoice.reference,
    )
    rows = [(_("Amount"), _money(invoice.gross, invoice)), (_("To"), code.name)]
    if code.iban:
        rows.append((_("Account"), code.iban))
    rows += [(_("Reference"), code.reference), (_("Pay by"), _day(invoice.due_date))]
    return {
        "title": _("How to pay"),
        "rows": rows,
        "qr": str(code.svg),
        "scan": _("Scan with your banking app"),
    }


def _money(minor: int, invoice: Invoice) -> str:
    return format_money(minor, invoice.currency)


def _day(day: Any) -> str:
    return format_date(day, "d MMMM y", locale=locale_of(translation.get_language()))
