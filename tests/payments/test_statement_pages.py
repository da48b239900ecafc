"""Bank statements on pages: dropped in, looked at, answered, booked."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from marke.common import clock
from marke.parties.models import Coop, Membership
from marke.payments.models import BankStatement, Payment
from marke.payments.statement_sample import sample_statement
from marke.shares.services import request_shares
from tests.factories.bank import bank_csv, camt, coda, entry, many
from tests.factories.pages import browser_of
from tests.factories.parties import T0, make_member

pytestmark = pytest.mark.django_db
LIST = "/velo/payments/statements/"


@pytest.fixture
def desk(treasurer: Membership) -> Browser:
    return browser_of(treasurer)


def drop(desk: Browser, content: bytes, name: str = "bank.xml") -> str:
    """The address to which it leads, or the page that says why not."""
    response = desk.post(LIST, {"file": SimpleUploadedFile(name, content)})
    return response["Location"] if response.status_code == 302 else response.content.decode()


def ask(velo: Coop) -> str:
    member = make_member(velo, "Amina", state="applied")
    return request_shares(membership=member, shares=1, once_key="r", by=None, at=T0).payment_request.reference


def test_a_statement_goes_its_way_from_the_file_to_the_books(velo: Coop, desk: Browser) -> None:
    paid = entry(5_000, reference=ask(velo), name="Amina")
    page = drop(desk, camt([paid, entry(-250, kind="cost", name="Bank"), entry(-99, name="Shop")]))
    assert page == f"{LIST}1/"
    shown = desk.get(page).content.decode()
    assert "Nothing is booked yet" in shown
    assert "Share request 1" in shown
    assert not Payment.objects.exists()
    desk.post(f"{page}proposals/")
    assert "You said yes" in desk.get(page).content.decode()
    assert desk.post(f"{page}booking/")["Location"] == page
    assert "Waits for you (1)" in desk.get(page).content.decode()
    assert desk.post(f"{page}entries/3/?show=waiting", {"answer": "cost"})["Location"] == f"{page}?show=waiting#e3"
    assert BankStatement.objects.get().entries.filter(settled_at=None).count() == 0
    assert desk.post(f"{page}booking/").status_code == 302
    assert "booked already" in drop(desk, camt([paid, entry(-250, kind="cost", name="Bank"), entry(-99, name="Shop")]))


def test_every_page_opens_in_both_languages_and_as_csv(velo: Coop, desk: Browser) -> None:
    page = drop(desk, coda([entry(5_000, reference=ask(velo)), entry(6_000, reference="000000000101"), entry(-250, kind="cost")]))
    for language in ("en", "nl"):
        desk.cookies["django_language"] = language
        for path in (LIST, page, *(f"{page}?show={show}" for show in ("proposed", "unknown", "known", "matched", "x"))):
            assert desk.get(path).status_code == 200, path
    assert "Amina" in desk.get(f"{page}entries.csv").content.decode()
    desk.post(f"{page}booking/")
    assert desk.get(f"{page}?show=waiting").status_code == 200
    assert "Check bank statement" not in desk.get("/velo/").content.decode()


def test_too_much_asks_what_happens_to_the_rest(velo: Coop, desk: Browser) -> None:
    page = drop(desk, camt([entry(5_100, reference=ask(velo))]))
    assert "€1.00 more than is still to be paid" in re.sub(r"<[^>]+>", "", desk.get(page).content.decode())
    desk.post(f"{page}entries/1/", {"answer": "yes:gift"})
    desk.post(f"{page}booking/")
    assert Payment.objects.get().surplus == "gift"


def test_a_spreadsheet_shows_its_columns_first(velo: Coop, desk: Browser) -> None:
    page = drop(desk, bank_csv([entry(5_000, reference=ask(velo))]), "bank.csv")
    shown = desk.get(page).content.decode()
    assert "Are the columns read rightly?" in shown
    assert "booking/" not in shown
    assert desk.post(f"{page}booking/").status_code == 409
    fields = dict(re.findall(r'<select[^>]*name="(column_\d+)".*?<option value="(\w*)" selected', shown, re.DOTALL))
    desk.post(f"{page}columns/", {**fields, "date_format": "%d/%m/%Y", "decimal": ","})
    desk.post(f"{page}booking/")
    assert Payment.objects.get().applied == 5_000


@pytest.mark.parametrize("iban", ["", "NL91ABNA0417164300"])
def test_a_sample_for_belgian_banks_is_only_offered_where_the_account_is(velo: Coop, desk: Browser, iban: str) -> None:
    velo.demo, velo.iban = True, iban
    velo.save()
    assert "sample.xml" in desk.get(LIST).content.decode()
    assert "sample.cod" not in desk.get(LIST).content.decode()
    assert desk.get(f"{LIST}sample.cod").status_code == 404
    for kind in ("xml", "csv"):
        assert drop(desk, desk.get(f"{LIST}sample.{kind}").content, f"sample.{kind}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello", "No columns|no columns for the day and the amount"),
        (b"<html></html>", "not a bank statement"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "definitions that no bank writes"),
        (camt([entry(7)], iban="BE71096123456769"), "the account of Velo is BE68"),
        (camt([entry(7)])[:-40], "damaged or was cut off"),
    ],
)
def test_a_file_that_cannot_be_trusted_says_why_and_keeps_nothing(velo: Coop, desk: Browser, content: bytes, said: str) -> None:
    assert re.search(said, drop(desk, content))
    assert not BankStatement.objects.exists()


def test_a_file_without_content_is_asked_for(velo: Coop, desk: Browser) -> None:
    assert desk.post(LIST, {}).status_code == 422
    assert "empty" in drop(desk, b"")


def test_the_home_page_says_that_a_statement_waits(velo: Coop, desk: Browser) -> None:
    page = drop(desk, camt([entry(7)]))
    assert "Check bank statement 1 and book it" in desk.get("/velo/").content.decode()
    desk.post(f"{page}discarding/")
    assert "Check bank statement 1" not in desk.get("/velo/").content.decode()


def test_the_bank_and_the_books_are_compared(velo: Coop, desk: Browser) -> None:
    agreeing = drop(desk, camt([entry(700)]))
    assert "The bank and the books agree" in desk.get(agreeing).content.decode()
    desk.post(f"{agreeing}booking/")
    apart = drop(desk, camt([entry(5)], opening=900, label="2"))
    assert "The bank and the books differ" in desk.get(apart).content.decode()


def test_pages_take_as_many_queries_for_many_entries_as_for_few(velo: Coop, desk: Browser) -> None:
    counts = []
    for number in (1, 40):
        page = drop(desk, camt(many(number), label=str(number)))
        desk.get(page)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert desk.get(page).status_code == 200
        counts.append(len(seen))
        assert len(desk.get(page).content) < 100_000
    assert counts[0] == counts[1]


def test_the_sample_of_a_demo_is_read_and_booked(velo: Coop, desk: Browser) -> None:
    ask(velo)
    assert desk.get(f"{LIST}sample.xml").status_code == 404
    velo.demo = True
    velo.save()
    assert desk.get(f"{LIST}sample.zip").status_code == 404
    for kind in ("xml", "cod", "csv"):
        assert desk.get(f"{LIST}sample.{kind}").content == sample_statement(velo, kind, clock.now())
    page = drop(desk, desk.get(f"{LIST}sample.cod").content, "sample.cod")
    assert "The bank and the books agree" in desk.get(page).content.decode()
    desk.post(f"{page}booking/")
    assert Payment.objects.get().applied == 5_000
