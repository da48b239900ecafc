"""The trip that a job is on, as a program is told it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from marke.doors.models import ApiKey
from marke.doors.queries import OnTrip
from marke.doors.scopes import OFFERS
from marke.jobs.matching import place_point, start_of
from marke.jobs.models import Job, Offer
from marke_core.matching import Place

Told = dict[str, Any]


def trip_told(key: ApiKey, job: Job, on: OnTrip | None) -> Told | None:
    """What the key may know: who is asked, and what nobody has agreed to yet, are told to who may see that."""
    sees_asked = OFFERS in key.scopes
    if on is None or (on.offer.state == Offer.State.OPEN and not sees_asked):
        return None
    numbers = [each.number for each in on.jobs]
    return {
        "id": on.trip.pk,
        "position": numbers.index(job.number) + 1,
        "of": len(numbers),
        "stops": _stops(key, on),
        "asked": _asked(on.offer) if sees_asked else None,
    }


def _asked(offer: Offer) -> Told:
    return {
        "member": offer.membership.number, "state": offer.state, "given": offer.given,
        "by": "rule" if offer.made_by_id is None else "person", "made_at": offer.made_at, "expires_at": offer.expires_at,
    }  # fmt: skip


def _stops(key: ApiKey, on: OnTrip) -> list[Told]:
    """Where everything is fetched, and then the doors in their order; of other clients' places only that there is one."""
    plan = {row["job"]: row for row in on.trip.plan}
    fetched: dict[str, list[Job]] = {}
    for job in on.jobs:
        fetched.setdefault(job.pickup, []).append(job)
    places = [(True, jobs, plan[jobs[0].number]["picked_up_at"]) for jobs in fetched.values()]
    places += [(False, [job], plan[job.number]["done_at"]) for job in on.jobs]
    return [_stop(key, position, *place) for position, place in enumerate(places)]


def _stop(key: ApiKey, position: int, pickup: bool, jobs: Sequence[Job], planned: int) -> Told:
    own = [job for job in jobs if key.client_id in (None, job.client_id)]
    address, place = _where(own[0], pickup=pickup) if own else (None, None)
    return {
        "position": position,
        "kind": "pickup" if pickup else "place",
        "jobs": [job.number for job in own],
        "address": address,
        "lat": place.lat / 10**7 if place else None,
        "lon": place.lon / 10**7 if place else None,
        "planned_at": datetime.fromtimestamp(planned, UTC),
    }


def _where(job: Job, *, pickup: bool) -> tuple[str, Place | None]:
    return (job.pickup, start_of(job)) if pickup else (job.place, place_point(job))
