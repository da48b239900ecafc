"""The decision is taken: the year is booked, whole or not at all, one sealed transaction for every member."""

from __future__ import annotations

from datetime import date, datetime
from operator import neg
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.db.large import walking_through
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.closing import close_period, closed_until, first_open_day
from marke.ledger.services import Account, Basis, Holders, Leg, NewPosting, Streamed
from marke.ledger.years import standing_before, year_result
from marke.parties.models import Party
from marke.rounds.models import Round
from marke.rounds.services import check_move, lock_round, move_round
from marke.surplus.kept import becomes_shares
from marke.surplus.lines import Columns, Fingerprint, columns_of, read_chunks
from marke.surplus.models import YearClose
from marke.surplus.rounds import YEAR_CLOSE
from marke.surplus.services.holding import LOSS_PLACES, FiguresChanged, check_holds
from marke.surplus.services.previews import locked_year
from marke.surplus.steps import PLACES

Kind = Account.Kind
State = Round.State
VERSION = 1
# SQLite's, while rows are put behind those that are there, in a dozen tables and indexes.
CACHE = 24


class AnotherResult(Refused):
    """The figures are not those that were voted on."""


@transaction.atomic
def close_year(*, year: YearClose, digest: str, by: Party | None, at: datetime) -> YearClose:
    """Books what was decided: the result, the reserves, and what every member gets; closes the books of the year.

    digest: the fingerprint that was voted on. Closing the same year with it twice changes nothing.

    Raises: NotThisMove, AnotherResult, FiguresChanged.
    """
    ledger.lock_ledger(year.coop)
    round = lock_round(year.round)
    year = locked_year(year)
    if round.state in Round.FIXED and round.result_digest == digest:
        return year
    check_move(round, State.FINAL)
    if year.digest != digest:
        raise AnotherResult(
            _(
                "What was decided has the fingerprint %(decided)s…, and “%(year)s” has %(now)s…. Propose the figures as they are now."
            )
            % {"decided": digest[:12], "year": round.name, "now": year.digest[:12]}
        )
    _check_unchanged(year)
    check_holds(year)
    until = _until(year)
    if (closed := closed_until(year.coop)) is None or closed < until:
        close_period(coop=year.coop, until=until, by=by, at=at, note=round.name)
    day = first_open_day(year.coop, local_date(at, year.coop.timezone))
    basis = ledger.record_basis(coop=year.coop, scheme=YEAR_CLOSE, version=VERSION, rule_values=year.rule_values)
    _book_result(year, day, basis, by, at)
    with walking_through(mebibytes=CACHE):
        _book_members(year, day, basis, by, at)
    year.round = move_round(round=round, to=State.FINAL, by=by, at=at, result_digest=digest)
    if not year.paid and not becomes_shares(year):
        year.round = move_round(round=year.round, to=State.SETTLED, by=by, at=at)
    return year


def _until(year: YearClose) -> date:
    assert year.round.until is not None  # start_year gave it
    return year.round.until


def _check_unchanged(year: YearClose) -> None:
    count, last = standing_before(year.coop, _until(year))
    if (count, last) != (year.seen_count, year.seen_last):
        raise FiguresChanged(
            _(
                "Since these figures were made, something was booked in the year or before: %(seen)s transactions then, %(now)s "
                "now. Look at the year again and propose it anew."
            )
            % {"seen": year.seen_count, "now": count}
        )


def _book_result(year: YearClose, day: date, basis: Basis, by: Party | None, at: datetime) -> None:
    """What the year earned becomes the result carried forward, and the reserves get their parts of it."""
    coop, round = year.coop, year.round
    assert round.since is not None
    booked = year_result(coop, round.since, _until(year))
    result = ledger.open_account(coop=coop, kind=Kind.RESULT, at=at)
    postings = [NewPosting(account, -left, "closing") for account, left in booked.open]
    postings.append(NewPosting(result, sum(left for _account, left in booked.open), "result"))
    facts: dict[str, int] = {"result": year.result, "earlier": year.earlier}
    for step in year.steps:
        place = PLACES.get(step["name"]) or LOSS_PLACES.get(step["name"])
        if place and step["amount"]:
            account = ledger.open_account(coop=coop, kind=place[0], detail=place[1], at=at)
            postings += [NewPosting(account, -step["amount"], step["name"]), NewPosting(result, step["amount"], step["name"])]
            facts[step["name"]] = step["amount"]
    if not any(posting.amount for posting in postings):
        return
    ledger.post(
        coop=coop, kind=YEAR_CLOSE, key=f"{YEAR_CLOSE}:{round.number}:1", date=day, postings=postings, basis=basis, facts=facts,
        by=by, at=at,
    )  # fmt: skip


def _book_members(year: YearClose, day: date, basis: Basis, by: Party | None, at: datetime) -> None:
    """A transaction for everybody who gets something; the lines are read again and must have the fingerprint that was voted on.

    Raises: AnotherResult.
    """
    fingerprint, key = Fingerprint(year), f"{YEAR_CLOSE}:{year.round.number}."

    def transactions(rows: list[tuple[Any, ...]]) -> Streamed:
        lines, holders = columns_of(rows)
        fingerprint.add(lines)
        return _transactions(key, lines, holders)

    ledger.post_stream(
        coop=year.coop, kind=YEAR_CLOSE, date=day, chunks=read_chunks(year), transactions=transactions, basis=basis, by=by, at=at
    )
    if fingerprint.hex() != year.digest:
        raise AnotherResult(
            _("The lines of members in “%(year)s” do not have the fingerprint that was voted on. Nothing was booked.")
            % {"year": year.round.name}
        )


def _transactions(key: str, lines: Columns, holders: Holders) -> Streamed:
    """One for each line that gives something."""
    shares = list(map(sum, zip(lines.paid, lines.withheld, lines.kept, strict=True)))
    legs = (
        Leg("result", "share", shares),
        Leg("surplus", "paid", list(map(neg, lines.paid)), holders),
        Leg("withholding", "withheld", list(map(neg, lines.withheld))),
        Leg("allocated", "kept", list(map(neg, lines.kept)), holders),
    )
    new = Streamed([f"{key}{position}:1" for position in lines.positions], lines.facts, legs)
    some = list(map(any, zip(lines.paid, lines.withheld, lines.kept, strict=True)))
    return new if all(some) else new.only(some)
