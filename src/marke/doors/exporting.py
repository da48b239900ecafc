"""Deliveries in CoopCycle's columns, so that another co-op's software reads them; then what its own export adds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from marke.common.money import minor_digits
from marke.doors.coopcycle import COLUMNS
from marke.jobs.models import Job
from marke.jobs.services import ends_at
from marke.parties.models import Coop

HEADER = (*COLUMNS, "organization", "order.number", "order.total", "state")
MOST = 20_000


def exported(coop: Coop, *, since: datetime | None, until: datetime | None) -> Iterator[tuple[object, ...]]:
    """One line for each job with a pickup, the oldest first. Stops between are told in the comments."""
    rows = Job.objects.filter(coop=coop).exclude(pickup="").select_related("client__party").prefetch_related("extra_stops")
    if since is not None:
        rows = rows.filter(starts_at__gte=since)
    if until is not None:
        rows = rows.filter(starts_at__lt=until)
    zone, digits = ZoneInfo(coop.timezone), minor_digits(coop.currency)
    for job in rows.order_by("starts_at", "number")[:MOST].iterator(chunk_size=500):
        yield _line(job, zone, digits)


def _line(job: Job, zone: ZoneInfo, digits: int) -> tuple[object, ...]:
    between = " → ".join(stop.place for stop in job.extra_stops.all())
    begins, ends = job.from_at or job.starts_at, ends_at(job)
    slot = f"{_moment(begins, zone)} - {_moment(max(begins, ends), zone)}"
    told = {
        "pickup.address": job.pickup,
        "pickup.comments": between,
        "pickup.timeslot": slot,
        "dropoff.address": job.place,
        "dropoff.comments": job.note,
        "dropoff.timeslot": slot,
        "weight": job.load_kg or "",
        "organization": job.client.party.name,
        "order.number": job.number,
        "order.total": f"{job.price // 10**digits}.{job.price % 10**digits:0{digits}d}" if digits else job.price,
        "state": job.state,
    }
    return tuple(told.get(column, "") for column in HEADER)


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
