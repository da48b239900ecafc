"""An invoice or credit note as EN 16931-1 models it: the business terms (BT) in their groups (BG), in no syntax.

Amounts are whole hundredths of the currency, whichever it is (EN 16931 writes every amount with at most two decimals);
prices, quantities and percentages are exact decimals. A text that is absent is "", everything else that is absent is None.
Reading and writing: `ubl` and `cii`. Adding up: `amounts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

EN16931 = "urn:cen.eu:en16931:2017"
PEPPOL_BILLING = f"{EN16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PEPPOL_SELF_BILLING = f"{EN16931}#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0"
BILLING_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
SELF_BILLING_PROCESS = "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0"

# Source: UNTDID 1001, the part that EN 16931 gives to credit notes; every other code is an invoice.
CREDIT_NOTE_TYPES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"})
INVOICE, CORRECTED_INVOICE, PREPAYMENT_INVOICE, SELF_BILLED_INVOICE = "380", "384", "386", "389"
CREDIT_NOTE, SELF_BILLED_CREDIT_NOTE = "381", "261"
SELF_BILLED_TYPES = frozenset({SELF_BILLED_INVOICE, "527", SELF_BILLED_CREDIT_NOTE})


@dataclass(frozen=True, slots=True)
class Identifier:
    """`scheme`: of ISO 6523 (0208 is the Belgian register), of UNTDID 1153, or of UNTDID 7143, as the term asks."""

    value: str
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    value: Decimal
    unit: str = ""  # UNECE recommendation 20 or 21: C62 is one, HUR an hour


@dataclass(frozen=True, slots=True)
class Note:
    """BG-1."""

    text: str  # BT-22
    subject_code: str = ""  # BT-21, UNTDID 4451


@dataclass(frozen=True, slots=True)
class Address:
    """BG-5, 8, 12, 15."""

    line_1: str = ""
    line_2: str = ""
    line_3: str = ""
    city: str = ""
    postcode: str = ""
    subdivision: str = ""
    country: str = ""  # ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True)
class Contact:
    """BG-6, 9."""

    name: str = ""
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """BG-4 seller, BG-7 buyer, BG-10 payee, BG-11 seller's tax representative: each has a part of these."""

    name: str = ""  # BT-27, 44, 59, 62
    trading_name: str = ""  # BT-28, 45
    identifiers: tuple[Identifier, ...] = ()  # BT-29, 46, 60
    legal_id: Identifier | None = None  # BT-30, 47, 61
    vat_id: str = ""  # BT-31, 48, 63
    tax_id: str = ""  # BT-32
    legal_form: str = ""  # BT-33
    endpoint: Identifier | None = None  # BT-34, 49
    address: Address | None = None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """BG-17, where the buyer transfers to."""

    number: str = ""  # BT-84
    name: str = ""  # BT-85
    bic: str = ""  # BT-86


@dataclass(frozen=True, slots=True)
class Card:
    """BG-18."""

    number: str = ""  # BT-87, its last digits
    holder: str = ""  # BT-88


@dataclass(frozen=True, slots=True)
class DirectDebit:
    """BG-19."""

    mandate: str = ""  # BT-89
    creditor_id: str = ""  # BT-90
    account: str = ""  # BT-91, debited


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """BG-16."""

    code: str = ""  # BT-81, UNTDID 4461: 30 and 58 are transfers, 59 a direct debit
    name: str = ""  # BT-82
    reference: str = ""  # BT-83
    accounts: tuple[Account, ...] = ()
    card: Card | None = None
    direct_debit: DirectDebit | None = None


@dataclass(frozen=True, slots=True)
class Preceding:
    """BG-3, an invoice that this one is about."""

    number: str  # BT-25
    issue_date: date | None = None  # BT-26


@dataclass(frozen=True, slots=True)
class Attached:
    content: bytes
    mime: str = ""
    filename: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportingDocument:
    """BG-24."""

    reference: str = ""  # BT-122
    description: str = ""  # BT-123
    location: str = ""  # BT-124
    attached: Attached | None = None  # BT-125


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceCharge:
    """BG-20, 21 on the document; BG-27, 28 on a line, where the line's VAT holds and the two terms of VAT are absent."""

    is_charge: bool
    amount: int  # BT-92, 99, 136, 141
    base: int | None = None  # BT-93, 100, 137, 142
    percent: Decimal | None = None  # BT-94, 101, 138, 143
    vat_category: str = ""  # BT-95, 102
    vat_rate: Decimal | None = None  # BT-96, 103
    reason: str = ""  # BT-97, 104, 139, 144
    reason_code: str = ""  # BT-98, 105, 140, 145: UNTDID 5189 of an allowance, 7161 of a charge


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """BG-22."""

    lines: int  # BT-106
    allowances: int | None = None  # BT-107
    charges: int | None = None  # BT-108
    without_vat: int  # BT-109
    vat: int | None = None  # BT-110
    vat_in_tax_currency: int | None = None  # BT-111
    with_vat: int  # BT-112
    prepaid: int | None = None  # BT-113
    rounding: int | None = None  # BT-114
    payable: int  # BT-115


