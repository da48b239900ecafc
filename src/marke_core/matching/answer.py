"""What a dispatch answers: who should be offered what, when they have to leave at the latest, and why they and not others."""

from __future__ import annotations

from dataclasses import dataclass

# Why somebody cannot do a request, in the order in which it is said when several hold; "" is said of nobody.
CONDITIONS = (
    "blocked",  # the client and the worker do not meet
    "declined",  # said no to this very request
    "skill",
    "access",
    "load",
    "shift_end",  # could only begin after the end of the shift
    "window",  # could only begin or end later than the request allows
    "busy",  # will not be free within `Weights.busy_minutes`
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a choice costs, part by part, in weighed minutes of a waiting client; smaller is better.

    approach: the way to the pickup, or the detour for those who share the trip
    waiting: the client waits after `ready`, and others of the same trip for this one
    lateness: done after `due`
    fairness: would have earned more than the average so far (negative: less)
    position: leaves a place near to where requests lately began (negative: a remote one)
    """

    approach: float = 0.0
    waiting: float = 0.0
    lateness: float = 0.0
    fairness: float = 0.0
    position: float = 0.0

    @property
    def total(self) -> float:
        return self.approach + self.waiting + self.lateness + self.fairness + self.position


@dataclass(frozen=True, slots=True)
class Option:
    """One worker for one request. Moments are None and the cost empty where a condition excludes the worker."""

    worker: int
    out: str = ""  # one of CONDITIONS, or the worker's own `out`; "" can do it
    joins: bool = False  # it would be added to the trip that the worker is on the way to
    cost: Cost = Cost()
    travel: int | None = None  # how long the way to the pickup is
    picked_up_at: int | None = None
    done_at: int | None = None
    needed_for: tuple[int, ...] = ()  # the requests that this worker is proposed for instead


@dataclass(frozen=True, slots=True)
class Explanation:
    """Who was considered for a request, best first, those excluded last, each with the reason.

    `left_out` counts workers who could, but are further away than the `Weights.nearest` who were considered.
    `why_none` is said when nobody is proposed: "later" (it is ready beyond the horizon), "nobody" (no worker can),
    "needed" (who can is needed more elsewhere, or too far to be worth it yet).
    """

    request: int
    options: tuple[Option, ...]
    chosen: int | None
    why_none: str = ""
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """One request on its way: when the worker has it, and when it is done."""

    request: int
    picked_up_at: int
    done_at: int


@dataclass(frozen=True, slots=True)
class Shared:
    """What sharing a trip means for one request on it.

    alone_at: when the same worker would be done with it, had they fetched nothing else
    cost, cost_alone: weighed minutes on this trip, and by itself; None for what was on the trip already, and alone for what
        nobody could do by itself
    """

    request: int
    done_at: int
    alone_at: int
    cost: float | None = None
    cost_alone: float | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One worker is proposed for these requests, in the order of their drops.

    joins: they are added to the trip the worker is on the way to; `requests` are the new ones, `stops` the whole trip
    leave_by: leaving later would be later at the pickup, so the offer can wait until then, and a better choice may
        turn up; `now` says that this moment has come. Of several together, it is the first request's own
    free_at: when the worker is free again, at the last drop
    shared: where the trip is of several, what that means for each of them, beside `stops`
    """

    worker: int
    requests: tuple[int, ...]
    stops: tuple[Stop, ...]
    joins: bool
    leave_by: int
    now: bool
    free_at: int
    cost: Cost
    explanations: tuple[Explanation, ...] = ()
    shared: tuple[Shared, ...] = ()
