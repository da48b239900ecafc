"""Questions about work: what waits for me, what needs a human now, what can be booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from marke.common.clock import end_of_today
from marke.jobs.conditions import AT_WORK
from marke.jobs.exclusions import excluded
from marke.jobs.kinds import kinds_of
from marke.jobs.matching import WORKING_CLASS, mode_of
from marke.jobs.models import Contest, Job, JobEvent, Offer, Service
from marke.parties.models import Client, Coop, Membership
from marke.rules.queries import rulebook
from marke_core.matching import Place

State = Job.State
RECENT = timedelta(days=30)
SOON = timedelta(hours=1)
MOST_IN_A_QUEUE = 50
MOST_ON_THE_BOARD = 500


def services_on_offer(coop: Coop) -> QuerySet[Service]:
    return Service.objects.filter(coop=coop, ended_at=None)


def jobs(coop: Coop) -> QuerySet[Job]:
    return Job.objects.filter(coop=coop).select_related("service", "client__party", "worker__party")


def open_offers(membership: Membership, at: datetime) -> QuerySet[Offer]:
    """What this member is asked now; an offer whose time has passed is over, also when nobody has written it down."""
    rows = Offer.objects.filter(coop=membership.coop, membership=membership, state=Offer.State.OPEN, opens_at__lte=at)
    return rows.filter(Q(expires_at=None) | Q(expires_at__gt=at)).select_related(
        "job__service", "job__client__party", "job__coop"
    )


def on_the_board(membership: Membership, at: datetime) -> list[Job]:
    """What this member may take from the board, the next first. A job on the board is offered, and nobody is asked for it."""
    asked = Offer.objects.filter(job=OuterRef("pk"), state=Offer.State.OPEN)
    rows = jobs(membership.coop).filter(state=State.OFFERED, starts_at__gt=at).exclude(Exists(asked))
    found = list(rows.order_by("starts_at", "number")[:MOST_ON_THE_BOARD])
    if membership.member_class != WORKING_CLASS:
        return []
    out = excluded(found, [membership], at)
    return [job for job in found if not out[job.pk].get(membership.pk)]


def is_matched(coop: Coop, at: datetime) -> bool:
    """Whether the matcher looks at any kind of this co-op's work."""
    rules = rulebook(coop, at)
    return any(rules.value("jobs.matching", job_kind=kind.kind) == "automatic" for kind in kinds_of(coop.pack))


@dataclass(frozen=True)
class MyJobs:
    """A member's own work: today's and what is under way, what comes, and what is done lately."""

    today: list[Job]
    next: list[Job]
    done: list[Job]


def my_jobs(membership: Membership, at: datetime) -> MyJobs:
    coop = membership.coop
    ends = end_of_today(at, coop.timezone)
    mine = jobs(coop).filter(worker=membership)
    ahead = list(mine.filter(state__in=AT_WORK).order_by("starts_at")[:MOST_IN_A_QUEUE])
    done = mine.filter(state__in=(State.DONE, State.CONFIRMED, State.SETTLED, State.DISPUTED)).order_by("-done_at", "-number")
    return MyJobs(
        today=[job for job in ahead if job.starts_at < ends or job.state == State.UNDER_WAY],
        next=[job for job in ahead if job.starts_at >= ends and job.state != State.UNDER_WAY],
        done=list(done[:10]),
    )


@dataclass(frozen=True)
class Queue:
    """What needs a human now."""

    unassigned: list[Job]
    no_answer: list[Offer]
    late: list[Job]
    disputed: list[Job]
    contests: list[Contest]

    def __len__(self) -> int:
        return len(self.unassigned) + len(self.no_answer) + len(self.late) + len(self.disputed) + len(self.contests)


def queue(coop: Coop, at: datetime) -> Queue:
    """Jobs that nobody has, offers without an answer in time, work that has not begun, disputes, open contests."""
    offers = Prefetch("offers", Offer.objects.order_by("made_at", "id"))
    unassigned = jobs(coop).filter(state=State.REQUESTED).prefetch_related(offers).order_by("starts_at")
    asked = Offer.objects.filter(job=OuterRef("pk"), state=Offer.State.OPEN)
    # Nobody took it from the board, and it begins soon.
    left = jobs(coop).filter(state=State.OFFERED, starts_at__lte=at + SOON).exclude(Exists(asked)).order_by("starts_at")
    over = Offer.objects.filter(coop=coop, state=Offer.State.OPEN, expires_at__lte=at)
    over = over.select_related("job__service", "job__client__party", "membership__party")
    late = jobs(coop).filter(state=State.ACCEPTED, starts_at__lt=at - timedelta(minutes=15)).order_by("starts_at")
    disputes = Prefetch("events", JobEvent.objects.filter(state=State.DISPUTED).order_by("at", "id"), to_attr="disputes")
    return Queue(
        unassigned=_needing_somebody(coop, unassigned, at) + list(left.prefetch_related(offers)[:MOST_IN_A_QUEUE]),
        no_answer=list(over[:MOST_IN_A_QUEUE]),
        late=list(late[:MOST_IN_A_QUEUE]),
        disputed=list(jobs(coop).filter(state=State.DISPUTED).prefetch_related(disputes).order_by("number")[:MOST_IN_A_QUEUE]),
        contests=list(
            Contest.objects.filter(coop=coop, answered_at=None)
            .order_by("due_at")
            .select_related("job", "membership__party")[:MOST_IN_A_QUEUE]
        ),
    )


def _needing_somebody(coop: Coop, rows: QuerySet[Job], at: datetime) -> list[Job]:
    """Jobs that nobody has; but what the matcher will look at in time needs no human yet."""
    found = list(rows[: 4 * MOST_IN_A_QUEUE])
    for job in found:
        job.coop = coop
    return [job for job in found if job.starts_at <= at + SOON or mode_of(job, at) != "automatic"][:MOST_IN_A_QUEUE]


def timeline(job: Job) -> QuerySet[JobEvent]:
    return JobEvent.objects.filter(job=job).select_related("by").order_by("at", "id")


def offers_of(job: Job) -> list[Offer]:
    rows = Offer.objects.filter(job=job).select_related(
        "membership__party",
        "asking__rule_value__decision",
        "asking__fairness_value__decision",
        "trip__rule_value__decision",
        "made_by",
    )
    return list(rows.order_by("made_at", "id"))


def latest_offer(job: Job, membership: Membership) -> Offer | None:
    rows = Offer.objects.filter(job=job, membership=membership).select_related(
        "membership__party", "asking__rule_value__decision", "asking__fairness_value__decision", "trip__rule_value__decision"
    )
    return rows.order_by("-made_at", "-id").first()


def recently_asked(coop: Coop, at: datetime) -> QuerySet[Offer]:
    """The offers of the last month, newest first: where each member can see where they stood."""
    rows = Offer.objects.filter(coop=coop, made_at__gte=at - RECENT).select_related("job__service", "membership", "asking")
    return rows.order_by("-made_at", "-id")


def jobs_of_client(client: Client) -> QuerySet[Job]:
    return jobs(client.coop).filter(client=client).order_by("-starts_at", "-number")


def known_point(coop: Coop, address: str) -> Place | None:
    """Where an address is, if a job has been there before: the co-op's own memory of places."""
    for text, lat, lon in (("place", "place_lat_e7", "place_lon_e7"), ("pickup", "pickup_lat_e7", "pickup_lon_e7")):
        rows = Job.objects.filter(coop=coop, **{f"{text}__iexact": address.strip(), f"{lat}__isnull": False})
        if found := rows.order_by("-number").values_list(lat, lon).first():
            return Place(*found)
    return None
