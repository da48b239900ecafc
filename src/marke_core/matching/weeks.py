"""Past weeks dealt again by another rule: who would have done which job, and what that would have done to pay and waiting.

It knows the jobs that were done, when they were asked for, and who was there. Whoever is dealt a job does it: nobody
declines here, and nobody does more or less because of the rule. A job for which the replay finds nobody stays with who
really did it, as it really was, so that all columns divide the same pay over the same hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from marke_core.matching.columns import CODE, Codes, RequestColumns, WorkerColumns, column, excluded
from marke_core.matching.play import play
from marke_core.matching.preparing import known_at
from marke_core.matching.problem import DEFAULT_WEIGHTS, NotAProblem, Request, Weights, Worker
from marke_core.matching.row import OUT, Column, Place, Workers, rank_workers
from marke_core.matching.travel import Travel

# In which order those who are free are asked; "turn" orders by when each last took a job.
ORDERS = {"nearest": "nearest", "longest_idle": "longest_idle", "turn": "longest_idle"}
MATCHER = "matcher"
LONG_AGO = 0


@dataclass(frozen=True, slots=True)
class PastJob:
    """A job that was done, on a day counted from the first of the period.

    request: as a dispatcher could see it · worker, done_at: who really did it, and when it was really done
    stays: no rule moves it to somebody else · own: who is asked before the others, if they are free
    trip: the number of the first request of the trip on which it was really brought; None: by itself
    """

    request: Request
    day: int
    worker: int
    done_at: int
    stays: bool = False
    own: int | None = None
    trip: int | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody was there on a day, from a place. Both ends in whole units of time; `capacity` as in Worker."""

    worker: int
    day: int
    place: Place
    starts: int
    ends: int
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Dealing:
    """How the work is dealt. order: one of ORDERS, or MATCHER · step: how often the matcher looks, in units of time."""

    order: str
    weights: Weights = DEFAULT_WEIGHTS
    step: int = 60


@dataclass(frozen=True)
class Weeks:
    """A past period.

    mondays: when the week of each day began: earnings so far count from there
    always_there: earnings so far are weighed by the time since Monday, not by the time somebody was there
    Raises: NotAProblem.
    """

    jobs: Sequence[PastJob]
    shifts: Sequence[Shift]
    mondays: Sequence[int]
    travel: Travel
    always_there: bool = False

    def __post_init__(self) -> None:
        there = {(shift.worker, shift.day) for shift in self.shifts}
        if len(there) != len(self.shifts):
            raise NotAProblem("Somebody has two shifts on one day; join them.")
        missing = sorted({(job.day, job.worker) for job in self.jobs} - {(day, worker) for worker, day in there})
        if missing:
            raise NotAProblem(f"On day {missing[0][0]}, worker {missing[0][1]} did a job and was not there.")
        if any(not 0 <= shift.day < len(self.mondays) for shift in self.shifts):
            raise NotAProblem(f"There are {len(self.mondays)} days, and somebody was there on another one.")

    @cached_property
    def of_jobs(self) -> RequestColumns:
        return RequestColumns.of([job.request for job in self.jobs], self.travel)

    @cached_property
    def workers(self) -> Column:
        """Everybody who was there, ascending."""
        return np.unique(column(shift.worker for shift in self.shifts))


@dataclass(frozen=True)
class Dealt:
    """What came of it, beside `Weeks.jobs`. found: whether the replay found somebody; otherwise it is as it really was.

    trip: the number of a request of the same trip, the same for all of them; its own where it went by itself
    """

    worker: Column
    done_at: Column
    found: NDArray[np.bool_]
    trip: Column


@dataclass(frozen=True)
class Figures:
    """Per worker (ascending by number) what they earned and how long they were there; per job the means, in units of time.

    waiting: from the moment it was wanted for until done · way: to the job and along it
    """

    workers: Column
    earned: Column
    logged: Column
    waiting: float
    way: float
    not_found: int


def as_it_was(weeks: Weeks) -> Dealt:
    """What really happened."""
    count = len(weeks.jobs)
    workers, done_at = column(job.worker for job in weeks.jobs), column(job.done_at for job in weeks.jobs)
    trips = column(job.request.number if job.trip is None else job.trip for job in weeks.jobs)
    return Dealt(workers, done_at, np.ones(count, dtype=np.bool_), trips)


