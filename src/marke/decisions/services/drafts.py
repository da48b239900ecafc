"""Making a proposal, putting it up for discussion, withdrawing it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.effects import effects
from marke.common.numbering import next_number
from marke.common.refusal import NotAllowed, Refused
from marke.decisions.conditions import may_move
from marke.decisions.methods import times
from marke.decisions.models import Proposal
from marke.parties.models import Coop, Party
from marke.rules.queries import rulebook
from marke.threads.permissions import check_speaks
from marke.threads.services import close_thread, open_thread

LONGEST_TITLE = 200
LONGEST_TEXT = 10_000
State = Proposal.State


class NotAProposal(Refused):
    """Title or text is missing or too long, or its effect does not exist."""


class MoveNotAllowed(Refused):
    """A proposal in this state cannot go there."""


class NotYourProposal(NotAllowed):
    pass


def draft_proposal(
    *,
    coop: Coop,
    title: str,
    text: str = "",
    effect_kind: str = "",
    effect_data: dict[str, Any] | None = None,
    once_key: str = "",
    by: Party,
    at: datetime,
) -> Proposal:
    """A proposal that only its author sees, to be looked at once more. The same `once_key` again returns the first.

    Raises: OnlyMembersSpeak, NotAProposal, and what the effect says when it could not be carried out.
    """
    title, text = _checked(title, text)
    data = effect_data or {}
    with transaction.atomic():
        number = next_number(Proposal, coop)  # locks the co-op, so that a double click waits for the first
        if once_key and (first := Proposal.objects.filter(coop=coop, once_key=once_key).first()):
            return first
        check_speaks(coop, by, at)
        _check_effect(coop, effect_kind, data, at)
        return Proposal.objects.create(
            coop=coop,
            number=number,
            title=title,
            text=text,
            author=by,
            thread=open_thread(coop=coop, at=at),
            effect_kind=effect_kind,
            effect_data=data,
            effect_state=Proposal.EffectState.WAITING if effect_kind else Proposal.EffectState.NONE,
            created_at=at,
            once_key=once_key,
        )


def change_draft(*, proposal: Proposal, title: str, text: str, effect_data: dict[str, Any], by: Party, at: datetime) -> Proposal:
    """Raises: NotYourProposal, MoveNotAllowed once it is no draft, NotAProposal, and what the effect says."""
    title, text = _checked(title, text)
    with transaction.atomic():
        locked = locked_proposal(proposal)
        _check_author(locked, by)
        if locked.state != State.DRAFT:
            raise MoveNotAllowed(
                _("“%(title)s” is no longer a draft: others have read it. Withdraw it and propose anew.")
                % {"title": locked.title}
            )
        _check_effect(locked.coop, locked.effect_kind, effect_data, at)
        locked.title, locked.text, locked.effect_data = title, text, effect_data
        locked.save(update_fields=["title", "text", "effect_data"])
        return locked


def start_discussion(*, proposal: Proposal, by: Party, at: datetime) -> Proposal:
    """Shows the draft to everybody. The vote opens when the time to discuss is over; without such a time, at once.

    Starting it twice changes nothing. Raises: NotYourProposal, MoveNotAllowed, and what the effect says.
    """
    with transaction.atomic():
        locked = locked_proposal(proposal)
        _check_author(locked, by)
        if locked.state in (State.DISCUSSING, State.VOTING):
            return locked
        check_move(locked, State.DISCUSSING)
        check_speaks(locked.coop, by, at)
        _check_effect(locked.coop, locked.effect_kind, locked.effect_data, at)
        discussion, _voting = times(rulebook(locked.coop, at))
        locked.state, locked.discussed_from, locked.votes_from = State.DISCUSSING, at, at + discussion
        locked.save(update_fields=["state", "discussed_from", "votes_from"])
        return locked


def withdraw_proposal(*, proposal: Proposal, by: Party, at: datetime) -> Proposal:
    """Its author takes it back, also during the vote: it stays on the page as withdrawn. Twice changes nothing.

    Raises: NotYourProposal, MoveNotAllowed when it has been decided.
    """
    with transaction.atomic():
        locked = locked_proposal(proposal)
        _check_author(locked, by)
        if locked.state == State.WITHDRAWN:
            return locked
        check_move(locked, State.WITHDRAWN)
        locked.state, locked.ended_at, locked.effect_state = State.WITHDRAWN, at, Proposal.EffectState.NONE
        locked.save(update_fields=["state", "ended_at", "effect_state"])
        close_thread(thread=locked.thread, at=at)
        return locked


def locked_proposal(proposal: Proposal) -> Proposal:
    """The proposal as it is now, locked until the end of the transaction."""
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("coop", "author", "thread")
    return rows.get(pk=proposal.pk)


def check_move(proposal: Proposal, to: str) -> None:
    """Raises: MoveNotAllowed."""
    if not may_move(proposal.state, to):
        raise MoveNotAllowed(
            _("“%(title)s” is “%(state)s” and so cannot become “%(to)s”.")
            % {"title": proposal.title, "state": proposal.get_state_display(), "to": State(to).label}
        )


def _check_author(proposal: Proposal, by: Party) -> None:
    if proposal.author_id != by.pk:
        raise NotYourProposal(
            _("“%(title)s” is a proposal by %(author)s, who alone can do this. Say in the discussion what you think of it.")
            % {"title": proposal.title, "author": proposal.author.name}
        )


def _checked(title: str, text: str) -> tuple[str, str]:
    title = " ".join(title.replace("\x00", "").split())
    text = text.replace("\x00", "").strip()
    if not title:
        raise NotAProposal(_("The proposal has no title. Say in a few words what you propose."))
    for what, written, longest in ((_("title"), title, LONGEST_TITLE), (_("text"), text, LONGEST_TEXT)):
        if len(written) > longest:
            raise NotAProposal(
                _("The %(what)s has %(length)d characters. Shorten it to %(longest)d or fewer.")
                % {"what": what, "length": len(written), "longest": longest}
            )
    return title, text


def _check_effect(coop: Coop, kind: str, data: dict[str, Any], at: datetime) -> None:
    if not kind:
        return
    if kind not in effects:
        raise NotAProposal(_("A proposal cannot do “%(kind)s”. Choose one of the things offered.") % {"kind": kind[:30]})
    effects.get(kind).validate(coop, data, at)
