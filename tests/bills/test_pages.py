"""The inbox and the page of a bill, as a member, the treasurer and the coordinator see them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marke.bills.models import Bill, BillFile
from marke.common import clock
from marke.parties.models import Coop, Membership
from tests.factories.bills import OTHER_IBAN, approved, pdf, received, ubl
from tests.factories.pages import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def at(coop: Coop, name: str, *places: object) -> str:
    return reverse(f"bills:{name}", args=[coop.slug, *places])


def bring(browser: Browser, coop: Coop, content: bytes, name: str) -> str:
    answer = browser.post(at(coop, "bills"), {"file": SimpleUploadedFile(name, content)}, follow=True)
    return str(answer.content.decode())


def test_a_member_brings_in_a_pdf_types_it_in_and_the_treasurer_approves(
    coop: Coop, worker: Membership, tess: Membership
) -> None:
    amina, boss = browser_of(worker), browser_of(tess)
    content = pdf()
    assert "Brought in as bill 1" in bring(amina, coop, content, "scan.pdf")
    assert "nothing was doubled" in bring(amina, coop, content, "copy.pdf")
    kept = amina.get(at(coop, "file", 1, 1))
    assert (kept.content, kept["Content-Disposition"]) == (content, 'attachment; filename="scan.pdf"')

    typed = {
        "name": "Café Nord", "vat_number": "", "paper": "12", "issue_date": "2026-01-10", "due_date": "", "net": "50", "vat": "10.50",
        "iban": "BE71 0961 2345 6769", "reference": "+++010/8068/17183+++",
    }  # fmt: skip
    wrong = amina.post(at(coop, "fields", 1), typed | {"reference": "+++010/8068/17184+++", "vat": "60"})
    assert wrong.status_code == 422 and "wrong digit" in wrong.content.decode()
    amina.post(at(coop, "fields", 1), typed)
    bill = Bill.objects.get()
    assert (bill.state, bill.payable, bill.iban, bill.reference) == ("waiting", 6_050, "BE71096123456769", "010806817183")
    assert amina.post(at(coop, "approval", 1), {"cost": ""}).status_code == 403
    assert "Correct what was typed in" in amina.get(at(coop, "bill", 1)).content.decode()
    amina.post(at(coop, "fields", 1), typed | {"paper": "13"})
    bill.refresh_from_db()
    assert bill.supplier is not None and (bill.paper, bill.supplier.number) == ("13", 1)

    page = boss.get(at(coop, "bill", 1)).content.decode()
    assert "first bill of this supplier" in page and 'value="10.50"' in page
    boss.post(at(coop, "approval", 1), {"cost": "office", "deducted": "10.50"})
    bill.refresh_from_db()
    assert (bill.state, bill.deducted, bill.cost) == ("approved", 1_050, "office")
    assert "Booked as" in boss.get(at(coop, "bill", 1)).content.decode()


def test_the_page_of_an_e_invoice_shows_its_lines_its_faults_and_what_is_not_read(
    coop: Coop, tess: Membership, cora: Membership
) -> None:
    now = clock.now()
    approved(received(coop, at=now), cora.party, now)
    content = ubl("F-2", iban=OTHER_IBAN).replace(b"<cbc:BuyerReference>7</cbc:BuyerReference>", b"<cbc:UUID>x-1</cbc:UUID>")
    assert b"x-1" in content
    bill = received(coop, content, at=now)
    boss = browser_of(tess)
    page = boss.get(at(coop, "bill", bill.number)).content.decode()
    for words in ("another one than before", "perhaps it is the same one", "Posters, A2", "not right", "Invoice/UUID", "x-1"):
        assert words in page
    refused = boss.post(at(coop, "approval", 2), {"cost": "goods", "deducted": "21"})
    assert refused.status_code == 422 and "Call them on a number that you know" in refused.content.decode()
    boss.post(at(coop, "approval", 2), {"cost": "goods", "deducted": "21", "account_confirmed": "on"})
    bill.refresh_from_db()
    assert bill.state == "approved"
    assert bytes(BillFile.objects.get(bill=bill).content) == content


def test_what_is_refused_says_why_and_strangers_see_nothing(
    coop: Coop, worker: Membership, tess: Membership, cora: Membership
) -> None:
    amina, boss = browser_of(worker), browser_of(tess)
    assert "This is a packed file." in bring(amina, coop, b"PK\x03\x04", "bills.zip")
    assert not Bill.objects.exists()
    bill = received(coop, at=clock.now())
    assert [
        amina.get(at(coop, name, *places)).status_code for name, *places in (("bill", 1), ("file", 1, 1), ("shown", 1, 1))
    ] == [404] * 3
    assert boss.get(at(coop, "shown", 1, 1)).status_code == 404  # XML is never shown by the browser itself
    boss.post(at(coop, "answer", 1), {"answer-move": "refuse", "answer-reason": "REC", "answer-text": "Not ours."})
    bill.refresh_from_db()
    assert (bill.state, bill.moves.last().note) == ("refused", "Not ours.")
    assert received(coop, ubl(net=9_000), at=clock.now()).number == 2  # a better one may come


def test_the_list_asks_no_more_for_many_bills_than_for_one(coop: Coop, tess: Membership, cora: Membership) -> None:
    boss, now = browser_of(tess), clock.now()
    counts = []
    for number in range(3):
        approved(received(coop, at=now, number=f"F-{number}", day=date(2026, 1, 10 + number)), cora.party, now)
        boss.get(at(coop, "bills") + "?show=all")
        with CaptureQueriesContext(connection) as queries:
            boss.get(at(coop, "bills") + "?show=all")
        counts.append(len(queries))
    assert len(set(counts)) == 1
    rows = boss.get(at(coop, "bills_csv")).content.decode().splitlines()
    assert len(rows) == 4 and "121" in rows[1]
