"""The pages that belong to no co-op, and what every page keeps to."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from lxml import html

import marke.common
from marke.common.mail import write_mail
from marke.common.models import Mail

AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
COMMON = Path(marke.common.__file__).parent
PAGES = ["/patterns/", "/outbox/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/refused/", "/nowhere/"]
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.common.pages")]


@pytest.fixture
def browser_client(settings: Any) -> Iterator[Client]:
    settings.DEMO = True
    yield Client(raise_request_exception=False)


def parsed(content: str) -> Any:
    return html.fromstring(content)


def components() -> list[str]:
    return sorted(path.stem.replace("_", "-") for path in (COMMON / "templates/cotton").glob("*.html"))


@pytest.mark.parametrize("component", components())
def test_every_component_is_on_the_pattern_page(component: str) -> None:
    page = (COMMON / "templates/common/patterns.html").read_text()
    assert re.search(rf"<c-{component}[\s>]", page), f"<c-{component}> is not shown on /patterns/"


def test_the_pattern_page_sets_real_html(browser_client: Client) -> None:
    text = browser_client.get("/patterns/").content.decode()
    assert "<c-" not in text and "{{" not in text and "{%" not in text
    page = parsed(text)
    assert len(page.xpath("//h1")) == 1
    for table in page.xpath("//table"):
        assert table.xpath("caption")[0].text_content().strip()
        assert all(head.get("scope") for head in table.xpath(".//th"))
    for control in page.xpath("//main//input[not(@type='hidden')]|//main//select|//main//textarea"):
        assert page.xpath("//label[@for=$id]|//label[.//*[@id=$id]]", id=control.get("id")), control.get("id")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_page_keeps_to_the_content_security_policy(browser_client: Client, address: str, language: str) -> None:
    response = browser_client.get(address, headers={"accept-language": language})
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]
    page = parsed(response.content.decode())
    assert not page.xpath("//@style")
    assert not [
        name for element in page.iter() if isinstance(element.tag, str) for name in element.attrib if name.startswith("on")
    ]
    assert not page.xpath("//script[not(@src)]|//style[not(@nonce)]")
    assert page.get("lang") == language
    assert page.xpath("//a[@class='skip'][@href='#main']") and page.xpath("//main[@id='main']")


@pytest.mark.parametrize("address", PAGES)
def test_no_id_stands_twice_on_a_page(browser_client: Client, address: str) -> None:
    page = parsed(browser_client.get(address).content.decode())
    ids = page.xpath("//@id")
    twice = {i for i in ids if ids.count(i) > 1}
    assert not twice or address == "/patterns/"  # it shows the same form in several states


def test_a_page_weighs_less_than_a_photo(browser_client: Client) -> None:
    response = browser_client.get("/patterns/")
    page = parsed(response.content.decode())
    weight = len(gzip.compress(response.content))
    for address in page.xpath("//link[@rel='stylesheet']/@href|//script/@src"):
        found = finders.find(str(address).removeprefix("/static/").partition("?")[0])
        assert found, f"{address} is linked and not there"
        weight += len(gzip.compress(Path(str(found)).read_bytes()))
    assert weight < 60_000


def test_a_refusal_is_a_page_with_the_sentence(browser_client: Client) -> None:
    response = browser_client.post("/refused/")
    assert response.status_code == 409
    assert "This invoice of €31.00 is paid. Open a new one." in response.content.decode()
    assert browser_client.get("/not-allowed/").status_code == 403


def test_for_htmx_a_refusal_is_a_notice_in_its_place(browser_client: Client) -> None:
    response = browser_client.post("/refused/", headers={"hx-request": "true"})
    assert response.status_code == 409 and response["HX-Retarget"] == "#refusals"
    assert "<html" not in response.content.decode() and "is paid" in response.content.decode()


def test_errors_have_pages_of_their_own(browser_client: Client) -> None:
    missing = browser_client.get("/nowhere/")
    assert missing.status_code == 404 and "There is no such page" in missing.content.decode()
    broken = browser_client.get("/broken/")
    assert broken.status_code == 500 and "Something broke on our side" in broken.content.decode()


def test_a_form_from_elsewhere_is_refused_in_words(settings: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/language/", {"language": "nl"})
    assert response.status_code == 403 and "open too long" in response.content.decode()


def test_the_outbox_is_read_in_the_demo_and_hidden_elsewhere(browser_client: Client, settings: Any) -> None:
    letter = write_mail(to="amina@example.org", subject="A <b>job</b>", text="See https://marke.example/velo/\n<script>", at=AT)
    assert "A &lt;b&gt;job&lt;/b&gt;" in browser_client.get("/outbox/").content.decode()
    page = browser_client.get(f"/outbox/{letter.pk}/").content.decode()
    assert '<a href="https://marke.example/velo/"' in page and "<script>" not in page.split("<main")[1]
    assert "No mail yet" in browser_client.get("/outbox/?q=nobody").content.decode()
    settings.DEMO = False
    assert browser_client.get("/outbox/").status_code == 404
    assert browser_client.get(f"/outbox/{letter.pk}/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_outbox_asks_the_database_as_often_for_one_as_for_three(
    browser_client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        write_mail(to="amina@example.org", subject=f"Mail {number}", text="x", at=AT)
    with django_assert_num_queries(2):
        browser_client.get("/outbox/")


def test_the_language_is_kept_and_leads_back(browser_client: Client) -> None:
    response = browser_client.post("/language/", {"language": "nl", "next": "/patterns/"})
    assert response.status_code == 302 and response["Location"] == "/patterns/"
    assert 'lang="nl"' in browser_client.get("/patterns/").content.decode()
    away = browser_client.post("/language/", {"language": "nl", "next": "https://evil.example/"})
    assert away["Location"] == "/"
    browser_client.post("/language/", {"language": "xx"})
    assert 'lang="nl"' in browser_client.get("/patterns/").content.decode()
    assert browser_client.get("/language/").status_code == 405


def test_the_small_files_that_browsers_ask_for_are_there(browser_client: Client) -> None:
    assert browser_client.get("/favicon.ico")["Content-Type"] == "image/svg+xml"
    assert b"User-agent: *" in browser_client.get("/robots.txt").content


def test_every_page_carries_the_headers_that_keep_it_safe(browser_client: Client) -> None:
    response = browser_client.get("/patterns/")
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_person_makes_an_account_with_a_mailed_code(browser_client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "marke.common.mail.OutboxBackend"
    browser_client.post("/accounts/signup/", {"email": "amina@example.org"})
    text = Mail.objects.get().text
    code = re.search(r"^ {4}(\S+)$", text, re.MULTILINE)
    assert code, text
    page = browser_client.post("/accounts/confirm-email/", {"code": code[1]})
    assert page.status_code == 302
    assert "Sign out" in browser_client.get("/patterns/").content.decode()
