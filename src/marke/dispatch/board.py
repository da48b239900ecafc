"""The dispatcher's board of one day: what waits for somebody, who has what, and where all of it is."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Max, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language

from marke.common.clock import end_of_today, local_date, local_midnight
from marke.jobs.conditions import AT_WORK, WITHOUT_WORKER
from marke.jobs.matching import WORKING_CLASS, places_of
from marke.jobs.models import Asking, Job, JobEvent, Lock, Offer
from marke.jobs.needs import warnings
from marke.jobs.queries import jobs
from marke.jobs.services import last_events
from marke.jobs.sharing import trips_of
from marke.parties.models import Coop, Membership
from marke.places.map import Map, MapPoint, draw
from marke.rules.queries import rulebook
from marke.slots.queries import here_until
from marke_core.matching import Place

JOBS_SHOWN, RIDERS_SHOWN = 60, 40
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
MAP_POINTS = 300
CLUSTER = 34  # pixels


@dataclass(frozen=True)
class Task:
    """A job as it lies on the board. `seen`: its last event, so that two who move it do not pass each other unseen."""

    job: Job
    seen: int
    locked: bool
    late: bool
    asked: list[str]
    # What the rider, or whoever is asked, lacks for it, where the rule only warns.
    lacks: list[str]
    # The trip on which it is on offer, or done, with others.
    trip: int | None
    other_day: bool  # than the board's: left over, or in the night after it

    @property
    def key(self) -> str:
        return f"{self.job.number}-{self.seen}"

    @property
    def can_move(self) -> bool:
        return not self.locked and self.job.state != Job.State.UNDER_WAY


@dataclass(frozen=True)
class Line:
    """One row of the board: a job, or the jobs of one trip."""

    tasks: list[Task]

    @property
    def several(self) -> bool:
        return len(self.tasks) > 1

    @property
    def key(self) -> str:
        return f"trip-{self.tasks[0].trip}"

    @property
    def all(self) -> str:
        """The whole trip, and each of its jobs as it was seen."""
        return " ".join([self.key, *(task.key for task in self.tasks)])

    @property
    def can_move(self) -> bool:
        return all(task.can_move for task in self.tasks)


@dataclass(frozen=True)
class Rider:
    """`until`: when the shift ends on which they are now."""

    membership: Membership
    lines: list[Line]
    until: datetime | None


@dataclass(frozen=True)
class Board:
    day: date
    waiting: Page[Job]
    lines: list[Line]
    riders: list[Rider]
    rider_page: Page[Membership]
    map: Map


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    day: date
    words: str
    page: str
    riders: str


def board(coop: Coop, asked: Asked, at: datetime) -> Board:
    """The board in a constant number of queries; of many jobs or riders, a page."""
    begins, ends = _span(coop, asked.day, at)
    waiting = (
        jobs(coop).filter(state__in=WITHOUT_WORKER, starts_at__gte=begins, starts_at__lt=ends).order_by("starts_at", "number")
    )
    page = Paginator(_matching(waiting, asked.words), JOBS_SHOWN).get_page(asked.page)
    here = here_until(coop, at) if begins <= at < ends else {}
    members = _riders(coop, begins, ends, asked.words, here)
    rider_page = Paginator(members, RIDERS_SHOWN).get_page(asked.riders)
    held = jobs(coop).filter(worker__in=list(rider_page), state__in=AT_WORK, starts_at__lt=ends, starts_at__gte=begins)
    at_work = list(held.order_by("starts_at", "number"))
    late_after = rulebook(coop, at).value("jobs.late")
    tasks = _tasks(coop, asked.day, [*page, *at_work], late_after, at)
    return Board(
        asked.day, page, _lines([tasks[job.pk] for job in page]),
        [
            Rider(member, _lines([tasks[job.pk] for job in at_work if job.worker_id == member.pk]), here.get(member.pk))
            for member in rider_page
        ],
        rider_page, _map(coop, waiting, list(rider_page), late_after, at),
    )  # fmt: skip


def _span(coop: Coop, day: date, at: datetime) -> tuple[datetime, datetime]:
    """Today runs into the night; what was left over from the days before, or began yesterday, lies on the board of today."""
    if day == local_date(at, coop.timezone):
        return FIRST, end_of_today(at, coop.timezone)
    return local_midnight(day, coop.timezone), local_midnight(day + timedelta(days=1), coop.timezone)


def stamp(coop: Coop, asked: Asked, at: datetime) -> str:
    """The same as long as the board is the same: a few counts from indexes, and the time in steps for what gets late."""
    locks = Lock.objects.filter(coop=coop).aggregate(Count("id"), Max("id"))
    newest = (
        JobEvent.objects.filter(coop=coop).aggregate(last=Max("id"))["last"],
        Asking.objects.filter(coop=coop).order_by("-id").values_list("id", flat=True).first(),
        Offer.objects.filter(coop=coop, state=Offer.State.OPEN).aggregate(Count("id"), Max("told_at")),
        Membership.objects.filter(coop=coop).aggregate(Count("id")),
        sorted(here_until(coop, at).items()),
    )
    text = repr((coop.pk, asked, newest, locks, int(at.timestamp()) // 120, get_language()))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _matching(rows: QuerySet[Job], words: str) -> QuerySet[Job]:
    """Those that have the words in them; all, when none has: then the words were a rider's name."""
    if not words:
        return rows
    matches = Q(place__icontains=words) | Q(pickup__icontains=words) | Q(client__party__name__icontains=words)
    if words.isascii() and words.isdigit() and len(words) < 9:
        matches |= Q(number=int(words))
    return found if (found := rows.filter(matches)).exists() else rows


