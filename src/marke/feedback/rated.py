"""What is spoken about: a job, or an order that was invoiced whole; whose work it was, and since when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marke.invoices.models import Quote
from marke.invoices.quote_queries import done_at
from marke.jobs.models import Job
from marke.parties.models import Circle, Client, Coop, Membership


@dataclass(frozen=True)
class Rated:
    """Work that can be spoken about from `done_at` on; None: not as it stands.

    worker: whose work it was; None with a circle where it was a team's order
    """

    coop: Coop
    client: Client
    number: int
    done_at: datetime | None
    worker: Membership | None
    circle: Circle | None = None
    job: Job | None = None
    order: Quote | None = None


def rated(work: Job | Quote) -> Rated:
    if isinstance(work, Job):
        done = work.done_at if work.worker_id is not None and work.state != Job.State.CANCELLED else None
        return Rated(work.coop, work.client, work.number, done, work.worker, job=work)
    circle, worker = work.activity.circle, None
    if circle is None:
        worker = Membership.objects.select_related("party").filter(coop=work.coop_id, party=work.activity.party_id).first()
    done = done_at(work) if worker or circle else None
    return Rated(work.coop, work.client, work.number, done, worker, circle, order=work)
