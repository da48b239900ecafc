"""How a proposal ends: the decision is recorded and what it decided is carried out, in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from marke.common.effects import effects
from marke.common.refusal import Refused
from marke.decisions.models import Proposal
from marke.decisions.notices import tell_vote_closed
from marke.decisions.permissions import check_coordinator
from marke.decisions.services.drafts import check_move, locked_proposal
from marke.parties.models import Party
from marke.rules.models import Decision
from marke.rules.services import record_decision
from marke.threads.services import close_thread

State = Proposal.State
EffectState = Proposal.EffectState


class NothingToSeeTo(Refused):
    """The effect has not failed."""


class ReasonMissing(Refused):
    pass


def end_proposal(
    proposal: Proposal, *, outcome: str, kind: str, text: str, tally: Mapping[str, Any], by: Party, at: datetime
) -> None:
    """Ends a locked proposal, inside the caller's transaction.

    Adopted and rejected stand in the book; a proposal that lapsed decided nothing. When what was adopted has become
    impossible, it is adopted all the same: the effect has failed, with the reason, and the coordinator is asked.
    """
    check_move(proposal, outcome)
    proposal.state, proposal.ended_at = outcome, at
    proposal.effect_state = EffectState.NONE
    if outcome != State.LAPSED:
        proposal.decision = record_decision(
            coop=proposal.coop, kind=kind, title=_title(proposal), text=text, by=by, at=at, tally=tally
        )
    if proposal.effect_kind and outcome == State.ADOPTED:
        assert proposal.decision is not None
        _carry_out(proposal, proposal.decision, by, at)
    elif proposal.effect_kind and outcome == State.REJECTED:
        _turn_down(proposal, text, by, at)
    proposal.save(
        update_fields=["state", "ended_at", "decision", "effect_state", "effect_error", "method", "effect_at", "effect_by"]
    )
    close_thread(thread=proposal.thread, at=at)
    if proposal.opened_at is not None:
        tell_vote_closed(proposal, at)


def carry_out_again(*, proposal: Proposal, by: Party, at: datetime) -> Proposal:
    """Tries an effect that failed once more, by the same decision. When it fails again, the new reason is kept.

    Raises: NotTheCoordinator, NothingToSeeTo.
    """
    with transaction.atomic():
        locked = _failed(proposal, by, at)
        assert locked.decision is not None
        _carry_out(locked, locked.decision, by, at)
        locked.effect_by = by
        locked.save(update_fields=["effect_state", "effect_error", "effect_at", "effect_by"])
        return locked


def set_effect_aside(*, proposal: Proposal, reason: str, by: Party, at: datetime) -> Proposal:
    """Says why an effect that failed will not be carried out by the program, for example because people did it by hand.

    Raises: NotTheCoordinator, NothingToSeeTo, ReasonMissing.
    """
    with transaction.atomic():
        locked = _failed(proposal, by, at)
        locked.effect_note = checked_reason(reason)
        locked.effect_state, locked.effect_by, locked.effect_at = EffectState.ASIDE, by, at
        locked.save(update_fields=["effect_state", "effect_note", "effect_by", "effect_at"])
        return locked


def checked_reason(reason: str) -> str:
    """Raises: ReasonMissing."""
    reason = reason.replace("\x00", "").strip()[:5_000]
    if not reason:
        raise ReasonMissing(_("The reason is empty. Say in a sentence why, because it is written into the book."))
    return reason


def _carry_out(proposal: Proposal, decision: Decision, by: Party, at: datetime) -> None:
    try:
        with transaction.atomic():
            effects.get(proposal.effect_kind).apply(
                coop=proposal.coop, data=proposal.effect_data, decision=decision, by=by, at=at
            )
    except Refused as refused:
        proposal.effect_state, proposal.effect_error = EffectState.FAILED, str(refused)
    else:
        proposal.effect_state, proposal.effect_error, proposal.effect_at = EffectState.APPLIED, "", at


def _turn_down(proposal: Proposal, note: str, by: Party, at: datetime) -> None:
    """For the few effects where no is an answer to somebody, who is given it."""
    refuse = effects.get(proposal.effect_kind).refuse
    if refuse is not None:
        refuse(coop=proposal.coop, data=proposal.effect_data, by=by, at=at, note=note)


def _failed(proposal: Proposal, by: Party, at: datetime) -> Proposal:
    locked = locked_proposal(proposal)
    check_coordinator(locked.coop, by, at)
    if locked.effect_state != EffectState.FAILED:
        raise NothingToSeeTo(
            _("What “%(title)s” decided has not failed: “%(state)s”.")
            % {"title": locked.title, "state": locked.get_effect_state_display()}
        )
    return locked


def _title(proposal: Proposal) -> str:
    """As it stands in the book, in the language of the co-op."""
    if proposal.state == State.ADOPTED:
        return proposal.title
    with override(proposal.coop.language):
        return (_("Rejected: %(title)s") % {"title": proposal.title})[:200]
