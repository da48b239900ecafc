"""The treasurer's pages, as those see them who may."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from marke.common import clock
from marke.ledger.closing import closed_until
from marke.ledger.models import Transaction
from marke.payments.services import record_payment
from marke.treasury.models import HandoverNote, MonthClose, VatReturn
from marke.treasury.services import close_month, hand_in_vat, write_handover_note
from tests.factories.invoices import issued
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_member
from tests.treasury.conftest import LATER, House


@pytest.fixture(autouse=True)
def _on_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


def url(house: House, name: str, *args: object) -> str:
    return reverse(f"treasury:{name}", args=[house.coop.slug, *args])


def read(house: House, name: str, *args: object, who: Any = None) -> str:
    answer = browser_of(who or house.treasurer).get(url(house, name, *args))
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def unknown_payment(house: House, key: str = "one", amount: int = 1_000) -> None:
    record_payment(coop=house.coop, request=None, amount=amount, date=date(2026, 3, 4), once_key=key, by=None, at=LATER)


PAGES = [
    ("month",),
    ("close", "2026-03"),
    ("vat",),
    ("vat_period", "2026-q1"),
    ("vat_return", "2026-q1"),
    ("reports",),
    ("reports_period", "2026-03"),
    ("folder",),
    ("note",),
]


@pytest.mark.parametrize("place", PAGES, ids=lambda place: "-".join(place))
def test_a_page_opens_for_those_who_keep_the_money_and_for_nobody_else(house: House, place: tuple[str, ...]):
    for office in (house.treasurer, house.coordinator):
        assert browser_of(office).get(url(house, *place)).status_code == 200
    assert browser_of(house.worker).get(url(house, *place)).status_code == 403
    assert browser_of(None).get(url(house, *place)).status_code == 302


def test_a_co_op_without_anything_is_told_that_nothing_waits(house: House):
    house.coop.vat_number = ""
    house.coop.save()
    page = read(house, "month")
    assert "Every payment is understood." in page and "Velo has no VAT number" in page
    assert page.count("tag--good") == 5 or page.count(">done<") == 5
    assert "No month is over yet in which something was booked." in page


def test_the_five_say_what_waits_each_with_the_one_thing_to_do(house: House):
    unknown_payment(house)
    issued(house.coop, house.client, house.worker, 10_000)
    page = read(house, "month")
    for words in (
        "1 payment is not understood yet",
        "1 invoice is overdue",
        "VAT of quarter 1 of 2026 is to be handed in",
        "Payday: 1 member is to be paid",
        "The bank holds €10.00; members are owed",
        "March 2026",
        "Close it all the same",
    ):
        assert words in page, words


def test_the_home_page_asks_the_treasurer_and_not_the_coordinator(house: House):
    unknown_payment(house)
    issued(house.coop, house.client, house.worker, 10_000)
    home = reverse("site:home", args=[house.coop.slug])
    treasurers = browser_of(house.treasurer).get(home).content.decode()
    assert "1 payment is not understood yet" in treasurers
    assert "March 2026 is over: look at it and close it" in treasurers
    assert "not understood yet" not in browser_of(house.coordinator).get(home).content.decode()


def queries_of(house: House, address: str) -> int:
    browser = browser_of(house.treasurer)
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


def test_more_of_everything_asks_the_database_no_more_often(house: House):
    addresses = [reverse("site:home", args=[house.coop.slug])]
    addresses += [url(house, name, *args) for name, *args in PAGES if name not in ("note", "close")]
    unknown_payment(house, "zero")
    unknown_payment(house, "zero too")
    issued(house.coop, house.client, house.worker, 10_000)
    before = [queries_of(house, address) for address in addresses]
    for number in range(3):
        unknown_payment(house, f"again {number}")
        client = make_client(house.coop, f"Client {number}")
        issued(house.coop, client, make_member(house.coop, f"Worker {number}"), 5_000)
    assert [queries_of(house, address) for address in addresses] == before


def test_a_month_is_closed_after_everything_was_seen_once_more(house: House):
    unknown_payment(house)
    browser, place = browser_of(house.treasurer), url(house, "close", "2026-03")
    seen = browser.post(place, {"bank_said": "12.00", "note": "looked at it"}).content.decode()
    assert "The bank and the books do not agree" in seen and "+€2.00" in seen
    assert "1 payment of this time is not understood yet" in seen
    assert closed_until(house.coop) is None
    answer = browser.post(place, {"bank_said": "12.00", "note": "looked at it", "checked": "yes"}, follow=True)
    page = answer.content.decode()
    assert "March 2026 is closed." in page and "the bank said" in page
    assert MonthClose.objects.get().bank_said == 1_200 and closed_until(house.coop) == date(2026, 4, 1)


def test_without_a_look_at_the_bank_it_is_warned(house: House):
    unknown_payment(house)
    seen = browser_of(house.treasurer).post(url(house, "close", "2026-03"), {"bank_said": ""}).content.decode()
    assert "nobody knows whether the books are right" in seen


def test_a_month_that_runs_is_not_closed_and_what_was_typed_is_kept(house: House):
    answer = browser_of(house.treasurer).post(
        url(house, "close", "2026-04"), {"bank_said": "12.00", "note": "mine", "checked": "yes"}
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "30 April 2026 is not over yet" in page and "mine" in page
    assert closed_until(house.coop) is None


def test_a_payment_typed_with_a_closed_day_is_refused_beside_the_form(house: House):
    close_month(coop=house.coop, period=_period("2026-03"), bank_said=None, by=None, at=LATER)
    given = {"amount": "10", "date": "2026-03-30", "reference": "", "note": "from Lund", "once_key": "12345678"}
    answer = browser_of(house.treasurer).post(reverse("payments:record", args=[house.coop.slug]), given)
    page = answer.content.decode()
    assert "Book it on 1 April 2026" in page and "from Lund" in page
    assert not Transaction.objects.exists()


def _period(code: str):
    from marke.ledger.periods import parse_period

    return parse_period(code)


def test_vat_is_written_down_as_handed_in_after_a_look_and_its_payment_booked(house: House):
    issued(house.coop, house.client, house.worker, 10_000)
    browser = browser_of(house.treasurer)
    given = {"deductible": "4.00", "note": "", "once_key": "12345678"}
    seen = browser.post(url(house, "vat_return", "2026-q1"), given).content.decode()
    assert "€17.00" in seen and not VatReturn.objects.exists()
    page = browser.post(url(house, "vat_return", "2026-q1"), {**given, "checked": "yes"}, follow=True).content.decode()
    assert "Bram" in page and "€17.00" in page
    paid = {"amount": "17", "date": "2026-04-06", "once_key": "87654321"}
    page = browser.post(url(house, "vat_payment", "2026-q1"), paid, follow=True).content.decode()
    assert "€0.00" in page
    assert "handed in and paid" in read(house, "vat")


def test_without_a_vat_number_nothing_is_handed_in(house: House):
    house.coop.vat_number = ""
    house.coop.save()
    given = {"deductible": "", "note": "", "once_key": "12345678", "checked": "yes"}
    page = browser_of(house.treasurer).post(url(house, "vat_return", "2026-q1"), given).content.decode()
    assert "Velo has no VAT number" in page and not VatReturn.objects.exists()


def test_the_figures_say_whether_they_can_still_change(house: House):
    issued(house.coop, house.client, house.worker, 10_000)
    assert "what is booked in it later changes these figures" in read(house, "reports_period", "2026-03")
    assert "still grows" in read(house, "reports_period", "2026-04")
    close_month(coop=house.coop, period=_period("2026-03"), bank_said=None, by=None, at=LATER)
    assert "these figures stay as they are" in read(house, "reports_period", "2026-03")


def test_a_period_that_is_none_is_not_found(house: House):
    for name in ("reports_period", "vat_period", "close"):
        assert browser_of(house.treasurer).get(url(house, name, "2026-13")).status_code == 404


@pytest.mark.parametrize("key", ["balance-sheet", "result", "trial-balance", "vat"])
def test_every_table_is_a_file_too(house: House, key: str):
    issued(house.coop, house.client, house.worker, 10_000)
    text = read(house, "report_csv", "2026-03", key)
    assert text.startswith("\ufeff") and len(text.splitlines()) > 1
    assert browser_of(house.treasurer).get(url(house, "report_csv", "2026-03", "nothing")).status_code == 404


def test_a_column_of_nothing_stands_in_the_file_and_not_on_the_page(house: House):
    issued(house.coop, house.client, house.worker, 10_000)
    page = read(house, "vat_period", "2026-q1")
    assert "VAT to be paid" in page and "Credited" not in page
    assert "Credited" in read(house, "vat_csv", "2026-q1", "vat")


def test_vat_begins_with_the_period_in_which_something_was_booked(house: House):
    assert read(house, "vat").count('scope="row"') == 1
    issued(house.coop, house.client, house.worker, 10_000)
    page = read(house, "vat")
    assert "quarter 1 of 2026" in page and "2025</a>" not in page
    assert page.count('scope="row"') == 2


def test_what_waits_is_in_the_folder_and_what_is_done_is_not(house: House):
    assert "Nothing waits." in read(house, "folder")
    unknown_payment(house)
    page = read(house, "folder")
    assert "1 payment is not understood yet" in page and "No client is late." not in page


def test_only_the_latest_closings_stand_open(house: House):
    for code in ("2025-12", "2026-01", "2026-02", "2026-03"):
        close_month(coop=house.coop, period=_period(code), bank_said=None, by=None, at=LATER)
    shown, folded = read(house, "month").split("Closed earlier")
    assert "31 March 2026" in shown and "31 December 2025" not in shown
    assert "31 December 2025" in folded


def test_papers_are_made(house: House):
    issued(house.coop, house.client, house.worker, 10_000)
    for place in (("vat_pdf", "2026-q1"), ("reports_pdf", "2026"), ("folder_pdf",)):
        answer = browser_of(house.treasurer).get(url(house, *place))
        assert answer["Content-Type"] == "application/pdf" and answer.content[:5] == b"%PDF-"


def test_the_folder_has_what_a_successor_needs_and_no_secrets(house: House):
    issued(house.coop, house.client, house.worker, 10_000)
    unknown_payment(house)
    write_handover_note(coop=house.coop, text="Lena keeps the books.\nThe binder: attic.", by=house.treasurer.party, at=LATER)
    from marke.payments.services import record_bank_account

    record_bank_account(coop=house.coop, party=house.worker.party, iban="NL91ABNA0417164300", holder="Ç.", by=None, at=LATER)
    page = read(house, "folder")
    for words in ("Lena keeps the books.", "BE68 5390 0754 7034", "Bram", "To come in, asked of 1", "Payday", "VAT of quarter 1"):
        assert words in page, words
    assert "NL91" not in page and house.client.token not in page
    with zipfile.ZipFile(io.BytesIO(browser_of(house.treasurer).get(url(house, "folder_zip")).content)) as archive:
        names = archive.namelist()
        assert {"folder.pdf", "note.txt", "money.csv", "due.csv", "rules.csv"} <= set(names)
        assert b"NL91" not in b"".join(archive.read(name) for name in names if name.endswith(".csv"))


def test_the_note_is_written_and_what_stood_before_can_be_read(house: House):
    browser = browser_of(house.treasurer)
    browser.post(url(house, "note"), {"text": "Ask Lena."})
    browser.post(url(house, "note"), {"text": "Ask Omar."})
    page = read(house, "note")
    assert page.index("Ask Omar.") < page.index("Ask Lena.")
    assert HandoverNote.objects.count() == 2


def test_what_a_person_typed_is_never_markup(house: House):
    write_handover_note(coop=house.coop, text="<script>alert(1)</script>", by=None, at=LATER)
    assert "<script>alert" not in read(house, "folder")
    assert browser_of(house.treasurer).get(url(house, "folder_pdf")).content[:5] == b"%PDF-"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_speak_the_language_of_the_reader(house: House, language: str):
    hand_in_vat(coop=house.coop, period=_period("2026-q1"), once_key="x" * 9, by=None, at=LATER)
    with translation.override(language):
        browser = browser_of(house.treasurer)
        browser.cookies["django_language"] = language
        page = browser.get(url(house, "month")).content.decode()
    assert ("Betalingen" in page) == (language == "nl")


def test_the_next_month_is_asked_for_when_it_is_over(house: House, monkeypatch: pytest.MonkeyPatch):
    unknown_payment(house)
    close_month(coop=house.coop, period=_period("2026-03"), bank_said=None, by=None, at=LATER)
    page = read(house, "month")
    assert "The books before" in page and "1 April 2026</time> are closed." in page
    later: datetime = LATER + timedelta(days=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "Close April 2026" in read(house, "month")