def deal_again(weeks: Weeks, dealing: Dealing) -> Dealt:
    """The same jobs by this rule, day by day. Raises: NotAProblem."""
    if dealing.order not in (*ORDERS, MATCHER):
        raise NotAProblem(f"'{dealing.order}' is not a way to deal; known are: {', '.join((*ORDERS, MATCHER))}")
    real = as_it_was(weeks)
    dealt = Dealt(real.worker.copy(), real.done_at.copy(), np.zeros(len(weeks.jobs), dtype=np.bool_), real.trip.copy())
    so_far = _SoFar(weeks)
    for day in range(len(weeks.mondays)):
        rows = [row for row, job in enumerate(weeks.jobs) if job.day == day]
        shifts = sorted((shift for shift in weeks.shifts if shift.day == day), key=lambda shift: shift.worker)
        so_far.begin(day)
        if rows:
            done = (
                _by_matcher(weeks, rows, shifts, dealing, so_far)
                if dealing.order == MATCHER
                else _in_a_row(weeks, rows, shifts, dealing, so_far)
            )
            for row, (worker, done_at, trip) in done.items():
                dealt.worker[row], dealt.done_at[row], dealt.found[row], dealt.trip[row] = worker, done_at, True, trip
        so_far.end(rows, shifts, dealt)
    return dealt


def figures(weeks: Weeks, dealt: Dealt) -> Figures:
    """What it comes to. Those who were there and got nothing are among the workers."""
    workers = weeks.workers
    earned, logged = np.zeros(len(workers), dtype=np.int64), np.zeros(len(workers), dtype=np.int64)
    np.add.at(earned, np.searchsorted(workers, dealt.worker), weeks.of_jobs.earns)
    there = np.searchsorted(workers, column(shift.worker for shift in weeks.shifts))
    np.add.at(logged, there, column(shift.ends - shift.starts for shift in weeks.shifts))
    waiting = np.maximum(dealt.done_at - weeks.of_jobs.ready, 0)
    some = len(weeks.jobs) > 0
    return Figures(
        workers,
        earned,
        logged,
        waiting=float(waiting.mean()) if some else 0.0,
        way=float(ways(weeks, dealt).mean()) if some else 0.0,
        not_found=int((~dealt.found).sum()),
    )


def ways(weeks: Weeks, dealt: Dealt) -> Column:
    """How long the way to each job and along it is: from where the worker was after the job before, or began the day.

    On a trip of several it goes from door to door.
    """
    jobs, days = weeks.of_jobs, column(job.day for job in weeks.jobs)
    ends = [job.request.drop or job.request.pickup for job in weeks.jobs]
    end_lat, end_lon = column(end.lat for end in ends), column(end.lon for end in ends)
    begins = {(shift.worker, shift.day): shift.place for shift in weeks.shifts}
    order = np.lexsort((jobs.number, dealt.done_at, days, dealt.worker))
    from_lat, from_lon = np.empty_like(end_lat), np.empty_like(end_lon)
    from_lat[order[1:]], from_lon[order[1:]] = end_lat[order[:-1]], end_lon[order[:-1]]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (dealt.worker[order[1:]] != dealt.worker[order[:-1]]) | (days[order[1:]] != days[order[:-1]])
    for row in order[first].tolist():
        place = begins[int(dealt.worker[row]), int(days[row])]
        from_lat[row], from_lon[row] = place.lat, place.lon
    along = weeks.travel(jobs.lat, jobs.lon, end_lat, end_lon)
    alone = np.asarray(weeks.travel(from_lat, from_lon, jobs.lat, jobs.lon) + along)
    further = np.zeros(len(order), dtype=np.bool_)
    further[order[1:]] = ~first[1:] & (dealt.trip[order[1:]] == dealt.trip[order[:-1]])
    return np.where(further, weeks.travel(from_lat, from_lon, end_lat, end_lon), alone)


@dataclass
class _SoFar:
    """What the days before left: earned and logged in this week, and since when each is without work, or had a turn."""

    weeks: Weeks
    earned: dict[int, int] = field(default_factory=dict)
    logged: dict[int, int] = field(default_factory=dict)
    idle: dict[int, int] = field(default_factory=dict)
    turn: dict[int, int] = field(default_factory=dict)
    monday: int | None = None

    def begin(self, day: int) -> None:
        if self.weeks.mondays[day] != self.monday:
            self.monday, self.earned, self.logged = self.weeks.mondays[day], {}, {}

    def end(self, rows: Iterable[int], shifts: Iterable[Shift], dealt: Dealt) -> None:
        for row in rows:
            worker, done_at = int(dealt.worker[row]), int(dealt.done_at[row])
            self.earned[worker] = self.earned.get(worker, 0) + self.weeks.jobs[row].request.earns
            self.idle[worker] = max(self.idle.get(worker, LONG_AGO), done_at)
        for shift in shifts:
            self.logged[shift.worker] = self.logged.get(shift.worker, 0) + shift.ends - shift.starts

    def worker(self, shift: Shift) -> Worker:
        """As the matcher sees them when their day begins."""
        assert self.monday is not None
        logged = shift.starts - self.monday if self.weeks.always_there else self.logged.get(shift.worker, 0)
        return Worker(
            number=shift.worker,
            place=shift.place,
            free_at=shift.starts,
            starts=shift.starts,
            ends=shift.ends,
            capacity=shift.capacity,
            earned=self.earned.get(shift.worker, 0),
            logged=logged,
        )


Done = dict[int, tuple[int, int, int]]  # row of the job → its worker, when it is done, and the first request of its trip


