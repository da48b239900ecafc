"""Questions about safety: who is on duty, what rings, who is kept apart, what a link shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from marke.jobs.conditions import AT_WORK
from marke.jobs.models import Job
from marke.parties.models import Client, Coop, Membership
from marke.parties.offices import holders
from marke.parties.queries import active_members
from marke.rules.queries import rulebook
from marke.safety.models import Alarm, Block, LoneWork, SharedTrip

# So long after a job is done, a friend still reads that it is.
AFTERWARDS = timedelta(hours=1)


def duty(coop: Coop, at: datetime) -> str:
    """The office that is called."""
    return str(rulebook(coop, at).value("safety.on_duty"))


def on_duty(coop: Coop, at: datetime) -> list[Membership]:
    """Everybody who may act in that office now. Nobody holds it: every member, for a call for help must reach somebody."""
    return holders(coop, duty(coop, at), at) or list(active_members(coop))


def ringing(coop: Coop) -> QuerySet[Alarm]:
    rows = Alarm.objects.filter(coop=coop, undone_at=None, closed_at=None)
    return rows.select_related("membership__party", "job").order_by("raised_at", "id")


def alarms_of(membership: Membership) -> QuerySet[Alarm]:
    return Alarm.objects.filter(membership=membership, undone_at=None, closed_at=None).order_by("-raised_at")


def check_in_of(job: Job, membership: Membership) -> LoneWork | None:
    return LoneWork.objects.filter(job=job, membership=membership, ended_at=None).first()


def trip_of(job: Job, membership: Membership, at: datetime) -> SharedTrip | None:
    return SharedTrip.objects.filter(job=job, membership=membership, ended_at=None, until__gt=at).first()


def trip_by(coop: Coop, token: str, at: datetime) -> SharedTrip | None:
    """What a link shows: a trip of a member who still has the job, until its time is over."""
    rows = SharedTrip.objects.filter(coop=coop, token=token, ended_at=None, until__gt=at)
    found = rows.select_related("job__service", "membership__party").first()
    if found is None or found.job.worker_id != found.membership_id:
        return None
    done_at = found.job.done_at
    if at >= done_at + AFTERWARDS if done_at else found.job.state not in AT_WORK:
        return None
    found.job.coop = found.membership.coop = coop
    return found


def kept_apart(jobs: Sequence[Job], memberships: Sequence[Membership], at: datetime) -> dict[int, set[int]]:
    """Job id → ids of the members who are kept apart from its client. One query."""
    clients = {job.client_id for job in jobs}
    rows = Block.objects.filter(
        coop__in={job.coop_id for job in jobs},
        client__in=clients,
        membership__in=[each.pk for each in memberships],
        lifted_at=None,
    )
    by_client: dict[int, set[int]] = {}
    for client, membership in rows.values_list("client_id", "membership_id"):
        by_client.setdefault(client, set()).add(membership)
    return {job.pk: by_client[job.client_id] for job in jobs if job.client_id in by_client}


def is_blocked(client: Client, membership: Membership, *, by_client: bool) -> bool:
    return Block.objects.filter(client=client, membership=membership, by_client=by_client, lifted_at=None).exists()


def blocks_by(membership: Membership) -> QuerySet[Block]:
    """What a member said; not what was said of them."""
    return Block.objects.filter(membership=membership, by_client=False, lifted_at=None).select_related("client__party")


def accepted_together(client: Client, membership: Membership) -> list[Job]:
    """Jobs that were accepted before and still stand."""
    rows = Job.objects.filter(client=client, worker=membership, state__in=AT_WORK).select_related("service")
    return list(rows.order_by("starts_at"))


def told_to_coordinator(coop: Coop) -> tuple[int, int, list[Block]]:
    """How many blocks of members and of clients are in force, and those whose reason may be read."""
    rows = Block.objects.filter(coop=coop, lifted_at=None)
    by_client = rows.filter(by_client=True).count()
    told = rows.filter(tells_coordinator=True).exclude(reason="").select_related("client__party", "membership__party")
    return rows.count() - by_client, by_client, list(told[:100])


def over_before(coop: Coop, moment: datetime) -> tuple[QuerySet[LoneWork], QuerySet[Alarm], QuerySet[SharedTrip]]:
    """What ended before a moment, and is to be forgotten."""
    return (
        LoneWork.objects.filter(coop=coop, ended_at__lt=moment),
        Alarm.objects.filter(Q(closed_at__lt=moment) | Q(undone_at__lt=moment), coop=coop),
        SharedTrip.objects.filter(Q(ended_at__lt=moment) | Q(until__lt=moment), coop=coop),
    )
