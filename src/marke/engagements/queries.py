"""Who is covered, and what was set aside for the insurer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from marke.common.clock import local_date
from marke.engagements.conditions import NEEDED, Term, is_covered
from marke.engagements.kinds import engagement_kinds
from marke.engagements.models import Covered, Policy
from marke.jobs.models import Job
from marke.ledger.queries import sums_by_detail
from marke.ledger.services import Account
from marke.parties.models import Coop, Membership
from marke.rules.queries import rulebook

SET_ASIDE = "insurance"  # the detail of the account of what the insurer has not billed yet


def policies(coop: Coop) -> QuerySet[Policy]:
    return Policy.objects.filter(coop=coop)


def named(policy: Policy) -> QuerySet[Covered]:
    return Covered.objects.filter(policy=policy).select_related("membership__party").order_by("membership__party__name", "id")


def covers_of(membership: Membership, day: date) -> list[Policy]:
    """The policies by which this member is covered that day, accidents first."""
    found = [policy for policy, term in _terms(membership.coop) if term.holds(membership.pk, day)]
    return sorted(found, key=lambda policy: (policy.against, policy.number))


def _terms(coop: Coop) -> list[tuple[Policy, Term]]:
    """Two queries, however many policies and members there are."""
    rows = {policy.pk: policy for policy in policies(coop)}
    found = [(each, Term(each.against, None, each.first_on, each.last_on)) for each in rows.values() if each.everybody]
    for row in Covered.objects.filter(coop=coop, policy__in=[pk for pk, each in rows.items() if not each.everybody]):
        policy = rows[row.policy_id]
        ends = [day for day in (row.last_on, policy.last_on) if day is not None]
        term = Term(policy.against, row.membership_id, max(row.first_on, policy.first_on), min(ends, default=None))
        found.append((policy, term))
    return found


def find_uncovered(jobs: Sequence[Job], memberships: Sequence[Membership], at: datetime) -> Mapping[int, set[int]]:
    """Who is not covered on the day of an engagement, against what the rule asks for. Nothing is asked where no job is one."""
    engagements = [job for job in jobs if job.service.job_kind in engagement_kinds]
    if not engagements:
        return {}
    coop = engagements[0].coop
    rules = rulebook(coop, at)
    needed = {job.pk: NEEDED[rules.value("engagements.cover", job_kind=job.service.job_kind)] for job in engagements}
    if not any(needed.values()):
        return {}
    terms = [term for _policy, term in _terms(coop)]
    return {
        job.pk: {
            member.pk
            for member in memberships
            if not is_covered(terms, needed[job.pk], member.pk, local_date(job.starts_at, coop.timezone))
        }
        for job in engagements
        if needed[job.pk]
    }


def set_aside(coop: Coop) -> int:
    """Premiums that were booked as a cost and not billed by an insurer yet."""
    kind = Account.Kind.PAYABLE
    return -sums_by_detail(coop, [kind]).get((kind, SET_ASIDE), 0)
