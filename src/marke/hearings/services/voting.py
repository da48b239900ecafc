"""Where the members decide, somebody with a mandate puts it to the vote: the proposal says who, what and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.effects import effects
from marke.decisions.models import Proposal
from marke.decisions.services import draft_proposal, start_discussion
from marke.hearings.conditions import MEMBERS, Outcome, needs_a_vote
from marke.hearings.models import Case
from marke.hearings.permissions import DECIDING, check_member_now, holds_any
from marke.hearings.queries import open_proposal
from marke.hearings.services.deciding import DecidedOtherwise, NotTheirs, Verdict, check_appealed
from marke.hearings.services.moves import in_words, locked
from marke.parties.models import Party
from marke.rules.queries import rulebook


@transaction.atomic
def put_to_vote(*, case: Case, verdict: Verdict, reasons: str, by: Party, at: datetime) -> Proposal:
    """From now on every member reads the case. While a vote runs, it is returned.

    Raises: OnlyMembersAct, NotTheirs, DecidedOtherwise, TooEarly, NotPossible, WordsMissing, MoveRefused.
    """
    case = locked(case)
    _check_mandate(case, by, at)
    if not needs_a_vote(verdict.outcome, rulebook(case.coop, at).value("hearings.decided_by")):
        raise DecidedOtherwise(_("By our rules somebody with a mandate decides on this, not the members."))
    kind, data = "end_membership", {"case": case.number, "reasons": in_words(reasons)}
    if verdict.outcome == Outcome.SUSPENDED:
        kind, data["days"] = "suspend_member", verdict.days or 0
    return _propose(case, kind, data, by, at)


@transaction.atomic
def put_appeal_to_vote(*, case: Case, by: Party, at: datetime) -> Proposal:
    """The members are asked whether the decision stands. By somebody with a mandate, or by the member.

    Raises: OnlyMembersAct, NotTheirs, DecidedOtherwise, MoveRefused.
    """
    case = locked(case)
    if by.pk != case.membership.party_id:
        _check_mandate(case, by, at)
    if rulebook(case.coop, at).value("hearings.appeal_to") != MEMBERS:
        raise DecidedOtherwise(_("By our rules somebody else with a mandate decides on an appeal, not the members."))
    check_appealed(case)
    return _propose(case, "hearing_appeal", {"case": case.number}, by, at)


def _propose(case: Case, kind: str, data: dict[str, Any], by: Party, at: datetime) -> Proposal:
    if (running := open_proposal(case)) is not None:
        return running
    title = str(effects.get(kind).describe(case.coop, data)).rstrip(".")
    text = str(data.get("reasons", "")) or case.steps.filter(kind="appealed").latest("id").text
    proposal = draft_proposal(coop=case.coop, title=title[:200], text=text, effect_kind=kind, effect_data=data, by=by, at=at)
    return start_discussion(proposal=proposal, by=by, at=at)


def _check_mandate(case: Case, by: Party, at: datetime) -> None:
    own = check_member_now(case.coop, by)
    if own.pk == case.membership_id or not holds_any(own, DECIDING, at):
        raise NotTheirs(_("This is put to the vote by somebody with a mandate. Under Mandates you see who that is."))
