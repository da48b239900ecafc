"""What a key reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from marke.doors.models import ApiKey, Delivery, Webhook
from marke.jobs.conditions import AT_WORK, WORKED
from marke.jobs.models import Job, Offer, Trip
from marke.jobs.queries import jobs
from marke.jobs.trips import was_agreed
from marke.parties.models import Coop, Membership

PRESENT = (Membership.State.MEMBER, Membership.State.SUSPENDED)
GOING = (Offer.State.OPEN, Offer.State.ACCEPTED)
ON_TRIPS = (Job.State.OFFERED, *WORKED, Job.State.DISPUTED)


@dataclass(frozen=True)
class OnTrip:
    """The trip on which a job is done, or on offer, with others. `offer`: the job's own. `jobs`: in the order of the doors."""

    offer: Offer
    trip: Trip
    jobs: list[Job]


def jobs_of(key: ApiKey) -> QuerySet[Job]:
    """The jobs that a key reaches: all of the co-op's, or those of its client."""
    rows = jobs(key.coop).select_related("by_key").prefetch_related("extra_stops")
    return rows if key.client is None else rows.filter(client=key.client)


def members_of(key: ApiKey) -> QuerySet[Membership]:
    return Membership.objects.filter(coop=key.coop, state__in=PRESENT).select_related("party")


def offers_of(key: ApiKey) -> QuerySet[Offer]:
    return Offer.objects.filter(coop=key.coop).select_related("job", "membership")


def trips_for(shown: Sequence[Job]) -> dict[int, OnTrip]:
    """Job id → the trip of several that it is on, of jobs of one co-op. One query where there is none, three otherwise."""
    going = Offer.objects.filter(trip__isnull=False, state__in=GOING)
    own = {
        offer.job_id: offer
        for offer in going.filter(job__in=shown).select_related("trip", "membership").order_by("made_at", "id")
        if offer.trip is not None
    }
    trips = {offer.trip.pk: offer.trip for offer in own.values() if offer.trip is not None}
    if not trips:
        return {}
    asked = {(trip, job) for trip, job in going.filter(trip__in=trips).order_by().values_list("trip", "job") if trip is not None}
    numbers = {row["job"] for trip in trips.values() for row in trip.plan}
    known = {job.number: job for job in Job.objects.filter(coop=shown[0].coop_id, number__in=numbers)}
    on_it = {pk: _jobs_on(trip, known, asked) for pk, trip in trips.items()}
    return {
        job.pk: OnTrip(offer, offer.trip, on_it[offer.trip.pk])
        for job in shown
        if (offer := own.get(job.pk)) and offer.trip is not None and len(on_it[offer.trip.pk]) > 1 and job in on_it[offer.trip.pk]
    }


def _jobs_on(trip: Trip, known: dict[int, Job], asked: set[tuple[int, int]]) -> list[Job]:
    """What is still on it: asked for with it, or agreed to before and taken along; not what was called off."""
    found = [(known[row["job"]], row) for row in trip.plan if row["job"] in known]
    return [
        job
        for job, row in found
        if (job.state in ON_TRIPS and job.called_off_at is None and (trip.pk, job.pk) in asked)
        or (was_agreed(row) and job.worker_id == trip.membership_id and job.state in AT_WORK)
    ]


def keys(coop: Coop) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(coop=coop).select_related("client__party", "made_by")


def webhooks(coop: Coop) -> QuerySet[Webhook]:
    return Webhook.objects.filter(coop=coop, ended_at=None).select_related("client__party")


def log_of(webhook: Webhook) -> QuerySet[Delivery]:
    return Delivery.objects.filter(webhook=webhook).select_related("job")
