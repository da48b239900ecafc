"""Which hearings there are, who takes part in one, what waits for whom."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from marke.decisions.models import Proposal
from marke.hearings.conditions import State
from marke.hearings.models import Case, CaseStep, Suspension
from marke.parties.models import Coop, Membership, Party

PROPOSING = ("suspend_member", "end_membership", "hearing_appeal")
Kind = CaseStep.Kind


def cases(coop: Coop) -> QuerySet[Case]:
    """With who is in it, and whether the member has spoken."""
    spoken = CaseStep.objects.filter(case=OuterRef("pk"), kind=Kind.STATEMENT)
    rows = Case.objects.filter(coop=coop).annotate(has_spoken=Exists(spoken))
    return rows.select_related("membership__party", "opened_by", "speaker__party", "decided_by", "decision", "appeal_decided_by")


def cases_for(coop: Coop, membership: Membership, party: Party, *, is_officer: bool) -> QuerySet[Case]:
    """Those that this person may read: their own, those they opened, signed or speak in, those that wait for signatures of
    members, those that are voted on; and all of them, for an officer."""
    if is_officer:
        return cases(coop)
    voted = Proposal.objects.filter(coop=coop, effect_kind__in=PROPOSING, discussed_from__isnull=False)
    numbers = [data.get("case") for data in voted.values_list("effect_data", flat=True)]
    takes_part = Q(opened_by=party) | Q(speaker=membership) | Q(signatures__membership=membership)
    asked = Q(state=State.SIGNING) & ~Q(membership=membership)
    about_me = Q(membership=membership) & ~Q(state=State.SIGNING)
    return cases(coop).filter(about_me | takes_part | asked | Q(number__in=numbers)).distinct()


def cases_about(membership: Membership) -> QuerySet[Case]:
    """What the member knows of."""
    return cases(membership.coop).filter(membership=membership, notice_at__isnull=False)


def case_of(coop: Coop, number: object) -> Case | None:
    return cases(coop).filter(number=number).first() if isinstance(number, int) else None


def has_spoken(case: Case) -> bool:
    return CaseStep.objects.filter(case=case, kind=Kind.STATEMENT).exists()


def proposals_about(case: Case) -> QuerySet[Proposal]:
    """What the members were asked about it, drafts left out."""
    rows = Proposal.objects.filter(coop=case.coop, effect_kind__in=PROPOSING, effect_data__case=case.number)
    return rows.filter(discussed_from__isnull=False).select_related("decision").order_by("number")


def open_proposal(case: Case) -> Proposal | None:
    """What the members are deciding about it now."""
    return proposals_about(case).filter(state__in=(Proposal.State.DISCUSSING, Proposal.State.VOTING)).first()


def suspension_of(membership: Membership) -> Suspension | None:
    """The one that runs."""
    return Suspension.objects.filter(membership=membership, ended_at=None).select_related("case").first()


def to_decide(coop: Coop, at: datetime) -> QuerySet[Case]:
    """Open, and the member has spoken or has had the time to."""
    rows = cases(coop).filter(state=State.OPEN).filter(Q(has_spoken=True) | Q(statement_until__lte=at))
    return rows.order_by("statement_until", "number")


def appeals(coop: Coop) -> QuerySet[Case]:
    return cases(coop).filter(state=State.APPEALED).order_by("appealed_at", "number")
