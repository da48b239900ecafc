"""What follows: decided by somebody else than who asked for it, with reasons; appealed; and only then in effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from marke.common.clockwork import Wheel
from marke.common.refusal import NotAllowed, Refused
from marke.hearings import mails
from marke.hearings.conditions import MEMBERS, Outcome, State, may_decide, needs_a_vote, stands
from marke.hearings.models import Case, CaseStep, Signature, Suspension
from marke.hearings.permissions import DECIDING, check_member_now, holds_any
from marke.hearings.queries import has_spoken, open_proposal
from marke.hearings.services.moves import in_words, locked, move, step
from marke.hearings.services.suspending import begin_suspension, end_suspension_of
from marke.parties.models import Coop, Membership, Party
from marke.rules.models import Decision
from marke.rules.queries import rulebook
from marke.rules.sentences import write_day
from marke.shares.services.exits import Kind as ExitKind
from marke.shares.services.exits import end_membership

Kind = CaseStep.Kind
HEAVY = (Outcome.SUSPENDED, Outcome.EXCLUDED)


class TooEarly(Refused):
    """The member has not spoken yet, and still has time to."""


class DecidedOtherwise(Refused):
    """By the rule, others decide; or they are deciding now."""


class NotTheirs(NotAllowed):
    """Who opened a case, signed it, speaks in it or is its subject does not decide it; nor does one person twice."""


class NotPossible(Refused):
    """Longer than the rules allow."""


@dataclass(frozen=True)
class Verdict:
    """An outcome, for a suspension with its days."""

    outcome: str
    days: int | None = None


@transaction.atomic
def decide_case(*, case: Case, verdict: Verdict, reasons: str, by: Party, at: datetime) -> Case:
    """By somebody with a mandate who had no part in it. Deciding the same twice changes nothing.

    Raises: OnlyMembersAct, NotTheirs, TooEarly, DecidedOtherwise, NotPossible, WordsMissing, MoveRefused.
    """
    case = locked(case)
    if case.decided_by_id == by.pk and (case.outcome, case.suspension_days) == (verdict.outcome, verdict.days):
        return case
    _check_mandate(case, by, at)
    if needs_a_vote(verdict.outcome, rulebook(case.coop, at).value("hearings.decided_by")):
        raise DecidedOtherwise(_("By our rules the members decide on this by a vote. Put it to the vote."))
    _check_no_vote(case)
    case.decided_by = by
    _decide(case, verdict, in_words(reasons), None, by, at)
    return case


@transaction.atomic
def decide_by_vote(*, case: Case, verdict: Verdict, reasons: str, decision: Decision | None, at: datetime) -> Case:
    """What the members voted; a no is an answer too: nothing follows. Raises: TooEarly, NotPossible, MoveRefused."""
    case = locked(case)
    _decide(case, verdict, in_words(reasons), decision, None, at)
    return case


def check_verdict(case: Case, verdict: Verdict, at: datetime) -> None:
    """Whether this could be decided now. Raises: MoveRefused, TooEarly, NotPossible."""
    if case.state != State.OPEN:
        move(case, State.DECIDED)
    if verdict.outcome != Outcome.NONE and not may_decide(case, has_spoken(case), at):
        assert case.statement_until is not None
        raise TooEarly(
            _("%(name)s has until %(day)s to answer. Nothing is decided before, unless they have spoken.")
            % {"name": case.membership.party.name, "day": write_day(case.statement_until, case.coop)}
        )
    most = rulebook(case.coop, at).value("hearings.suspension_most")
    if verdict.outcome == Outcome.SUSPENDED and not (verdict.days and 0 < verdict.days <= most.days):
        raise NotPossible(
            _("A suspension lasts from 1 to %(most)d days, by our rules. Give the number of days.") % {"most": most.days}
        )


def _decide(case: Case, verdict: Verdict, reasons: str, decision: Decision | None, by: Party | None, at: datetime) -> None:
    check_verdict(case, verdict, at)
    nothing = verdict.outcome == Outcome.NONE
    move(case, State.FINAL if nothing else State.DECIDED)
    case.outcome, case.decided_at, case.decision = verdict.outcome, at, decision
    case.suspension_days = verdict.days if verdict.outcome == Outcome.SUSPENDED else None
    if nothing:
        case.final_at = at
    else:
        case.appeal_until = at + rulebook(case.coop, at).value("hearings.appeal_days")
    case.save()
    step(case, Kind.DECIDED, by=by, at=at, text=reasons)
    if verdict.outcome not in HEAVY:
        end_suspension_of(case, by=by, at=at)
    mails.decided(case, reasons, at)


@transaction.atomic
def decide_appeal(*, case: Case, upheld: bool, reasons: str, by: Party, at: datetime) -> Case:
    """By another person with a mandate, where the rule says so. Raises: OnlyMembersAct, NotTheirs, DecidedOtherwise, MoveRefused."""
    case = locked(case)
    if case.appeal_decided_by_id == by.pk and case.upheld == upheld:
        return case
    _check_mandate(case, by, at)
    if case.decided_by_id == by.pk:
        raise NotTheirs(_("You decided case %(number)d. Somebody else decides on the appeal.") % {"number": case.number})
    if rulebook(case.coop, at).value("hearings.appeal_to") == MEMBERS:
        raise DecidedOtherwise(_("By our rules the members decide on an appeal by a vote. Put it to the vote."))
    case.appeal_decided_by = by
    _answer(case, upheld, in_words(reasons), by, at)
    return case


@transaction.atomic
def answer_by_vote(*, case: Case, upheld: bool, reasons: str, at: datetime) -> Case:
    """Raises: MoveRefused."""
    case = locked(case)
    _answer(case, upheld, reasons, None, at)
    return case


def check_appealed(case: Case) -> None:
    """Raises: MoveRefused."""
    if case.state != State.APPEALED:
        raise NotPossible(_("Case %(number)d is “%(state)s”: there is no appeal to decide on.")
                          % {"number": case.number, "state": case.get_state_display()})  # fmt: skip


def _answer(case: Case, upheld: bool, reasons: str, by: Party | None, at: datetime) -> None:
    check_appealed(case)
    case.upheld = upheld
    step(case, Kind.ANSWERED, by=by, at=at, text=reasons)
    mails.answered(case, reasons, at)
    _take_effect(case, at)


def _take_effect(case: Case, at: datetime) -> None:
    """Nobody can change it any more: only now it happens."""
    move(case, State.FINAL)
    case.final_at = at
    case.save()
    outcome, membership = stands(case), case.membership
    gone = membership.state not in (Membership.State.MEMBER, Membership.State.SUSPENDED)
    with override(case.coop.language):
        said = _("Case %(number)d") % {"number": case.number}
    if outcome == Outcome.SUSPENDED and not gone:
        assert case.suspension_days is not None
        step(case, Kind.EFFECT, by=None, at=at)
        begin_suspension(case, interim=False, until=at + timedelta(days=case.suspension_days), by=None, at=at)
    elif outcome == Outcome.EXCLUDED and not gone:
        step(case, Kind.EFFECT, by=None, at=at)
        Suspension.objects.filter(membership=membership, ended_at=None).update(ended_at=at)
        end_membership(membership=membership, kind=ExitKind.EXCLUSION, note=said, once_key=f"case:{case.number}", by=None, at=at)
    else:
        end_suspension_of(case, by=None, at=at)


def settle_due(*, at: datetime, coop: Coop | None = None) -> int:
    """What a date decides: decisions that nobody appealed are final, suspensions are over. Each by itself; returns how many."""
    mine = {} if coop is None else {"coop": coop}
    final = Case.objects.filter(state=State.DECIDED, appeal_until__lte=at, **mine).order_by("id")
    over = Case.objects.filter(suspensions__ended_at=None, suspensions__until__lte=at, **mine).order_by("id")
    return sum(_settle(case, at) for case in [*final, *over.distinct()])


@transaction.atomic
def _settle(case: Case, at: datetime) -> int:
    case, done = locked(case), 0
    if case.state == State.DECIDED and case.appeal_until is not None and case.appeal_until <= at:
        _take_effect(case, at)
        done = 1
    if case.suspensions.filter(ended_at=None, until__lte=at).exists():
        end_suspension_of(case, by=None, at=at)
        done = 1
    return done


HEARINGS_WHEEL = Wheel("hearings", lambda at: settle_due(at=at))


def _check_mandate(case: Case, by: Party, at: datetime) -> None:
    own = check_member_now(case.coop, by)
    part = own.pk in (case.membership_id, case.speaker_id) or case.opened_by_id == by.pk
    if part or Signature.objects.filter(case=case, membership=own).exists():
        raise NotTheirs(
            _("You have a part in case %(number)d, so somebody else with a mandate decides it.") % {"number": case.number}
        )
    if not holds_any(own, DECIDING, at):
        raise NotTheirs(_("This is decided by somebody with a mandate. Under Mandates you see who that is."))


def _check_no_vote(case: Case) -> None:
    if (proposal := open_proposal(case)) is not None:
        raise DecidedOtherwise(_("The members are deciding on it: proposal %(number)d.") % {"number": proposal.number})
