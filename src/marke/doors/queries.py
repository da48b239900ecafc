"""What a key reaches."""

from __future__ import annotations

from django.db.models import QuerySet

from marke.doors.models import ApiKey, Delivery, Webhook
from marke.jobs.models import Job, Offer
from marke.jobs.queries import jobs
from marke.parties.models import Coop, Membership

PRESENT = (Membership.State.MEMBER, Membership.State.SUSPENDED)


def jobs_of(key: ApiKey) -> QuerySet[Job]:
    """The jobs that a key reaches: all of the co-op's, or those of its client."""
    rows = jobs(key.coop).select_related("by_key").prefetch_related("extra_stops")
    return rows if key.client is None else rows.filter(client=key.client)


def members_of(key: ApiKey) -> QuerySet[Membership]:
    return Membership.objects.filter(coop=key.coop, state__in=PRESENT).select_related("party")


def offers_of(key: ApiKey) -> QuerySet[Offer]:
    return Offer.objects.filter(coop=key.coop).select_related("job", "membership")


def keys(coop: Coop) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(coop=coop).select_related("client__party", "made_by")


def webhooks(coop: Coop) -> QuerySet[Webhook]:
    return Webhook.objects.filter(coop=coop, ended_at=None).select_related("client__party")


def log_of(webhook: Webhook) -> QuerySet[Delivery]:
    return Delivery.objects.filter(webhook=webhook).select_related("job")
