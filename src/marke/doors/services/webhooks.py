"""Addresses that are told what happens: given, changed, ended; and what is on its way to them."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.attempts import in_turn, next_attempt
from marke.common.numbering import next_number
from marke.common.outward import AddressRefused, Answer, NotSent, post, target_of
from marke.common.refusal import Refused
from marke.doors.happenings import EVENTS
from marke.doors.models import Delivery, Webhook
from marke.doors.signing import new_secret, signed_headers
from marke.jobs.models import Job
from marke.parties.models import Client, Coop, Party

logger = logging.getLogger(__name__)

MOST = 20  # addresses of one co-op
# How long to wait after the first, second, … failure. After the last it rests, until somebody sends it again by hand.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 300, 600, 840, 1200, 1440))
FAILURES_UNTIL_PAUSE = 20  # in a row
GONE = 410  # the answer of an address that wants no more
KEPT = timedelta(days=30)


class WebhookDoesNotFit(Refused):
    """An address to which nothing can be sent, or which wants to hear of nothing."""

    status = 422


class WebhookIsOver(Refused):
    """The address has been ended."""


def add_webhook(
    *, coop: Coop, url: str, client: Client | None, events: Sequence[str], once_key: str, by: Party | None, at: datetime
) -> Webhook:
    """An address is told of `events`, of one client's jobs or of all. A form that is sent twice gives the first.

    Raises: WebhookDoesNotFit.
    """
    url = url.strip()
    chosen = [event for event in EVENTS if event in events]
    try:
        target_of(url)
    except AddressRefused as refused:
        raise WebhookDoesNotFit(
            _("Nothing can be sent to “%(url)s”: %(why)s. Give an address that begins with https:// and lies on the internet.")
            % {"url": url[:80], "why": refused}
        ) from refused
    if not chosen:
        raise WebhookDoesNotFit(_("Choose at least one thing of which the address is told."))
    if client is not None and client.coop_id != coop.pk:
        raise WebhookDoesNotFit(_("This client belongs to another co-op. Choose one of yours."))
    with transaction.atomic():
        number = next_number(Webhook, coop)
        if first := Webhook.objects.filter(coop=coop, once_key=once_key).first():
            return first
        if Webhook.objects.filter(coop=coop, ended_at=None).count() >= MOST:
            raise WebhookDoesNotFit(_("There are %(most)s addresses already. End one that is not needed.") % {"most": MOST})
        return Webhook.objects.create(
            coop=coop, number=number, url=url, client=client, events=chosen, secret=new_secret(), once_key=once_key, made_at=at,
            made_by=by,
        )  # fmt: skip


def renew_secret(*, webhook: Webhook) -> Webhook:
    """The old secret signs nothing any more. Raises: WebhookIsOver."""
    with transaction.atomic():
        found = _going(webhook)
        found.secret = new_secret()
        found.save(update_fields=["secret"])
        return found


def pause_webhook(*, webhook: Webhook, at: datetime) -> None:
    """Nothing goes out; what happens meanwhile waits. Raises: WebhookIsOver."""
    with transaction.atomic():
        Webhook.objects.filter(pk=_going(webhook).pk, paused_at=None).update(paused_at=at)


def resume_webhook(*, webhook: Webhook) -> None:
    """What waited goes out. Raises: WebhookIsOver."""
    with transaction.atomic():
        Webhook.objects.filter(pk=_going(webhook).pk).update(paused_at=None, failures=0)


def end_webhook(*, webhook: Webhook, at: datetime) -> None:
    """Nothing goes there any more; the log stays its time. A second click changes nothing."""
    with transaction.atomic():
        Webhook.objects.filter(pk=webhook.pk, ended_at=None).update(ended_at=at)
        Delivery.objects.filter(webhook=webhook, delivered_at=None).update(next_attempt_at=None)


def replay(*, delivery: Delivery, at: datetime) -> None:
    """Sends it again, under the same id, so that whoever has it already leaves it alone. Raises: WebhookIsOver."""
    with transaction.atomic():
        _going(delivery.webhook)
        Delivery.objects.filter(pk=delivery.pk).update(attempts=0, next_attempt_at=at, delivered_at=None)


def note(*, jobs: Sequence[Job], event: str, at: datetime) -> list[Delivery]:
    """Keeps what happened to jobs of one co-op for every address that wants to hear of it, in the transaction in which it happens."""
    if not jobs:
        return []
    rows = [row for row in Webhook.objects.filter(coop=jobs[0].coop_id, ended_at=None) if event in row.events]
    return Delivery.objects.bulk_create(
        Delivery(coop=job.coop, webhook=row, event=event, job=job, body=body_of(job, event, at), made_at=at, next_attempt_at=at)
        for job in jobs
        for row in rows
        if row.client_id in (None, job.client_id)
    )


def body_of(job: Job, event: str, at: datetime) -> str:
    """What is told: numbers, a state, and where to ask for more. No names and no addresses of people."""
    page = reverse("api:job", kwargs={"coop": job.coop.slug, "number": job.number})
    told = {
        "type": event,
        "timestamp": at.astimezone(UTC).isoformat(),
        "data": {"coop": job.coop.slug, "job": job.number, "state": job.state, "href": f"{settings.BASE_URL}{page}"},
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def deliver(at: datetime) -> int:
    """Sends what is due; returns how much went out. Several workers may run it at once."""
    due = Delivery.objects.filter(next_attempt_at__lte=at, webhook__paused_at=None, webhook__ended_at=None)
    silent: set[int] = set()
    sent = 0
    for row in in_turn(due.select_related("webhook").order_by("id"), at, through="webhook", silent=silent):
        if _deliver(row, at):
            sent += 1
        else:
            silent.add(row.webhook_id)
    return sent


def forget(at: datetime) -> int:
    """Deletes what went out, or rested, long ago; returns how many."""
    return Delivery.objects.filter(made_at__lt=at - KEPT).delete()[0]


def _deliver(row: Delivery, at: datetime) -> bool:
    headers = signed_headers(secret=row.webhook.secret, event_id=f"evt_{row.uid.hex}", body=row.body, at=at)
    try:
        answer = post(row.webhook.url, row.body.encode(), headers)
    except NotSent as failure:
        answer = Answer(0, str(failure).encode())
    taken = 200 <= answer.status < 300
    _write_down(row, answer, at, taken=taken)
    return taken


def _write_down(row: Delivery, answer: Answer, at: datetime, *, taken: bool) -> None:
    said = {"last_status": answer.status or None, "last_answer": answer.text[:300]}
    webhooks = Webhook.objects.filter(pk=row.webhook_id)
    with transaction.atomic():
        if taken:
            Delivery.objects.filter(pk=row.pk).update(delivered_at=at, next_attempt_at=None, **said)
            webhooks.filter(failures__gt=0).update(failures=0)
            return
        logger.warning("Webhook %s was not taken: %s %s", row.webhook_id, answer.status, answer.text[:100])
        Delivery.objects.filter(pk=row.pk).update(next_attempt_at=next_attempt(row, BACKOFF, at), **said)
        webhooks.update(failures=F("failures") + 1)
        if answer.status == GONE:
            webhooks.filter(paused_at=None).update(paused_at=at)
        webhooks.filter(paused_at=None, failures__gte=FAILURES_UNTIL_PAUSE).update(paused_at=at)


def _going(webhook: Webhook) -> Webhook:
    """Locked. Raises: WebhookIsOver."""
    found = Webhook.objects.select_for_update().get(pk=webhook.pk)
    if found.ended_at is not None:
        raise WebhookIsOver(_("Address %(number)s has been ended. Give it again as a new one.") % {"number": found.number})
    return found
