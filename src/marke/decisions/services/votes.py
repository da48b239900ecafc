"""Opening a vote, casting ballots, closing it."""

from datetime import datetime
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import NotAllowed, Refused
from marke.decisions.conditions import MANDATE, may_open, must_close, takes_ballots
from marke.decisions.methods import method_of, quorum_of, times
from marke.decisions.models import Ballot, Proposal, RollEntry
from marke.decisions.notices import tell_vote_opened
from marke.decisions.services.closing import end_proposal
from marke.decisions.services.drafts import MoveNotAllowed, check_move, locked_proposal
from marke.parties.models import Membership, Party
from marke.parties.queries import active_members
from marke.rules.models import Decision
from marke.rules.queries import rulebook
from marke.rules.sentences import write_day
from marke.threads.permissions import speaks_as
from marke_core.tally import Choice, Count, Method, Result, count, tally

LONGEST_REASON = 2_000
State = Proposal.State


class NotYetOpen(Refused):
    pass


class NobodyMayVote(Refused):
    pass


class DecidedByMandate(Refused):
    pass


class VoteIsOver(Refused):
    pass


class VoteStillRuns(Refused):
    pass


class NotOnTheRoll(NotAllowed):
    pass


class NotYourVote(NotAllowed):
    pass


class NoSuchChoice(Refused):
    pass


def open_vote(*, proposal: Proposal, at: datetime) -> Proposal:
    """Freezes roll, method and quorum: `at` is the record date. Who is an active member now votes, and nobody else.

    Opening twice changes nothing. Raises: NotYetOpen while the discussion must go on, DecidedByMandate, NobodyMayVote.
    """
    with transaction.atomic():
        locked = locked_proposal(proposal)
        if locked.state == State.VOTING:
            return locked
        check_move(locked, State.VOTING)
        if not may_open(locked, at):
            assert locked.votes_from is not None
            raise NotYetOpen(
                _("“%(title)s” is discussed until %(day)s. The vote opens then.")
                % {"title": locked.title, "day": write_day(locked.votes_from, locked.coop)}
            )
        rules = rulebook(locked.coop, at)
        method = method_of(locked, at, rules)
        if method == MANDATE:
            raise DecidedByMandate(_("“%(title)s” is not voted on: the coordinator decides it.") % {"title": locked.title})
        entitled = list(active_members(locked.coop))
        if not entitled:
            raise NobodyMayVote(_("%(coop)s has no members yet, so nobody could vote.") % {"coop": locked.coop.name})
        RollEntry.objects.bulk_create(
            RollEntry(coop=locked.coop, proposal=locked, membership=membership) for membership in entitled
        )
        quorum = rules.value("decisions.quorum")
        locked.state, locked.method = State.VOTING, method
        locked.quorum_numerator, locked.quorum_denominator = quorum.numerator, quorum.denominator
        locked.opened_at, locked.closes_at = at, at + times(rules)[1]
        locked.save(update_fields=["state", "method", "quorum_numerator", "quorum_denominator", "opened_at", "closes_at"])
        tell_vote_opened(locked, entitled, at)
        return locked


def cast_ballot(*, proposal: Proposal, membership: Membership, choice: str, reason: str = "", by: Party, at: datetime) -> Ballot:
    """The ballot of one membership; casting again changes it. With the last ballot of all entitled, the vote closes.

    What has been said already is not said twice: the same choice and reason again return the ballot, also when the
    vote has just closed by it.
    Raises: NoSuchChoice, NotOnTheRoll, NotYourVote, VoteIsOver.
    """
    if choice not in Ballot.Choice.values:
        raise NoSuchChoice(_("“%(choice)s” is no answer. Choose for, against or abstain.") % {"choice": choice[:20]})
    reason = reason.replace("\x00", "").strip()[:LONGEST_REASON]
    with transaction.atomic():
        locked = locked_proposal(proposal)
        entry = RollEntry.objects.filter(proposal=locked, membership=membership).select_related("membership__party").first()
        _check_may_vote(locked, entry, membership, by, at)
        assert entry is not None
        ballot = Ballot.objects.filter(entry=entry).first()
        if ballot and (ballot.choice, ballot.reason) == (choice, reason):
            return ballot
        if not takes_ballots(locked, at):
            raise VoteIsOver(_over(locked))
        ballot = ballot or Ballot(coop=locked.coop, entry=entry)
        ballot.choice, ballot.reason, ballot.cast_at, ballot.cast_by = choice, reason, at, by
        ballot.save()
        if not RollEntry.objects.filter(proposal=locked, ballot=None).exists():
            _close(locked, at)
        return ballot


