"""The pages on which members take their work along, and anybody checks it."""

import json
from datetime import timedelta

import pytest
from django.test import Client as Browser

from marke.common import clock
from marke.credentials.models import Brought, Issued, KnownIssuer, SigningKey
from tests.credentials.test_work_history import House
from tests.factories.credentials import foreign, their_document
from tests.factories.feedback import make_said
from tests.factories.pages import browser_of
from tests.hostile.forms import row_counts

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    house = House()
    house.work(2, first=clock.now() - timedelta(days=40))
    return house


def chosen(browser, **more):
    today = clock.now().date()
    choice = {
        "since": (today - timedelta(days=60)).isoformat(),
        "until": today.isoformat(),
        "tells": ["services", "income"],
    } | more
    return browser.get("/velo/work-history/", choice)


def sign(browser):
    page = chosen(browser)
    hidden = page.context["signing"]
    data = {name: hidden.data.getlist(name) for name in hidden.data}
    return browser.post("/velo/work-history/", data)


def test_a_member_chooses_looks_and_takes_it_along(house):
    browser = browser_of(house.wim)
    assert "I earned" in browser.get("/velo/work-history/").content.decode()
    page = chosen(browser).content.decode()
    assert "2 jobs, 1:00 hours" in page
    assert "Sign it for me" in page
    assert Issued.objects.count() == 0
    answer = sign(browser)
    assert answer.status_code == 302
    page = browser.get(answer["Location"]).content.decode()
    assert "2 jobs, 1:00 hours" in page
    issued = Issued.objects.get()
    pdf = browser.get("/velo/work-history/1/paper.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert json.loads(browser.get("/velo/work-history/1/files/history.json").content) == issued.history
    assert browser.get("/velo/work-history/1/files/credential.json")["Content-Type"] == "application/vc"
    assert browser.get("/velo/work-history/1/files/credential.jwt").content.decode() == issued.jwt
    assert browser.get("/velo/work-history/1/files/other").status_code == 404


def test_a_day_to_come_or_the_wrong_way_round_is_asked_again(house):
    browser = browser_of(house.wim)
    today = clock.now().date()
    for choice in (
        {"until": (today + timedelta(days=2)).isoformat()},
        {"since": "2300-01-01"},
        {"since": "x"},
        {"tells": ["all"]},
    ):
        page = chosen(browser, **choice)
        assert page.status_code == 200
        assert "signing" not in page.context


def test_sentences_of_clients_are_told_only_when_they_are_chosen(house):
    said = [make_said(house.client, house.wim, 5, f"Fine {day}", at=clock.now() - timedelta(days=30 - day)) for day in range(3)]
    browser = browser_of(house.wim)
    assert not chosen(browser).context["reviews"]
    assert chosen(browser, said=[said[0].pk]).context["reviews"] == ["Fine 0"]


def test_whoever_has_the_link_reads_it_and_whether_it_still_counts(house):
    browser = browser_of(house.wim)
    sign(browser)
    link = f"/velo/credentials/shown/{Issued.objects.get().token}/"
    stranger = Browser()
    page = stranger.get(link)
    assert "This is genuine" in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex"
    assert stranger.get(f"{link}credential.json").content.decode() == Issued.objects.get().signed
    browser.post("/velo/work-history/1/withdrawal/")
    after = stranger.get(link).content.decode()
    assert "it does not count any more" in after
    assert "2 jobs" not in after


def test_the_document_and_the_list_are_there_for_anybody(house):
    stranger = Browser()
    assert stranger.get("/velo/did.json").status_code == 404
    sign(browser_of(house.wim))
    answer = stranger.get("/velo/did.json")
    assert answer["Content-Type"] == "application/did+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert json.loads(answer.content)["id"] == "did:web:127.0.0.1%3A8000:velo"
    listed = json.loads(stranger.get("/velo/credentials/status/1/").content)
    assert listed["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert stranger.get("/velo/credentials/status/2/").status_code == 404


def check(**given):
    before = row_counts()
    page = Browser().post("/velo/credentials/check/", given)
    assert row_counts() == before
    return page


def test_anybody_checks_whatever_is_pasted_and_nothing_of_it_is_kept(house):
    sign(browser_of(house.wim))
    issued = Issued.objects.get()
    for text in (issued.signed, issued.jwt):
        page = check(text=text).content.decode()
        assert "This is genuine" in page
        assert "Wim Claes" in page
    assert "Do not rely on this" in check(text=issued.signed.replace("Wim", "Tim")).content.decode()
    assert "not everything could be checked" in check(text=foreign()).content.decode()
    assert check(text="").status_code == 422
    assert "Do not rely on this" in check(text="<script>").content.decode()


def test_a_file_is_checked_as_what_is_pasted(house):
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = check(file=SimpleUploadedFile("badge.json", foreign().encode()))
    assert "Courier of the year" in page.content.decode()
    assert check(file=SimpleUploadedFile("b.json", b"\xff\xfe\x00")).status_code == 200
    assert check(file=SimpleUploadedFile("large.json", b"x" * 1_000_001)).status_code == 422


def test_who_has_left_still_takes_their_work_along(house):
    from marke.parties.services import leave

    leave(membership=house.wim, by=house.wim.party, at=clock.now())
    assert sign(browser_of(house.wim)).status_code == 302


def test_nobody_reaches_what_belongs_to_another_member(house):
    sign(browser_of(house.wim))
    other = browser_of(house.officer)
    for path in ("", "paper.pdf", "files/credential.json"):
        assert other.get(f"/velo/work-history/1/{path}").status_code == 404
    assert other.post("/velo/work-history/1/withdrawal/").status_code == 404
    assert Issued.objects.get().withdrawn_at is None


def test_what_was_brought_is_shown_as_what_it_is(house):
    browser = browser_of(house.wim)
    refused = browser.post("/velo/work-history/brought/", {"text": "{}"})
    assert refused.status_code == 422
    assert Brought.objects.count() == 0
    browser.post("/velo/work-history/brought/", {"text": foreign()})
    page = browser.get("/velo/work-history/brought/").content.decode()
    assert "Nothing is known here of did:web:elsewhere.example" in page
    seen = browser_of(house.officer).get(f"/velo/members/{house.wim.number}/").content.decode()
    assert "Courier of the year" in seen
    browser.post(f"/velo/work-history/brought/{Brought.objects.get().number}/removal/")
    assert Brought.objects.count() == 0


def test_who_holds_an_office_keeps_documents_changes_keys_and_withdraws_with_a_reason(house):
    sign(browser_of(house.wim))
    officer = browser_of(house.officer)
    page = officer.get("/velo/credentials/office/").content.decode()
    assert "Wim Claes" in page
    assert "2 jobs" not in page  # what it tells is the member's
    officer.post("/velo/credentials/office/", {"document": their_document()})
    assert KnownIssuer.objects.get().kept_by == house.officer.party
    assert officer.post("/velo/credentials/office/", {"document": "{}"}).status_code == 422
    officer.post(f"/velo/credentials/issuers/{KnownIssuer.objects.get().number}/removal/")
    assert KnownIssuer.objects.count() == 0
    officer.post("/velo/credentials/keys/")
    officer.post("/velo/credentials/keys/1/withdrawal/")
    assert SigningKey.objects.filter(withdrawn_at=None).count() == 1
    assert officer.post("/velo/credentials/issued/1/revocation/", {"reason": ""}).status_code == 422
    officer.post("/velo/credentials/issued/1/revocation/", {"reason": "Not hers."})
    assert Issued.objects.get().reason == "Not hers."
