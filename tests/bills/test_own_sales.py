"""An invoice that a client made out in our name is a sale of ours: it is never taken for a bill, paid, or booked as a cost."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import override

from marke.bills import services
from marke.bills.asking import of_offices
from marke.bills.conditions import MOVES
from marke.bills.files import NotABill
from marke.bills.models import Bill, BillAnswer, BillFile, Letter, Supplier
from marke.bills.queries import due_now, owed
from marke.bills.services.filling import BillDecided, Typed
from marke.bills.understanding import Seller
from marke.ledger.models import Transaction
from marke.parties.models import Coop, Membership, Party
from marke.sending.clockwork import turn
from marke.sending.models import PartnerMessage
from marke.sending.partner import Partner
from marke.sending.services import open_connection
from marke_core.einvoice.model import PEPPOL_SELF_BILLING, SELF_BILLING_PROCESS, Identifier
from marke_core.einvoice.model import Party as Named
from marke_core.einvoice.response import read_response
from marke_core.einvoice.ubl import write_ubl
from tests.factories.bills import SUPPLIER, US, approved, mail, paper, received
from tests.factories.pages import browser_of
from tests.factories.parties import T0

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NOW = T0 + timedelta(days=15)
THEM, HERE = "0208:0428759497", "0208:0417497106"


def hour(n: int) -> datetime:
    return NOW + timedelta(hours=n)


def self_bill(number: str = "SB-7", *, seller: Named = US, buyer: Named = SUPPLIER, **changes: Any) -> bytes:
    """What the client Papier & Zn makes out in our name."""
    network = {"specification": PEPPOL_SELF_BILLING, "process": SELF_BILLING_PROCESS, "type_code": "389", "order_reference": "12"}
    return write_ubl(paper(number, seller=seller, buyer=buyer, **(network | changes)))


def nothing_is_owed(coop: Coop) -> bool:
    return not (owed(coop) or due_now(coop, hour(900)) or Supplier.objects.exists() or Transaction.objects.exists())


@pytest.mark.parametrize(("type_code", "sign"), [("389", 1), ("261", -1)])
def test_what_a_client_makes_out_in_our_name_is_kept_as_a_sale(coop: Coop, type_code: str, sign: int) -> None:
    due: dict[str, Any] = {} if sign > 0 else {"due_date": None}
    bill = received(coop, self_bill(type_code=type_code, **due), at=NOW)
    assert (bill.state, bill.name, bill.paper, bill.type_code) == ("sale", "Papier & Zn", "SB-7", type_code)
    assert (bill.net, bill.vat, bill.payable) == (sign * 10_000, sign * 2_100, sign * 12_100)
    assert (bill.supplier, bill.iban) == (None, "")
    assert (bill.verdict, bill.rules) == ("valid", "peppol-selfbilling-3.0.1")
    assert BillFile.objects.get(bill=bill).kind == "xml"
    assert nothing_is_owed(coop)


def test_also_in_the_name_of_a_member(coop: Coop, worker: Membership) -> None:
    Party.objects.filter(pk=worker.party_id).update(vat_number="BE 0999.900.348")
    member = Named(name="Amina", vat_id="BE0999900348", endpoint=Identifier("0999900348", "0208"), address=US.address)
    assert received(coop, self_bill(seller=member), at=NOW).state == "sale"
    assert nothing_is_owed(coop)


def test_it_is_never_approved_typed_in_or_asked_about(coop: Coop, tess: Membership) -> None:
    bill = received(coop, self_bill(), at=NOW)
    typed = Typed(seller=Seller("Papier & Zn"), paper="SB-7", issue_date=date(2026, 1, 10), due_date=None, net=100, vat=21)
    for attempt in (
        lambda: approved(bill, tess.party, NOW),
        lambda: services.fill_in_bill(bill=bill, typed=typed, by=tess.party, at=NOW),
        lambda: services.ask_about_bill(bill=bill, text="Why?", by=tess.party, at=NOW),
    ):
        with pytest.raises(BillDecided, match="is a sale of our own that the client made out, and no bill"):
            attempt()
    bill.refresh_from_db()
    assert bill.state == "sale"
    assert bill.moves.count() == 1
    assert nothing_is_owed(coop)


def test_the_database_keeps_it_from_having_a_supplier(coop: Coop) -> None:
    bill = received(coop, self_bill(), at=NOW)
    other = received(coop, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bill.objects.filter(pk=bill.pk).update(supplier=other.supplier)


def test_every_state_says_what_may_follow() -> None:
    assert set(MOVES) == set(Bill.State)


def test_the_same_paper_is_kept_once(coop: Coop) -> None:
    bill = received(coop, self_bill(), at=NOW)
    again = received(coop, self_bill(buyer_reference="other bytes"), at=NOW)
    assert (again.pk, bill.files.count(), Bill.objects.count()) == (bill.pk, 2, 1)


def test_two_clients_of_one_name_may_use_one_number(coop: Coop) -> None:
    namesake = Named(name=SUPPLIER.name, vat_id="BE0999900348", address=US.address)
    papers = [received(coop, self_bill(), at=NOW), received(coop, self_bill(buyer=namesake, net=20_000), at=NOW)]
    assert [(bill.number, bill.payable) for bill in papers] == [(1, 12_100), (2, 24_200)]


def test_the_treasurer_reads_what_it_is_and_accepts_it(coop: Coop, tess: Membership) -> None:
    browser = browser_of(tess)
    browser.post("/velo/money/bills/", {"file": SimpleUploadedFile("them.xml", self_bill())})
    page = browser.get("/velo/money/bills/1/").content.decode()
    assert "made it out in the name of Velo (self-billing): it is a sale of ours and no bill." in page
    assert "It names order 12" in page
    assert "Approve it" not in page and "made out to" not in page
    assert "a sale of our own" in browser.get("/velo/money/bills/").content.decode()
    said = {"answer-move": "ask", "answer-reason": "OTH", "answer-text": "Why?"}
    assert browser.post("/velo/money/bills/1/answer/", said).status_code == 422
    browser.post("/velo/money/bills/1/answer/", said | {"answer-move": "accept", "answer-text": "Booked as 2026-3"})
    bill = Bill.objects.get()
    assert (bill.state, bill.moves.latest("pk").note) == ("sold", "Booked as 2026-3")
    again = browser.post("/velo/money/bills/1/answer/", said | {"answer-move": "accept", "answer-text": "Booked as 2026-3"})
    assert (again.status_code, bill.moves.count()) == (302, 2)
    assert nothing_is_owed(coop)
    browser.cookies["django_language"] = "nl"
    assert "een eigen verkoop, aanvaard" in browser.get("/velo/money/bills/1/").content.decode()


def test_whoever_does_not_approve_bills_neither_accepts_nor_refuses_it(coop: Coop, worker: Membership) -> None:
    bill = received(coop, self_bill(), by=worker.party, at=NOW)
    said = {"answer-move": "accept", "answer-reason": "OTH", "answer-text": "Mine"}
    assert browser_of(worker).post("/velo/money/bills/1/answer/", said).status_code == 403
    bill.refresh_from_db()
    assert bill.state == "sale"


def test_the_treasurer_is_asked_to_look_at_it(coop: Coop) -> None:
    received(coop, self_bill(), at=NOW)
    assert [task.sentence for task in of_offices(coop, frozenset({"treasurer"}), NOW)] == [
        "1 sale of ours that a client made out is to be looked at"
    ]


def heard() -> list[tuple[str, str, str, list[str]]]:
    """What the client has heard: code, number and type of the paper, reasons."""
    sent = PartnerMessage.objects.filter(sender=THEM, taken_at__isnull=False).order_by("pk")
    found = [read_response(bytes(row.content)) for row in sent if b"ApplicationResponse" in bytes(row.content)]
    return [(each.code, each.document, each.document_type, [why.code for why in each.clarifications]) for each in found]


def test_over_the_network_the_client_is_told(coop: Coop, tess: Membership) -> None:
    connection = open_connection(coop=coop, kind="partner", url="", key="", participant=HERE, by=tess.party, at=NOW)
    Partner(connection).bring(THEM, self_bill("SB-1"))
    Partner(connection).bring(THEM, self_bill("SB-2"))
    turn(NOW)
    first, second = Bill.objects.order_by("number")
    assert [(bill.state, bill.source, bill.sender) for bill in (first, second)] == [("sale", "network", THEM)] * 2
    services.refuse_bill(bill=first, reason="REF", text="We agreed on no such thing.", by=tess.party, at=NOW)
    services.accept_sale(bill=second, text="Booked by hand", by=tess.party, at=NOW)
    services.accept_sale(bill=second, text="Booked by hand", by=tess.party, at=NOW)
    turn(hour(1))
    turn(hour(2))
    assert heard() == [("RE", "SB-1", "389", ["REF"]), ("AP", "SB-2", "389", [])]
    assert BillAnswer.objects.count() == 2
    assert nothing_is_owed(coop)


def test_why_a_paper_stays_at_the_access_point_is_told_in_the_language_of_the_co_op(coop: Coop, tess: Membership) -> None:
    Coop.objects.filter(pk=coop.pk).update(language="nl")
    connection = open_connection(coop=coop, kind="partner", url="", key="", participant=HERE, by=tess.party, at=NOW)
    Partner(connection).bring(THEM, self_bill("SB-1", seller=SUPPLIER, buyer=Named(name="Gallery", vat_id="BE0999900348")))
    turn(NOW)
    ((_name, why),) = Letter.objects.get().refused
    assert "en dat zijn wij niet" in why


def test_accepting_says_where_it_is_booked(coop: Coop, tess: Membership) -> None:
    bill = received(coop, self_bill(), at=NOW)
    with pytest.raises(services.WhyNot, match="where it is booked"):
        services.accept_sale(bill=bill, text=" ", by=tess.party, at=NOW)
    with pytest.raises(BillDecided):
        services.accept_sale(bill=received(coop, at=NOW), text="Wrong one", by=tess.party, at=NOW)
    assert set(Bill.objects.values_list("state", flat=True)) == {"sale", "waiting"}


def test_by_mail_it_is_a_sale_too(coop: Coop, tess: Membership, settings: Any) -> None:
    settings.BILLS_HOST = "velo.example"
    token = services.open_address(coop=coop, by=tess.party, at=NOW).token
    content = mail(f"bills+{token}@velo.example", ("them.xml", "application/xml", self_bill()))
    services.receive_mail(content=content, at=NOW)
    assert (Bill.objects.get().state, Letter.objects.get().taken) == ("sale", 1)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (write_ubl(paper("2026-0007", seller=US, buyer=SUPPLIER)), "invoice 2026-0007 of our own, made out to Papier & Zn"),
        (self_bill(seller=SUPPLIER, buyer=US), "which we made out ourselves in the name of Papier & Zn"),
        (self_bill(seller=SUPPLIER, buyer=Named(name="Gallery", vat_id="BE0999900348")), "that is not us"),
    ],
    ids=["our own invoice", "our own self-bill", "that of others"],
)
def test_a_paper_that_is_neither_a_bill_nor_a_sale_made_out_by_a_client_is_not_taken(
    coop: Coop, content: bytes, why: str
) -> None:
    with override("en"), pytest.raises(NotABill, match=why):
        received(coop, content, at=NOW)
    assert not Bill.objects.exists()
    assert nothing_is_owed(coop)