def _riders(coop: Coop, begins: datetime, ends: datetime, words: str, here: Collection[int]) -> QuerySet[Membership]:
    """Who can work: those with work that day first, then those on a shift now, then by name."""
    rows = Membership.objects.filter(coop=coop, member_class=WORKING_CLASS, state=Membership.State.MEMBER)
    if words and (found := rows.filter(party__name__icontains=words)).exists():
        rows = found
    held = Q(jobs__state__in=AT_WORK, jobs__starts_at__gte=begins, jobs__starts_at__lt=ends)
    return (
        rows.select_related("party")
        .annotate(jobs_held=Count("jobs", filter=held), away=Case(When(pk__in=here, then=0), default=1))
        .order_by("-jobs_held", "away", "party__name", "number")
    )


def _lines(tasks: Sequence[Task]) -> list[Line]:
    lines: dict[tuple[str, int], Line] = {}
    for task in tasks:
        line = lines.setdefault(("trip", task.trip) if task.trip else ("job", task.job.pk), Line([]))
        line.tasks.append(task)
    return list(lines.values())


def _tasks(coop: Coop, day: date, shown: Sequence[Job], late_after: timedelta, at: datetime) -> dict[int, Task]:
    rows = list(shown)
    seen = last_events(rows)
    locked = set(Lock.objects.filter(job__in=rows).values_list("job", flat=True))
    asked: dict[int, list[Membership]] = {}
    trips = trips_of(job for job in rows if job.worker_id is not None)
    open_offers = Offer.objects.filter(job__in=rows, state=Offer.State.OPEN, opens_at__lte=at).order_by("opens_at", "id")
    for offer in open_offers.select_related("membership__party"):
        asked.setdefault(offer.job_id, []).append(offer.membership)
        if offer.trip_id is not None:
            trips[offer.job_id] = offer.trip_id
    doing = {job.pk: [job.worker] if job.worker else asked.get(job.pk, []) for job in rows}
    warned = warnings(rows, list({each.pk: each for members in doing.values() for each in members}.values()), at)
    late = {job.pk for job in rows if job.state != Job.State.UNDER_WAY and at > job.starts_at + late_after}
    return {
        job.pk: Task(
            job,
            seen.get(job.pk, 0),
            job.pk in locked,
            job.pk in late,
            [each.party.name for each in asked.get(job.pk, [])],
            [words for each in doing[job.pk] if (words := warned.get(job.pk, {}).get(each.pk))],
            trips.get(job.pk),
            local_date(job.starts_at, coop.timezone) != day,
        )
        for job in rows
    }


def _map(coop: Coop, waiting: QuerySet[Job], members: list[Membership], late_after: timedelta, at: datetime) -> Map:
    begins = waiting.annotate(lat=Coalesce("pickup_lat_e7", "place_lat_e7"), lon=Coalesce("pickup_lon_e7", "place_lon_e7"))
    rows = begins.exclude(lat=None).values_list("number", "service__name", "starts_at", "lat", "lon")[:MAP_POINTS]
    # Asked for once: the addresses of three hundred jobs would take as long as all the queries.
    any_job = reverse("jobs:job", args=[coop.slug, 0]).removesuffix("0/")
    points = [
        MapPoint(Place(lat, lon), f"{number} {service}", "late" if at > start + late_after else "job", "", f"{any_job}{number}/")
        for number, service, start, lat, lon in rows
    ]
    names = {member.pk: member.party.name for member in members}
    points += [MapPoint(place, names[pk], "worker", names[pk][:1]) for pk, place in places_of(coop, members, at).items()]
    return draw(points, width=480, height=420, cluster=CLUSTER)
