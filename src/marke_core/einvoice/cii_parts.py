"""Where CII has another shape than the model: identifiers, tax numbers, payment, VAT, references to documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from lxml import etree

from marke_core.einvoice.leaves import amount, amount_text, attached, attribute, constant, escaped, hundredths_in, number, text
from marke_core.einvoice.mapping import (
    BLANK,
    Notes,
    Part,
    build,
    clark,
    inline,
    one,
    put,
    read_children,
    readers,
    said,
    write_parts,
)
from marke_core.einvoice.model import (
    Account,
    Attached,
    Card,
    Document,
    Identifier,
    Line,
    Party,
    Payment,
    SupportingDocument,
    VatBreakdown,
)

OBJECT, TENDER, SUPPORTING = "130", "50", "916"
# BT-8 has a code of UNTDID 2005 in the model and in UBL, of UNTDID 2475 in CII: invoice date, delivery, payment.
TAX_POINTS = {"5": "3", "29": "35", "72": "432"}
_TAX_POINTS_BACK = {ours: theirs for theirs, ours in TAX_POINTS.items()}
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Za-z0-9 ]{8,40}")
_CALENDAR_DAY = re.compile(r"\d{8}")


def stamp(tag: str, field: str, inner: str = "udt:DateTimeString") -> Part:
    """A day, as CII has it: eight digits in an element of its own, with the number of their format."""
    get, inside = attrgetter(field), clark(inner)

    def read_day(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        content = said(element, notes, ("format",))
        if not content:
            return
        if not _CALENDAR_DAY.fullmatch(content) or not content.isascii() or element.get("format", "102") != "102":
            raise notes.refuse("date", element, text=content[:40])
        try:
            put(values, field, date.fromisoformat(content), element, notes)
        except ValueError:
            raise notes.refuse("date", element, text=content[:40]) from None

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        read_children(element, {inside: read_day}, values, notes)

    def write(thing: object, out: list[str], currency: str) -> bool:
        value = get(thing)
        if value is None:
            return False
        out.append(f'<{tag}><{inner} format="102">{value:%Y%m%d}</{inner}></{tag}>')
        return True

    return Part(tag, read, write)


# -- who


def identifiers(field: str, *, many: bool) -> tuple[Part, Part]:
    """An identifier without a scheme in one element, with a scheme in another."""
    get = attrgetter(field)

    def part(tag: str, *marks: str) -> Part:
        def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
            content = said(element, notes, marks)
            if not content:
                return
            found = Identifier(content, *[(element.get(mark) or "").strip(BLANK) for mark in marks])
            if many:
                values.setdefault(field, []).append(found)
            else:
                put(values, field, found, element, notes)

        def write(thing: object, out: list[str], currency: str) -> bool:
            found: Sequence[Identifier] = get(thing) if many else [one for one in (get(thing),) if one]
            mine = [one for one in found if bool(one.scheme) is bool(marks)]
            for one_of in mine:
                out.append(f"<{tag}{attribute('schemeID', one_of.scheme)}>{escaped(one_of.value)}</{tag}>")  # noqa: PERF401
            return bool(mine)

        return Part(tag, read, write)

    return part("ram:ID"), part("ram:GlobalID", "schemeID")


def tax_numbers() -> Part:
    """BT-31 under the scheme VA, BT-32 under FC."""
    tag = "ram:SpecifiedTaxRegistration"

    def read_number(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        scheme = element.get("schemeID", "")
        if content := said(element, notes, ("schemeID",)):
            put(values, "vat_id" if scheme == "VA" else "tax_id", content, element, notes)
        if scheme not in ("VA", "FC"):
            notes.leave(element)

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        read_children(element, {clark("ram:ID"): read_number}, values, notes)

    def write(party: Party, out: list[str], currency: str) -> bool:
        for scheme, value in (("VA", party.vat_id), ("FC", party.tax_id)):
            if value:
                out.append(f'<{tag}><ram:ID schemeID="{scheme}">{escaped(value)}</ram:ID></{tag}>')
        return bool(party.vat_id or party.tax_id)

    return Part(tag, read, write)


# -- payment


@dataclass(frozen=True, slots=True)
class _Means:
    """One of the elements: the code, and one account at most."""

    code: str
    name: str
    card: Card | None
    debited: str
    iban: str
    other_number: str
    account_name: str
    bic: str


_MEANS = (
    text("ram:TypeCode", "code"),
    text("ram:Information", "name"),
    one(
        "ram:ApplicableTradeSettlementFinancialCard", "card", Card,
        text("ram:ID", "number"),
        text("ram:CardholderName", "holder"),
    ),
    inline("ram:PayerPartyDebtorFinancialAccount", text("ram:IBANID", "debited")),
    inline(
        "ram:PayeePartyCreditorFinancialAccount",
        text("ram:IBANID", "iban"),
        text("ram:AccountName", "account_name"),
        text("ram:ProprietaryID", "other_number"),
    ),
    inline("ram:PayeeSpecifiedCreditorFinancialInstitution", text("ram:BICID", "bic")),
)  # fmt: skip


def payment_means() -> Part:
    """One element for each account, as in UBL."""
    tag = "ram:SpecifiedTradeSettlementPaymentMeans"
    table, shape = readers(_MEANS), inline(tag, *_MEANS)

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        own: dict[str, Any] = {}
        read_children(element, table, own, notes)
        payment = values.setdefault("payment", {})
        for name in ("code", "name", "card", "debited"):
            if name in own:
                put(payment, name, own[name], element, notes)
        if "iban" in own and "other_number" in own:
            notes.leave(element)
        number = own.get("iban") or own.get("other_number", "")
        if number or "account_name" in own or "bic" in own:
            account = Account(number, own.get("account_name", ""), own.get("bic", ""))
            payment.setdefault("accounts", []).append(account)

    def write(document: Document, out: list[str], currency: str) -> bool:
        payment = document.payment
        for place, account in enumerate(payment.accounts or (None,) if payment else ()):
            assert payment is not None
            shape.write(_means(payment, account, first=place == 0), out, currency)
        return payment is not None

    return Part(tag, read, write)


def _means(payment: Payment, account: Account | None, *, first: bool) -> _Means:
    number = account.number if account else ""
    is_iban = bool(_IBAN.fullmatch(number))
    return _Means(
        code=payment.code,
        name=payment.name if first else "",
        card=payment.card if first else None,
        debited=payment.direct_debit.account if first and payment.direct_debit else "",
        iban=number if is_iban else "",
        other_number="" if is_iban else number,
        account_name=account.name if account else "",
        bic=account.bic if account else "",
    )


def _of_payment(tag: str, name: str, field: str) -> Part:
    """A text that belongs to the payment and stands elsewhere; `name` is where the reader puts it aside."""
    get = attrgetter(field)

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        if content := said(element, notes):
            put(values.setdefault("payment", {}), name, content, element, notes)

    def write(document: Document, out: list[str], currency: str) -> bool:
        payment = document.payment
        value = get(payment) if payment and (payment.direct_debit or "." not in field) else ""
        if value:
            out.append(f"<{tag}>{escaped(value)}</{tag}>")
        return bool(value)

    return Part(tag, read, write)


PAYMENT_REFERENCE = _of_payment("ram:PaymentReference", "reference", "reference")
CREDITOR = _of_payment("ram:CreditorReferenceID", "creditor_id", "direct_debit.creditor_id")
MANDATE = _of_payment("ram:DirectDebitMandateID", "mandate", "direct_debit.mandate")


# -- VAT


_GROUP = (
    amount("ram:CalculatedAmount", "vat"),
    constant("ram:TypeCode", "VAT"),
    text("ram:ExemptionReason", "reason"),
    amount("ram:BasisAmount", "base"),
    text("ram:CategoryCode", "category"),
    text("ram:ExemptionReasonCode", "reason_code"),
)
_POINT = (stamp("ram:TaxPointDate", "tax_point_date", "udt:DateString"), text("ram:DueDateTypeCode", "tax_point_code"))
_RATE = number("ram:RateApplicablePercent", "rate")


def vat_breakdown() -> Part:
    """BG-23, with the tax point (BT-7, BT-8) of the document in each group."""
    table = readers((*_GROUP, *_POINT, _RATE))
    write_group, write_day = write_parts(_GROUP), _POINT[0].write

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        own: dict[str, Any] = {}
        read_children(element, table, own, notes)
        if "tax_point_date" in own:
            put(values, "tax_point_date", own.pop("tax_point_date"), element, notes)
        if "tax_point_code" in own:
            code = own.pop("tax_point_code")
            put(values, "tax_point_code", TAX_POINTS.get(code, code), element, notes)
        values.setdefault("breakdown", []).append(build(VatBreakdown, own, element, notes))

    def write(document: Document, out: list[str], currency: str) -> bool:
        code = escaped(_TAX_POINTS_BACK.get(document.tax_point_code, document.tax_point_code))
        for group in document.breakdown:
            out.append("<ram:ApplicableTradeTax>")
            write_group(group, out, currency)
            write_day(document, out, currency)
            if code:
                out.append(f"<ram:DueDateTypeCode>{code}</ram:DueDateTypeCode>")
            _RATE.write(group, out, currency)
            out.append("</ram:ApplicableTradeTax>")
        return True

    return Part("ram:ApplicableTradeTax", read, write)


def vat_totals() -> Part:
    """BT-110 and BT-111, told apart by their currency."""
    tag = "ram:TaxTotalAmount"

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        content = said(element, notes, ("currencyID",))
        if not content:
            return
        ours = element.get("currencyID", notes.currency) == notes.currency
        put(values, "vat" if ours else "vat_in_tax_currency", hundredths_in(element, content, notes), element, notes)

    def write(document: Document, out: list[str], currency: str) -> bool:
        totals = document.totals
        for value, code in ((totals.vat, document.currency), (totals.vat_in_tax_currency, document.tax_currency)):
            if value is not None:
                out.append(f"<{tag}{attribute('currencyID', code)}>{amount_text(value)}</{tag}>")
        return True

    return Part(tag, read, write)


# -- documents


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reference:
    id: str = ""
    location: str = ""
    type_code: str = ""
    description: str = ""
    attached: Attached | None = None
    scheme: str = ""


_REFERENCE = (
    text("ram:IssuerAssignedID", "id"),
    text("ram:URIID", "location"),
    text("ram:TypeCode", "type_code"),
    text("ram:Name", "description"),
    attached("ram:AttachmentBinaryObject", "attached"),
    text("ram:ReferenceTypeCode", "scheme"),
)
_REFERENCE_SHAPE = inline("ram:AdditionalReferencedDocument", *_REFERENCE)
_REFERENCE_TABLE = readers(_REFERENCE)


def _read_reference(element: etree._Element, notes: Notes) -> tuple[_Reference, bool]:
    """The reference, and whether it is one and no more: no file, no place, no description."""
    own: dict[str, Any] = {}
    read_children(element, _REFERENCE_TABLE, own, notes)
    found: _Reference = build(_Reference, own, element, notes)
    return found, bool(found.id) and not (found.location or found.description or found.attached)


def references() -> Part:
    """BG-24, and by their types BT-17 and BT-18."""

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        found, bare = _read_reference(element, notes)
        if found.type_code == OBJECT and bare:
            put(values, "invoiced_object", Identifier(found.id, found.scheme), element, notes)
        elif found.type_code == TENDER and bare and not found.scheme:
            put(values, "tender_reference", found.id, element, notes)
        else:
            if found.type_code not in ("", SUPPORTING) or found.scheme:
                notes.leave(element)
            values.setdefault("supporting", []).append(
                SupportingDocument(
                    reference=found.id, description=found.description, location=found.location, attached=found.attached
                )
            )

    def write(document: Document, out: list[str], currency: str) -> bool:
        several = [
            _Reference(
                id=paper.reference, location=paper.location, type_code=SUPPORTING,
                description=paper.description, attached=paper.attached,
            )
            for paper in document.supporting
        ]  # fmt: skip
        if document.tender_reference:
            several.append(_Reference(id=document.tender_reference, type_code=TENDER))
        if document.invoiced_object:
            several.append(
                _Reference(id=document.invoiced_object.value, type_code=OBJECT, scheme=document.invoiced_object.scheme)
            )
        for reference in several:
            _REFERENCE_SHAPE.write(reference, out, currency)
        return bool(several)

    return Part("ram:AdditionalReferencedDocument", read, write)


def line_object() -> Part:
    """BT-128."""

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        found, bare = _read_reference(element, notes)
        if bare and found.type_code in ("", OBJECT):
            put(values, "object_id", Identifier(found.id, found.scheme), element, notes)
        else:
            notes.leave(element)

    def write(line: Line, out: list[str], currency: str) -> bool:
        found = line.object_id
        return found is not None and _REFERENCE_SHAPE.write(
            _Reference(id=found.value, type_code=OBJECT, scheme=found.scheme), out, currency
        )

    return Part("ram:AdditionalReferencedDocument", read, write)