def _by_matcher(weeks: Weeks, rows: Sequence[int], shifts: Sequence[Shift], dealing: Dealing, so_far: _SoFar) -> Done:
    """All open jobs and everybody who is there at once, again and again (`play`)."""
    opens, numbers = min(shift.starts for shift in shifts), [shift.worker for shift in shifts]
    requests = []
    for row in rows:
        job = weeks.jobs[row]
        others = frozenset(number for number in numbers if number != job.worker)
        asked = replace(job.request, blocked=job.request.blocked | others) if job.stays else job.request
        requests.append(replace(asked, known=max(known_at(asked), opens)))
    workers = [so_far.worker(shift) for shift in shifts]
    played = play(
        requests=requests, workers=workers, travel=weeks.travel, weights=dealing.weights, step=dealing.step, skips_quiet=True
    )
    row_of = {weeks.jobs[row].request.number: row for row in rows}
    return {
        row_of[request.number]: (run.worker, done_at, run.route.requests[0].number)
        for run in played.runs
        for request, done_at in zip(run.route.requests, run.route.done_at, strict=True)
    }


def _in_a_row(weeks: Weeks, rows: Sequence[int], shifts: Sequence[Shift], dealing: Dealing, so_far: _SoFar) -> Done:
    """One job after the other, as they begin, to the first in its row."""
    day = _Day.of(weeks, rows, shifts, so_far, dealing.order)
    done: Done = {}
    for place in np.lexsort((day.jobs.number, day.jobs.ready)).tolist():
        chosen = day.choose(place, weeks.jobs[rows[place]], dealing.order)
        if chosen is not None:
            number = weeks.jobs[rows[place]].request.number
            done[rows[place]] = int(day.here.number[chosen]), day.take(place, chosen, so_far), number
    return done


@dataclass
class _Day:
    """The workers of a day as columns that move on, and its jobs."""

    jobs: RequestColumns
    requests: Sequence[Request]
    here: WorkerColumns
    since: Column  # without work, or without a turn
    out: Codes | None
    travel: Travel
    by_turn: bool

    @classmethod
    def of(cls, weeks: Weeks, rows: Sequence[int], shifts: Sequence[Shift], so_far: _SoFar, order: str) -> _Day:
        workers = [so_far.worker(shift) for shift in shifts]
        requests = [weeks.jobs[row].request for row in rows]
        since = so_far.turn if order == "turn" else so_far.idle
        return cls(
            jobs=weeks.of_jobs.take(np.array(rows, dtype=np.int64)),
            requests=requests,
            here=WorkerColumns.of(workers),
            since=column(since.get(shift.worker, LONG_AGO) for shift in shifts),
            out=excluded(requests, workers),
            travel=weeks.travel,
            by_turn=order == "turn",
        )

    def choose(self, place: int, job: PastJob, order: str) -> int | None:
        """Who gets it: of those who are free when it begins, and if there is nobody, of those who can still begin in time."""
        here, jobs = self.here, self.jobs
        begins = self._begins(place)
        able = (begins <= jobs.start_by[place]) & (begins <= here.ends)
        if self.out is not None:
            able &= self.out[place] == CODE[""]
        if job.stays:
            able &= here.number == job.worker
        if not able.any():
            return None
        free = able & (here.free_at <= jobs.ready[place])
        if job.own is not None and (free & (here.number == job.own)).any():
            return int(np.flatnonzero(here.number == job.own)[0])
        pool = free if free.any() else able
        out = np.where(pool, OUT[""], OUT["busy"])
        workers = Workers(here.number, self.since, here.lat, here.lon, np.ones(len(out), dtype=np.bool_), out)
        return rank_workers(workers, ORDERS[order], int(jobs.ready[place]), job.request.pickup, self._way).first

    def _way(self, lat: Column, lon: Column, to: Place) -> Column:
        return self.travel(lat, lon, column([to.lat]), column([to.lon]))

    def _begins(self, place: int) -> Column:
        """When each could begin."""
        here, jobs = self.here, self.jobs
        way = self.travel(here.lat, here.lon, jobs.lat[place], jobs.lon[place])
        there = np.maximum(here.free_at, here.starts) + way + jobs.before[place]
        return np.asarray(np.maximum(there, jobs.ready[place]))

    def take(self, place: int, chosen: int, so_far: _SoFar) -> int:
        """Moves the worker on to where and when the job ends; returns when it is done."""
        here, jobs, request = self.here, self.jobs, self.requests[place]
        begins = int(self._begins(place)[chosen])
        done_at = begins + int(jobs.after[place] + jobs.direct[place])
        end = request.drop or request.pickup
        here.free_at[chosen] = done_at + int(jobs.tail[place])
        here.lat[chosen], here.lon[chosen] = end.lat, end.lon
        so_far.turn[int(here.number[chosen])] = begins
        self.since[chosen] = begins if self.by_turn else done_at
        return done_at
