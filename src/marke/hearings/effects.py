"""What the members can vote about one of them, after a hearing: a suspension, an exclusion, an appeal.

Put to the vote on the page of the case, by those who may read it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marke.common.effects import Data, Effect
from marke.hearings.conditions import Outcome
from marke.hearings.models import Case
from marke.hearings.queries import case_of, open_proposal
from marke.hearings.services.deciding import (
    DecidedOtherwise,
    NotPossible,
    Verdict,
    answer_by_vote,
    check_appealed,
    check_verdict,
    decide_by_vote,
)
from marke.hearings.words import outcome_words
from marke.parties.models import Coop, Party


def _case(coop: Coop, data: Data) -> Case:
    found = case_of(coop, data.get("case"))
    if found is None or found.notice_at is None:
        raise NotPossible(_("There is no such case. A vote about a member comes after a hearing."))
    found.coop = found.membership.coop = coop
    return found


def _verdict(data: Data) -> Verdict:
    days = data.get("days")
    if days is not None:
        return Verdict(Outcome.SUSPENDED, days if type(days) is int else 0)
    return Verdict(Outcome.EXCLUDED)


def _check_one_at_a_time(case: Case) -> None:
    if (proposal := open_proposal(case)) is not None:
        raise DecidedOtherwise(_("The members are deciding on it: proposal %(number)d.") % {"number": proposal.number})


def _validate(coop: Coop, data: Data, at: datetime) -> None:
    case = _case(coop, data)
    _check_one_at_a_time(case)
    check_verdict(case, _verdict(data), at)


def _describe(coop: Coop, data: Data) -> str:
    case, verdict = _case(coop, data), _verdict(data)
    words = {"name": case.membership.party.name, "number": case.number, "n": verdict.days}
    if verdict.outcome == Outcome.EXCLUDED:
        return _("%(name)s is excluded (case %(number)d).") % words
    return (
        ngettext(
            "%(name)s is suspended for %(n)d day (case %(number)d).",
            "%(name)s is suspended for %(n)d days (case %(number)d).",
            verdict.days or 0,
        )
        % words
    )


def _apply(*, coop: Coop, data: Data, decision: Any, by: Party | None, at: datetime) -> None:
    reasons = str(data.get("reasons", ""))
    decide_by_vote(case=_case(coop, data), verdict=_verdict(data), reasons=reasons, decision=decision, at=at)


def _refuse(*, coop: Coop, data: Data, by: Party | None, at: datetime, note: str) -> None:
    case = _case(coop, data)
    if case.state == Case.State.OPEN:
        reasons = _("The members voted it down.")
        decide_by_vote(case=case, verdict=Verdict(Outcome.NONE), reasons=reasons, decision=None, at=at)


def _validate_appeal(coop: Coop, data: Data, at: datetime) -> None:
    case = _case(coop, data)
    _check_one_at_a_time(case)
    check_appealed(case)


def _describe_appeal(coop: Coop, data: Data) -> str:
    case = _case(coop, data)
    return _("The decision about %(name)s stands: %(outcome)s (case %(number)d).") % {
        "name": case.membership.party.name,
        "outcome": outcome_words(case).lower(),
        "number": case.number,
    }


def _uphold(*, coop: Coop, data: Data, decision: Any, by: Party | None, at: datetime) -> None:
    reasons = str(data.get("reasons", "")) or _("The members voted that it stands.")
    answer_by_vote(case=_case(coop, data), upheld=True, reasons=reasons, at=at)


def _set_aside(*, coop: Coop, data: Data, by: Party | None, at: datetime, note: str) -> None:
    case = _case(coop, data)
    if case.state == Case.State.APPEALED:
        answer_by_vote(case=case, upheld=False, reasons=_("The members voted that it does not stand."), at=at)


SUSPEND_MEMBER = Effect(
    kind="suspend_member",
    label=gettext_lazy("Suspend a member after a hearing"),
    method_rule="hearings.vote",
    form=None,
    validate=_validate,
    describe=_describe,
    apply=_apply,
    refuse=_refuse,
)
END_MEMBERSHIP = Effect(
    kind="end_membership",
    label=gettext_lazy("Exclude a member after a hearing"),
    method_rule="hearings.vote",
    form=None,
    validate=_validate,
    describe=_describe,
    apply=_apply,
    refuse=_refuse,
)
HEARING_APPEAL = Effect(
    kind="hearing_appeal",
    label=gettext_lazy("Decide on an appeal"),
    method_rule="hearings.vote",
    form=None,
    validate=_validate_appeal,
    describe=_describe_appeal,
    apply=_uphold,
    refuse=_set_aside,
)
EFFECTS = (SUSPEND_MEMBER, END_MEMBERSHIP, HEARING_APPEAL)
