"""Before anything is booked: the year is computed, looked at, computed again, and proposed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.db.large import walking_through
from marke.common.refusal import Refused
from marke.decisions.models import Proposal
from marke.decisions.services.drafts import draft_proposal, start_discussion
from marke.ledger import services as ledger
from marke.ledger.years import standing_before
from marke.parties.models import Coop, Party
from marke.rounds.models import Round
from marke.rounds.services import begin_round, check_move, lock_round, move_round
from marke.surplus.computing import Computed, compute_year, figures, rule_uids, told_steps
from marke.surplus.lines import write_lines
from marke.surplus.models import YearClose
from marke.surplus.rounds import YEAR_CLOSE
from marke_core.waterfall import SharesOutTooMuch

State = Round.State
OPEN_PROPOSALS = (Proposal.State.DRAFT, Proposal.State.DISCUSSING, Proposal.State.VOTING)


class NotOverYet(Refused):
    """The year has not ended where the co-op is."""


class ClosedBefore(Refused):
    """The year, or a later one, was closed or is being closed."""


class PartsTooLarge(Refused):
    """The rules share out more than the whole."""


class BeingVotedOn(Refused):
    """Members are voting on these figures."""


@transaction.atomic
def start_year(*, coop: Coop, since: date, until: date, once_key: str = "", by: Party | None, at: datetime) -> YearClose:
    """Begins to close the half-open year, with a first preview. The same `once_key` again returns the first.

    Raises: NotOverYet, ClosedBefore, PartsTooLarge; AnotherIsPrepared while another year is being closed.
    """
    ledger.lock_ledger(coop)
    if once_key and (first := YearClose.objects.filter(coop=coop, round__once_key=once_key).first()):
        return first
    _check_over(coop, until, at)
    later = Round.objects.filter(coop=coop, kind=YEAR_CLOSE, until__gt=since).exclude(state=State.CANCELLED).first()
    if later is not None:
        raise ClosedBefore(
            _("The year %(label)s cannot be closed: %(year)s, up to %(until)s, is %(state)s already. Open that one.")
            % {"label": since.year, "year": later.name, "until": later.until, "state": later.get_state_display().lower()}
        )
    round = begin_round(
        coop=coop, kind=YEAR_CLOSE, title=str(since.year), since=since, until=until, once_key=once_key, by=by, at=at
    )
    year = YearClose.objects.create(coop=coop, round=round, computed_at=at)
    return _compute(year, at)


def _check_over(coop: Coop, until: date, at: datetime) -> None:
    today = local_date(at, coop.timezone)
    if until > today:
        raise NotOverYet(
            _(
                "The year ends on %(until)s where the co-op is (%(zone)s), and today is %(today)s there. Come back when it is over."
            )
            % {"until": until.isoformat(), "zone": coop.timezone, "today": today.isoformat()}
        )


@transaction.atomic
def preview_year(*, year: YearClose, by: Party | None, at: datetime) -> YearClose:
    """Computes a draft anew, from what the books and the rules say now. Raises: BeingVotedOn, PartsTooLarge."""
    ledger.lock_ledger(year.coop)
    round = lock_round(year.round)
    if round.state != State.DRAFT:
        raise BeingVotedOn(
            _("“%(year)s” is %(state)s: these figures stand. A preview is computed again before it is proposed.")
            % {"year": round.name, "state": round.get_state_display().lower()}
        )
    return _compute(locked_year(year), at)


def locked_year(year: YearClose) -> YearClose:
    return YearClose.objects.select_for_update(of=("self",)).select_related("coop", "round").get(pk=year.pk)


def _compute(year: YearClose, at: datetime) -> YearClose:
    since, until = year.round.since, year.round.until
    assert since is not None and until is not None  # start_year gave them
    try:
        with walking_through():
            computed = compute_year(year.coop, since, until, at)
    except SharesOutTooMuch as error:
        raise PartsTooLarge(
            _("The parts of members add up to %(total)s%%. Propose to change them, so that they are 100%% together or less.")
            % {"total": f"{float(error.total * 100):g}"}
        ) from error
    _describe(year, computed)
    year.seen_count, year.seen_last = standing_before(year.coop, until)
    year.computed_at = at
    with walking_through():
        year.digest = write_lines(year, computed)
    year.save()
    return year


def _describe(year: YearClose, computed: Computed) -> None:
    year.result, year.earlier = computed.start.result, computed.start.earlier
    year.divided = computed.plan.total if computed.plan else 0
    year.carried = computed.carried
    year.members = len(computed.members)
    year.paid = int(computed.paid.cash.sum())
    year.withheld = int(computed.paid.withheld.sum())
    year.kept = int(computed.paid.kept.sum())
    year.figures, year.steps = figures(year.coop, computed), told_steps(computed)
    year.rule_values = rule_uids(computed.rules, computed.members)


@transaction.atomic
def propose_year(*, year: YearClose, title: str, text: str, once_key: str = "", by: Party, at: datetime) -> Proposal:
    """Computes once more, fixes the figures and puts them to the vote. The proposal holds their fingerprint.

    Raises: NotThisMove when it is no preview, PartsTooLarge, and what the proposal says.
    """
    ledger.lock_ledger(year.coop)
    if once_key and (first := Proposal.objects.filter(coop=year.coop, once_key=once_key).first()):
        return first
    check_move(lock_round(year.round), State.CLOSED)
    year = _compute(locked_year(year), at)
    round = move_round(round=year.round, to=State.CLOSED, by=by, at=at, result_digest=year.digest)
    text = f"{text.strip()}\n\n{_('Fingerprint of the figures: %(digest)s') % {'digest': year.digest}}".strip()
    data = {"year": round.number, "digest": year.digest}
    proposal = draft_proposal(
        coop=year.coop, title=title, text=text, effect_kind=YEAR_CLOSE, effect_data=data, once_key=once_key, by=by, at=at
    )
    year.proposal = proposal
    year.save(update_fields=["proposal"])
    return start_discussion(proposal=proposal, by=by, at=at)


@transaction.atomic
def reopen_preview(*, year: YearClose, by: Party | None, at: datetime) -> YearClose:
    """After a vote that did not adopt it, or when figures changed: the year is a preview again, and computed anew.

    Raises: BeingVotedOn while the proposal is open; NotThisMove.
    """
    ledger.lock_ledger(year.coop)
    year = locked_year(year)
    _check_not_open(year)
    year.round = move_round(round=year.round, to=State.DRAFT, by=by, at=at)
    return _compute(year, at)


def _check_not_open(year: YearClose) -> None:
    if year.proposal is not None and year.proposal.state in OPEN_PROPOSALS:
        raise BeingVotedOn(
            _("Members are deciding on “%(title)s”. Withdraw that proposal first, or wait for the decision.")
            % {"title": year.proposal.title}
        )


@transaction.atomic
def drop_year(*, year: YearClose, by: Party | None, at: datetime) -> YearClose:
    """Nothing was booked: the preview is put away. Raises: BeingVotedOn, NotThisMove."""
    ledger.lock_ledger(year.coop)
    year = locked_year(year)
    _check_not_open(year)
    year.round = move_round(round=year.round, to=State.CANCELLED, by=by, at=at)
    return year
