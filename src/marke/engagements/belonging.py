"""What members see of their cover, what is kept of them, and what goes when they leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from marke.common.clock import local_date
from marke.engagements.conditions import NEEDED
from marke.engagements.kinds import engagement_kinds
from marke.engagements.models import Covered
from marke.engagements.queries import covers_of, find_uncovered
from marke.jobs.exclusions import Exclusion
from marke.jobs.models import Job
from marke.jobs.parts import JobPart, Viewer
from marke.parties.events import PartyErased
from marke.parties.models import Membership, Party
from marke.parties.my_data import moment
from marke.rules.queries import rulebook
from marke.safety.parts import SafetyPart


def covered(party: Party) -> Iterable[Mapping[str, Any]]:
    for row in Covered.objects.filter(membership__party=party).select_related("policy", "coop").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "against": row.policy.against,
            "insurer": row.policy.insurer,
            "from": moment(row.first_on),
            "to": moment(row.last_on),
        }


MY_DATA = (("covered", covered),)


def forget(event: PartyErased) -> None:
    Covered.objects.filter(membership__party=event.party).delete()


def job_part(job: Job, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    """By which policies whoever does it is covered that day; not for the client."""
    if job.service.job_kind not in engagement_kinds or viewer == Viewer.CLIENT or job.worker is None:
        return None
    needed = NEEDED[rulebook(job.coop, at).value("engagements.cover", job_kind=job.service.job_kind)]
    covers = covers_of(job.worker, local_date(job.starts_at, job.coop.timezone))
    return {"covers": covers, "missing": bool(set(needed) - {cover.against for cover in covers})}


def safety_part(membership: Membership, at: datetime) -> dict[str, Any] | None:
    """Nothing where no kind of work asks for it and nobody is covered."""
    covers = covers_of(membership, local_date(at, membership.coop.timezone))
    needed = rulebook(membership.coop, at).value("engagements.cover")
    return {"covers": covers} if covers or NEEDED[needed] else None


UNCOVERED = Exclusion("uncovered", _("not covered by the insurance that such work asks for"), find_uncovered)
JOB_PART = JobPart("engagements", "engagements/_job_part.html", job_part, rank=60)
SAFETY_PART = SafetyPart("engagements", "engagements/_safety_part.html", safety_part)
