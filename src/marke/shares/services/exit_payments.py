"""Shares are paid back: as far as the tests allow, who asked first before the others, and never more than is owed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.closed_days import written_day
from marke.ledger.position import position
from marke.ledger.services import Account
from marke.parties.models import Coop, Party
from marke.payments import services as payments
from marke.payments.models import PayRunLine, Refund
from marke.rules.queries import rulebook
from marke.shares.exits import queries as exit_queries
from marke.shares.exits.queries import Queue, QueueRow
from marke.shares.models import ExitMove, ExitPayment, LiquidityReport, ShareExit
from marke.shares.services.exit_effects import book_interest, note_suspensions
from marke_core.periods import add_months

State = ShareExit.State
MOST = 10**15  # minor units: what a report can say


class NothingDue(Refused):
    """Nothing is to be paid now for these shares."""


class MoreThanDue(Refused):
    """Nobody is paid more than is owed."""


class TestFails(Refused):
    """The tests of the rulebook leave less than that: the payment is suspended."""

    __test__ = False


class PaidBeforeItEnded(Refused):
    """Shares are paid after they have ended."""


class BadReport(Refused):
    """Such a report says nothing."""


@transaction.atomic
def pay_exit(
    *,
    exit: ShareExit,
    amount: int | None = None,
    date: date,
    once_key: str,
    by: Party | None,
    at: datetime,
    seen_by_bank: bool = False,
) -> ExitPayment:
    """Books that `amount` (what can be paid now, if nobody says otherwise) left the bank on `date`. Once per `once_key`.

    seen_by_bank: the bank statement says so, and no person by hand.

    Raises: NothingDue, MoreThanDue, TestFails, PaidBeforeItEnded; what `payments.record_refund` raises.
    """
    payments.lock_coop(exit.coop_id)
    exit = exit_queries.exits(exit.coop).get(pk=exit.pk)
    if (done := Refund.objects.filter(coop=exit.coop, once_key=once_key).first()) is not None:
        return ExitPayment.objects.get(refund=done)
    found, [(row, wanted)] = _ready(exit.coop, [(exit, amount)], date, by, at)
    party = exit.membership.party
    refund = payments.record_refund(
        coop=exit.coop,
        party=party,
        account=ledger.open_account(coop=exit.coop, kind=Account.Kind.REDEMPTION, party=party, at=at),
        amount=wanted,
        date=date,
        once_key=once_key,
        by=by,
        at=at,
        seen_by_bank=seen_by_bank,
    )
    return _write_paid(found, [(row, refund)], by, at)[0]


def pay_exit_lines(
    *, coop: Coop, lines: Sequence[PayRunLine], send: Callable[[], list[Refund]], by: Party | None, at: datetime
) -> None:
    """A pay run left with these parts of exits: all of them, or none.

    Raises: NothingDue, MoreThanDue, TestFails; what `send` raises.
    """
    rows = exit_queries.exits(coop).filter(number__in=[int(line.subject) for line in lines])
    exits = {str(exit.number): exit for exit in rows}
    wanted = [(exits[line.subject], line.amount) for line in lines]
    found, ready = _ready(coop, wanted, clock.local_date(at, coop.timezone), by, at)
    _write_paid(found, [(row, refund) for (row, _amount), refund in zip(ready, send(), strict=True)], by, at)


def _ready(
    coop: Coop, wanted: Sequence[tuple[ShareExit, int | None]], day: date, by: Party | None, at: datetime
) -> tuple[Queue, list[tuple[QueueRow, int]]]:
    """What is due, with its interest booked, and that so much of each may be paid. Raises: as `pay_exit`."""
    for exit, _amount in wanted:
        book_interest(exit=exit, by=by, at=at)
    found = exit_queries.queue(coop, at)
    rows, ready = {row.standing.exit.pk: row for row in found.rows}, []
    for exit, amount in wanted:
        row = rows.get(exit.pk)
        if row is None:
            raise _nothing_due(exit, at)
        paying = row.payable if amount is None else amount
        _check(exit, found, row, paying, day)
        ready.append((row, paying))
    return found, ready


def _write_paid(found: Queue, paid: Sequence[tuple[QueueRow, Refund]], by: Party | None, at: datetime) -> list[ExitPayment]:
    tests = {check.name: check.room for check in found.checks}
    made = [
        ExitPayment(
            coop=refund.coop,
            exit=row.standing.exit,
            amount=refund.amount,
            date=refund.date,
            refund=refund,
            report=found.report,
            tests=tests,
            at=at,
            by=by,
        )
        for row, refund in paid
    ]
    ended = [row.standing.exit for row, refund in paid if refund.amount == row.standing.left]
    ExitMove.objects.bulk_create(
        [ExitMove(coop=exit.coop, exit=exit, state=State.PAID, at=at, by=by) for exit in ended], batch_size=500
    )
    return ExitPayment.objects.bulk_create(made, batch_size=500)


def _nothing_due(exit: ShareExit, at: datetime) -> NothingDue:
    now = exit_queries.standing_of(exit, clock.local_date(at, exit.coop.timezone))
    if now.next_part is not None:
        return NothingDue(
            _("Nothing is due now for exit %(number)s: the next instalment is to be paid on %(day)s. Come back then.")
            % {"number": exit.number, "day": written_day(now.next_part.due_on)}
        )
    return NothingDue(_("Nothing is due for exit %(number)s: it is “%(state)s”.") % {"number": exit.number, "state": now.label})


def _check(exit: ShareExit, found: Queue, row: QueueRow, wanted: int, day: date) -> None:
    currency = exit.coop.currency
    due = row.standing.due
    if wanted > due or wanted < 0 or (wanted == 0 and row.payable):
        raise MoreThanDue(
            _("%(amount)s cannot be paid for exit %(number)s: %(due)s is due now. Correct the amount.")
            % {"amount": format_money(wanted, currency), "number": exit.number, "due": format_money(due, currency)}
        )
    if wanted > row.payable or not row.payable:
        raise TestFails(why_suspended(found, row, currency))
    if row.standing.price is not None and day < row.standing.price.date:
        raise PaidBeforeItEnded(
            _("The shares of exit %(number)s ended on %(ended)s, so they cannot have been paid back on %(day)s. Correct the day.")
            % {"number": exit.number, "ended": written_day(row.standing.price.date), "day": written_day(day)}
        )


def why_suspended(found: Queue, row: QueueRow, currency: str) -> str:
    """Which rule stands in the way, with its figures, and what can be done."""
    first = _("Of the %(due)s due for exit %(number)s, %(payable)s can be paid now.") % {
        "due": format_money(row.standing.due, currency),
        "number": row.standing.exit.number,
        "payable": format_money(row.payable, currency),
    }
    return " ".join([first, *(_test_sentence(found, name, currency) for name in narrowest(found))])


def narrowest(found: Queue) -> list[str]:
    """The tests that leave least, by name."""
    return [check.name for check in found.checks if check.room == found.room]


def _test_sentence(found: Queue, name: str, currency: str) -> str:
    room = format_money(found.room or 0, currency)
    if name == "liquidity" and found.report_missing:
        return _("The rule “The liquidity test” asks for a report by those in office, and none counts now. Write it first.")
    if name == "liquidity":
        return _(
            "The liquidity report leaves %(room)s in all, and who asked before comes first. When the figures are better, write a new one."
        ) % {"room": room}
    if name == "surplus":
        return _(
            "The rule “Only out of the surplus” leaves %(room)s. What is left over waits for the surplus of the next year."
        ) % {"room": room}
    return _(
        "The rule “The net-asset test” leaves %(room)s: net assets are %(net)s after everything that is owed for shares. The rest "
        "waits, keeps its place, and is paid before anything is distributed."
    ) % {"room": room, "net": format_money(found.position.net_assets, currency)}


@transaction.atomic
def sign_report(
    *,
    coop: Coop,
    cash: int,
    expected_in: int,
    expected_out: int,
    text: str,
    office: str,
    once_key: str,
    by: Party,
    at: datetime,
) -> LiquidityReport:
    """Those in office report what the co-op can pay in the months that the rule names. The same `once_key` signs once.

    Raises: BadReport.
    """
    number = next_number(LiquidityReport, coop)
    if (signed := LiquidityReport.objects.filter(coop=coop, once_key=once_key).first()) is not None:
        return signed
    text = text.strip()
    if len(text) < 20:
        raise BadReport(_("A report says on what its figures rest. Write at least a sentence or two."))
    if not 0 <= expected_in <= MOST or not 0 <= expected_out <= MOST or abs(cash) > MOST:
        raise BadReport(_("These figures cannot be. Write what is expected in and out as amounts from zero on."))
    months = rulebook(coop, at).value("shares.exit_liquidity_months") or 12
    today = clock.local_date(at, coop.timezone)
    now = position(coop)
    report = LiquidityReport.objects.create(
        coop=coop,
        number=number,
        date=today,
        until=add_months(today, months),
        cash=cash,
        expected_in=expected_in,
        expected_out=expected_out,
        text=text[:10_000],
        net_assets=now.net_assets,
        waiting=now.redemption,
        signed_at=at,
        signed_by=by,
        office=office,
        once_key=once_key,
    )
    note_suspensions(coop=coop, by=by, at=at)  # what waited for it need not wait any more
    return report
