"""What happens is told: signed, again and again until it is taken, never twice by another name, never into a private network."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import override_settings
from standardwebhooks.webhooks import Webhook as Reference
from standardwebhooks.webhooks import WebhookVerificationError

from marke.common import clock, outward
from marke.common.outward import AddressRefused, NotSent, is_public, post, target_of
from marke.doors.models import Delivery, Webhook
from marke.doors.services import (
    WebhookDoesNotFit,
    add_webhook,
    deliver,
    end_webhook,
    forget,
    pause_webhook,
    replay,
    resume_webhook,
)  # fmt: skip
from marke.doors.services.webhooks import BACKOFF, FAILURES_UNTIL_PAUSE, KEPT
from marke.jobs.services import cancel_job
from tests.factories.doors import Shop, receiving
from tests.factories.jobs import make_job, settle, take
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found


@pytest.fixture
def shop() -> Iterator[Shop]:
    with receiving() as known:
        yield known


@pytest.fixture
def coop(db):
    coop = make_coop("velo")
    found(coop)
    return coop


ALL = ["job.offered", "job.accepted", "job.under_way", "job.done", "job.cancelled", "job.expired", "job.settled"]


def tell(coop, url, events=ALL, client=None, once_key="hook") -> Webhook:
    return add_webhook(coop=coop, url=url, client=client, events=events, once_key=once_key, by=None, at=clock.now())


def test_the_life_of_a_job_is_told_in_order_and_signed(coop, shop):
    hook = tell(coop, shop.url)
    at = clock.now()
    settle(make_job(coop, make_client(coop), at=at), make_member(coop, "Wim"), at=at)
    assert deliver(at + timedelta(hours=3)) == 5
    assert shop.events() == ["job.offered", "job.accepted", "job.under_way", "job.done", "job.settled"]
    headers, body = shop.got[0]
    told = json.loads(body)
    assert told["data"]["href"].endswith("/velo/api/v1/jobs/1")
    assert "Rue du Midi" not in body.decode() and "Lund" not in body.decode()
    fresh = {**headers, **signed_now(hook, headers, body)}
    assert Reference(hook.secret).verify(body, fresh) == told
    with pytest.raises(WebhookVerificationError):
        Reference(hook.secret).verify(body.replace(b"offered", b"settled"), fresh)


def signed_now(hook, headers, body):
    """The reference refuses what was signed hours ahead: here it is signed again, now."""
    from marke.doors.signing import signed_headers

    return signed_headers(secret=hook.secret, event_id=headers["webhook-id"], body=body.decode(), at=clock.now())


def test_what_was_taken_is_not_sent_again(coop, shop):
    tell(coop, shop.url)
    at = clock.now()
    cancel_job(job=make_job(coop, make_client(coop), at=at), by=None, at=at)
    assert deliver(at) == 1
    assert deliver(at + timedelta(days=1)) == 0
    assert shop.events() == ["job.cancelled"]


def test_only_what_was_chosen_and_only_that_clients_jobs(coop, shop):
    baker, florist = make_client(coop), make_client(coop, "Flower shop")
    tell(coop, shop.url, ["job.cancelled"], client=baker)
    at, worker = clock.now(), make_member(coop, "Wim")
    cancel_job(job=take(make_job(coop, baker, at=at), worker, at=at), by=None, at=at)
    cancel_job(job=make_job(coop, florist, at=at), by=None, at=at)
    deliver(at)
    assert [json.loads(body)["data"]["job"] for _headers, body in shop.got] == [1]


def test_what_happens_in_a_transaction_that_fails_is_not_told(coop, shop):
    from django.db import transaction

    tell(coop, shop.url)
    with pytest.raises(RuntimeError), transaction.atomic():
        cancel_job(job=make_job(coop, make_client(coop)), by=None, at=clock.now())
        raise RuntimeError
    assert Delivery.objects.count() == 0


def cancelled(coop) -> datetime:
    at = clock.now()
    cancel_job(job=make_job(coop, make_client(coop), at=at), by=None, at=at)
    return at


def test_it_is_tried_again_later_and_later_under_the_same_id(coop, shop):
    tell(coop, shop.url)
    at, shop.status = cancelled(coop), 503
    for wait in BACKOFF:
        assert deliver(at) == 0
        assert deliver(at + wait - timedelta(seconds=1)) == 0
        at += wait
    assert deliver(at) == 0
    row = Delivery.objects.get()
    assert (row.attempts, row.last_status, row.next_attempt_at) == (len(BACKOFF) + 1, 503, None)
    assert len({headers["webhook-id"] for headers, _body in shop.got}) == 1
    assert len(shop.got) == len(BACKOFF) + 1
    shop.status = 200
    replay(delivery=row, at=at)
    assert deliver(at) == 1
    assert shop.got[-1][0]["webhook-id"] == shop.got[0][0]["webhook-id"]


def test_an_address_that_fails_again_and_again_is_paused_and_a_person_is_asked(coop, shop):
    from marke.doors.belonging import waiting

    hook = tell(coop, shop.url)
    at, shop.status = cancelled(coop), 500
    Webhook.objects.update(failures=FAILURES_UNTIL_PAUSE - 1)
    deliver(at)
    hook.refresh_from_db()
    assert hook.paused_at == at
    assert [task.url for task in waiting(coop, frozenset({"coordinator"}), at)] == [f"/velo/doors/webhooks/{hook.number}/"]
    assert waiting(coop, frozenset({"treasurer"}), at) == []
    shop.status = 200
    assert deliver(at + timedelta(hours=1)) == 0
    resume_webhook(webhook=hook)
    assert deliver(at + timedelta(hours=1)) == 1


def test_whoever_is_gone_is_paused_at_once(coop, shop):
    hook = tell(coop, shop.url)
    at, shop.status = cancelled(coop), 410
    deliver(at)
    hook.refresh_from_db()
    assert hook.paused_at == at


def test_while_it_is_paused_things_wait_and_when_it_is_ended_they_do_not(coop, shop):
    hook = tell(coop, shop.url)
    pause_webhook(webhook=hook, at=clock.now())
    at = cancelled(coop)
    assert deliver(at) == 0
    end_webhook(webhook=hook, at=at)
    assert deliver(at) == 0
    cancelled(coop)
    assert Delivery.objects.count() == 1
    assert shop.got == []


def test_an_answer_that_leads_elsewhere_is_not_followed(coop, shop):
    tell(coop, shop.url)
    at, shop.status = cancelled(coop), 302
    assert deliver(at) == 0
    assert len(shop.got) == 1


def test_a_silent_address_holds_up_nobody_else(coop, shop):
    tell(coop, "http://127.0.0.1:9/", once_key="nobody")
    tell(coop, shop.url)
    at = cancelled(coop)
    cancelled(coop)
    assert deliver(clock.now()) == 2
    assert sorted(Delivery.objects.filter(webhook__number=1).values_list("attempts", flat=True)) == [0, 1]
    assert Delivery.objects.filter(webhook__number=1, last_answer__contains="refused", made_at=at).exists()


def test_a_heap_for_a_silent_address_holds_up_nobody_else(coop, shop):
    tell(coop, "http://127.0.0.1:9/", once_key="nobody")
    cancelled(coop)
    row = Delivery.objects.get()
    again = {"coop": coop, "webhook": row.webhook, "event": row.event, "job": row.job, "body": row.body, "made_at": row.made_at}
    Delivery.objects.bulk_create(Delivery(next_attempt_at=row.next_attempt_at, **again) for _place in range(60))
    tell(coop, shop.url)
    cancelled(coop)
    assert deliver(clock.now()) == 1


def test_the_log_is_forgotten_after_its_time(coop, shop):
    tell(coop, shop.url)
    at = cancelled(coop)
    assert forget(at + KEPT) == 0
    assert forget(at + KEPT + timedelta(seconds=1)) == 1


PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "::",
    "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "255.255.255.255",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_networks_are_known(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_the_open_internet_is_known(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/", "ftp://shop.example/", "https://", "https://user:pass@shop.example/", "https://127.0.0.1/",
        "https://[::1]/", "https://localhost/", "https://printer.local/", "https://shop.example:99999/", "https://a b/", "javascript:x",
        "https://10.0.0.1:8443/x", "https://shop.example/\r\nHost: x", "",
    ],
)  # fmt: skip
def test_such_addresses_are_refused(coop, url):
    with pytest.raises(WebhookDoesNotFit):
        tell(coop, url)
    assert Webhook.objects.count() == 0


def test_a_name_that_leads_into_a_private_network_is_refused_when_it_is_sent(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [(2, 1, 6, "", ("10.0.0.7", 443))])
    monkeypatch.setattr(socket, "create_connection", lambda *_args: pytest.fail("it was reached"))
    with pytest.raises(AddressRefused):
        post("https://shop.example/hook", b"{}", {})


def test_one_private_address_among_several_is_enough(monkeypatch):
    several = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: several)
    with pytest.raises(AddressRefused):
        post("https://shop.example/hook", b"{}", {})


def test_whoever_answers_a_letter_at_a_time_is_cut_off(monkeypatch):
    monkeypatch.setattr(outward, "DEADLINE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def dribble() -> None:
            told, _where = server.accept()
            with told:
                try:
                    for letter in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
                        told.send(bytes([letter]))
                        threading.Event().wait(0.1)
                except OSError:
                    return

        thread = threading.Thread(target=dribble, daemon=True)
        thread.start()
        with override_settings(WEBHOOKS_PRIVATE=True), pytest.raises(NotSent):
            post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
        thread.join()


def test_an_address_says_where_it_leads():
    assert target_of("https://shop.example/hook?x=1") == outward.Target(True, "shop.example", 443, "/hook?x=1")
