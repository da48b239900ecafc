"""The matcher looks: who is given which job, or asked for it, as late as it can be decided."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from marke.common.refusal import Refused
from marke.jobs.models import Agreement, Door, Job, Lock, Look, Trip
from marke.jobs.rolling import View, lead, row_of, view
from marke.jobs.services.moves import all_locked
from marke.jobs.services.offering import ask, ask_for_trip, give
from marke.jobs.sharing import reason_to_join
from marke.parties.models import Coop, Membership
from marke.rules.queries import rulebook
from marke_core.matching import Proposal
from marke_core.matching.checker import Violation
from marke_core.matching.verifying import faults

logger = logging.getLogger(__name__)


def look(*, coop: Coop, at: datetime, soon: bool = False) -> int:
    """Looks at all open jobs at once and commits what cannot wait. Returns how many jobs were given or asked for.

    Two at once, or twice within the interval of the rule, look once; `soon` looks whenever it was before.
    """
    if not _is_due(coop, at, rulebook(coop, at).value("dispatch.interval"), soon=soon):
        return 0
    return commit(coop=coop, seen=view(coop, at))


def commit(*, coop: Coop, seen: View) -> int:
    """What cannot wait, of what was seen. Returns how many jobs were given or asked for.

    What the checker finds fault with is not done: its jobs wait, and the desk shows them when they are soon.
    """
    due = [proposal for proposal in seen.proposals if proposal.explanations]
    agreed = _agreed(coop, list(seen.members.values()))
    count = 0
    for proposal, wrong in zip(due, faults(seen.problem, due), strict=True):
        if wrong:
            _report(coop, seen, proposal, wrong)
        else:
            count += _commit(seen, proposal, agreed)
    return count


def _report(coop: Coop, seen: View, proposal: Proposal, wrong: Sequence[Violation]) -> None:
    """In numbers only: names and places are nothing for a log."""
    logger.error(
        "Co-op %s: what the matcher proposed at %s to member %s for jobs %s (leaving by %s; job, fetched and done at: %s) breaks %s. It was not done; the jobs wait for somebody to give them.",
        coop.pk, seen.problem.at, proposal.worker, list(proposal.requests), proposal.leave_by,
        [(stop.request, stop.picked_up_at, stop.done_at) for stop in proposal.stops],
        [(fault.condition, fault.requests) for fault in wrong],
    )  # fmt: skip


def _is_due(coop: Coop, at: datetime, interval: timedelta, *, soon: bool) -> bool:
    with transaction.atomic():
        if Look.objects.filter(coop=coop).exists():
            rows = Look.objects.filter(coop=coop)
            return bool((rows if soon else rows.filter(at__lte=at - interval)).update(at=at))
    try:
        with transaction.atomic():
            Look.objects.create(coop=coop, at=at)
    except IntegrityError:
        return False
    return True


def _commit(seen: View, proposal: Proposal, agreed: set[int]) -> int:
    """One proposal in its own transaction. Whoever looks at the same time waits here, and finds the job gone."""
    member, wanted = seen.members[proposal.worker], [seen.jobs[number] for number in proposal.requests]
    asked = member.pk not in agreed
    leave_by = datetime.fromtimestamp(proposal.leave_by, seen.at.tzinfo)
    if seen.at < leave_by - max(lead(seen, job, asked=asked) for job in wanted):
        return 0
    held = seen.agreed[proposal.worker].jobs if proposal.joins else []
    try:
        with transaction.atomic():
            Look.objects.select_for_update().get(coop=member.coop_id)
            jobs = sorted(all_locked(job.pk for job in wanted), key=lambda job: proposal.requests.index(job.number))
            if not all(_still_fits(job, member, held, seen.at) for job in jobs):
                return 0
            rows = [(job, row_of(seen, proposal, job)) for job in jobs]
            if proposal.shared:
                trip = _trip(seen, proposal, member)
                ask_for_trip(trip, rows, given=not asked, by=None, at=seen.at, door=Door.CLOCK)
            elif asked:
                ask(*rows[0], [(member, timedelta(0))], by=None, at=seen.at, door=Door.CLOCK)
            else:
                give(*rows[0], member, by=None, at=seen.at, door=Door.CLOCK)
    except Refused:
        return 0
    return len(jobs)


def _trip(seen: View, proposal: Proposal, member: Membership) -> Trip:
    """What was reckoned with, in whole seconds."""
    picked_up = {stop.request: stop.picked_up_at for stop in proposal.stops}
    plan = [
        {
            "job": each.request, "picked_up_at": picked_up[each.request], "done_at": each.done_at, "alone_at": each.alone_at,
            "cost": _seconds(each.cost), "cost_alone": _seconds(each.cost_alone),
        }
        for each in proposal.shared
    ]  # fmt: skip
    rule = seen.rules.entry("dispatch.trip_jobs")
    return Trip.objects.create(coop=member.coop, membership=member, rule_value=rule, plan=plan, made_at=seen.at)


def _seconds(minutes: float | None) -> int | None:
    return None if minutes is None else round(minutes * 60)


def _still_fits(job: Job, member: Membership, held: Sequence[Job], at: datetime) -> bool:
    waits = job.state == Job.State.REQUESTED and not Lock.objects.filter(job=job).exists()
    return waits and not reason_to_join(job, member, held, at)


def _agreed(coop: Coop, members: list[Membership]) -> set[int]:
    """Who agreed to be given work: by their own last word, or as employees. One query."""
    said = dict(Agreement.objects.filter(coop=coop).order_by("at", "id").values_list("membership", "given"))
    return {m.pk for m in members if said.get(m.pk, m.engagement == Membership.Engagement.EMPLOYEE)}
