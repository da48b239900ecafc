"""The matcher looks: who is given which job, or asked for it, as late as it can be decided."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from marke.common.refusal import Refused
from marke.jobs.exclusions import reason_for
from marke.jobs.models import Agreement, Door, Job, Lock, Look
from marke.jobs.rolling import View, lead, row_of, view
from marke.jobs.services.moves import locked
from marke.jobs.services.offering import ask, give
from marke.parties.models import Coop, Membership
from marke.rules.queries import rulebook
from marke_core.matching import Proposal


def look(*, coop: Coop, at: datetime, soon: bool = False) -> int:
    """Looks at all open jobs at once and commits what cannot wait. Returns how many jobs were given or asked for.

    Two at once, or twice within the interval of the rule, look once; `soon` looks whenever it was before.
    """
    if not _is_due(coop, at, rulebook(coop, at).value("dispatch.interval"), soon=soon):
        return 0
    seen = view(coop, at)
    agreed = _agreed(coop, list(seen.members.values()))
    return sum(_commit(seen, proposal, agreed) for proposal in seen.proposals if proposal.explanations)


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


def _commit(seen: View, proposal: Proposal, agreed: set[int]) -> bool:
    """One proposal in its own transaction. Whoever looks at the same time waits here, and finds the job gone."""
    member, job = seen.members[proposal.worker], seen.jobs[proposal.requests[0]]
    asked = member.pk not in agreed
    if seen.at < datetime.fromtimestamp(proposal.leave_by, seen.at.tzinfo) - lead(seen, job, asked=asked):
        return False
    try:
        with transaction.atomic():
            Look.objects.select_for_update().get(coop=member.coop_id)
            job = locked(job)
            if not _still_fits(job, member, seen.at):
                return False
            row = row_of(seen, proposal)
            if asked:
                ask(job, row, [(member, timedelta(0))], by=None, at=seen.at, door=Door.CLOCK)
            else:
                give(job, row, member, by=None, at=seen.at, door=Door.CLOCK)
    except Refused:
        return False
    return True


def _still_fits(job: Job, member: Membership, at: datetime) -> bool:
    waits = job.state == Job.State.REQUESTED and not Lock.objects.filter(job=job).exists()
    return waits and reason_for(job, member, at) is None


def _agreed(coop: Coop, members: list[Membership]) -> set[int]:
    """Who agreed to be given work: by their own last word, or as employees. One query."""
    said = dict(Agreement.objects.filter(coop=coop).order_by("at", "id").values_list("membership", "given"))
    return {m.pk for m in members if said.get(m.pk, m.engagement == Membership.Engagement.EMPLOYEE)}
