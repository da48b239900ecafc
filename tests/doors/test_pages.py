"""The coordinator's page of the doors."""

from __future__ import annotations

import re

import pytest

from marke.doors.models import ApiKey, Webhook
from tests.factories.doors import Program
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
FORM = {"name": "The till", "client": "1", "scopes": ["book", "jobs"], "once_key": "0123456789"}


@pytest.fixture
def coop():
    coop = make_coop("velo")
    found(coop)
    make_client(coop)
    return coop


@pytest.fixture
def officer(coop):
    return browser_of(make_member(coop, "Amina", offices=("coordinator",)))


def test_a_key_is_shown_once_and_works(coop, officer):
    page = officer.post("/velo/doors/keys/new/", FORM)
    (key,) = set(re.findall(r"marke_[\w-]{40,}", page.content.decode()))
    assert "no-store" in page["Cache-Control"]
    assert Program(coop, key).get("/key")["client"] == 1
    again = officer.post("/velo/doors/keys/new/", FORM).content.decode()
    assert "marke_" not in again.replace(key[:12], "")
    assert ApiKey.objects.count() == 1
    page = officer.get("/velo/doors/").content.decode()
    assert key not in page and key[:12] in page and "The till" in page


def test_a_key_is_revoked_on_the_page(coop, officer):
    officer.post("/velo/doors/keys/new/", FORM)
    officer.post("/velo/doors/keys/1/revocation/")
    assert ApiKey.objects.get().revoked_by is not None
    assert "The till" not in officer.get("/velo/doors/").content.decode().split("</header>")[-1].split('id="keys"')[-1]


def test_an_address_is_told_paused_and_ended_on_pages(coop, officer):
    form = {"url": "https://shop.example/hook", "events": ["job.done"], "once_key": "0123456789"}
    page = officer.post("/velo/doors/webhooks/new/", form).content.decode()
    hook = Webhook.objects.get()
    assert hook.secret in page
    assert hook.secret not in officer.get("/velo/doors/webhooks/1/").content.decode()
    officer.post("/velo/doors/webhooks/1/", {"move": "pause"})
    hook.refresh_from_db()
    assert hook.paused_at
    renewed = officer.post("/velo/doors/webhooks/1/", {"move": "renew"}).content.decode()
    assert hook.secret not in renewed and Webhook.objects.get().secret in renewed
    officer.post("/velo/doors/webhooks/1/", {"move": "end"})
    assert "shop.example" not in officer.get("/velo/doors/").content.decode()
    refused = officer.post("/velo/doors/webhooks/new/", {**form, "url": "https://10.0.0.1/", "once_key": "another-key"})
    assert refused.status_code == 422 and "private network" in refused.content.decode()
    assert Webhook.objects.count() == 1


def test_the_reference_is_a_page_without_a_line_of_script(coop):
    from django.test import Client as Browser

    page = Browser().get("/velo/api/")
    assert page.status_code == 200
    assert "POST /jobs" in page.content.decode() and "Idempotency-Key" in page.content.decode()
    assert Browser().get("/velo/api/v1/openapi.json").json()["servers"][0]["url"].endswith("/velo/api/v1")
