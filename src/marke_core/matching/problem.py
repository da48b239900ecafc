"""What a dispatch begins with: requests, workers, the work they hold already, and the weights that a co-op voted.

Rides (pickup and drop), visits (one place, a duration) and deliveries (several from one place) are all requests.
Moments and durations are whole numbers of one unit, of which `Weights.per_minute` make a minute: seconds since 1970 in
a live program (60), minutes of the day in a simulation (1). Places are WGS 84 degrees times 1e7, or metres on a plane;
the travel provider decides.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from marke_core.matching.row import Place
from marke_core.matching.travel import Travel


class NotAProblem(ValueError):
    """The problem contradicts itself: two of one number, a window that ends before it begins, a negative duration."""


@dataclass(frozen=True, slots=True)
class Service:
    """How long a stop takes: `before` the thing changes hands (parking, the stairs), and `after` (handing over, back)."""

    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that somebody asks for.

    pickup, drop: where it begins and ends; without a drop it ends where it began (a visit, whose duration is
        `at_pickup.after`)
    known: from when on a dispatcher can know it · ready: it cannot begin before
    start_by, done_by: later is refused · due: later is allowed and counts as lateness
    source: requests of one source (a kitchen, a shop) may share one trip; None travels alone
    load: what it takes of a worker's capacity, while it is carried
    skills, access: what a worker must have ("first aid"; "wheelchair")
    blocked: workers that the client blocked, or who blocked the client · declined: who said no to this very request;
        it is an input of no other request
    earns: what the worker earns by it, minor units
    """

    number: int
    pickup: Place
    ready: int
    drop: Place | None = None
    known: int | None = None  # None: since ever
    start_by: int | None = None
    due: int | None = None
    done_by: int | None = None
    at_pickup: Service = Service()
    at_drop: Service = Service()
    source: Hashable = None
    load: int = 0
    skills: frozenset[str] = frozenset()
    access: frozenset[str] = frozenset()
    blocked: frozenset[int] = frozenset()
    declined: frozenset[int] = frozenset()
    earns: int = 0


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody at work today, as they stand when asked, without the trip that they may be on the way to (`Trip`).

    place, free_at: where, and from when on, they can set out for something new
    starts, ends: nothing is picked up before the one and after the other (None: open end)
    earned, logged: minor units earned and time logged so far in the period over which the co-op evens out
    """

    number: int
    place: Place
    free_at: int
    starts: int
    ends: int | None = None
    capacity: int | None = None  # None: no limit
    skills: frozenset[str] = frozenset()
    access: frozenset[str] = frozenset()
    earned: int = 0
    logged: int = 0
    out: str = ""  # why they are not asked at all, in the program's word ("suspended", "on a break")


@dataclass(frozen=True, slots=True)
class Trip:
    """Requests of one source that a worker has been told to fetch and has not picked up yet, in the order of the drops.

    `left_at` from `from_place`. The worker's own `place` and `free_at` say where and when the trip as it is now ends.
    may_join: requests that the worker is out for only because of this very trip
    """

    worker: int
    requests: tuple[Request, ...]
    left_at: int
    from_place: Place
    may_join: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """What there is to be done at the moment `at`, and by whom; how it is weighed is not part of it.

    requests: open and in nobody's hands · trips: under way to a pickup · travel: gives the same way the same answer
    """

    requests: Sequence[Request]
    workers: Sequence[Worker]
    at: int
    travel: Travel
    trips: Sequence[Trip] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """How minutes of different kinds weigh against each other, and how far a dispatch looks. Rules of a co-op.

    approach: a worker's minute on the way, against a minute that a client waits after `ready`
    lateness: a minute after `due`, on top of the waiting
    fairness: λ. Who would have earned twice the average per logged hour after it counts as this many minutes further away
    newcomer_minutes: nobody's earnings are divided by less than this, so that a first job does not look like riches
    position: a minute that the worker's place lies nearer to where requests lately began than the average worker's; the
        best placed are kept for what comes next
    own_trip_minutes: what sending one more worker costs, against joining a trip that is on its way
    unserved_minutes: leaving a request for later counts as if it began so much later than it could; who has waited for
        an hour is served at any price
    horizon_minutes, busy_minutes: how far ahead requests are looked at, and workers who will be free
    largest_trip: requests that may share one trip
    longer_minutes: how much later somebody may be done on a shared trip than if the same worker did only theirs, and never
        later than alone at the latest; None: as the windows of the requests say
    together_at_first: whether what nobody is under way for yet is proposed together, and not only added to trips on their way
    answer_minutes: an offer goes out this long before its worker has to leave
    while_busy: whether somebody under way may be asked for what comes after
    nearest: how many workers are looked at for each request (more where those cannot); None: all
    """

    per_minute: int = 60
    approach: float = 0.2
    lateness: float = 0.0
    fairness: float = 0.0
    newcomer_minutes: int = 45
    position: float = 0.3
    own_trip_minutes: float = 2.0
    unserved_minutes: float = 60.0
    horizon_minutes: int = 35
    busy_minutes: int = 60
    largest_trip: int = 4
    longer_minutes: int | None = None
    together_at_first: bool = False
    answer_minutes: int = 0
    while_busy: bool = False
    nearest: int | None = None


DEFAULT_WEIGHTS = Weights()
