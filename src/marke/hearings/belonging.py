"""What the app below, about people, asks of hearings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from marke.hearings import queries
from marke.hearings.conditions import ENDED
from marke.hearings.models import Case, CaseStep, StatementPhoto, Suspension
from marke.hearings.services.opening import drop_case
from marke.hearings.services.suspending import covers_suspension, is_excluded
from marke.parties.events import MemberLeft, PartyErased
from marke.parties.hooks import Ground
from marke.parties.models import Coop, Membership, Party
from marke.parties.my_data import moment
from marke.rules.queries import rulebook

Rows = Iterable[Mapping[str, Any]]


def _covers(membership: Membership, to: str) -> bool:
    return covers_suspension(membership) if to == Membership.State.SUSPENDED else is_excluded(membership)


GROUND = Ground("hearings", _covers)


def steps(party: Party) -> Rows:
    """Every step of the hearings about somebody, and those they took in the hearings of others."""
    about = Q(case__membership__party=party, case__notice_at__isnull=False)
    rows = CaseStep.objects.filter(about | Q(by=party)).select_related("coop", "case", "by", "photo").defer("photo__content")
    for step in rows.order_by("case__id", "at", "id"):
        yield {
            "co-op": step.coop.name,
            "case": step.case.number,
            "state": step.case.state,
            "outcome": step.case.outcome,
            "step": step.kind,
            "at": moment(step.at),
            "by": step.by.name if step.by else "",
            "text": step.text,
            "photo": "yes" if hasattr(step, "photo") else "",
        }


def member_part(membership: Membership, at: datetime) -> dict[str, Any] | None:
    """The hearings about a member, for themselves and for those with a mandate."""
    return {"cases": list(queries.cases_about(membership)), "suspension": queries.suspension_of(membership), "shown": membership}


def close_on_leaving(event: MemberLeft) -> None:
    """Whoever leaves takes no decision with them: what is not decided yet is over."""
    Suspension.objects.filter(membership=event.membership, ended_at=None).update(ended_at=event.at)
    for case in Case.objects.filter(membership=event.membership).exclude(state__in=ENDED):
        drop_case(case=case, reason="", at=event.at)


def forget_words(event: PartyErased) -> None:
    """What was said in the hearings about somebody goes with who they were; that there was one, and how it ended, stays."""
    CaseStep.objects.filter(case__membership__party=event.party).exclude(text="").update(text="")
    Case.objects.filter(membership__party=event.party).update(speaker_name="")
    StatementPhoto.objects.filter(case__membership__party=event.party).delete()


def forget_old_photos(at: datetime) -> int:
    """Photos whose time is over, by each co-op's own rule."""
    forgotten = 0
    for coop in Coop.objects.filter(pk__in=StatementPhoto.objects.values("coop")):
        until = at - rulebook(coop, at).value("hearings.keep_photos")
        forgotten += StatementPhoto.objects.filter(coop=coop, at__lt=until).delete()[0]
    return forgotten
