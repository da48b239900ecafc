"""The co-op's own past weeks as the question that `marke_core.matching.weeks` answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from marke.common.clock import local_date, local_midnight
from marke.jobs.exclusions import excluded
from marke.jobs.matching import start_of
from marke.jobs.models import Job, Lock, OwnMember
from marke.jobs.needs import carried_by
from marke.jobs.rolling import request_of
from marke.jobs.settlement_facts import job_facts
from marke.jobs.sharing import Shared, in_common, that_go_together, trips_of
from marke.parties.models import Coop, Membership
from marke.rules.queries import Rulebook
from marke.slots.queries import clocked_spans
from marke_core.matching import Place, Service
from marke_core.matching.columns import column
from marke_core.matching.travel import PlanarTravel, local_metres
from marke_core.matching.weeks import PastJob, Shift, Weeks, as_it_was, ways
from marke_core.schemes.job import JOB_SETTLEMENT

WEEKS = 4
DAY = timedelta(days=1)
DONE = (Job.State.DONE, Job.State.CONFIRMED, Job.State.SETTLED)
# On a day on which somebody did not clock their hours, they count as there so long before the first and after the last job of a day.
AROUND = timedelta(hours=1)
# Who says so much too late that a job is done had forgotten to say it.
FORGOTTEN = timedelta(hours=12)
LONGEST_WORK = 2  # times what was planned
# What is dealt again while somebody waits for the page: each job costs as much as weighing so many members, and those who
# were there on its day on top. About three seconds.
JOB_WORK, MOST_WORK = 150, 1_500_000
ON_MAP = Q(pickup_lat_e7__isnull=False) | Q(place_lat_e7__isnull=False)


Clocked = dict[tuple[Membership, date], list[tuple[datetime, datetime]]]


@dataclass(frozen=True)
class Past:
    """From `starts_on` up to `ends_on`. `members`: by number; `off_map`: jobs left out because nobody knows where they were.

    shortened: there is more than is dealt again while somebody waits
    """

    starts_on: date
    ends_on: date
    weeks: Weeks
    members: Mapping[int, Membership]
    off_map: int
    metres_per_second: float
    shortened: bool


@dataclass(frozen=True)
class Span:
    """When somebody was at a job."""

    job: Job
    worker: Membership
    day: date
    begins: datetime  # when it was wanted, or when they set out, if that was earlier
    set_out: datetime
    ends: datetime
    trip: int | None = None  # the number of the job that was done first on the same trip


def past_weeks(coop: Coop, rules: Rulebook, kinds: Sequence[str], own_first: bool, together: bool, at: datetime) -> Past | None:
    """The last whole weeks, four at most; None where nothing was done in them. `kinds`: those that follow the rule.

    A constant number of queries, however many jobs there are. `own_first`: clients have their own member;
    `together`: several jobs may share a trip.
    """
    monday = _monday(local_date(at, coop.timezone))
    done = _done(coop, monday - timedelta(weeks=WEEKS), monday)
    days = _on_map(coop, done)
    if not days:
        return None
    starts_on = _as_many_as(days, monday)
    kept = _spans(coop, done.filter(ON_MAP, starts_at__gte=local_midnight(starts_on, coop.timezone)))
    plane = Plane.of(kept, rules)
    clocked = _clocked(coop, starts_on, monday, at)
    there = {span.worker for span in kept} | {member for member, _day in clocked}
    members = sorted(there, key=lambda member: member.number)
    carries = carried_by(coop, members, at) if together else {}
    shared = _shared(rules, kept, carries)
    kept = _as_trips(kept) if together else kept
    weeks = Weeks(
        jobs=_past_jobs(coop, kept, members, rules, kinds, plane, starts_on, own_first, shared, at),
        shifts=_shifts(kept, clocked, plane, starts_on, carries),
        mondays=[_seconds(local_midnight(_monday(starts_on + n * DAY), coop.timezone)) for n in range((monday - starts_on).days)],
        travel=PlanarTravel(plane.straight_metres_per_second),
        always_there=not clocked,
    )
    return Past(
        starts_on=starts_on,
        ends_on=monday,
        weeks=replace(weeks, jobs=_as_long_as_it_took(weeks, kept)),
        members={member.number: member for member in members},
        off_map=done.filter(starts_at__gte=local_midnight(starts_on, coop.timezone)).exclude(ON_MAP).count(),
        metres_per_second=plane.metres_per_second,
        shortened=len(kept) < len(days),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _done(coop: Coop, starts_on: date, ends_on: date) -> QuerySet[Job]:
    """The jobs that were done, by the day they were planned for."""
    return Job.objects.filter(
        coop=coop, state__in=DONE, worker__isnull=False, accepted_at__isnull=False, done_at__isnull=False,
        starts_at__gte=local_midnight(starts_on, coop.timezone), starts_at__lt=local_midnight(ends_on, coop.timezone),
    )  # fmt: skip


def _on_map(coop: Coop, done: QuerySet[Job]) -> list[tuple[date, int | None]]:
    """The day and the worker of each job of which one knows where it began: little to read, however many there are."""
    rows = done.filter(ON_MAP).order_by("starts_at").values_list("starts_at", "worker")
    return [(local_date(starts_at, coop.timezone), worker) for starts_at, worker in rows]


def _spans(coop: Coop, done: QuerySet[Job]) -> list[Span]:
    spans = []
    for job in done.select_related("service", "worker").defer("note", "price_lines").order_by("starts_at", "number"):
        assert job.worker is not None and job.done_at is not None
        job.coop = job.worker.coop = coop
        wanted = job.from_at or job.starts_at
        done_at = min(job.done_at, wanted + timedelta(minutes=job.minutes) + FORGOTTEN)
        set_out = min(job.started_at or wanted, done_at)
        spans.append(Span(job, job.worker, local_date(job.starts_at, coop.timezone), min(set_out, wanted), set_out, done_at))
    return spans


def _as_trips(spans: Sequence[Span]) -> list[Span]:
    """What was brought on one trip: each after the first took from when the one before was done."""
    trips, last = trips_of(span.job for span in spans), dict[int, Span]()
    found = {span.job.pk: span for span in spans}
    for span in sorted(spans, key=lambda span: (span.ends, span.job.number)):
        if (trip := trips.get(span.job.pk)) is not None:
            before = last.get(trip)
            if before is not None and before.worker == span.worker and before.day == span.day:
                span = replace(span, set_out=max(span.set_out, before.ends), trip=before.trip)
            else:
                span = replace(span, trip=span.job.number)
            found[span.job.pk] = last[trip] = span
    return list(found.values())


def _as_many_as(days: Sequence[tuple[date, int | None]], ends_on: date) -> date:
    """From when on: as many of the last whole weeks as are not too much work; or days, where one week is; one at least."""
    jobs = Counter(day for day, _worker in days)
    there = Counter(day for day, _worker in set(days))
    begins = [ends_on - timedelta(weeks=n) for n in range(WEEKS, 0, -1)] + [ends_on - n * DAY for n in range(6, 0, -1)]
    for first in begins:
        if 0 < sum(jobs[day] * (JOB_WORK + there[day]) for day in jobs if day >= first) <= MOST_WORK:
            return max(first, _monday(min(jobs)))
    return max(jobs)


@dataclass(frozen=True)
class Plane:
    """A plane in metres that touches the earth where the work is: the same ways as over the earth, reckoned faster."""

    around: Place
    metres_per_second: float  # along the road
    straight_metres_per_second: float

    @classmethod
    def of(cls, spans: Sequence[Span], rules: Rulebook) -> Plane:
        first, kind = start_of(spans[0].job), spans[0].job.service.job_kind
        assert first is not None
        speed = rules.value("places.speed", job_kind=kind) / 3.6
        return cls(first, speed, speed / float(rules.value("places.detour", job_kind=kind)))

    def place(self, point: Place) -> Place:
        east, north = local_metres(column([point.lat]), column([point.lon]), around=self.around)
        return Place(round(float(north[0])), round(float(east[0])))


def _past_jobs(
    coop: Coop,
    spans: Sequence[Span],
    members: Sequence[Membership],
    rules: Rulebook,
    kinds: Sequence[str],
    plane: Plane,
    starts_on: date,
    own_first: bool,
    shared: Mapping[int, Shared],
    at: datetime,
) -> list[PastJob]:
    jobs = [span.job for span in spans]
    out = excluded(jobs, members, at, lasting=True)
    locked = set(Lock.objects.filter(coop=coop, job__in=jobs).values_list("job", flat=True))
    own, numbers = _own_members(coop) if own_first else {}, {member.pk: member.number for member in members}
    found = []
    for span, earns in zip(spans, _earnings(coop, spans), strict=True):
        job, request = span.job, request_of(span.job, rules, out[span.job.pk], numbers, shared.get(span.job.pk))
        stays = job.service.job_kind not in kinds or job.pk in locked or job.wanted_id == job.worker_id
        found.append(
            PastJob(
                request=replace(
                    request,
                    pickup=plane.place(request.pickup),
                    drop=request.drop and plane.place(request.drop),
                    known=min(_seconds(job.requested_at), request.ready),
                    earns=earns,
                ),
                day=(span.day - starts_on).days,
                worker=span.worker.number,
                done_at=_seconds(span.ends),
                stays=stays,
                trip=span.trip,
                own=own.get((job.client_id, job.service.job_kind), own.get((job.client_id, ""))),
            )
        )
    return found


def _as_long_as_it_took(weeks: Weeks, spans: Sequence[Span]) -> list[PastJob]:
    """The jobs with the time at the doors, or the work of a visit, as it really was: from setting out to done, less the way.

    Where that makes no sense (somebody forgot to say that they set out), it is what was planned.
    """
    jobs = []
    for past, span, way in zip(weeks.jobs, spans, ways(weeks, as_it_was(weeks)).tolist(), strict=True):
        took, planned = int((span.ends - span.set_out).total_seconds()) - way, span.job.minutes * 60
        if past.request.drop is None and took <= 0:
            took = planned
        after = min(max(took, 0), LONGEST_WORK * planned)
        # Of what is fetched and brought, half at either door.
        there = after // 2 if past.request.drop else 0
        request = replace(past.request, at_pickup=Service(after=after - there), at_drop=Service(before=there))
        jobs.append(replace(past, request=request))
    return jobs


def _shared(rules: Rulebook, spans: Sequence[Span], carries: Mapping[int, int]) -> dict[int, Shared]:
    """The jobs that could have shared a trip, day by day."""
    if not carries:
        return {}
    days: dict[date, list[Job]] = {}
    go = {job.pk for job in that_go_together([span.job for span in spans])}
    for span in spans:
        if span.job.pk in go:
            days.setdefault(span.day, []).append(span.job)
    least = min(carries.values())
    return {pk: each for jobs in days.values() for pk, each in in_common(rules, jobs, least).items()}


def _earnings(coop: Coop, spans: Sequence[Span]) -> list[int]:
    """What each job brought whoever did it, by the rules in force when it was accepted."""
    rows = [
        (span.worker.party_id, span.job.price, span.job.accepted_at, span.job.service.job_kind, span.worker.member_class)
        for span in spans
        if span.job.accepted_at is not None
    ]
    earned: list[int] = JOB_SETTLEMENT.compute(job_facts(coop, rows).facts)["earnings"].tolist()
    return earned


def _own_members(coop: Coop) -> dict[tuple[int, str], int]:
    """(client, kind) → the number of the member who does their work now."""
    rows = OwnMember.objects.filter(coop=coop, ended_at=None).order_by()
    return {(client, kind): number for client, kind, number in rows.values_list("client", "job_kind", "membership__number")}


def _clocked(coop: Coop, starts_on: date, ends_on: date, at: datetime) -> Clocked:
    """When members came and went, where they clock their hours."""
    since, until = local_midnight(starts_on, coop.timezone), local_midnight(ends_on, coop.timezone)
    spans = [(member, span) for member, span in clocked_spans(coop, since, until, at) if span.starts_at >= since]
    members = Membership.objects.in_bulk({member for member, _span in spans}) if spans else {}
    found: Clocked = {}
    for member, span in spans:
        found.setdefault((members[member], local_date(span.starts_at, coop.timezone)), []).append((span.starts_at, span.ends_at))
    return found


def _shifts(spans: Sequence[Span], clocked: Clocked, plane: Plane, starts_on: date, carries: Mapping[int, int]) -> list[Shift]:
    """Who was there when: as they clocked, else as their jobs tell. They began at home where they share it, else at their
    first job; who clocked and did nothing, and shares no home, where the work is.
    """
    jobs: dict[tuple[Membership, date], list[Span]] = {}
    for span in spans:
        jobs.setdefault((span.worker, span.day), []).append(span)
    shifts = []
    for member, day in sorted(jobs.keys() | clocked.keys(), key=lambda each: (each[0].number, each[1])):
        those, hours = jobs.get((member, day), []), clocked.get((member, day), [])
        around = timedelta(0) if hours else AROUND
        begins = min([span.begins - around for span in those] + [came for came, _went in hours])
        ends = max([span.ends + around for span in those] + [went for _came, went in hours])
        first = min(those, key=lambda span: (span.begins, span.job.number), default=None)
        place = home_of(member) or (start_of(first.job) if first else None) or plane.around
        shifts.append(
            Shift(
                member.number, (day - starts_on).days, plane.place(place), _seconds(begins), _seconds(ends), carries.get(member.pk)
            )
        )  # fmt: skip
    return shifts


def home_of(member: Membership) -> Place | None:
    if member.home_lat_e7 is None or member.home_lon_e7 is None:
        return None
    return Place(member.home_lat_e7, member.home_lon_e7)
