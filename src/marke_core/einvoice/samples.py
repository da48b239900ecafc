"""Invoices and credit notes made up at random, all of them valid: to try the checker, the writers and a partner with.

`random_document(rng)` draws one, `ubl.write_ubl` and `cii.write_cii` make a file of it; the same seed gives the same document.
All seven VAT categories, alone and together, both kinds of document, self-billing, discounts in percent and money on lines and
on the whole, prices for more than one unit, credits on an invoice, a second currency for VAT, payees, tax representatives,
direct debits, attachments, odd characters.
Sellers are of countries whose own rules in Peppol BIS Billing 3.0 are kept here (NL) or that have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from marke_core.einvoice.amounts import Reason, add_up, line_net, percent_of
from marke_core.einvoice.model import (
    BILLING_PROCESS,
    CREDIT_NOTE,
    CREDIT_NOTE_TYPES,
    INVOICE,
    PEPPOL_BILLING,
    PEPPOL_SELF_BILLING,
    PREPAYMENT_INVOICE,
    SELF_BILLED_CREDIT_NOTE,
    SELF_BILLED_INVOICE,
    SELF_BILLED_TYPES,
    SELF_BILLING_PROCESS,
    Account,
    Address,
    AllowanceCharge,
    Attached,
    Attribute,
    Card,
    Classification,
    Contact,
    DirectDebit,
    Document,
    Identifier,
    Line,
    Note,
    Party,
    Payment,
    Preceding,
    Quantity,
    SupportingDocument,
)
from marke_core.einvoice.vat import CATEGORIES

# What may stand on one invoice: categories, drawn from for each line.
MIXES = ("S", "S", "S", "SZ", "SE", "E", "Z", "AE", "K", "G", "O", "S AE", "S K", "Z G", "S Z E AE K G")
RATES = {
    "BE": ("21", "12", "6"), "NL": ("21", "9"), "FR": ("20", "10", "5.5", "2.1"), "ES": ("21", "10", "4"), "AT": ("20", "13", "10"),
    "LU": ("17", "14", "8", "3"), "PT": ("23", "13", "6"), "IE": ("23", "13.5", "9"),
}  # fmt: skip
BUYERS_IN_THE_UNION = (*RATES, "DE", "FI")
TYPES = (INVOICE, INVOICE, INVOICE, PREPAYMENT_INVOICE, SELF_BILLED_INVOICE, CREDIT_NOTE, CREDIT_NOTE, SELF_BILLED_CREDIT_NOTE)
UNITS = ("C62", "HUR", "DAY", "KMT", "KGM", "MTK", "XPP")
WORDS = (
    "Office cleaning",
    "Delivery by bicycle",
    "Workshop “clay & wood”",
    "Répétition générale",
    "Lidl <test>",
    "Żółw",
    "漢字",
    "Set's 5\" bolt",
    "Zażyć 🚲",
)
EXEMPTIONS = (Reason("VATEX-EU-132"), Reason("VATEX-EU-132-1I", "Education"), Reason(text="Small business, not subject to VAT"))


@dataclass(frozen=True)
class _Setting:
    """What the parts of one document share."""

    type_code: str
    categories: tuple[str, ...]
    seller_country: str
    buyer_country: str
    issued: date

    @property
    def outside_vat(self) -> bool:
        return self.categories == ("O",)


def random_document(rng: Random) -> Document:
    """A document that EN 16931 and Peppol BIS Billing 3.0 (or Self-Billing 3.0) accept."""
    setting = _setting(rng)
    lines = [_line(rng, setting, place) for place in range(1, rng.choice((1, 1, 2, 3, 5, 8, 12)) + 1)]
    several = [_on_document(rng, lines) for _ in range(rng.choice((0, 0, 0, 1, 2)))]
    foreign = _maybe(rng, 0.1)
    sums = add_up(
        lines,
        several,
        reasons={"E": rng.choice(EXEMPTIONS)} | ({"AE": Reason("VATEX-EU-AE", "Reverse charge")} if _maybe(rng) else {}),
        prepaid=rng.randint(0, 50_000) if _maybe(rng, 0.2) else None,
        rounding=rng.randint(-99, 99) if _maybe(rng, 0.1) else None,
    )
    if foreign and sums.totals.vat is not None:
        sums = sums._replace(totals=replace(sums.totals, vat_in_tax_currency=percent_of(sums.totals.vat, Decimal("91.37"))))
    return Document(
        number=f"{setting.issued.year}-{rng.randint(1, 99_999):05d}",
        issue_date=setting.issued,
        type_code=setting.type_code,
        currency=rng.choice(("USD", "SEK", "GBP")) if foreign else "EUR",
        tax_currency="EUR" if foreign else "",
        seller=_seller(rng, setting),
        buyer=_buyer(rng, setting),
        lines=tuple(lines),
        allowance_charges=tuple(several),
        breakdown=sums.breakdown,
        totals=sums.totals,
        payment=_payment(rng, setting),
        **_other_parties(rng, setting),
        **_references(rng, setting, lines),
    )


# -- the setting and the parties


def _maybe(rng: Random, chance: float = 0.5) -> bool:
    return rng.random() < chance


def _setting(rng: Random) -> _Setting:
    mix = rng.choice(MIXES)
    categories = tuple(mix.split()) if " " in mix or mix in CATEGORIES else tuple(mix)
    seller = rng.choice(tuple(RATES))
    elsewhere = [country for country in BUYERS_IN_THE_UNION if country != seller]
    if "K" in categories or "AE" in categories:
        buyer = rng.choice(elsewhere)
    elif "G" in categories:
        buyer = rng.choice(("US", "GB", "CH"))
    else:
        buyer = rng.choice((seller, seller, *elsewhere))
    return _Setting(rng.choice(TYPES), categories, seller, buyer, date(2026, 1, 1) + timedelta(days=rng.randint(0, 364)))


def _address(rng: Random, country: str) -> Address:
    return Address(
        line_1=f"{rng.choice(('Kerkstraat', 'Rue d’Été', 'Calle Mayor'))} {rng.randint(1, 200)}",
        line_2="bus 3" if _maybe(rng, 0.2) else "",
        line_3="c/o R&D" if _maybe(rng, 0.1) else "",
        city=rng.choice(("Gent", "Liège", "Enschede", "Sevilla")),
        postcode=str(rng.randint(1000, 9999)),
        subdivision="Oost" if _maybe(rng, 0.1) else "",
        country=country,
    )


def _gln(rng: Random) -> str:
    """A number of GS1: its last digit makes the sum, weighted 3 and 1 from the right, a multiple of ten."""
    digits = f"{rng.randrange(10**12):012d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-weighted % 10)


def _enterprise_number(rng: Random) -> str:
    """A Belgian one: its last two digits are 97 less the rest of the others."""
    first = rng.randint(1_000_000, 1_999_999) % 10_000_000
    return f"{first:08d}{97 - first % 97:02d}"


def _trader(rng: Random, country: str, *, vat: bool) -> Party:
    number = _enterprise_number(rng)
    schemes = {"BE": "0208", "NL": "0106"}
    legal = Identifier(number if country == "BE" else number[-8:], schemes.get(country, ""))
    return Party(
        name=rng.choice(("De Werkplaats cv", "Atelier & Fils SCOP", "Müller <Söhne>", "S. Coop. Andaluza")),
        trading_name="Marke" if _maybe(rng, 0.3) else "",
        legal_id=legal,
        vat_id=(f"{country}0{number[1:]}" if country == "BE" else f"{country}{number}B01") if vat else "",
        endpoint=Identifier(number, "0208") if country == "BE" else Identifier(_gln(rng), "0088"),
        address=_address(rng, country),
        contact=Contact("Els Claes", "+32 9 000 00 00", "els@example.org") if _maybe(rng) else None,
        identifiers=(Identifier(_gln(rng), "0088"),) if _maybe(rng, 0.2) else (),
    )


def _seller(rng: Random, setting: _Setting) -> Party:
    party = _trader(rng, setting.seller_country, vat=not setting.outside_vat)
    return replace(party, legal_form="Capital variable" if _maybe(rng, 0.2) else "")


def _buyer(rng: Random, setting: _Setting) -> Party:
    needs = {term for code in setting.categories for terms in CATEGORIES[code].needs for term in terms}
    vat = "BT-48" in needs or (not setting.outside_vat and setting.buyer_country in BUYERS_IN_THE_UNION and _maybe(rng, 0.8))
    return _trader(rng, setting.buyer_country, vat=vat)


def _other_parties(rng: Random, setting: _Setting) -> dict[str, Any]:
    """Payee, tax representative, and where and when it was delivered, which K cannot do without."""
    delivered = "K" in setting.categories or _maybe(rng, 0.3)
    found: dict[str, Any] = {}
    if _maybe(rng, 0.1):
        number = Identifier("FR932874294")
        found["payee"] = Party(name="Factor NV", identifiers=(number,), legal_id=number)
    if not setting.outside_vat and _maybe(rng, 0.1):
        found["tax_representative"] = Party(name="Fiscal Rep BV", vat_id="BE0999999922", address=_address(rng, "BE"))
    if delivered:
        found["delivery_date"] = setting.issued - timedelta(days=rng.randint(0, 20))
        found["delivery_address"] = _address(rng, setting.buyer_country)
        found["delivery_location"] = Identifier(_gln(rng), "0088") if _maybe(rng) else None
        found["delivery_name"] = "Loading dock 4" if _maybe(rng) else ""
    return found


# -- references and payment


def _references(rng: Random, setting: _Setting, lines: Sequence[Line]) -> dict[str, Any]:
    about = setting.type_code in CREDIT_NOTE_TYPES or _maybe(rng, 0.1)
    self_billed = setting.type_code in SELF_BILLED_TYPES
    dated = _maybe(rng, 0.7)
    ordered = any(line.order_line for line in lines) or _maybe(rng, 0.3)
    return {
        "specification": PEPPOL_SELF_BILLING if self_billed else PEPPOL_BILLING,
        "process": SELF_BILLING_PROCESS if self_billed else BILLING_PROCESS,
        "due_date": setting.issued + timedelta(days=30) if dated else None,
        "payment_terms": "30 days net\nno discount" if _maybe(rng) or not dated else "",
        "notes": (Note(rng.choice(WORDS)),) if _maybe(rng) else (),
        "buyer_reference": rng.choice(("Dept. 7", "0150abc")),
        "order_reference": "PO-7" if ordered else "",
        "sales_order_reference": "SO-9" if ordered and _maybe(rng) else "",
        "contract_reference": "C/2026" if _maybe(rng, 0.2) else "",
        "project_reference": "Project 9" if _maybe(rng, 0.2) else "",
        "despatch_reference": "D-1" if _maybe(rng, 0.1) else "",
        "receipt_reference": "R-1" if _maybe(rng, 0.1) else "",
        "tender_reference": "LOT 3" if _maybe(rng, 0.1) else "",
        "accounting_reference": "4217:2323:2323" if _maybe(rng, 0.2) else "",
        "invoiced_object": Identifier("METER-1", "ABZ") if _maybe(rng, 0.1) else None,
        "preceding": (Preceding("2025-00001", date(2025, 12, 1) if _maybe(rng) else None),) if about else (),
        "tax_point_date": setting.issued if _maybe(rng, 0.1) else None,
        "period_start": date(2025, 12, 1),
        "period_end": date(2025, 12, 31),
        "supporting": _supporting(rng),
    }


def _supporting(rng: Random) -> tuple[SupportingDocument, ...]:
    papers = (
        SupportingDocument(reference="sheet", attached=Attached(rng.randbytes(40), "text/csv", "hours.csv")),
        SupportingDocument(reference="plan", description="The plan & more", location="https://example.org/?a=1&b=2"),
        SupportingDocument(reference="bare"),
    )
    return tuple(paper for paper in papers if _maybe(rng, 0.1))


def _payment(rng: Random, setting: _Setting) -> Payment:
    account = Account("BE68539007547034", "De Werkplaats" if _maybe(rng) else "", "GKCCBEBB" if _maybe(rng) else "")
    match rng.choice(("transfer", "transfer", "two", "card", "debit")):
        case "card":
            return Payment(code="48", card=Card("123456", "A. Buyer" if _maybe(rng) else ""), reference="RF18539007547034")
        case "debit":
            # Self-Billing 3.0.1 has no scheme by which a creditor could be numbered.
            creditor = "" if setting.type_code in SELF_BILLED_TYPES else "BE12ZZZ0123456789"
            return Payment(code="59", direct_debit=DirectDebit("MANDATE-1", creditor, "BE71096123456769"))
        case "two":
            return Payment(code="30", name="Credit transfer", accounts=(account, Account("NL91ABNA0417164300")))
        case _:
            return Payment(code="58", reference="+++090/9337/55493+++" if _maybe(rng) else "", accounts=(account,))


# -- lines and amounts


def _line(rng: Random, setting: _Setting, place: int) -> Line:
    category = rng.choice(setting.categories)
    credited = _maybe(rng, 0.05)
    quantity = Decimal(rng.randint(1, 100_000)).scaleb(-rng.choice((0, 1, 2, 3))) * (-1 if credited else 1)
    unit = rng.choice(UNITS)
    discount = Decimal(rng.randint(1, 500)).scaleb(-2) if _maybe(rng, 0.15) else None
    price = Decimal(rng.randint(0, 2_000_000)).scaleb(-rng.choice((0, 2, 2, 4)))
    base = Decimal(rng.choice((1, 3, 10, 100, 1000))) if _maybe(rng, 0.2) else None
    plain = line_net(quantity, price, base=base or Decimal(1))
    several = tuple(_allowance_charge(rng, plain) for _ in range(rng.choice((0, 0, 0, 1, 2))))
    return Line(
        id=str(place),
        net=plain + sum(one.amount if one.is_charge else -one.amount for one in several),
        quantity=Quantity(quantity, unit),
        price=price,
        price_discount=discount,
        gross_price=price + discount if discount is not None else None,
        price_base=Quantity(base, unit) if base else None,
        allowance_charges=several,
        vat_category=category,
        vat_rate=_rate(rng, setting, category),
        name=rng.choice(WORDS),
        **_details(rng),
    )


def _rate(rng: Random, setting: _Setting, category: str) -> Decimal | None:
    kind = CATEGORIES[category]
    if kind.rated:
        return Decimal(rng.choice(RATES[setting.seller_country]))
    return Decimal(0) if kind.states_rate else None


def _details(rng: Random) -> dict[str, Any]:
    if _maybe(rng):
        return {}
    return {
        "description": "Twice a week,\nalso on Saturdays" if _maybe(rng, 0.6) else "",
        "note": "As agreed" if _maybe(rng, 0.2) else "",
        "order_line": "1" if _maybe(rng, 0.2) else "",
        "accounting_reference": "7000" if _maybe(rng, 0.2) else "",
        "object_id": Identifier("A-1", "ABZ") if _maybe(rng, 0.1) else None,
        "period_start": date(2025, 12, 1) if _maybe(rng, 0.2) else None,
        "period_end": date(2025, 12, 24) if _maybe(rng, 0.2) else None,
        "sellers_id": "JB007" if _maybe(rng, 0.4) else "",
        "buyers_id": "B-1" if _maybe(rng, 0.2) else "",
        "standard_id": Identifier(_gln(rng), "0160") if _maybe(rng, 0.2) else None,
        "classifications": (Classification("09348023", "STI"), Classification("65434565", "CV", "3")) if _maybe(rng, 0.2) else (),
        "origin": "BE" if _maybe(rng, 0.2) else "",
        "attributes": (Attribute("Colour", "Black"), Attribute("Size", "<XL>")) if _maybe(rng, 0.2) else (),
    }


def _allowance_charge(rng: Random, base: int, **vat: Any) -> AllowanceCharge:
    """On the amount of a line or of lines; a percentage only where there is something to take it of."""
    is_charge = _maybe(rng, 0.4)
    code, reason = ("FC", "Freight") if is_charge else ("95", "Discount")
    wordless = _maybe(rng, 0.3)
    percent = Decimal(rng.randint(1, 9_999)).scaleb(-2) if base > 0 and _maybe(rng) else None
    return AllowanceCharge(
        is_charge=is_charge,
        amount=rng.randint(1, 5_000) if percent is None else percent_of(base, percent),
        base=None if percent is None else base,
        percent=percent,
        reason_code=code if wordless or _maybe(rng) else "",
        reason="" if wordless else reason,
        **vat,
    )


def _on_document(rng: Random, lines: Sequence[Line]) -> AllowanceCharge:
    line = rng.choice(lines)
    base = sum(other.net for other in lines)
    return _allowance_charge(rng, base, vat_category=line.vat_category, vat_rate=line.vat_rate)
