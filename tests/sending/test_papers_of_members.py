"""A paper that the co-op writes in a member's name goes to the member's own program, as Peppol's self-billing has it."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from marke.common.asks import asks
from marke.invoices.vat_choices import VatChoice
from marke.parties.models import Coop, Membership
from marke.selfbills import services as selfbills
from marke.selfbills.models import SelfBill, SelfBillAgreement
from marke.sending import services
from marke.sending.access_point import SELF_BILLED_CREDIT_NOTE, SELF_BILLED_INVOICE, SELF_BILLING
from marke.sending.belonging import self_bill_part
from marke.sending.clockwork import turn
from marke.sending.models import AccessKey, Connection, Recipient, Transmission
from marke.sending.queries import members, needing_a_person
from marke_core.einvoice.check import check
from marke_core.einvoice.response import ACCEPTED, REJECTED
from marke_core.einvoice.ubl import read_ubl
from tests.factories.invoices import settled_job
from tests.factories.jobs import T1
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found
from tests.sending.conftest import Point
from tests.sending.test_sending import by_http, connected

pytestmark = pytest.mark.django_db

HERE, THERE, DEAF = "0208:0417497106", "0208:0999900348", "0060:123456000"
DETAILS = {"vat_number": "BE0999900348", "street": "Kade 1", "postcode": "9000", "city": "Gent", "country": "BE"}
LATER = T1 + timedelta(days=30)
AFTER = LATER + timedelta(minutes=1)


@pytest.fixture
def coop(db: None) -> Coop:
    coop = make_coop()
    found(coop, selfbills__open_to="members")
    coop.vat_number, coop.street, coop.postcode, coop.city = "BE0417497106", "Rue du Midi 12", "1000", "Brussels"
    coop.save()
    return coop


@pytest.fixture
def tess(coop: Coop) -> Membership:
    return make_member(coop, "Tess", offices=("treasurer",))


@pytest.fixture
def agreement(coop: Coop, tess: Membership) -> SelfBillAgreement:
    amina, at = make_member(coop, "Amina"), T1 - timedelta(hours=1)
    asked = selfbills.ask(membership=amina, details=DETAILS, vat=VatChoice("S", 210), is_small=False, since=T1.date(), at=at)
    return selfbills.sign(agreement=asked, by=tess.party, at=T1)


def issue(agreement: SelfBillAgreement) -> SelfBill:
    settled_job(agreement.coop, make_client(agreement.coop), agreement.membership, 10_000)
    return selfbills.bill_work(agreement=agreement, until=date(2026, 4, 1), by=None, at=LATER)


def test_it_goes_to_the_member_who_answers_and_both_see_how_far_it_is(
    coop: Coop, agreement: SelfBillAgreement, tess: Membership
) -> None:
    connected(coop)
    bill = issue(agreement)
    turn(AFTER)
    turn(AFTER + timedelta(minutes=20))
    row = Transmission.objects.get()
    assert (row.self_bill, row.invoice, row.recipient, row.state) == (bill, None, THERE, "delivered")
    assert [answer.code for answer in row.answers.all()] == [ACCEPTED]
    document = read_ubl(bytes(row.content)).document
    assert (document.type_code, document.number, document.totals.payable) == ("389", bill.number, bill.gross)
    assert document.seller.endpoint is not None and document.seller.endpoint.value == "0999900348"
    assert document.buyer.endpoint is not None and document.buyer.endpoint.value == "0417497106"
    assert check(bytes(row.content), rules=row.rules).verdict == "valid"

    for whose in (agreement.membership, tess):
        page = browser_of(whose).get(f"/velo/self-billing/papers/{bill.number}/").content.decode()
        assert "the member accepts it" in page and THERE in page
    boss = browser_of(tess)
    listed = boss.get("/velo/e-invoices/").content.decode()
    assert bill.number in listed and "Members in whose names we invoice" in listed
    assert "the member accepts it" in boss.get(f"/velo/e-invoices/{bill.number}/").content.decode()
    assert boss.get(f"/velo/e-invoices/{bill.number}/file.xml").content == bytes(row.content)


def test_the_envelope_names_the_documents_of_self_billing(coop: Coop, agreement: SelfBillAgreement, point: Point) -> None:
    by_http(coop, point)
    bill = issue(agreement)
    selfbills.credit_self_bill(bill=bill, reason="A ride is missing", by=None, at=LATER)
    turn(AFTER)
    turn(AFTER)
    got = [(each["documentType"].split("::", 1)[1], each["processType"].split("::", 1)[1]) for each in point.got]
    assert got == [(SELF_BILLED_INVOICE, SELF_BILLING), (SELF_BILLED_CREDIT_NOTE, SELF_BILLING)]
    assert {(each["sender"], each["recipient"]) for each in point.got} == {(HERE, THERE)}
    taken_back = read_ubl(base64.b64decode(point.got[1]["fileContent"])).document
    assert (taken_back.type_code, taken_back.preceding[0].number) == ("261", bill.number)


def test_a_worker_that_comes_twice_sends_once_and_an_earlier_paper_stays(coop: Coop, agreement: SelfBillAgreement) -> None:
    issue(agreement)
    services.open_connection(coop=coop, kind="partner", url="", key="", participant=HERE, by=None, at=AFTER)
    assert services.prepare(AFTER) == 0  # it was issued before
    services.close_connection(coop=coop, by=None, at=AFTER)
    connected(coop)
    assert [services.prepare(AFTER), services.prepare(AFTER)] == [1, 0]


def test_who_receives_none_has_it_by_mail(coop: Coop, agreement: SelfBillAgreement, tess: Membership) -> None:
    connected(coop)
    assert [(each.whose, each.participant) for each in members(coop)] == [(agreement.membership, THERE)]
    boss = browser_of(tess)
    place = f"/velo/e-invoices/members/{agreement.membership.number}/"
    assert boss.post(place, {"participant": "peppol"}).status_code == 422
    assert not Recipient.objects.exists()
    boss.post(place, {"participant": ""})
    bill = issue(agreement)
    assert (services.prepare(AFTER), self_bill_part(bill)) == (0, {"sent": None})
    page = browser_of(agreement.membership).get(f"/velo/self-billing/papers/{bill.number}/").content.decode()
    assert "It went by mail" in page
    assert "by mail only" in boss.get("/velo/e-invoices/").content.decode()
    boss.post(place, {"participant": "0088:7300010000001"})
    assert services.prepare(AFTER) == 1
    assert Transmission.objects.get().recipient == "0088:7300010000001"


def test_what_the_member_refuses_waits_for_the_treasurer_until_it_is_credited(
    coop: Coop, agreement: SelfBillAgreement, tess: Membership
) -> None:
    connected(coop)
    services.write_member_recipient(membership=agreement.membership, participant=DEAF, by=None, at=T1)
    bill = issue(agreement)
    turn(AFTER)
    turn(AFTER + timedelta(minutes=20))
    assert [answer.code for answer in Transmission.objects.get().answers.all()] == [REJECTED]
    assert needing_a_person(coop).count() == 1
    asked = asks.get("sending").of_offices
    assert asked is not None and [task.sentence for task in asked(coop, frozenset({"treasurer"}), AFTER)] == [
        "1 e-invoice needs a look"
    ]
    selfbills.credit_self_bill(bill=bill, reason="So they said", by=None, at=AFTER)
    assert needing_a_person(coop).count() == 0


def test_what_is_refused_on_the_way_is_sent_again_by_hand(
    coop: Coop, agreement: SelfBillAgreement, tess: Membership, point: Point
) -> None:
    by_http(coop, point)
    bill = issue(agreement)
    point.status = 422
    services.prepare(AFTER)
    services.deliver(AFTER)
    boss = browser_of(tess)
    assert "The member has had it by mail." in boss.get(f"/velo/e-invoices/{bill.number}/").content.decode()
    assert "it went by mail" in boss.get(f"/velo/self-billing/papers/{bill.number}/").content.decode()
    point.status = 200
    boss.post(f"/velo/e-invoices/{bill.number}/sending/")
    services.deliver(AFTER)
    row = Transmission.objects.get()
    assert row.state == "waiting" or row.state == "sent"


def test_a_transmission_carries_one_paper_and_an_address_belongs_to_one(coop: Coop, agreement: SelfBillAgreement) -> None:
    made = connected(coop)
    wrong: list[Any] = [
        lambda: Transmission.objects.create(coop=coop, connection=made, recipient=THERE, content=b"", rules="x", made_at=T1),
        lambda: Recipient.objects.create(coop=coop, participant=THERE, written_at=T1),
    ]
    for each in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            each()
    assert not Transmission.objects.exists() and not Recipient.objects.exists()
    assert Connection.objects.count() == 1 and not AccessKey.objects.exists()