@dataclass(frozen=True, slots=True, kw_only=True)
class VatBreakdown:
    """BG-23, one for each category and rate."""

    base: int  # BT-116
    vat: int  # BT-117
    category: str  # BT-118
    rate: Decimal | None = None  # BT-119
    reason: str = ""  # BT-120
    reason_code: str = ""  # BT-121, VATEX


@dataclass(frozen=True, slots=True)
class Classification:
    code: str  # BT-158
    scheme: str = ""  # UNTDID 7143
    version: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """BG-32."""

    name: str = ""  # BT-160
    value: str = ""  # BT-161


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """BG-25, with its price BG-29, VAT BG-30 and item BG-31."""

    id: str  # BT-126
    net: int  # BT-131
    note: str = ""  # BT-127
    object_id: Identifier | None = None  # BT-128
    quantity: Quantity | None = None  # BT-129, 130
    order_line: str = ""  # BT-132
    accounting_reference: str = ""  # BT-133
    period_start: date | None = None  # BT-134
    period_end: date | None = None  # BT-135
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    price: Decimal | None = None  # BT-146, net, for `price_base` units or for one
    price_discount: Decimal | None = None  # BT-147
    gross_price: Decimal | None = None  # BT-148
    price_base: Quantity | None = None  # BT-149, 150
    vat_category: str = ""  # BT-151
    vat_rate: Decimal | None = None  # BT-152
    name: str = ""  # BT-153
    description: str = ""  # BT-154
    sellers_id: str = ""  # BT-155
    buyers_id: str = ""  # BT-156
    standard_id: Identifier | None = None  # BT-157
    classifications: tuple[Classification, ...] = ()
    origin: str = ""  # BT-159
    attributes: tuple[Attribute, ...] = ()

    @property
    def full_price(self) -> Decimal | None:
        """The price before its discount, also where only the discount is said."""
        if self.gross_price is not None or self.price is None or self.price_discount is None:
            return self.gross_price
        return self.price + self.price_discount

    @property
    def taken_off(self) -> Decimal | None:
        """The discount, also where only the price before it is said."""
        if self.price_discount is not None or self.price is None or self.gross_price is None:
            return self.price_discount
        return self.gross_price - self.price


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An invoice or a credit note. In a credit note the amounts are positive: what it takes back."""

    number: str  # BT-1
    issue_date: date  # BT-2
    type_code: str  # BT-3, UNTDID 1001
    currency: str  # BT-5
    seller: Party
    buyer: Party
    totals: Totals
    lines: tuple[Line, ...]
    breakdown: tuple[VatBreakdown, ...] = ()
    tax_currency: str = ""  # BT-6
    tax_point_date: date | None = None  # BT-7
    tax_point_code: str = ""  # BT-8, UNTDID 2005: 3, 35 or 432
    due_date: date | None = None  # BT-9
    buyer_reference: str = ""  # BT-10
    project_reference: str = ""  # BT-11
    contract_reference: str = ""  # BT-12
    order_reference: str = ""  # BT-13
    sales_order_reference: str = ""  # BT-14
    receipt_reference: str = ""  # BT-15
    despatch_reference: str = ""  # BT-16
    tender_reference: str = ""  # BT-17
    invoiced_object: Identifier | None = None  # BT-18
    accounting_reference: str = ""  # BT-19
    payment_terms: str = ""  # BT-20
    notes: tuple[Note, ...] = ()
    process: str = BILLING_PROCESS  # BT-23
    specification: str = PEPPOL_BILLING  # BT-24
    preceding: tuple[Preceding, ...] = ()
    payee: Party | None = None
    tax_representative: Party | None = None
    delivery_name: str = ""  # BT-70
    delivery_location: Identifier | None = None  # BT-71
    delivery_date: date | None = None  # BT-72
    delivery_address: Address | None = None  # BG-15
    period_start: date | None = None  # BT-73
    period_end: date | None = None  # BT-74
    payment: Payment | None = None
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    supporting: tuple[SupportingDocument, ...] = ()

    @property
    def is_credit_note(self) -> bool:
        return self.type_code in CREDIT_NOTE_TYPES

    @property
    def is_self_billed(self) -> bool:
        return self.type_code in SELF_BILLED_TYPES


@dataclass(frozen=True, slots=True)
class Unread:
    """An element or attribute of a file that has no place in the model, or says again what was said otherwise."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says, and what of it the document does not hold."""

    document: Document
    unread: tuple[Unread, ...]
