"""A self-employed member lets the co-op write the invoices for what it owes for work: agreed, written, looked at, taken back."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from marke.common.explain import explainers
from marke.common.invariants import invariants
from marke.invoices.vat_choices import VatChoice, VatNotPossible
from marke.jobs.models import Job
from marke.jobs.services import correct_settlement
from marke.ledger.periods import quarter_of
from marke.ledger.queries import party_balance
from marke.parties.models import Coop, Membership
from marke.parties.services import change_person
from marke.selfbills import services
from marke.selfbills.models import SelfBill, SelfBillAgreement
from marke.selfbills.papers import self_bill_pdf, self_bill_ubl
from marke.selfbills.queries import bills, bought, rows, unbilled, waiting
from marke.selfbills.services.agreeing import AgreedAlready, AgreementEnded, NotABusiness, NotOpen, OwnAgreement
from marke.selfbills.services.answering import NothingToAnswer, TooLate, WhyNot
from marke.selfbills.services.billing import CreditedAlready, NothingToBill
from marke_core.einvoice.check import check
from marke_core.einvoice.ubl import read_ubl
from tests.factories.invoices import settled_job
from tests.factories.jobs import T1
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found
from tests.treasury.conftest import set_value

pytestmark = pytest.mark.django_db

RATE = VatChoice("S", 210)
DETAILS = {"vat_number": "BE0999900348", "street": "Kade 1", "postcode": "9000", "city": "Gent", "country": "BE"}
LATER, FIRST = T1 + timedelta(days=30), date(2026, 4, 1)
QUARTER = quarter_of(LATER.date())


@pytest.fixture
def coop(db: None) -> Coop:
    coop = make_coop()
    found(coop, selfbills__open_to="members")
    coop.vat_number, coop.iban = "BE0417497106", "BE68539007547034"
    coop.street, coop.postcode, coop.city = "Rue du Midi 12", "1000", "Brussels"
    coop.save()
    return coop


@pytest.fixture
def amina(coop: Coop) -> Membership:
    return make_member(coop, "Amina")


@pytest.fixture
def tess(coop: Coop) -> Membership:
    return make_member(coop, "Tess", offices=("treasurer",))


def asked(member: Membership, vat: VatChoice = RATE, *, small: bool = False, **details: str) -> SelfBillAgreement:
    return services.ask(
        membership=member, details=DETAILS | details, vat=vat, is_small=small, since=T1.date(), at=T1 - timedelta(hours=1)
    )


def agreed(member: Membership, tess: Membership, vat: VatChoice = RATE, **said: Any) -> SelfBillAgreement:
    return services.sign(agreement=asked(member, vat, **said), by=tess.party, at=T1)


def billed(agreement: SelfBillAgreement, tess: Membership) -> SelfBill:
    return services.bill_work(agreement=agreement, until=FIRST, by=tess.party, at=LATER)


def owed(coop: Coop, member: Membership) -> int:
    return -party_balance(coop, "earnings", member.party)


def state(bill: SelfBill, on: date | None = None) -> str:
    return rows(bills(bill.coop).filter(pk=bill.pk), on or LATER.date())[0].state


def booked(bill: SelfBill) -> dict[str, int]:
    return dict(bill.transaction.postings.values_list("line", "amount")) if bill.transaction else {}


def nothing_astray(coop: Coop) -> None:
    assert [fault for each in invariants for fault in each.check(coop)] == []


def test_the_whole_story(coop: Coop, amina: Membership, tess: Membership) -> None:
    """Agreed by both, written with VAT, looked at, objected to, taken back, written anew, corrected by the next."""
    agreement, client = agreed(amina, tess), make_client(coop)
    job = settled_job(coop, client, amina, 10_000)
    settled_job(coop, client, amina, 5_000)
    earned = owed(coop, amina)
    assert [each.net for each in waiting(coop, FIRST)] == [earned]

    bill = billed(agreement, tess)
    assert (bill.number, bill.net, bill.vat) == ("S1-2026-0001", earned, (earned * 21 + 50) // 100)
    assert owed(coop, amina) == bill.gross  # the net was owed before: only the VAT was added
    [line] = bought(coop, QUARTER)
    assert (line.kind, line.base, line.deducted) == ("", bill.net, bill.vat)
    with pytest.raises(NothingToBill):
        billed(agreement, tess)

    services.reply(bill=bill, is_right=True, by=amina.party, at=LATER)
    assert state(bill) == "right"
    services.reply(bill=bill, is_right=False, text="One ride is missing", by=amina.party, at=LATER)
    assert state(bill) == "objected"
    note = services.credit_self_bill(bill=bill, reason="A ride is missing", by=tess.party, at=LATER)
    assert (note.number, note.gross, note.type_code) == ("S1-2026-0002", -bill.gross, "261")
    assert state(bill) == "credited"
    assert owed(coop, amina) == earned
    with pytest.raises(CreditedAlready):
        services.credit_self_bill(bill=bill, reason="Again", by=tess.party, at=LATER)

    anew = billed(agreement, tess)
    assert (anew.number, anew.gross) == ("S1-2026-0003", bill.gross)
    correct_settlement(job=Job.objects.get(pk=job.pk), price=12_000, reason="Farther", by=tess.party, at=LATER)
    [back, forth] = unbilled(agreement, FIRST + timedelta(days=60))
    assert back.net < 0 < forth.net
    later = services.bill_work(agreement=agreement, until=FIRST + timedelta(days=60), by=None, at=LATER)
    assert later.net == back.net + forth.net
    nothing_astray(coop)


def test_the_paper_says_self_billing_and_carries_itself(coop: Coop, amina: Membership, tess: Membership) -> None:
    """In the member's language; as Peppol's self-billing has it, without a fault; the credit note too."""
    change_person(party=amina.party, by=amina.party, at=T1, language="nl")
    settled_job(coop, make_client(coop), amina, 10_000)
    bill = billed(agreed(amina, tess), tess)
    for paper, code in ((bill, "389"), (services.credit_self_bill(bill=bill, reason="x", by=None, at=LATER), "261")):
        reader = PdfReader(io.BytesIO(self_bill_pdf(paper)))
        text = "\n".join(page.extract_text() for page in reader.pages)
        assert "Factuur uitgereikt door afnemer" in text
        assert paper.number in text
        [inside] = reader.attachments["factur-x.xml"]
        assert not check(inside, rules="en16931-1.3.16").fatal
        document = read_ubl(self_bill_ubl(paper)).document
        assert (document.type_code, document.is_self_billed) == (code, True)
        assert (document.seller.vat_id, document.buyer.vat_id) == ("BE0999900348", "BE0417497106")
        assert (document.totals.vat, document.totals.payable) == (abs(paper.vat), abs(paper.gross))


@pytest.mark.parametrize(
    ("details", "vat", "small", "category", "says"),
    [
        ({}, VatChoice("E", 0), True, "E", "56bis"),
        ({"vat_number": "NL123456782B90", "country": "NL"}, VatChoice("AE", 0), False, "AE", "196"),
        ({"vat_number": "FR40303265045", "country": "FR"}, VatChoice("E", 0), True, "E", "293 B"),
    ],
)
def test_vat_is_that_of_the_members_country(
    coop: Coop,
    amina: Membership,
    tess: Membership,
    details: dict[str, str],
    vat: VatChoice,
    small: bool,
    category: str,
    says: str,
) -> None:
    settled_job(coop, make_client(coop), amina, 10_000)
    agreement = agreed(amina, tess, vat, small=small, **details)
    before = owed(coop, amina)
    bill = billed(agreement, tess)
    own = (bill.net * 21 + 50) // 100 if category == "AE" else 0
    assert (bill.vat_category, bill.vat, bill.own_vat) == (category, 0, own)
    assert booked(bill) == ({"bill_vat": own, "bill_vat_due": -own} if own else {})
    assert says in bill.reason
    assert owed(coop, amina) == before
    assert self_bill_ubl(bill)
    [line] = bought(coop, QUARTER)
    assert (line.kind, line.base, line.own) == ("eu_services" if own else "", bill.net, own)
    nothing_astray(coop)


def test_its_vat_is_booked_as_that_of_a_suppliers_bill(coop: Coop, amina: Membership, tess: Membership) -> None:
    """What the rule says is taken off at once, the rest is cost; the credit note is the mirror, whatever the rule says by then."""
    set_value(coop, "bills.vat_deducted", [1, 2])
    settled_job(coop, make_client(coop), amina, 10_000)
    bill = billed(agreed(amina, tess), tess)
    half = (bill.vat + 1) // 2
    assert booked(bill) == {"bill_vat": half, "vat_cost": bill.vat - half, "vat_owed": -bill.vat}
    assert bill.transaction is not None and bill.transaction.basis is not None
    explainer = explainers.get(bill.transaction.basis.scheme)
    assert all(explainer.formula(line) for line in booked(bill))
    note = services.credit_self_bill(bill=bill, reason="x", by=None, at=LATER)
    assert booked(note) == {line: -amount for line, amount in booked(bill).items()}
    assert sum(each.deducted for each in bought(coop, QUARTER)) == 0
    nothing_astray(coop)


def test_both_sides_agree_before_anything_is_written(coop: Coop, amina: Membership, tess: Membership) -> None:
    settled_job(coop, make_client(coop), amina, 10_000)
    with pytest.raises(NotABusiness):
        asked(amina, vat_number="")
    with pytest.raises(VatNotPossible):
        asked(amina, VatChoice("AE", 0), country="US", vat_number="12-3456789")
    assert not SelfBillAgreement.objects.exists()
    agreement = asked(amina)
    assert asked(amina) == agreement  # a second click
    with pytest.raises(AgreedAlready):
        asked(amina, VatChoice("S", 60))
    with pytest.raises(AgreementEnded):
        billed(agreement, tess)
    with pytest.raises(OwnAgreement):
        services.sign(agreement=agreement, by=amina.party, at=T1)
    services.sign(agreement=agreement, by=tess.party, at=T1)
    services.end_agreement(agreement=agreement, reason="I do it myself", by=amina.party, at=T1)
    with pytest.raises(AgreementEnded):
        billed(agreement, tess)
    assert not SelfBill.objects.exists()
    Membership.objects.filter(pk=amina.pk).update(engagement="employee")
    amina.refresh_from_db()
    with pytest.raises(NotOpen):
        asked(amina)


def test_the_clockwork_writes_each_month_once(coop: Coop, amina: Membership, tess: Membership) -> None:
    agreed(amina, tess)
    settled_job(coop, make_client(coop), amina, 10_000)
    assert services.bill_due(T1 + timedelta(days=5)) == 0  # the month is not over
    assert services.bill_due(LATER) == 1
    assert services.bill_due(LATER + timedelta(hours=1)) == 0
    nothing_astray(coop)


def test_who_is_silent_has_accepted(coop: Coop, amina: Membership, tess: Membership) -> None:
    settled_job(coop, make_client(coop), amina, 10_000)
    bill = billed(agreed(amina, tess), tess)
    assert state(bill, bill.object_until) == "open"
    assert state(bill, bill.object_until + timedelta(days=1)) == "accepted"
    with pytest.raises(WhyNot):
        services.reply(bill=bill, is_right=False, text=" ", by=amina.party, at=LATER)
    with pytest.raises(TooLate):
        services.reply(bill=bill, is_right=False, text="Hm", by=amina.party, at=LATER + timedelta(days=20))
    with pytest.raises(NothingToAnswer):
        services.answer(bill=bill, text="No", by=tess.party, at=LATER)
    services.reply(bill=bill, is_right=False, text="Hm", by=amina.party, at=LATER)
    said = services.answer(bill=bill, text="It was that day", by=tess.party, at=LATER)
    assert (said.answer, state(bill)) == ("stands", "right")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE selfbills_selfbill SET gross = gross",
        "DELETE FROM selfbills_selfbill",
        "UPDATE selfbills_selfbillline SET net = 1",
        "UPDATE selfbills_selfbillagreement SET vat_permille = 0",
        "UPDATE selfbills_selfbillagreement SET agreed_at = NULL, agreed_by_id = NULL",
        "DELETE FROM selfbills_selfbillagreement",
    ],
)
def test_the_database_keeps_what_was_agreed_and_issued(coop: Coop, amina: Membership, tess: Membership, sql: str) -> None:
    settled_job(coop, make_client(coop), amina, 10_000)
    billed(agreed(amina, tess), tess)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
