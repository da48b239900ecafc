"""Quotes on pages: whoever runs the business writes them, the client answers by the link without an account."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from marke.activities.models import Activity
from marke.invoices.models import Invoice, Quote, QuoteLine
from marke.invoices.pdf import quote_pdf
from marke.invoices.quote_queries import draft_of, fixed_version
from marke.parties.models import Client, Coop, Membership
from tests.factories.invoices import accepted, line, quoted, sent
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def runner(activity: Activity, worker: Membership) -> Browser:
    return browser_of(worker)


def written(**changed: str) -> dict[str, str]:
    """The form of a quote with one line of two hours at €50."""
    said = {
        "title": "Posters", "valid_until": "2099-01-01", "term_days": "30", "lines": "3", "l0-text": "Design", "l0-quantity": "2",
        "l0-unit": "HUR", "l0-price": "50", "l0-vat": "S-210",
    }  # fmt: skip
    return said | changed


# From the first word to the invoice


def test_the_whole_way_from_a_new_client_to_the_invoice(coop: Coop, activity: Activity, runner: Browser) -> None:
    page = runner.get("/velo/quotes/new/1/").content.decode()
    assert "a new client" in page
    answer = runner.post(
        "/velo/quotes/new/1/",
        {"title": "Posters", "client": "new", "name": "Opera", "kind": "organisation", "email": "o@opera.example",
         "vat_number": "BE 0417.497.106", "country": "be", "once_key": "0123456789"},
    )  # fmt: skip
    assert answer["Location"] == "/velo/quotes/1/draft/"
    quote = Quote.objects.get()
    assert (quote.client.party.vat_number, quote.client.party.country) == ("BE0417497106", "BE")
    assert runner.post(answer["Location"], written(move="send"))["Location"] == "/velo/quotes/1/"

    client = browser_of(None)
    offer = client.get(f"/velo/offer/{quote.token}/").content.decode()
    assert "€121.00" in offer
    assert "Yes, I accept the quote" in offer
    said = {"version": "1", "answer": "yes", "name": "Odile"}
    assert client.post(f"/velo/offer/{quote.token}/answer/", said).status_code == 302
    assert "Odile" in client.get(f"/velo/offer/{quote.token}/").content.decode()

    check = runner.post("/velo/quotes/1/invoice/", {"how": "all"}).content.decode()
    assert "Issue the invoice" in check
    assert not Invoice.objects.exists()
    done = runner.post("/velo/quotes/1/invoice/", {"how": "all", "left": "10000", "move": "issue"})
    invoice = Invoice.objects.get()
    assert done["Location"] == f"/velo/invoices/{invoice.number}/"
    assert invoice.gross == 12_100
    assert runner.get(done["Location"]).status_code == 200
    assert runner.get(done["Location"] + "invoice.pdf").status_code == 200


def test_agreed_already_goes_straight_to_the_invoice(activity: Activity, client_: Client, runner: Browser) -> None:
    quoted(activity, client_)
    assert runner.post("/velo/quotes/1/draft/", written(move="direct"))["Location"] == "/velo/quotes/1/invoice/"


def test_the_page_reckons_while_one_types_and_keeps_nothing(activity: Activity, client_: Client, runner: Browser) -> None:
    quoted(activity, client_)
    part = runner.post("/velo/quotes/1/draft/", written(), headers={"HX-Request": "true"}).content.decode()
    assert "€121.00" in part
    assert "€93.50" in part  # 100.00 less 6.5 %
    assert "<html" not in part
    whole = runner.post("/velo/quotes/1/draft/", written(move="reckon")).content.decode()
    assert "€121.00" in whole
    assert "<html" in whole
    assert QuoteLine.objects.get().net == 10_000


def test_more_lines_are_there_on_a_button(activity: Activity, client_: Client, runner: Browser) -> None:
    quoted(activity, client_)
    page = runner.post("/velo/quotes/1/draft/", written(move="more")).content.decode()
    assert 'name="l4-text"' in page
    assert 'name="l5-text"' not in page
    assert 'value="Design"' in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"l0-price": ""}, "Write in line 1 what it costs."),
        ({"l0-text": ""}, "Write in line 1 what it is for."),
        ({"l0-quantity": "two"}, "“two” is not a number"),
        ({"l0-quantity": "1.2345"}, "at most three decimals"),
        ({"l0-discount": "7.55"}, "at most one decimal"),
        ({"l0-discount": "101"}, "outside what is possible"),
        ({"l0-vat": "K-0"}, "Select a valid choice"),
        ({"term_days": "61"}, "61 days are more than our rule allows"),
        ({"begins_on": "2026-03-03", "ends_on": "2026-03-02"}, "It ends before it begins"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(
    activity: Activity, client_: Client, runner: Browser, changed: dict[str, str], said: str
) -> None:
    quoted(activity, client_, line(price=777))
    assert said in runner.post("/velo/quotes/1/draft/", written(move="keep", **changed)).content.decode()
    assert QuoteLine.objects.get().net == 777


def test_a_draft_is_written_on_and_a_sent_quote_gets_a_new_version(activity: Activity, client_: Client, runner: Browser) -> None:
    quote = sent(activity, client_)
    runner.post("/velo/quotes/1/draft/", written(move="keep"))
    assert draft_of(quote).number == 2  # type: ignore[union-attr]
    page = runner.get("/velo/quotes/1/").content.decode()
    assert "Version 2 is written and not sent yet" in page
    runner.post("/velo/quotes/1/moves/", {"move": "send"})
    assert fixed_version(quote).number == 2  # type: ignore[union-attr]


def test_a_word_by_telephone_is_noted_by_whoever_heard_it(activity: Activity, client_: Client, runner: Browser) -> None:
    quote = sent(activity, client_)
    runner.post("/velo/quotes/1/word/", {"version": "1", "name": "Lund", "note": "by phone"})
    quote.refresh_from_db()
    assert quote.state == "ordered"
    assert "told us: by phone" in runner.get("/velo/quotes/1/").content.decode()


# Who gets in


PATHS = ("quotes/1/", "quotes/1/draft/", "quotes/1/invoice/", "quotes/1/quote.pdf", "quotes/new/1/")


@pytest.mark.parametrize("path", PATHS)
def test_papers_of_a_business_are_for_whoever_runs_it_and_for_who_handles_the_money(
    coop: Coop, activity: Activity, client_: Client, runner: Browser, path: str
) -> None:
    accepted(activity, client_)
    assert runner.get(f"/velo/{path}").status_code == 200
    assert browser_of(make_member(coop, "Tess", offices=("treasurer",))).get(f"/velo/{path}").status_code == 200
    assert browser_of(make_member(coop, "Nosy")).get(f"/velo/{path}").status_code == 403
    assert browser_of(None).get(f"/velo/{path}").status_code == 302
    other = make_member(make_coop("other"), "Olaf", offices=("treasurer",))
    assert browser_of(other).get(f"/velo/{path}").status_code in (403, 404)


def test_others_send_withdraw_and_invoice_nothing(coop: Coop, activity: Activity, client_: Client) -> None:
    sent(activity, client_)
    nosy = browser_of(make_member(coop, "Nosy"))
    for path, said in (("moves", {"move": "withdraw"}), ("word", {"version": "1", "name": "x"}), ("invoice", {"how": "all"})):
        assert nosy.post(f"/velo/quotes/1/{path}/", said).status_code == 403
    assert Quote.objects.get().state == "sent"


def test_somebody_elses_link_leads_nowhere(activity: Activity, client_: Client) -> None:
    draft = quoted(activity, client_)
    for token in ("x", draft.token, "../" * 9):
        assert browser_of(None).get(f"/velo/offer/{token}/").status_code == 404


def test_a_list_shows_ones_own_quotes_only_and_takes_as_many_queries_for_many(
    coop: Coop, activity: Activity, client_: Client, runner: Browser
) -> None:
    sent(activity, client_)
    assert "Posters" not in browser_of(make_member(coop, "Nosy")).get("/velo/quotes/").content.decode()
    runner.get("/velo/quotes/")
    with CaptureQueriesContext(connection) as one:
        assert "Posters" in runner.get("/velo/quotes/").content.decode()
    for name in ("Opera", "Museum"):
        accepted(activity, make_client(coop, name))
    with CaptureQueriesContext(connection) as three:
        assert runner.get("/velo/quotes/?state=").content.decode().count("Posters") == 3
    assert len(one) == len(three)
    assert runner.get("/velo/quotes/?state=ordered").content.decode().count("Posters") == 2


# The client's page


def test_a_quote_that_is_over_cannot_be_accepted(activity: Activity, client_: Client) -> None:
    quote = sent(activity, client_)  # valid until April 2026, over by now
    page = browser_of(None).get(f"/velo/offer/{quote.token}/").content.decode()
    assert "Yes, I accept" not in page
    answer = browser_of(None).post(f"/velo/offer/{quote.token}/answer/", {"version": "1", "answer": "yes", "name": "L"})
    assert answer.status_code == 409
    assert Quote.objects.get().state == "sent"


def test_yes_without_a_name_is_asked_again(activity: Activity, client_: Client) -> None:
    quote = sent(activity, client_, until=date(2099, 1, 1))
    path = f"/velo/offer/{quote.token}/answer/"
    assert "Fill in “Your name”" in browser_of(None).post(path, {"version": "1", "answer": "yes"}).content.decode()
    assert browser_of(None).post(path, {"answer": "yes", "name": "L"}).status_code == 302
    assert Quote.objects.get().state == "sent"


def test_both_languages_show_every_page(activity: Activity, client_: Client, runner: Browser) -> None:
    quote = accepted(activity, client_)
    for language in ("en", "nl"):
        runner.cookies["django_language"] = language
        for path in (*PATHS, "quotes/", f"offer/{quote.token}/", f"offer/{quote.token}/quote.pdf"):
            assert runner.get(f"/velo/{path}").status_code in (200, 409), (path, language)


def test_the_paper_says_what_how_much_and_how_to_say_yes(activity: Activity, client_: Client) -> None:
    quote = sent(activity, client_, line("Design", price=5_000, quantity=7_500, discount=100))
    version = fixed_version(quote)
    assert version is not None
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(quote_pdf(version))).pages).replace("\u00a0", " ")
    for said in ("Quote", "Amina Prints", "Bakery Lund", "7.5 hours", "€50.00", "less 10 %", "€337.50", "€408.38", "Signature"):
        assert said in text, said