def close_vote(*, proposal: Proposal, at: datetime) -> Proposal:
    """Counts and carries out, once, whoever comes first; a vote that is closed already is returned as it is.

    Raises: VoteStillRuns before its time is over, MoveNotAllowed when it never opened.
    """
    with transaction.atomic():
        locked = locked_proposal(proposal)
        if locked.opened_at is not None and locked.ended_at is not None:
            return locked
        if locked.state != State.VOTING:
            raise MoveNotAllowed(_("“%(title)s” is not being voted on.") % {"title": locked.title})
        if not must_close(locked, at) and RollEntry.objects.filter(proposal=locked, ballot=None).exists():
            assert locked.closes_at is not None
            raise VoteStillRuns(
                _("The vote on “%(title)s” runs until %(day)s, or until everybody has voted.")
                % {"title": locked.title, "day": write_day(locked.closes_at, locked.coop)}
            )
        _close(locked, at)
        return locked


def counted(proposal: Proposal) -> Count:
    """How the ballots stand now."""
    rows = RollEntry.objects.filter(proposal=proposal).values_list("ballot__choice", flat=True)
    return count((cast(Choice, choice) for choice in rows if choice), len(rows))


def result_of(proposal: Proposal, standing: Count | None = None) -> Result:
    """The result by the frozen method and quorum, if no further ballot came. Only for what is or was voted on."""
    return tally(standing or counted(proposal), cast(Method, proposal.method), quorum_of(proposal))


def _close(proposal: Proposal, at: datetime) -> None:
    result = result_of(proposal)
    kind = Decision.Kind.CONSENT if result.method == "everyone" else Decision.Kind.VOTE
    end_proposal(
        proposal, outcome=result.outcome, kind=kind, text=proposal.text, tally=numbers(result), by=proposal.author, at=at
    )


def numbers(result: Result) -> dict[str, object]:
    """The result as it is kept in the book: numbers only, no names."""
    return {
        "method": result.method,
        "entitled": result.count.entitled,
        "for": result.count.votes_for,
        "against": result.count.votes_against,
        "abstain": result.count.abstentions,
        "quorum": [result.quorum.numerator, result.quorum.denominator],
        "quorum_needs": result.quorum_needs,
        "majority_needs": result.majority_needs,
        "outcome": result.outcome,
        "because": result.because,
    }


def _check_may_vote(proposal: Proposal, entry: RollEntry | None, membership: Membership, by: Party, at: datetime) -> None:
    if proposal.opened_at is None:
        raise NotYetOpen(_("The vote on “%(title)s” has not opened yet.") % {"title": proposal.title})
    if entry is None:
        raise NotOnTheRoll(
            _("Member %(number)d was not entitled when the vote on “%(title)s” opened on %(day)s, and so cannot vote on it.")
            % {"number": membership.number, "title": proposal.title, "day": write_day(proposal.opened_at, proposal.coop)}
        )
    if membership.pk not in {spoken.pk for spoken in speaks_as(proposal.coop, by, at)}:
        raise NotYourVote(_("This is the vote of %(name)s. You can cast only your own.") % {"name": entry.membership.party.name})


def _over(proposal: Proposal) -> str:
    moment = proposal.ended_at or proposal.closes_at
    assert moment is not None
    return _("The vote on “%(title)s” closed on %(day)s. Ballots are no longer taken.") % {
        "title": proposal.title,
        "day": write_day(moment, proposal.coop),
    }
