"""What no page may do: let somebody in by an address they only typed, keep a copy, be framed, lead away, tell a key."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from marke.common import clock
from marke.common.logs import WithoutKeys, shortened
from marke.parties import services
from marke.parties.models import User
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found
from tests.hostile.world import browser_of

VICTIM = "victim@velo.example"
CHOSEN = "the thief's own password 1"


@pytest.fixture(autouse=True)
def fresh(db: None, caplog: pytest.LogCaptureFixture) -> None:
    cache.clear()  # counts of attempts
    caplog.set_level(logging.CRITICAL, "django.request")


def code_mailed_to(address: str) -> str:
    text = str(next(letter for letter in reversed(mail.outbox) if letter.to == [address]).body)
    found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", text, re.MULTILINE)
    assert found is not None, text
    return found.group(1)


def sign_in_by_code(address: str) -> Client:
    browser = Client()
    browser.post("/accounts/login/code/", {"email": address})
    answer = browser.post("/accounts/login/code/confirm/", {"code": code_mailed_to(address)})
    assert answer.status_code == 302, answer.text
    return browser


def thief_who_joined_as_the_victim() -> Client:
    velo = make_coop()
    found(velo)
    coordinator = make_member(velo, offices=("coordinator",))
    at = clock.now()
    invitation = services.invite(coop=velo, expires_at=at + timedelta(days=1), by=coordinator.party, at=at)
    thief = Client()
    joining = {"name": "Somebody", "email": VICTIM, "engagement": "employee", "once_key": "0123456789"}
    assert thief.post(f"/velo/join/{invitation.token}/", joining).status_code == 302
    assert thief.get("/me/").status_code == 200
    return thief


@pytest.mark.parametrize("path", ["email/", "password/set/", "password/change/"])
def test_who_only_typed_an_address_chooses_no_password_and_adds_no_address(path: str) -> None:
    thief = thief_who_joined_as_the_victim()
    for answer in (thief.get(f"/accounts/{path}"), thief.post(f"/accounts/{path}", {"password1": CHOSEN, "password2": CHOSEN})):
        assert answer.status_code == 403
        assert VICTIM in answer.text
    assert not User.objects.get(email=VICTIM).has_usable_password()


def test_the_true_owner_ends_the_thiefs_session() -> None:
    thief = thief_who_joined_as_the_victim()
    owner = sign_in_by_code(VICTIM)
    assert owner.get("/me/").status_code == 200
    assert owner.get("/accounts/email/").status_code == 200
    assert thief.get("/me/").status_code == 302


def test_a_password_chosen_before_the_proof_is_forgotten_by_it() -> None:
    Client().post("/accounts/signup/", {"email": VICTIM, "password1": CHOSEN})
    assert User.objects.get(email=VICTIM).check_password(CHOSEN)
    sign_in_by_code(VICTIM)
    assert not User.objects.get(email=VICTIM).has_usable_password()
    thief = Client()
    thief.post("/accounts/login/", {"login": VICTIM, "password": CHOSEN})
    assert thief.get("/me/").status_code == 302


def test_whoever_signs_up_with_a_password_and_proves_the_address_keeps_it() -> None:
    browser = Client()
    browser.post("/accounts/signup/", {"email": VICTIM, "password1": CHOSEN})
    answer = browser.post("/accounts/confirm-email/", {"code": code_mailed_to(VICTIM)})
    assert answer.status_code == 302
    user = User.objects.get(email=VICTIM)
    assert user.check_password(CHOSEN)
    assert user.address_proven_at is not None


def test_codes_cannot_be_asked_for_or_guessed_without_end() -> None:
    make_member(make_coop(), "Victim")
    for _ in range(8):
        Client().post("/accounts/login/code/", {"email": VICTIM})
    assert 1 <= len(mail.outbox) <= 4
    cache.clear()
    browser = Client()
    browser.post("/accounts/login/code/", {"email": VICTIM})
    for _ in range(6):
        browser.post("/accounts/login/code/confirm/", {"code": "AAAA-BBBB"})
    browser.post("/accounts/login/code/confirm/", {"code": code_mailed_to(VICTIM)})
    assert browser.get("/me/").status_code == 302


AWAY = [
    "https://thief.example/",
    "//thief.example",
    "/\\thief.example",
    "javascript:alert(1)",
    "https:thief.example",
    "\thttps://thief.example",
]


@pytest.mark.parametrize("away", AWAY)
def test_nothing_leads_away_after_signing_in_or_choosing_a_language(away: str) -> None:
    member = make_member(make_coop())
    assert member.party.user is not None
    member.party.user.set_password(CHOSEN)
    member.party.user.save()
    browser = Client()
    answers = [
        browser.post("/language/", {"language": "nl", "next": away}),
        browser.post("/accounts/login/", {"login": member.party.email, "password": CHOSEN, "next": away}),
        browser.post("/accounts/logout/", {"next": away}),
    ]
    for answer in answers:
        assert "thief" not in answer.get("Location", "")
        assert "javascript" not in answer.get("Location", "")


def pages() -> list[tuple[str, Client, str, int]]:
    velo = make_coop()
    member = browser_of(make_member(velo, offices=("coordinator",)))
    client = make_client(velo)
    broken_in = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return [
        ("front", Client(), "/", 200),
        ("a page", member, "/velo/members/", 200),
        ("not found", Client(), "/velo/nothing/", 404),
        ("no such co-op", Client(), "/nobody/jobs/", 404),
        ("forbidden", browser_of(make_member(velo, "Nia")), "/velo/details/", 403),
        ("a client's page", Client(), f"/velo/pay/{client.token}/", 200),
        ("to sign in", Client(), "/velo/members/", 302),
        ("CSV", member, "/velo/members.csv", 200),
        ("without the key of the form", broken_in, "POST /velo/join/", 403),
    ]


def test_every_answer_forbids_frames_foreign_scripts_and_guessing_its_kind(settings: LazySettings) -> None:
    for what, browser, path, status in pages():
        answer = browser.post(path[5:]) if path.startswith("POST ") else browser.get(path)
        assert answer.status_code == status, what
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, what
        assert "frame-ancestors 'none'" in policy, what
        assert "unsafe" not in policy, what
        assert answer["X-Frame-Options"] == "DENY", what
        assert answer["X-Content-Type-Options"] == "nosniff", what
        assert answer["Referrer-Policy"] == "same-origin", what


def test_a_crash_is_a_calm_page_with_all_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.models.query import QuerySet

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the database")

    browser = Client(raise_request_exception=False)
    monkeypatch.setattr(QuerySet, "first", crash)
    answer = browser.get("/velo/jobs/")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


def test_pages_of_a_person_and_of_a_key_are_kept_by_nobody() -> None:
    velo = make_coop()
    found(velo)
    member = browser_of(make_member(velo))
    for browser, path in (
        (member, "/velo/"),
        (member, "/velo/my-pay/"),
        (member, "/velo/money/mine.csv"),
        (member, "/me/data/"),
        (Client(), f"/velo/pay/{make_client(velo).token}/"),
    ):
        assert "no-store" in browser.get(path)["Cache-Control"], path
    assert "no-store" not in Client().get("/velo/rules/").get("Cache-Control", "")


def test_the_demos_doors_are_shut_outside_the_demo(settings: LazySettings) -> None:
    party = make_member(make_coop()).party
    assert settings.DEMO is False
    assert Client().post("/demo/sign-in/", {"person": str(party.uid)}).status_code == 404
    assert Client().get("/outbox/").status_code == 404
    assert str(party.uid) not in Client().get("/accounts/login/").text


def test_a_foreign_host_is_refused(settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["velo.example"]
    answer = Client(raise_request_exception=False).get("/", HTTP_HOST="thief.example")
    assert answer.status_code == 400
    assert "thief" not in answer.text
    assert settings.DEBUG is False


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("/velo/follow/E5o_8xEugz-JR2F-zvKuCaWPItfPqWl5/moves/", "/velo/follow/E5o…/moves/"),
        ("/velo/pay/abcdefghijkl0mnopqrstuvw/2026-0002/invoice.pdf", "/velo/pay/abc…/2026-0002/invoice.pdf"),
        ("/velo/decisions-book/decisions.csv", "/velo/decisions-book/decisions.csv"),
        ("/velo/money/general-ledger.csv", "/velo/money/general-ledger.csv"),
        ("/velo/jobs/12/resolution/", "/velo/jobs/12/resolution/"),
    ],
)
def test_the_log_tells_the_page_and_not_the_key(line: str, kept: str) -> None:
    assert shortened(line) == kept
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s: %s", ("Conflict", line), None)
    assert WithoutKeys().filter(record)
    assert record.getMessage() == f"Conflict: {kept}"


def test_keys_in_addresses_cannot_be_guessed() -> None:
    velo = make_coop()
    at = clock.now()
    invitation = services.invite(coop=velo, expires_at=at + timedelta(days=1), by=make_member(velo).party, at=at)
    assert len(invitation.token) >= 16  # 96 bits
    assert len(make_client(velo).token) >= 24
