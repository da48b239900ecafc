"""What happens to work, told to higher apps inside the same transaction. A handler that raises Refused stops it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marke.jobs.models import Job
from marke.parties.models import Membership, Party


@dataclass(frozen=True)
class JobBooked:
    job: Job
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class JobMoved:
    """A job came into its state. Told of every move; the others tell what it means."""

    job: Job
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class JobStarted:
    job: Job
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class JobDone:
    job: Job
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class JobFreed:
    """Whoever had the job has it no more: handed back, taken over, or called off."""

    job: Job
    worker: Membership
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class JobsSettled:
    """Jobs of one co-op, booked together: one, or a year that was written down afterwards."""

    jobs: Sequence[Job]
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class JobCorrected:
    """A settled job was settled again at another price, net, in minor units."""

    job: Job
    price_before: int
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class JobCancelled:
    """It does not take place. `fee`: what the client pays for having cancelled late, net, in minor units."""

    job: Job
    fee: int
    by: Party | None
    at: datetime
