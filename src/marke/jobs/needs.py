"""What a job needs of whoever does it, and who lacks it: skills, tools, room for a wheelchair, a load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marke.common.clock import local_date
from marke.jobs.exclusions import Exclusion
from marke.jobs.models import Capability, Held, Job, JobNeed, Service, ServiceNeed
from marke.parties.models import Coop, Membership
from marke.rules.queries import rulebook

LACKS, TOO_HEAVY = "lacks", "too_heavy"


def find_lacking(jobs: Sequence[Job], memberships: Sequence[Membership], at: datetime) -> Mapping[int, set[int]]:
    """Who is left out, where the rule of the job's kind leaves out who lacks something; three queries in all."""
    strict = _leaving_out(jobs, at)
    return {job: set(members) for job, members in lacking(strict, memberships, at).items()}


def find_too_weak(jobs: Sequence[Job], memberships: Sequence[Membership], at: datetime) -> Mapping[int, set[int]]:
    """Who carries less than the job weighs; two queries, none where no job has a load."""
    heavy = _leaving_out([job for job in jobs if job.load_kg], at)
    if not heavy or not memberships:
        return {}
    carries = carried_by(heavy[0].coop, memberships, at)
    return {job.pk: {each for each, most in carries.items() if most < job.load_kg} for job in heavy}


def lacking(jobs: Sequence[Job], memberships: Sequence[Membership], at: datetime) -> dict[int, dict[int, list[str]]]:
    """Job id → membership id → the names of what they lack, whether that leaves them out or only warns; two queries."""
    needed: dict[int, list[tuple[int, str]]] = {}
    rows = JobNeed.objects.filter(job__in=jobs).values_list("job", "capability", "capability__name")
    for job, capability, name in rows.order_by("capability__name"):
        needed.setdefault(job, []).append((capability, name))
    if not needed or not memberships:
        return {}
    coop = next(job.coop for job in jobs if job.pk in needed)
    has = set(held_on(coop, at).filter(membership__in=memberships).values_list("membership", "capability"))
    out: dict[int, dict[int, list[str]]] = {}
    for job, wanted in needed.items():
        for member in memberships:
            missing = [name for capability, name in wanted if (member.pk, capability) not in has]
            if missing:
                out.setdefault(job, {})[member.pk] = missing
    return out


def warnings(jobs: Sequence[Job], memberships: Sequence[Membership], at: datetime) -> dict[int, dict[int, str]]:
    """Job id → membership id → what they lack, in words, where the rule of the job's kind only warns; at most five queries."""
    leaving_out = {job.pk for job in _leaving_out(jobs, at)}
    warned = [job for job in jobs if job.pk not in leaving_out]
    if not warned or not memberships:
        return {}
    found = {
        job: {pk: ", ".join(names) for pk, names in theirs.items()} for job, theirs in lacking(warned, memberships, at).items()
    }
    heavy = [job for job in warned if job.load_kg]
    carries = carried_by(heavy[0].coop, memberships, at) if heavy else {}
    for job in heavy:
        for pk, most in carries.items():
            if most < job.load_kg:
                words = gettext("%(load)s kg to carry, and %(most)s kg is written down") % {"load": job.load_kg, "most": most}
                before = found.setdefault(job.pk, {}).get(pk)
                found[job.pk][pk] = f"{before}, {words}" if before else words
    return found


def warning_for(job: Job, membership: Membership, at: datetime) -> str:
    """What this one member lacks for this one job, where the rule only warns; empty when nothing."""
    return warnings([job], [membership], at).get(job.pk, {}).get(membership.pk, "")


def carried_by(coop: Coop, memberships: Iterable[Membership], at: datetime) -> dict[int, int]:
    """Membership id → kilos: what is written down for them, and for everybody else what the rule takes for granted."""
    members = [each.pk for each in memberships]
    known = held_on(coop, at).filter(membership__in=members, carries_kg__isnull=False)
    most = dict(known.order_by().values_list("membership").annotate(most=Max("carries_kg")))
    usual: int = rulebook(coop, at).value("jobs.carries")
    return {member: most.get(member, usual) for member in members}


def held_on(coop: Coop, at: datetime) -> QuerySet[Held]:
    """What members have today."""
    day = local_date(at, coop.timezone)
    return Held.objects.filter(Q(until=None) | Q(until__gt=day), coop=coop, since__lte=day)


def asked_for_at_booking(coop: Coop) -> list[Capability]:
    return list(Capability.objects.filter(coop=coop, kind=Capability.Kind.ACCESS, ended_at=None))


def note_needs(job: Job, service: Service, wanted: Iterable[Capability]) -> None:
    """Keeps with the job what its service needs and what the client asked for."""
    of_service = ServiceNeed.objects.filter(service=service, capability__ended_at=None).values_list("capability", flat=True)
    all_needed = dict.fromkeys([*of_service, *(each.pk for each in wanted)])
    JobNeed.objects.bulk_create(JobNeed(coop=job.coop, job=job, capability_id=each) for each in all_needed)


def _leaving_out(jobs: Sequence[Job], at: datetime) -> list[Job]:
    """The jobs of one co-op whose kind leaves out who lacks something."""
    if not jobs:
        return []
    rules = rulebook(jobs[0].coop, at)
    return [job for job in jobs if rules.value("jobs.lacking", job_kind=job.service.job_kind) == "leave_out"]


EXCLUSIONS = (
    Exclusion(LACKS, _("you do not have what the job needs"), find_lacking, lasts=True),
    Exclusion(TOO_HEAVY, _("it is heavier than what you carry"), find_too_weak, lasts=True),
)
