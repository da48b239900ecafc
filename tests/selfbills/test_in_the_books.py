"""What papers in members' names do to the VAT return and the accountant's folder: the same as suppliers' bills."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader

from marke.invoices.vat_choices import VatChoice
from marke.ledger.audit import audit_file
from marke.ledger.periods import parse_period
from marke.ledger.queries import sums_by_detail
from marke.parties.models import Coop, Membership
from marke.selfbills import services
from marke.selfbills.models import SelfBill
from marke.treasury.accountant import accountants_zip
from marke.treasury.bought import bought_listing
from marke.treasury.services import hand_in_vat
from marke_core.xaf import NAMESPACE
from tests.factories.bills import approved, received
from tests.factories.invoices import settled_job
from tests.factories.jobs import T1
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
DETAILS = {"vat_number": "BE0999900348", "street": "Kade 1", "postcode": "9000", "city": "Gent", "country": "BE"}
LATER = T1 + timedelta(days=30)
APRIL, JULY = parse_period("2026-04"), datetime(2026, 7, 2, 9, tzinfo=UTC)
QUARTER = parse_period("2026-q2")


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
def bill(coop: Coop, tess: Membership) -> SelfBill:
    amina, before = make_member(coop, "Amina"), T1 - timedelta(hours=1)
    said: dict[str, Any] = {"details": DETAILS, "vat": VatChoice("S", 210), "is_small": False}
    agreement = services.ask(membership=amina, since=T1.date(), at=before, **said)
    services.sign(agreement=agreement, by=tess.party, at=T1)
    settled_job(coop, make_client(coop), amina, 10_000)
    return services.bill_work(agreement=agreement, until=date(2026, 4, 1), by=None, at=LATER)


def test_bills_and_members_papers_are_read_the_same_way(coop: Coop, tess: Membership, bill: SelfBill) -> None:
    approved(received(coop, at=LATER), make_member(coop, "Cora", offices=("coordinator",)).party, LATER, deducted=2_100)
    listing = bought_listing(coop, QUARTER)
    [line] = listing.lines
    assert (line.base, line.deducted) == (10_000 + bill.net, 2_100 + bill.vat)
    handed = hand_in_vat(coop=coop, period=QUARTER, once_key="vat", by=tess.party, at=JULY)
    assert (handed.from_bills, handed.from_members, handed.due) == (2_100, bill.vat, -2_100 - bill.vat)
    assert sums_by_detail(coop, ["vat"])["vat", ""] == 2_100 + bill.vat == -handed.due


def test_the_return_shows_it_and_asks_for_it_no_more(coop: Coop, tess: Membership, bill: SelfBill) -> None:
    boss = browser_of(tess)
    page = boss.get("/velo/money/month/vat/2026-q2/").content.decode()
    assert "VAT on invoices in members’ names, taken off" in page and "VAT on what was bought" in page
    form = boss.get("/velo/money/month/vat/2026-q2/return/").content.decode()
    assert "stands as a cost" not in form


def test_the_accountant_gets_them_as_invoices(coop: Coop, bill: SelfBill) -> None:
    with zipfile.ZipFile(io.BytesIO(accountants_zip(coop, APRIL, JULY).read())) as archive:
        assert "self-bills/" in archive.read("README.txt").decode()
        paper = PdfReader(io.BytesIO(archive.read(f"self-bills/{bill.number}.pdf")))
        assert "VAT" in archive.read("vat-bought.csv").decode()
    assert bill.number in paper.pages[0].extract_text()
    tree = etree.fromstring("".join(audit_file(coop, APRIL, JULY.date())).encode())
    journals = {node.findtext(f"{{{NAMESPACE}}}jrnTp"): node for node in tree.iterfind(".//journal", {"": NAMESPACE})}
    [booked] = journals["P"].findall(f"{{{NAMESPACE}}}transaction")
    assert f"self_bill:{bill.number}:1" in etree.tostring(booked).decode()
