"""The co-op's own past weeks as the question that `marke_core.matching.weeks` answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from marke.common.clock import local_date, local_midnight
from marke.jobs.exclusions import excluded
from marke.jobs.matching import start_of
from marke.jobs.models import Job, OwnMember
from marke.jobs.rolling import request_of
from marke.jobs.settlement_facts import job_facts
from marke.parties.models import Coop, Membership
from marke.rules.queries import Rulebook
from marke_core.matching import Place
from marke_core.matching.columns import column
from marke_core.matching.travel import PlanarTravel, local_metres
from marke_core.matching.weeks import PastJob, Shift, Weeks
from marke_core.schemes.job import JOB_SETTLEMENT

WEEKS = 4
DAY = timedelta(days=1)
DONE = (Job.State.DONE, Job.State.CONFIRMED, Job.State.SETTLED)
# Nobody clocks in: a member counts as there so long before the first and after the last job of a day.
AROUND = timedelta(hours=1)
# Who says so much too late that a job is done had forgotten to say it.
FORGOTTEN = timedelta(hours=12)
# What is dealt again while somebody waits for the page: each job costs as much as weighing so many members, and those who
# were there on its day on top. About three seconds.
JOB_WORK, MOST_WORK = 150, 1_000_000


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
    begins: datetime
    ends: datetime


def past_weeks(coop: Coop, rules: Rulebook, kinds: Sequence[str], own_first: bool, at: datetime) -> Past | None:
    """The last whole weeks, four at most; None where nothing was done in them. `kinds`: those that follow the rule.

    A constant number of queries, however many jobs there are. `own_first`: clients have their own member.
    """
    monday = _monday(local_date(at, coop.timezone))
    spans = _spans(coop, monday - timedelta(weeks=WEEKS), monday)
    on_map = [span for span in spans if start_of(span.job) is not None]
    if not on_map:
        return None
    starts_on = _as_many_as(on_map, monday)
    kept = [span for span in on_map if span.day >= starts_on]
    plane = Plane.of(kept, rules)
    weeks = Weeks(
        jobs=_past_jobs(coop, kept, rules, kinds, plane, starts_on, own_first, at),
        shifts=_shifts(kept, plane, starts_on),
        mondays=[_seconds(local_midnight(_monday(starts_on + n * DAY), coop.timezone)) for n in range((monday - starts_on).days)],
        travel=PlanarTravel(plane.straight_metres_per_second),
        always_there=True,
    )
    return Past(
        starts_on=starts_on,
        ends_on=monday,
        weeks=weeks,
        members={span.worker.number: span.worker for span in kept},
        off_map=sum(span.day >= starts_on for span in spans) - len(kept),
        metres_per_second=plane.metres_per_second,
        shortened=len(kept) < len(on_map),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _spans(coop: Coop, starts_on: date, ends_on: date) -> list[Span]:
    """Jobs that were done, by the day they were wanted for."""
    rows = Job.objects.filter(
        coop=coop, state__in=DONE, worker__isnull=False, accepted_at__isnull=False, done_at__isnull=False,
        starts_at__gte=local_midnight(starts_on, coop.timezone), starts_at__lt=local_midnight(ends_on, coop.timezone),
    )  # fmt: skip
    found = rows.select_related("service", "worker__party", "client", "lock").defer("note", "price_lines")
    spans = []
    for job in found.order_by("starts_at", "number"):
        assert job.worker is not None and job.done_at is not None
        job.coop = job.worker.coop = coop
        wanted = job.from_at or job.starts_at
        done_at = min(job.done_at, wanted + timedelta(minutes=job.minutes) + FORGOTTEN)
        begins = min(job.started_at or wanted, wanted, done_at)
        spans.append(Span(job, job.worker, local_date(wanted, coop.timezone), begins, done_at))
    return [span for span in spans if starts_on <= span.day < ends_on]


def _as_many_as(spans: Sequence[Span], ends_on: date) -> date:
    """From when on: as many of the last whole weeks as are not too much work; or days, where one week is; one at least."""
    jobs = Counter(span.day for span in spans)
    there = Counter(day for day, _worker in {(span.day, span.worker.pk) for span in spans})
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
    rules: Rulebook,
    kinds: Sequence[str],
    plane: Plane,
    starts_on: date,
    own_first: bool,
    at: datetime,
) -> list[PastJob]:
    jobs = [span.job for span in spans]
    members = sorted({span.worker for span in spans}, key=lambda member: member.number)
    out = excluded(jobs, members, at, lasting=True)
    own = _own_members(coop) if own_first else {}
    found = []
    for span, earns in zip(spans, _earnings(coop, spans), strict=True):
        job, request = span.job, request_of(span.job, rules, out[span.job.pk], members)
        stays = job.service.job_kind not in kinds or hasattr(job, "lock") or job.wanted_id == job.worker_id
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
                own=own.get((job.client_id, job.service.job_kind), own.get((job.client_id, ""))),
            )
        )
    return found


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


def _shifts(spans: Sequence[Span], plane: Plane, starts_on: date) -> list[Shift]:
    """Who was there when, as their jobs tell, and where they began: at home where they share it, else at their first job."""
    theirs: dict[tuple[int, date], list[Span]] = {}
    for span in spans:
        theirs.setdefault((span.worker.number, span.day), []).append(span)
    shifts = []
    for (number, day), those in sorted(theirs.items()):
        first = min(those, key=lambda span: (span.begins, span.job.number))
        begins, ends = first.begins - AROUND, max(span.ends for span in those) + AROUND
        place = home_of(first.worker) or start_of(first.job)
        assert place is not None
        shifts.append(Shift(number, (day - starts_on).days, plane.place(place), _seconds(begins), _seconds(ends)))
    return shifts


def home_of(member: Membership) -> Place | None:
    if member.home_lat_e7 is None or member.home_lon_e7 is None:
        return None
    return Place(member.home_lat_e7, member.home_lon_e7)
