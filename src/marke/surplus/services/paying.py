"""What members get in money is owed to them from the decision on; here it goes to their next pay, after the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import neg
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.closing import first_open_day
from marke.ledger.position import position
from marke.ledger.services import Holders, Leg, Streamed
from marke.parties.models import Party
from marke.rounds.models import Round
from marke.rounds.services import check_move, lock_round, move_round
from marke.rules.queries import Rulebook, rulebook
from marke.shares.exits.queries import suspended_exits
from marke.surplus.lines import columns_of, read_chunks
from marke.surplus.models import Correction, YearClose
from marke.surplus.services.previews import locked_year
from marke.surplus.services.turning import turn_into_shares

YEAR_PAY = "year_pay"
VERSION = 1


class NotPayable(Refused):
    """A test that the rules ask for is not passed."""


@transaction.atomic
def pay_year(*, year: YearClose, report: str = "", by: Party | None, at: datetime) -> YearClose:
    """Moves what each member gets in money to their pay, so that the next pay run pays it.

    What is kept in members' names becomes shares, where the rules say so.

    report: who looked at it and found that debts to come can be paid, where the rules ask for that.

    Raises: NotThisMove; NotPayable when net assets, the report, or a repayment that waits stands in the way.
    """
    ledger.lock_ledger(year.coop)
    round = lock_round(year.round)
    year = locked_year(year)
    if round.state == Round.State.SETTLED:
        return year
    check_move(round, Round.State.SETTLED)
    rules = rulebook(year.coop, at)
    check_payable(year, rules, report)
    followed = rules.uids("surplus.cash", "surplus.net_assets", "surplus.liquidity", "surplus.pay_within")
    ledger.post_stream(
        coop=year.coop,
        kind=YEAR_PAY,
        date=first_open_day(year.coop, local_date(at, year.coop.timezone)),
        chunks=read_chunks(year),
        transactions=_transactions(year),
        basis=ledger.record_basis(coop=year.coop, scheme=YEAR_PAY, version=VERSION, rule_values=followed),
        by=by,
        at=at,
    )
    turn_into_shares(year=year, by=by, at=at)
    year.round = move_round(round=round, to=Round.State.SETTLED, by=by, at=at, note=report.strip()[:500])
    return year


def check_payable(year: YearClose, rules: Rulebook, report: str) -> None:
    """Raises: NotPayable."""
    coop = year.coop
    assets = position(coop).net_assets
    if rules.value("surplus.net_assets") and assets < 0:
        raise NotPayable(
            _(
                "Net assets are %(assets)s: what members get of the surplus cannot be paid while they are below zero. It stays "
                "owed to them."
            )
            % {"assets": format_money(assets, coop.currency)}
        )
    months = rules.value("surplus.liquidity")
    if months and not report.strip():
        raise NotPayable(
            _(
                "Somebody has to report that all debts of the next %(months)s months can be paid. Write down who looked, and at what."
            )
            % {"months": months}
        )
    waiting = suspended_exits(coop) if rules.value("shares.exit_suspended_first") else []
    if waiting:
        raise NotPayable(
            _("%(count)s members who left wait for their shares to be paid back; they are paid before anything else.")
            % {"count": len(waiting)}
        )


def _transactions(year: YearClose) -> Callable[[Sequence[tuple[Any, ...]]], Streamed]:
    """What is paid of some lines."""
    corrected = dict(Correction.objects.filter(line__year=year).order_by("version").values_list("line__position", "paid"))

    def transactions(rows: Sequence[tuple[Any, ...]]) -> Streamed:
        lines, holders = columns_of(rows)
        owed = [corrected.get(place, paid) for place, paid in zip(lines.positions, lines.paid, strict=True)]
        keys = [f"{YEAR_PAY}:{year.round.number}.{place}:1" for place in lines.positions]
        return to_pay("surplus", "owed", keys, owed, holders).only(list(map(bool, owed)))

    return transactions


def to_pay(kind: str, line: str, keys: Sequence[str], amounts: Sequence[int], holders: Holders) -> Streamed:
    """From where it was owed to each one's next pay."""
    legs = (Leg(kind, line, amounts, holders), Leg("earnings", "to_pay", list(map(neg, amounts)), holders))
    return Streamed(keys, [f'{{"amount":{amount}}}' for amount in amounts], legs)
