"""Mails are written in the transaction that causes them, and delivered afterwards: a mail never runs ahead of its cause."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from marke.common import clock
from marke.common.attempts import claim, next_attempt
from marke.common.clockwork import Wheel
from marke.common.models import Mail

logger = logging.getLogger(__name__)

# How long to wait after the first, second, … failure. After the last the mail rests, with its error.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
BATCH = 100
# Mails name people, so they go after so long; whoever was erased is named by none after that.
KEPT = timedelta(days=90)


def write_mail(*, to: str, subject: str, text: str, at: datetime) -> Mail:
    """Puts a mail into the outbox; `subject` loses its line breaks, which would forge headers."""
    return Mail.objects.create(
        to_address=to, subject=" ".join(subject.split())[:200], text=text, created_at=at, next_attempt_at=at
    )


def wrote_lately(*, to: str, containing: str, since: datetime) -> bool:
    """Whether a mail with these words went to this address; for letters that anybody can ask for."""
    return Mail.objects.filter(to_address=to, text__contains=containing, created_at__gte=since).exists()


class OutboxBackend(BaseEmailBackend):
    """Whatever is sent through Django's own functions (sign-in codes) goes into the outbox too."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        at = clock.now()
        for message in email_messages:
            for address in message.recipients():
                write_mail(to=address, subject=str(message.subject), text=str(message.body), at=at)
        return len(email_messages)


def deliver_mails(at: datetime) -> int:
    """Sends what is due; returns how many went out. Several workers may run it at once."""
    due = list(Mail.objects.filter(sent_at=None, next_attempt_at__lte=at).order_by("id")[:BATCH])
    return sum(_deliver(mail, at) for mail in due)


def _deliver(mail: Mail, at: datetime) -> bool:
    if not claim(mail, at):
        return False
    message = EmailMessage(
        mail.subject,
        mail.text,
        to=[mail.to_address],
        connection=get_connection(settings.MAIL_DELIVERY_BACKEND, timeout=20),
    )
    try:
        message.send()
    except Exception as error:  # whatever a mail server may answer
        logger.warning("Mail %s to %s was not delivered: %s", mail.pk, mail.to_address, error)
        Mail.objects.filter(pk=mail.pk).update(
            next_attempt_at=next_attempt(mail, BACKOFF, at), last_error=f"{type(error).__name__}: {error}"[:1000]
        )
        return False
    Mail.objects.filter(pk=mail.pk).update(sent_at=at, next_attempt_at=None, last_error="")
    return True


def forget_mails(at: datetime) -> int:
    """Deletes what was written long ago; returns how many."""
    oldest = Mail.objects.order_by("pk").values_list("created_at", flat=True).first()
    if oldest is None or oldest >= at - KEPT:
        return 0
    return Mail.objects.filter(created_at__lt=at - KEPT).delete()[0]


def _turn(at: datetime) -> int:
    return 0 if settings.DEMO else deliver_mails(at) + forget_mails(at)  # in the demo the outbox page is the mailbox


MAIL_WHEEL = Wheel("mails", _turn)
