"""A file comes in: understood, recognised, kept as it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from marke.bills.conditions import OF_SALES, compact
from marke.bills.files import Found, examine
from marke.bills.models import Bill, BillFile, BillMove, Supplier
from marke.bills.own_sales import is_own_sale
from marke.bills.understanding import Said, Seller, said_by, sale_by
from marke.common.numbering import next_number
from marke.parties.models import Coop, Party
from marke.parties.services import create_party
from marke_core.einvoice.check import check
from marke_core.einvoice.model import PEPPOL_SELF_BILLING

RULES = "peppol-bis-3.0.21"
OWN_SALES = "peppol-selfbilling-3.0.1"
State = Bill.State


@dataclass(frozen=True)
class Incoming:
    """A file and where it comes from; `sender` is a mail address or a participant of the network."""

    content: bytes
    name: str = ""
    source: str = Bill.Source.UPLOAD
    sender: str = ""


@dataclass(frozen=True)
class Received:
    """`known`: the same bytes, or the same paper of the same supplier, had come before, and nothing was doubled."""

    bill: Bill
    known: bool = False


def receive_bill(*, coop: Coop, incoming: Incoming, by: Party | None, at: datetime) -> Received:
    """Keeps the file as it came, as a new bill, or with the bill that it is. Raises: NotABill, BadPdf; nothing is kept then."""
    found = examine(incoming.content, incoming.name)
    return _keep(coop, incoming, found, by, at)


@transaction.atomic
def _keep(coop: Coop, incoming: Incoming, found: Found, by: Party | None, at: datetime) -> Received:
    number = next_number(Bill, coop)  # locks the co-op: whoever brings the same at the same time waits here
    digest = hashlib.sha256(found.content).hexdigest()
    if before := BillFile.objects.filter(coop=coop, digest=digest).select_related("bill__coop").first():
        return Received(before.bill, True)
    document = found.reading.document if found.reading else None
    if document is None:
        bill = _begin(coop, number, incoming, by, at)
    elif is_own_sale(coop, document):
        said = sale_by(document)
        if same := same_sale(coop, said):
            add_file(bill=same, found=found, name=incoming.name, at=at)
            return Received(same, True)
        bill = _begin(coop, number, incoming, by, at)
        _write_down(bill, said, found, OWN_SALES if document.specification == PEPPOL_SELF_BILLING else RULES)
        bill.state = State.SALE
        bill.save()
    else:
        said = said_by(document)
        supplier = ensure_supplier(coop=coop, seller=said.seller, at=at)
        if same := same_paper(supplier, said.paper):
            add_file(bill=same, found=found, name=incoming.name, at=at)
            return Received(same, True)
        bill = _begin(coop, number, incoming, by, at)
        _fill_in(bill, supplier, said, found)
    add_file(bill=bill, found=found, name=incoming.name, at=at)
    BillMove.objects.create(coop=coop, bill=bill, state=bill.state, at=at, by=by)
    return Received(bill)


def _begin(coop: Coop, number: int, incoming: Incoming, by: Party | None, at: datetime) -> Bill:
    return Bill.objects.create(
        coop=coop, number=number, source=incoming.source, sender=incoming.sender[:254], received_at=at, entered_by=by,
        currency=coop.currency,
    )  # fmt: skip


def _fill_in(bill: Bill, supplier: Supplier, said: Said, found: Found) -> None:
    """In another currency than the books, a person types in what it comes to."""
    _write_down(bill, said, found, RULES)
    bill.supplier, bill.cost = supplier, supplier.cost
    bill.state = State.WAITING if said.currency == bill.coop.currency else State.INCOMPLETE
    bill.save()


def _write_down(bill: Bill, said: Said, found: Found, rules: str) -> None:
    """What the paper says, and what our check says of it."""
    bill.verdict, bill.rules = check(found.xml, rules=rules).verdict, rules
    for field in ("paper", "type_code", "is_credit_note", "issue_date", "due_date", "currency", "net", "vat", "payable", "iban"):
        setattr(bill, field, getattr(said, field))
    bill.name, bill.reference, bill.paid_by = said.seller.name, said.reference, said.paid_by


def ensure_supplier(*, coop: Coop, seller: Seller, at: datetime) -> Supplier:
    """The supplier with this VAT number or enterprise number, or without either of this name; made when there is none."""
    rows = Supplier.objects.filter(coop=coop).select_related("party")
    known = None
    if seller.vat_number:
        known = rows.filter(vat_number=seller.vat_number).first()
    if known is None and seller.registration:
        known = rows.filter(Q(registration=seller.registration) | Q(vat_number__endswith=seller.registration)).first()
    if known is None and not seller.vat_number and not seller.registration:
        known = rows.filter(party__name__iexact=seller.name).first()
    if known is not None:
        return _learn(known, seller)
    party = create_party(
        kind=Party.Kind.ORGANISATION, name=seller.name, email=seller.email, language=coop.language, at=at, street=seller.street,
        postcode=seller.postcode, city=seller.city, country=seller.country or coop.country, vat_number=seller.vat_number,
    )  # fmt: skip
    return Supplier.objects.create(
        coop=coop, number=next_number(Supplier, coop), party=party, vat_number=seller.vat_number,
        registration=seller.registration, created_at=at,
    )  # fmt: skip


def _learn(supplier: Supplier, seller: Seller) -> Supplier:
    """A number that was not known of them yet, where nobody else has it."""
    if seller.vat_number and not supplier.vat_number:
        supplier.vat_number = seller.vat_number
    if seller.registration and not supplier.registration:
        supplier.registration = seller.registration
    supplier.save(update_fields=["vat_number", "registration"])
    return supplier


def same_paper(supplier: Supplier, paper: str, *, but: Bill | None = None) -> Bill | None:
    """The bill that this paper is already; one that was refused does not count, because its supplier may send a better one."""
    wanted = compact(paper)
    rows = supplier.bills.exclude(state=State.REFUSED).select_related("coop")
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return next((bill for bill in rows if compact(bill.paper) == wanted), None)


def same_sale(coop: Coop, said: Said) -> Bill | None:
    """The same paper of the same client, brought once more. Two clients may have one name: so day and sum are the same too."""
    rows = Bill.objects.filter(
        coop=coop, state__in=OF_SALES, name=said.seller.name, type_code=said.type_code, issue_date=said.issue_date,
        payable=said.payable,
    ).select_related("coop")  # fmt: skip
    return next((bill for bill in rows if compact(bill.paper) == compact(said.paper)), None)


def add_file(*, bill: Bill, found: Found, name: str, at: datetime) -> BillFile:
    """One more file of a bill."""
    position = bill.files.count() + 1
    return BillFile.objects.create(
        coop=bill.coop, bill=bill, position=position, kind=found.kind, name=" ".join(name.split())[-120:], mime=found.mime,
        content=found.content, size=len(found.content), digest=hashlib.sha256(found.content).hexdigest(), received_at=at,
    )  # fmt: skip
