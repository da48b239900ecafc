"""Trips as people see them: what is offered together and why, and the places of a trip that was agreed, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.jobs.conditions import AT_WORK
from marke.jobs.costs import minutes_text
from marke.jobs.models import Job, Offer, Trip
from marke.jobs.needs import warning_for
from marke.jobs.route import Route, StopRow, route_of
from marke.jobs.splits import Split, split_of
from marke.parties.models import Membership


def trip_sentence(trip: Trip, number: int) -> str:
    """That a job was offered with others, and what that saves, in a sentence or two."""
    others = [str(row["job"]) for row in trip.plan if row["job"] != number]
    words = ngettext(
        "It was offered on one trip with job %(numbers)s.", "It was offered on one trip with jobs %(numbers)s.", len(others)
    ) % {"numbers": ", ".join(others)}
    return f"{words} {why_together(trip)}"


def was_agreed(row: dict[str, Any]) -> bool:
    """Whether the member had agreed to this row of a plan before, and was not asked for it again."""
    return bool(row.get("agreed", row["cost"] is None))


def why_together(trip: Trip) -> str:
    """What the trip costs everybody, and what its jobs would cost by themselves; nothing is reckoned where a human chose."""
    new = [row for row in trip.plan if row["cost"] is not None]
    if not new:
        return _("The coordinator put them together by hand.")
    lost = [str(row["job"]) for row in new if row["cost_alone"] is None]
    if lost:
        return ngettext(
            "By itself, nobody could have done job %(numbers)s in time.",
            "By themselves, nobody could have done jobs %(numbers)s in time.",
            len(lost),
        ) % {"numbers": ", ".join(lost)}
    cost, alone = sum(row["cost"] for row in new), sum(row["cost_alone"] for row in new)
    if len(new) < len(trip.plan):
        return _("On the trip it costs everybody %(cost)s, by itself %(alone)s.") % {
            "cost": minutes_text(cost), "alone": minutes_text(alone)
        }  # fmt: skip
    return _("Together they cost everybody %(cost)s, by themselves %(alone)s.") % {
        "cost": minutes_text(cost), "alone": minutes_text(alone)
    }  # fmt: skip


@dataclass(frozen=True)
class Leg:
    """One job of a trip on offer. `later`: minutes later at the door than by itself. `agreed`: the member has it already."""

    job: Job
    picked_up_at: datetime
    done_at: datetime
    later: int
    agreed: bool
    split: Split | None
    alone: str
    lacks: str


@dataclass(frozen=True)
class Pickup:
    place: str
    numbers: list[int]


@dataclass(frozen=True)
class OfferedTrip:
    """`legs`: in the order of the doors · `earned`: for what is asked, in minor units."""

    trip: Trip
    legs: list[Leg]
    pickups: list[Pickup]
    earned: int
    why: str

    @property
    def asked(self) -> list[Leg]:
        return [leg for leg in self.legs if not leg.agreed]

    @property
    def weighed(self) -> bool:
        return any(leg.alone for leg in self.asked)

    @property
    def jobs(self) -> list[Job]:
        return [leg.job for leg in self.legs]

    @property
    def picked_up_at(self) -> datetime:
        return self.legs[0].picked_up_at


def offered_trip(offer: Offer, me: Membership, at: datetime) -> OfferedTrip | None:
    """What the member is asked for together; None where it is one job by itself."""
    trip = offer.trip
    if trip is None:
        return None
    jobs = Job.objects.filter(coop=trip.coop_id, number__in=[row["job"] for row in trip.plan])
    found = {job.number: job for job in jobs.select_related("service", "client__party")}
    for job in found.values():
        job.coop = offer.job.coop
    legs = [_leg(found[row["job"]], row, me, at) for row in trip.plan if row["job"] in found]
    pickups: dict[str, list[int]] = {}
    for leg in legs:
        pickups.setdefault(leg.job.pickup, []).append(leg.job.number)
    return OfferedTrip(
        trip, legs, [Pickup(place, numbers) for place, numbers in pickups.items()],
        sum(leg.split.earnings.amount for leg in legs if leg.split), why_together(trip),
    )  # fmt: skip


def _leg(job: Job, row: dict[str, Any], me: Membership, at: datetime) -> Leg:
    agreed = was_agreed(row)
    return Leg(
        job=job,
        picked_up_at=datetime.fromtimestamp(row["picked_up_at"], UTC),
        done_at=datetime.fromtimestamp(row["done_at"], UTC),
        later=max(round((row["done_at"] - row["alone_at"]) / 60), 0),
        agreed=agreed,
        split=None if agreed else split_of(job, me, at),
        alone="" if row["cost_alone"] is None else minutes_text(row["cost_alone"]),
        lacks="" if agreed else warning_for(job, me, at),
    )


def by_trip(offers: Sequence[Offer]) -> list[list[Offer]]:
    """The questions that a member is asked: of a trip, all its offers together."""
    questions: dict[tuple[str, int], list[Offer]] = {}
    for offer in offers:
        questions.setdefault(("trip", offer.trip_id) if offer.trip_id else ("offer", offer.pk), []).append(offer)
    return list(questions.values())


def jobs_on_trip(job: Job) -> list[Job]:
    """The jobs that the worker of this one does on one trip with it, in the order of the doors; only it, where there are none."""
    if job.worker_id is None:
        return [job]
    mine = Offer.objects.filter(job=job, membership=job.worker_id, state=Offer.State.ACCEPTED, trip__isnull=False)
    offer = mine.select_related("trip").first()
    if offer is None or offer.trip is None:
        return [job]
    on_it = Job.objects.filter(offers__trip=offer.trip, offers__state=Offer.State.ACCEPTED, worker=job.worker_id)
    order = {row["job"]: place for place, row in enumerate(offer.trip.plan)}
    found = list(on_it.select_related("service", "client__party", "worker__party"))
    for each in found:
        each.coop = job.coop
    return sorted(found, key=lambda each: order.get(each.number, len(order)))


def asked_with(offers: Sequence[Offer]) -> list[Job]:
    """The other jobs that are answered with these open offers of one job."""
    trips = [offer.trip_id for offer in offers if offer.trip_id]
    if not trips:
        return []
    rows = Job.objects.filter(offers__trip__in=trips, offers__state=Offer.State.OPEN).exclude(pk=offers[0].job_id)
    return list(rows.order_by("number").distinct())


@dataclass(frozen=True)
class TripStop:
    job: Job
    row: StopRow


@dataclass(frozen=True)
class TripRoute:
    """All places of a trip: everything is fetched first."""

    jobs: list[Job]
    stops: list[TripStop]
    routes: dict[int, Route]

    @property
    def next(self) -> TripStop | None:
        return next((stop for stop in self.stops if not stop.row.left and stop.job.state in AT_WORK), None)


def trip_route(job: Job, at: datetime) -> TripRoute | None:
    """The trip that this job is on, while any of it is still to be done; None where it is done by itself."""
    jobs = jobs_on_trip(job)
    if len(jobs) < 2 or not any(each.state in AT_WORK for each in jobs):
        return None
    routes = {each.pk: route_of(each, at) for each in jobs}
    stops = [TripStop(each, row) for each in jobs for row in routes[each.pk].rows]
    return TripRoute(jobs, sorted(stops, key=lambda stop: not stop.row.pickup), routes)


def at_work_on(job: Job, trip: TripRoute | None, at: datetime) -> dict[str, Any]:
    """What its worker does next: on a trip, at the next place of any of its jobs."""
    if trip is None or trip.next is None:
        return {"job": job, "route": route_of(job, at)}
    return {"job": trip.next.job, "route": trip.routes[trip.next.job.pk]}
