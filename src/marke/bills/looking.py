"""What a person should look at before a bill is approved, each in a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from marke.bills.files import Found, NotABill, examine
from marke.bills.incoming_vat import reason_for
from marke.bills.models import Bill, BillFile
from marke.bills.own_sales import comparisons
from marke.bills.pdfs import BadPdf
from marke.bills.queries import account_known, is_meant_for_us, looks_like
from marke.common.clock import local_date
from marke.common.money import format_money
from marke.jobs.vat_rates import rates_of
from marke_core.banking import show_iban, takes_sepa
from marke_core.einvoice.check import Report, check
from marke_core.einvoice.model import Document


@dataclass(frozen=True)
class Looked:
    """The file of a bill, read again: what it says, and what our check says of it."""

    file: BillFile | None
    found: Found | None = None
    report: Report | None = None

    @property
    def document(self) -> Document | None:
        return self.found.reading.document if self.found and self.found.reading else None


def look_at(bill: Bill) -> Looked:
    """The first file of the bill that an e-invoice stands in, or else the first."""
    files = sorted(bill.files.all(), key=lambda each: (each.kind != BillFile.Kind.XML, each.position))
    for file in files:
        try:
            found = examine(bytes(file.content), "")
        except (NotABill, BadPdf):
            continue
        if found.xml:
            return Looked(file, found, check(found.xml, rules=bill.rules or "peppol-bis-3.0.21"))
    return Looked(files[0] if files else None)


@dataclass(frozen=True)
class Turned:
    """VAT that is ours to reckon, as it seems: why, one of `Bill.Own`, and on which amount without VAT, above zero."""

    kind: str
    base: int


def turned_to_us(bill: Bill, document: Document | None) -> Turned | None:
    """Read from the categories of an e-invoice; else from where the supplier is, when the bill has no VAT."""
    country = _country_of(bill)
    if document is None:
        kind = "" if bill.vat else reason_for(bill.coop, country, "")
        return Turned(kind, abs(bill.net)) if kind and bill.net else None
    found: dict[str, int] = defaultdict(int)
    for row in document.breakdown:
        if not row.vat and (kind := reason_for(bill.coop, country, row.category)):
            found[kind] += row.base
    kind = max(found, key=lambda kind: found[kind], default="")
    return Turned(kind, found[kind]) if kind and found[kind] > 0 and bill.currency == bill.coop.currency else None


def _country_of(bill: Bill) -> str:
    """Where the supplier is: by the VAT number, or else by the address."""
    if bill.supplier is None:
        return ""
    letters = bill.supplier.vat_number[:2]
    return ("GR" if letters == "EL" else letters) if letters.isalpha() else bill.supplier.party.country


def account_changed(bill: Bill) -> bool:
    if bill.supplier is None or not bill.iban or bill.payable <= 0 or bill.state == Bill.State.APPROVED:
        return False
    known = account_known(bill.supplier)
    return bool(known) and known != bill.iban


def warnings_of(bill: Bill, looked: Looked, at: datetime, *, orders: bool = True) -> list[str]:
    """Sentences, the gravest first; none for what was decided. `orders`: whether what others sold may be told."""
    if bill.state in (Bill.State.APPROVED, Bill.State.REFUSED, Bill.State.SOLD):
        return []
    if bill.state == Bill.State.SALE:
        return list(_of_sale(bill, looked.document, orders=orders))
    return [*_of_money(bill), *_of_document(bill, looked.document), *_of_vat(bill, looked.document), *_of_time(bill, at)]


def _of_sale(bill: Bill, document: Document | None, *, orders: bool) -> Iterator[str]:
    yield _(
        "%(client)s made it out in the name of %(seller)s (self-billing): it is a sale of ours and no bill. It is not paid, and "
        "nothing is booked from it."
    ) % {"client": bill.name, "seller": document.seller.name[:80] if document else bill.coop.name}
    if document and document.order_reference:
        yield _("It names order %(order)s: compare what it says with what was ordered.") % {
            "order": document.order_reference[:60]
        }
    if document and orders:
        yield from (sentence for each in comparisons for sentence in each.says(bill.coop, document))
    yield _(
        "If you did not agree that they write your invoices, or if it is wrong, refuse it: they are told, and you invoice as always. "
        "If it is right, accept it, do not invoice the same work again, and have it booked by hand."
    )


def _of_money(bill: Bill) -> Iterator[str]:
    if account_changed(bill):
        assert bill.supplier is not None
        yield _(
            "The bank account is another one than before: %(new)s, and it was %(old)s. This is how bills are forged. "
            "Ask the supplier on a number that you know."
        ) % {"new": show_iban(bill.iban), "old": show_iban(account_known(bill.supplier))}
    elif bill.iban and bill.supplier and not account_known(bill.supplier):
        yield _("It is the first bill of this supplier that is paid: look whether the bank account is theirs.")
    if bill.iban and not takes_sepa(bill.iban):
        yield _("The bank account is outside SEPA: pay it by hand.")
    if bill.currency != bill.coop.currency:
        yield _("It is in %(currency)s: type in what it comes to in %(ours)s.") % {
            "currency": bill.currency,
            "ours": bill.coop.currency,
        }
    if bill.paid_before:
        yield _("%(amount)s of it was paid before, it says. What is left is paid.") % {
            "amount": format_money(bill.paid_before, bill.currency)
        }
    if bill.paid_by == Bill.PaidBy.DEBIT:
        yield _("The supplier collects it from our account: it does not go with the pay run.")
    if double := looks_like(bill):
        yield _("Bill %(number)s of the same supplier is for the same amount: perhaps it is the same one.") % {
            "number": double.number
        }


def _of_document(bill: Bill, document: Document | None) -> Iterator[str]:
    if document is None:
        return
    buyer = document.buyer
    if not is_meant_for_us(bill.coop, [buyer.vat_id, buyer.legal_id.value if buyer.legal_id else ""]):
        yield _("It is made out to %(name)s, not to us.") % {"name": buyer.name[:80]}
    if document.is_self_billed:
        yield _("It says that the buyer made it out: then it is no bill of a supplier.")


def _of_vat(bill: Bill, document: Document | None) -> Iterator[str]:
    if turned_to_us(bill, document) is None:
        return
    if bill.coop.vat_number and bill.issue_date and rates_of(bill.coop.country, bill.issue_date):
        yield _("The VAT of it is ours to reckon (reverse charge): say below why, and at which rate.")
    else:
        yield _("The VAT of it is ours to reckon (reverse charge). That is not booked by itself: tell your accountant.")


def _of_time(bill: Bill, at: datetime) -> Iterator[str]:
    today = local_date(at, bill.coop.timezone)
    if bill.due_date and bill.due_date < today and bill.payable > 0:
        yield _("It should have been paid already.")
    if bill.issue_date and bill.issue_date > today:
        yield _("It is dated later than today.")
