"""Writes about rounds: begin, move, wish. What a kind books and who may do it, its own app says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.common.rounds import round_kinds
from marke.parties.models import Coop, Party
from marke.rounds.models import Round, RoundMove, Wish
from marke.rounds.permissions import check_second_person

State = Round.State


class NotThisMove(Refused):
    """A round in this state cannot become that."""


class AnotherIsPrepared(Refused):
    """Two rounds of this kind at once would count the same twice."""


class NotOpen(Refused):
    """The round takes no wishes now."""


class AlreadyWithdrawn(Refused):
    """This wish was taken back before."""


class AnotherWish(Refused):
    """The same form was sent before, with something else in it."""


@transaction.atomic
def begin_round(
    *,
    coop: Coop,
    kind: str,
    title: str = "",
    since: date | None = None,
    until: date | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    parameters: Mapping[str, Any] | None = None,
    state: str = State.DRAFT,
    once_key: str = "",
    by: Party | None,
    at: datetime,
) -> Round:
    """A new round with the next number of its kind; the same `once_key` returns the first.

    Raises: AnotherIsPrepared where the kind stands alone; UnknownKind.
    """
    known = round_kinds.get(kind)
    number = next_number(Round, coop, kind=kind)
    if once_key and (first := Round.objects.filter(coop=coop, once_key=once_key).first()):
        return first
    if known.alone:
        _check_alone(coop, kind)
    round = Round.objects.create(
        coop=coop,
        kind=kind,
        number=number,
        title=title,
        state=state,
        since=since,
        until=until,
        opens_at=opens_at,
        closes_at=closes_at,
        parameters=dict(parameters or {}),
        alone=known.alone,
        second_person=known.second_person,
        created_at=at,
        created_by=by,
        once_key=once_key,
    )
    RoundMove.objects.create(coop=coop, round=round, state=state, at=at, by=by)
    return round


def _check_alone(coop: Coop, kind: str) -> None:
    other = Round.objects.filter(coop=coop, kind=kind, state__in=Round.PREPARED).first()
    if other is not None:
        raise AnotherIsPrepared(
            _("“%(round)s” is being prepared (%(state)s). Carry it out or cancel it before you start another one.")
            % {"round": other.name, "state": other.get_state_display().lower()}
        )


def lock_round(round: Round) -> Round:
    """The round as it is now, held until the end of the transaction."""
    return Round.objects.select_for_update(of=("self",)).select_related("coop").get(pk=round.pk)


@transaction.atomic
def move_round(
    *,
    round: Round,
    to: str,
    by: Party | None,
    at: datetime,
    on: date | None = None,
    note: str = "",
    result_digest: str = "",
) -> Round:
    """Brings a round into another state, and writes who did it and when.

    on: the day on which it took effect, where that is another than the day of `at`: the money left on Friday.

    Raises: NotThisMove; SamePerson when who made it final would release it too.
    """
    round = lock_round(round)
    check_move(round, to)
    if to == State.RELEASED:
        check_second_person(round, by)
    RoundMove.objects.create(coop=round.coop, round=round, state=to, at=at, by=by, date=on, note=note)
    round.state = to
    round.result_digest = result_digest or round.result_digest
    round.save(update_fields=["state", "result_digest"])
    return round


def can_move(round: Round, to: str) -> bool:
    return to in round_kinds.get(round.kind).moves[round.state]


def check_move(round: Round, to: str) -> None:
    """Raises: NotThisMove."""
    if not can_move(round, to):
        raise NotThisMove(
            _("“%(round)s” is “%(now)s” and cannot become “%(wanted)s”. Open it again to see what can be done.")
            % {"round": round.name, "now": round.get_state_display(), "wanted": round.word_for(to)}
        )


@transaction.atomic
def make_wish(
    *,
    round: Round,
    party: Party,
    amount: int = 0,
    data: Mapping[str, Any] | None = None,
    once_key: str,
    by: Party | None,
    at: datetime,
) -> Wish:
    """What somebody wants of the round; it takes the place of what they wanted before.

    The same `once_key` returns the first.

    Raises: NotOpen; AnotherWish when the key was used for something else.
    """
    round = lock_round(round)
    if first := Wish.objects.filter(coop=round.coop, once_key=once_key).first():
        if (first.round_id, first.party_id, first.amount, first.data) != (round.pk, party.pk, amount, dict(data or {})):
            raise AnotherWish(_("This form was sent before, with something else in it. Open the page anew and look what stands."))
        return first
    _check_open(round, at)
    Wish.objects.filter(round=round, party=party, withdrawn_at=None).update(withdrawn_at=at, withdrawn_by=by)
    return Wish.objects.create(
        coop=round.coop, round=round, party=party, data=dict(data or {}), amount=amount, made_at=at, by=by, once_key=once_key
    )


@transaction.atomic
def withdraw_wish(*, wish: Wish, by: Party | None, at: datetime) -> Wish:
    """Takes a wish back; until the round is final. Raises: AlreadyWithdrawn, NotOpen."""
    round = lock_round(wish.round)
    wish = Wish.objects.select_for_update(of=("self",)).select_related("party").get(pk=wish.pk)
    if wish.withdrawn_at is not None:
        raise AlreadyWithdrawn(_("This was taken back before. Open the page again to see what stands."))
    if round.state not in (State.DRAFT, State.OPEN, State.CLOSED):
        raise NotOpen(_("“%(round)s” is %(state)s: what was asked for stands.") % _named(round))
    wish.withdrawn_at, wish.withdrawn_by = at, by
    wish.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return wish


def takes_wishes(round: Round, at: datetime) -> bool:
    """Derived when it is read, so that a stopped worker never keeps a window open."""
    if round.state != State.OPEN:
        return False
    return (round.opens_at is None or round.opens_at <= at) and (round.closes_at is None or at < round.closes_at)


def _check_open(round: Round, at: datetime) -> None:
    if takes_wishes(round, at):
        return
    if round.state == State.OPEN:
        raise NotOpen(_("“%(round)s” takes wishes between its opening and its closing; that is not now.") % _named(round))
    raise NotOpen(_("“%(round)s” is %(state)s and takes no wishes.") % _named(round))


def _named(round: Round) -> dict[str, str]:
    return {"round": round.name, "state": round.get_state_display().lower()}
