"""The invoice as a paper. It is set again each time, from what was kept when it was issued, so it never changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.days import day_in_words
from marke.common.money import format_money, locale_of
from marke.common.paper import NotArchivable, qr_svg, write_archive_pdf, write_pdf
from marke.invoices.claims import Claim
from marke.invoices.documents import cii_of
from marke.invoices.lines import sums, tells_how_much, unit_words
from marke.invoices.models import Invoice, InvoiceLine, QuoteLine, QuoteVersion, Reminder, VatBreakdown
from marke.invoices.services.snapshots import buyer_of, seller_of
from marke.invoices.vat_choices import VatChoice, label_of
from marke.invoices.vat_notes import reason
from marke.payments.pay_codes import pay_code
from marke_core.einvoice import NetLine, VatGroup
from marke_core.einvoice.facturx import declare

TEMPLATE = Path(__file__).parent / "typst" / "invoice.typ"
Cell = dict[str, Any]


def invoice_pdf(invoice: Invoice) -> bytes:
    """In the language in which it was issued; dated by its issue. PDF/A-3, with the e-invoice inside (Factur-X) where it can be one."""
    with translation.override(invoice.language):
        return kept_pdf(invoice_data(invoice), cii_of(invoice), made_at=invoice.issued_at)


def kept_pdf(data: dict[str, Any], inside: bytes | None, *, made_at: datetime) -> bytes:
    """An issued paper, with the same in CII inside. A text for which there is no font here is printed, and not as PDF/A."""
    data = {**data, "inside": (inside or b"").decode()}
    try:
        written = write_archive_pdf(TEMPLATE, data, made_at=made_at)
    except NotArchivable:
        return write_pdf(TEMPLATE, data, made_at=made_at)
    return declare(written) if inside else written


def quote_pdf(version: QuoteVersion) -> bytes:
    """What was sent, or the draft as it stands."""
    with translation.override(version.language):
        return write_pdf(TEMPLATE, quote_data(version), made_at=version.fixed_at or version.written_at)


def invoice_data(invoice: Invoice) -> dict[str, Any]:
    """Everything the template sets, as text: amounts, dates and words in the active language."""
    lines = list(invoice.lines.select_related("job"))
    rates = list(invoice.vat_breakdown.all())
    credited = invoice.credits.number if invoice.credits else ""
    total = _("Credited") if invoice.is_credit_note else _("To be paid")
    return {
        **frame(invoice.seller, invoice.buyer, invoice.language),
        "title": _("Credit note") if invoice.is_credit_note else _("Invoice"),
        "number": invoice.number,
        "under": _("for invoice %(number)s") % {"number": credited} if credited else "",
        "facts": _facts(invoice),
        **_table(lines, invoice.currency, dated=any(line.job_id for line in lines)),
        "totals": totals(invoice.net, rates, invoice.gross, total, invoice.currency),
        "reasons": [rate.reason for rate in rates if rate.reason],
        "notes": invoice.notes,
        "pay": _pay(invoice),
    }


def quote_data(version: QuoteVersion) -> dict[str, Any]:
    """As `invoice_data`. A draft shows both parties as they are now."""
    quote, lines = version.quote, list(version.lines.all())
    seller = version.seller or seller_of(quote.coop, quote.activity)
    buyer = version.buyer or buyer_of(quote.client, version.reference)
    together = sums(NetLine(line.vat_category, line.vat_permille, line.net) for line in lines)
    currency = quote.coop.currency
    said = (reason_of(group, seller, buyer, version.language) for group in together.groups)
    return {
        **frame(seller, buyer, version.language),
        "title": _("Quote"),
        "number": str(quote.number),
        "under": _("version %(number)s") % {"number": version.number} if version.number > 1 else "",
        "facts": _quote_facts(version),
        "opening": [version.title],
        **_table(lines, currency),
        "totals": totals(together.net, together.groups, together.gross, _("Total"), currency),
        "reasons": [words for words in said if words],
        "notes": [version.note] if version.note else [],
        "accept": _accept(version),
    }


def reminder_pdf(reminder: Reminder) -> bytes:
    """As it was asked: what was owed then stands in the row."""
    invoice = reminder.invoice
    with translation.override(invoice.language):
        return write_pdf(TEMPLATE, reminder_data(reminder), made_at=reminder.sent_at)


def reminder_data(reminder: Reminder) -> dict[str, Any]:
    invoice = reminder.invoice
    owed = format_money(reminder.owed, invoice.currency)
    opening = _(
        "Of the invoice below, %(owed)s was to be paid by %(due)s. Perhaps it was forgotten: please pay it now. If you have paid, "
        "thank you; if something is wrong, tell us."
    ) % {"owed": owed, "due": day_words(invoice.due_date)}
    law = _(
        "By law a business that pays late also owes interest, %(interest)s until the day of this letter, and %(once)s once for the "
        "work of asking again."
    ) % {"interest": format_money(reminder.interest, invoice.currency), "once": format_money(reminder.lump_sum, invoice.currency)}
    return {
        **frame(invoice.seller, invoice.buyer, invoice.language),
        "title": _("Reminder"),
        "number": invoice.number,
        "under": _("asked %(count)s times") % {"count": reminder.step} if reminder.step > 1 else "",
        "facts": [(_("Date"), day_words(reminder.sent_at.date())), (_("Client"), str(invoice.buyer["number"]))],
        "opening": [opening],
        **_amounts(
            [
                (
                    _("Invoice %(number)s of %(day)s") % {"number": invoice.number, "day": day_words(invoice.issue_date)},
                    format_money(invoice.gross, invoice.currency),
                )
            ]
        ),
        "totals": [(_("To be paid"), owed, True)],
        "notes": [law] if reminder.interest or reminder.lump_sum else [],
        "pay": pay_part(invoice, reminder.owed, late=True),
    }


def claim_pdf(claims: Sequence[Claim], *, at: datetime) -> bytes:
    """Everything that one client is late with, and what the law adds, on this day."""
    with translation.override(claims[0].invoice.language):
        return write_pdf(TEMPLATE, claim_data(claims, at=at), made_at=at)


def claim_data(claims: Sequence[Claim], *, at: datetime) -> dict[str, Any]:
    first = claims[0].invoice
    rows = []
    for claim in claims:
        named = {"number": claim.invoice.number, "day": day_words(claim.invoice.due_date)}
        rows.append((_("Invoice %(number)s, due on %(day)s") % named, format_money(claim.owed, first.currency)))
        if claim.interest:
            rows.append((_("Interest on invoice %(number)s") % named, format_money(claim.interest, first.currency)))
        if claim.lump_sum:
            rows.append((_("Fixed sum for invoice %(number)s") % named, format_money(claim.lump_sum, first.currency)))
    return {
        **frame(seller_of(first.coop), buyer_of(first.client), first.language),
        "title": _("Claim"),
        "number": "",
        "under": "",
        "facts": [(_("Date"), day_words(local_date(at, first.coop.timezone))), (_("Client"), str(first.buyer["number"]))],
        **_amounts(rows),
        "totals": [(_("To be paid"), format_money(sum(claim.total for claim in claims), first.currency), True)],
    }


def _amounts(rows: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """A table of what and how much."""
    return {
        "columns": [{"kind": "text", "title": _("What")}, {"kind": "figure", "title": _("Amount")}],
        "lines": [[_cell(what), _cell(amount)] for what, amount in rows],
    }


def frame(seller: dict[str, Any], buyer: dict[str, Any], language: str) -> dict[str, Any]:
    """What every paper has; the others put theirs over it."""
    return {
        "lang": language[:2],
        "accent": seller.get("accent", ""),
        "seller": {**_party(seller, seller), "title": _letterhead(seller)},
        "buyer": _party(buyer, seller),
        "opening": [],
        "reasons": [],
        "notes": [],
        "pay": None,
        "accept": None,
        "page": _("Page"),
        "of": _("of"),
    }


def reason_of(group: VatGroup, seller: dict[str, Any], buyer: dict[str, Any], language: str) -> str:
    return reason(
        category=group.category, country=seller["country"], has_vat_number=bool(seller["vat_number"]), language=language,
        buyer_country=buyer.get("country", ""),
    )  # fmt: skip


def _letterhead(seller: dict[str, Any]) -> str:
    return f"{seller['activity']}  ·  {seller['name']}" if seller.get("activity") else str(seller["name"])


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
        "name": party.get("name", ""),
        "address": [line for line in address if line],
        "numbers": numbers,
        "contact": [line for line in (party.get("email"), party.get("phone")) if line],
    }


def _country(code: str) -> str:
    locale: Locale = locale_of(translation.get_language())
    return str(locale.territories.get(code, code))


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    facts = [(_("Date"), day_words(invoice.issue_date))]
    if not invoice.is_credit_note:
        facts.append((_("To be paid by"), day_words(invoice.due_date)))
    if invoice.delivery_date:
        facts.append((_("Done on"), day_words(invoice.delivery_date)))
    if invoice.order_id:
        facts.append((_("Our order"), str(invoice.order.number)))  # type: ignore[union-attr]
    if invoice.buyer.get("reference"):
        facts.append((_("Your reference"), invoice.buyer["reference"]))
    facts.append((_("Client"), str(invoice.buyer["number"])))
    return facts


def _quote_facts(version: QuoteVersion) -> list[tuple[str, str]]:
    facts = [
        (_("Date"), day_words((version.fixed_at or version.written_at).date())),
        (_("Valid until"), day_words(version.valid_until)),
    ]
    if version.place:
        facts.append((_("Where"), version.place))
    days = [day_words(day) for day in (version.begins_on, version.ends_on) if day]
    if days:
        facts.append((_("When"), " – ".join(dict.fromkeys(days))))
    if version.reference:
        facts.append((_("Your reference"), version.reference))
    return [*facts, (_("Client"), str(version.quote.client.number))]


def _table(lines: Sequence[InvoiceLine | QuoteLine], currency: str, *, dated: bool = False) -> dict[str, Any]:
    """Jobs by their day; what is billed by quantity, by how much and the price for one."""
    counted = any(tells_how_much(line.unit, line.quantity_milli) for line in lines)
    columns = [
        *([("date", _("Date"))] if dated else []),
        ("text", _("What")),
        *([("figure", _("How much")), ("figure", _("Price"))] if counted else []),
        ("figure", _("VAT")),
        ("figure", _("Amount")),
    ]
    return {
        "columns": [{"kind": kind, "title": title} for kind, title in columns],
        "lines": [_cells(line, currency, dated=dated, counted=counted) for line in lines],
    }


def _cells(line: InvoiceLine | QuoteLine, currency: str, *, dated: bool, counted: bool) -> list[Cell]:
    under = []
    if isinstance(line, InvoiceLine) and line.job:
        under.append(_("Job %(number)s") % {"number": line.job.number})
    if line.discount_permille:
        under.append(_("less %(rate)s") % {"rate": _percent(line.discount_permille)})
    cells = [_cell(line.text, under="  ·  ".join(under))]
    if dated:
        day = day_in_words(line.date, "d MMM y")  # type: ignore[union-attr]
        cells.insert(0, _cell(day))
    if counted and line.quantity_milli is not None and tells_how_much(line.unit, line.quantity_milli):
        how_much = f"{_quantity(line.quantity_milli)} {unit_words(line.unit, line.quantity_milli)}"
        cells += [_cell(how_much), _cell(format_money(line.unit_price or 0, currency))]
    elif counted:
        cells += [_cell(""), _cell("")]
    return [*cells, _cell(_rate(line.vat_category, line.vat_permille), soft=True), _cell(format_money(line.net, currency))]


def dated_table(rows: Sequence[tuple[date, str, str]]) -> dict[str, Any]:
    """A table of days, what, and how much."""
    columns = (("date", _("Date")), ("text", _("What")), ("figure", _("Amount")))
    return {
        "columns": [{"kind": kind, "title": title} for kind, title in columns],
        "lines": [[_cell(day_in_words(day, "d MMM y")), _cell(text), _cell(amount)] for day, text, amount in rows],
    }


def _cell(text: str, *, under: str = "", soft: bool = False) -> Cell:
    return {"text": text, "under": under, "soft": soft}


def totals(
    net: int, rates: Sequence[VatBreakdown] | Sequence[VatGroup], gross: int, total: str, currency: str
) -> list[tuple[str, str, bool]]:
    """(label, amount, strong)"""
    rows = [(_("Net"), format_money(net, currency), False)]
    rows += [
        (
            _("VAT %(rate)s on %(base)s")
            % {"rate": _rate(rate.category, rate.permille), "base": format_money(rate.base, currency)},
            format_money(rate.vat, currency),
            False,
        )
        for rate in rates
        if rate.category == "S"
    ]
    return [*rows, (total, format_money(gross, currency), True)]


def _rate(category: str, permille: int) -> str:
    """What says why no VAT is charged stands beneath; the line itself only points at it."""
    if category in ("S", "Z"):
        return _percent(permille)
    return label_of(VatChoice(category, permille)) if category == "AE" else "–"


def _percent(permille: int) -> str:
    whole = format_decimal(Decimal(permille).scaleb(-1), format="0.#", locale=locale_of(translation.get_language()))
    return f"{whole}\u00a0%"


def _quantity(milli: int) -> str:
    return str(format_decimal(Decimal(milli).scaleb(-3), format="#,##0.###", locale=locale_of(translation.get_language())))


def _pay(invoice: Invoice) -> dict[str, Any] | None:
    if invoice.is_credit_note:
        return None
    return pay_part(invoice, invoice.gross)


def pay_part(invoice: Invoice, amount: int, *, late: bool = False) -> dict[str, Any]:
    """How to pay `amount` of it, with the code for banking apps."""
    seller = invoice.seller
    code = pay_code(
        name=seller["name"],
        iban=seller["iban"],
        currency=invoice.currency,
        amount=amount,
        reference=invoice.reference,
    )
    rows = [(_("Amount"), format_money(amount, invoice.currency)), (_("To"), code.name)]
    if code.iban:
        rows.append((_("Account"), code.iban))
    rows += [(_("Reference"), code.reference), (_("Pay by"), _("now") if late else day_words(invoice.due_date))]
    return {
        "title": _("How to pay"),
        "rows": rows,
        "qr": str(code.svg),
        "scan": _("Scan with your banking app"),
    }


def _accept(version: QuoteVersion) -> dict[str, Any] | None:
    """Where the client says yes: by the link, or on the paper itself. A draft cannot be accepted."""
    if version.fixed_at is None:
        return None
    quote = version.quote
    link = settings.BASE_URL + reverse("invoices:offer", args=[quote.coop.slug, quote.token])
    return {
        "title": _("Shall we do it?"),
        "words": _("Scan the code to say yes or no, without an account; or sign here and send it back."),
        "blanks": [_("Date"), _("Name"), _("Signature")],
        "qr": qr_svg(link),
        "scan": _("Answer online"),
    }


def day_words(day: date) -> str:
    return day_in_words(day)
