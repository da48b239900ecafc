"""Questions about shares that are given back: how far each is, what the co-op can pay, who comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet, Sum

from marke.common import clock
from marke.ledger.position import Position, position, result
from marke.parties.models import Coop, Membership
from marke.rules.queries import Rulebook, rulebook
from marke.shares.exits.terms import YEAR_CLOSE
from marke.shares.models import ExitInstalment, ExitMove, ExitPayment, ExitPrice, LiquidityReport, ShareExit
from marke_core import share_exit
from marke_core.share_exit import Check, Claim, year_start

State = ShareExit.State
TONES = {State.ASKED: "plain", State.DUE: "warn", State.SUSPENDED: "bad", State.PAID: "good", State.CANCELLED: "plain"}


@dataclass(frozen=True)
class ExitStanding:
    """An exit and how far it is on a day; amounts in minor units."""

    exit: ShareExit
    today: date
    moves: Sequence[ExitMove] = field(repr=False)

    @property
    def state(self) -> str:
        return self.moves[-1].state if self.moves else State.ASKED

    @property
    def label(self) -> str:
        return str(State(self.state).label)

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    @property
    def price(self) -> ExitPrice | None:
        return getattr(self.exit, "price", None)

    @property
    def plan(self) -> list[ExitInstalment]:
        return list(self.exit.instalments.all())

    @property
    def fallen_due(self) -> list[ExitInstalment]:
        """What may be paid by now, paid or not."""
        return [part for part in self.plan if part.from_on <= self.today]

    @property
    def paid(self) -> int:
        return sum(payment.amount for payment in self.exit.payments.all())

    @property
    def due(self) -> int:
        """What may be paid now and was not."""
        return sum(part.amount for part in self.fallen_due) - self.paid

    @property
    def left(self) -> int:
        """Everything that is still to be paid, the interest of the plan with it."""
        return sum(part.amount for part in self.plan) - self.paid

    @property
    def overdue(self) -> bool:
        """The last day for something unpaid has gone by."""
        return sum(part.amount for part in self.plan if part.due_on < self.today) > self.paid

    @property
    def next_part(self) -> ExitInstalment | None:
        """The first instalment that is not wholly paid."""
        paid = self.paid
        for part in self.plan:
            paid -= part.amount
            if paid < 0:
                return part
        return None


@dataclass(frozen=True)
class QueueRow:
    standing: ExitStanding
    payable: int
    suspended: int


@dataclass(frozen=True)
class Queue:
    """Everybody whose shares are to be paid now, in order, and the tests that say how much of it can be."""

    rows: list[QueueRow]
    checks: list[Check]
    room: int | None  # None where no rule asks for a test
    position: Position
    report: LiquidityReport | None
    report_missing: bool

    @property
    def due(self) -> int:
        return sum(row.standing.due for row in self.rows)

    @property
    def payable(self) -> int:
        return sum(row.payable for row in self.rows)

    @property
    def suspended(self) -> int:
        return sum(row.suspended for row in self.rows)

    @property
    def narrow(self) -> list[Check]:
        """The tests that leave less than is due."""
        return [check for check in self.checks if check.room < self.due]

    def row_of(self, exit: ShareExit) -> QueueRow | None:
        return next((row for row in self.rows if row.standing.exit.pk == exit.pk), None)


@dataclass(frozen=True)
class SuspendedExit:
    """Shares that ended and could not be paid: they come before anything that is distributed."""

    exit: ShareExit
    amount: int


def exits(coop: Coop) -> QuerySet[ShareExit]:
    """Every exit with what its standing needs, the oldest request first: the order of the queue."""
    return _whole(ShareExit.objects.filter(coop=coop))


def exits_of(membership: Membership) -> QuerySet[ShareExit]:
    return _whole(ShareExit.objects.filter(membership=membership))


def _whole(rows: QuerySet[ShareExit]) -> QuerySet[ShareExit]:
    moves = ExitMove.objects.select_related("by").order_by("id")
    payments = ExitPayment.objects.select_related("refund", "report").order_by("id")
    return (
        rows.select_related("coop", "membership__party", "share_class", "price")
        .prefetch_related(Prefetch("moves", moves), "instalments", Prefetch("payments", payments))
        .order_by("asked_on", "number")
    )


def standing_of(exit: ShareExit, today: date) -> ExitStanding:
    return ExitStanding(exit, today, list(exit.moves.all()))


def standings(rows: QuerySet[ShareExit], today: date) -> list[ExitStanding]:
    return [standing_of(exit, today) for exit in rows]


def queue(coop: Coop, at: datetime, rules: Rulebook | None = None) -> Queue:
    """Who is to be paid now, in order, and how much of it the tests of the rulebook leave."""
    rules, today = rules or rulebook(coop, at), clock.local_date(at, coop.timezone)
    open_ = exits(coop).filter(price__isnull=False).exclude(moves__state__in=(State.PAID, State.CANCELLED))
    waiting = {row.exit.number: row for row in standings(open_, today) if row.due > 0}
    now = position(coop)
    report = current_report(coop, rules, today)
    asks_report = rules.value("shares.exit_liquidity_months") > 0
    checks = _checks(coop, rules, now, report, today)
    room = share_exit.room(checks)
    claims = [Claim(number, row.exit.asked_on, row.due) for number, row in waiting.items()]
    rows = [QueueRow(waiting[row.number], row.payable, row.suspended) for row in share_exit.payable(claims, room)]
    return Queue(rows, checks, room, now, report, asks_report and report is None)


def _checks(coop: Coop, rules: Rulebook, now: Position, report: LiquidityReport | None, today: date) -> list[Check]:
    checks = []
    if rules.value("shares.exit_net_asset_test"):
        checks.append(share_exit.net_asset_test(now.net_assets, now.redemption, rules.value("shares.exit_net_asset_floor")))
    if rules.value("shares.exit_from_surplus"):
        surplus, paid = surplus_of(coop, today)
        checks.append(share_exit.surplus_test(surplus, paid, now.net_assets))
    if rules.value("shares.exit_liquidity_months"):
        checks.append(
            share_exit.no_report()
            if report is None
            else share_exit.liquidity_test(report.cash, report.expected_in, report.expected_out, paid_since(report))
        )
    return checks


def surplus_of(coop: Coop, today: date) -> tuple[int, int]:
    """The surplus of the last financial year, and what was paid for shares since it ended."""
    this_year = year_start(today)
    last_year = this_year.replace(year=this_year.year - 1)
    paid = ExitPayment.objects.filter(coop=coop, date__gte=this_year).aggregate(paid=Sum("amount"))["paid"]
    return result(coop, last_year, this_year, except_kinds=(YEAR_CLOSE,)), paid or 0


def paid_since(report: LiquidityReport) -> int:
    """What was paid for shares after the report was signed, and so is not there any more."""
    rows = ExitPayment.objects.filter(coop=report.coop, at__gte=report.signed_at)
    return rows.aggregate(paid=Sum("amount"))["paid"] or 0


def current_report(coop: Coop, rules: Rulebook, today: date) -> LiquidityReport | None:
    """The latest report, as long as it counts."""
    report = reports(coop).first()
    if report is None or report.date + rules.value("shares.exit_report_life") <= today:
        return None
    return report


def reports(coop: Coop) -> QuerySet[LiquidityReport]:
    return LiquidityReport.objects.filter(coop=coop).select_related("signed_by").order_by("-number")


def suspended_exits(coop: Coop) -> list[SuspendedExit]:
    """Shares whose repayment is suspended, the oldest request first; `amount` is all that is owed for them.

    Whoever distributes anything pays these before, where the rule shares.exit_suspended_first says so.
    """
    rows = exits(coop).filter(moves__state=State.SUSPENDED).exclude(moves__state=State.PAID).distinct()
    found = [standing_of(exit, date.max) for exit in rows]
    return [SuspendedExit(row.exit, row.left) for row in found if row.state == State.SUSPENDED]


def to_take_effect(coop: Coop, today: date) -> list[ShareExit]:
    """Asked for, and the day on which the shares end has gone by."""
    rows = exits(coop).filter(effective_on__lt=today, price=None)
    return list(rows.exclude(moves__state__in=(State.CANCELLED, State.PAID)))
