"""Mails are written with what causes them, and delivered until they arrive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import send_mail
from django.core.mail.backends.base import BaseEmailBackend

from marke.common.attempts import CLAIM
from marke.common.mail import BACKOFF, KEPT, deliver_mails, forget_mails, write_mail
from marke.common.models import Mail

AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


class ClosedServer(BaseEmailBackend):
    """A mail server that is down."""

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError("nobody listens on port 25")


@pytest.fixture(autouse=True)
def server(settings: Any) -> Iterator[None]:
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.EMAIL_BACKEND = "marke.common.mail.OutboxBackend"
    mail.outbox = []
    yield


def test_a_mail_is_delivered_once() -> None:
    write_mail(to="amina@example.org", subject="A job for you", text="Bakery Lund, 9:00", at=AT)
    assert deliver_mails(AT) == 1
    assert deliver_mails(AT + timedelta(days=1)) == 0
    assert [message.subject for message in mail.outbox] == ["A job for you"]
    assert Mail.objects.get().sent_at == AT


def test_what_django_sends_goes_into_the_outbox_and_not_out() -> None:
    send_mail("Your code", "ABCD", None, ["amina@example.org", "bram@example.org"])
    assert not mail.outbox
    assert sorted(Mail.objects.values_list("to_address", flat=True)) == ["amina@example.org", "bram@example.org"]


def test_a_subject_cannot_smuggle_a_header() -> None:
    write_mail(to="amina@example.org", subject="Hi\r\nBcc: all@example.org", text="x", at=AT)
    assert Mail.objects.get().subject == "Hi Bcc: all@example.org"
    assert deliver_mails(AT) == 1


def test_a_mail_that_fails_is_tried_again_later_and_then_rests_with_its_error(settings: Any) -> None:
    settings.MAIL_DELIVERY_BACKEND = "tests.common.test_mail.ClosedServer"
    letter = write_mail(to="amina@example.org", subject="s", text="t", at=AT)
    at = AT
    for wait in BACKOFF:
        assert deliver_mails(at) == 0
        letter.refresh_from_db()
        assert letter.next_attempt_at == at + wait
        assert deliver_mails(at) == 0  # not before its time
        at += wait
    assert deliver_mails(at) == 0
    letter.refresh_from_db()
    assert letter.next_attempt_at is None and letter.attempts == len(BACKOFF) + 1
    assert "nobody listens on port 25" in letter.last_error and letter.sent_at is None


def test_a_mail_whose_worker_died_is_taken_up_again() -> None:
    letter = write_mail(to="amina@example.org", subject="s", text="t", at=AT)
    Mail.objects.filter(pk=letter.pk).update(attempts=1, next_attempt_at=AT + CLAIM)  # claimed, then kill -9
    assert deliver_mails(AT) == 0
    assert deliver_mails(AT + CLAIM) == 1


def test_mails_are_forgotten_after_ninety_days() -> None:
    for days in (0, 1):
        write_mail(to="amina@example.org", subject="s", text="t", at=AT + timedelta(days=days))
    assert forget_mails(AT + KEPT) == 0
    assert forget_mails(AT + KEPT + timedelta(hours=1)) == 1
    assert Mail.objects.get().created_at == AT + timedelta(days=1)


def test_one_bad_address_does_not_hold_up_the_others() -> None:
    write_mail(to="not an address\n", subject="s", text="t", at=AT)
    write_mail(to="bram@example.org", subject="s", text="t", at=AT)
    deliver_mails(AT)
    assert Mail.objects.get(to_address="bram@example.org").sent_at == AT
