"""When members are paid, and how a pay run may move."""

from datetime import date, timedelta

from marke.rounds.models import Round

WEEKLY, FORTNIGHTLY, MONTHLY = "weekly", "fortnightly", "monthly"
RHYTHMS = (WEEKLY, FORTNIGHTLY, MONTHLY)
# Fortnights are counted from a Monday, so that they are the same for everybody.
_FIRST_MONDAY = date(2024, 1, 1)

PAY_RUN = "pay_run"
# Lines of what leaves a member's account for their bank, and of what the bank sends back: neither is earned.
PAID_TO_MEMBER, CAME_BACK = "paid_to_member", "came_back"
State = Round.State
MOVES: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.FINAL, State.CANCELLED}),
    State.FINAL: frozenset({State.RELEASED, State.CANCELLED}),
    State.RELEASED: frozenset({State.SENT, State.CANCELLED}),
    State.SENT: frozenset({State.SETTLED}),
    State.SETTLED: frozenset(),
    State.CANCELLED: frozenset(),
}


def earned_before(run: Round) -> date:
    """What was earned before this day a run pays; every run has one."""
    assert run.until is not None
    return run.until


def latest_payday(rhythm: str, on: date) -> date:
    """The last day up to and with `on` on which a pay period begins: what was earned before it is paid."""
    if rhythm == MONTHLY:
        return on.replace(day=1)
    monday = on - timedelta(days=on.weekday())
    if rhythm == FORTNIGHTLY:
        return monday - timedelta(days=(monday - _FIRST_MONDAY).days % 14)
    return monday


def next_payday(rhythm: str, on: date) -> date:
    """The first day after `on` on which a pay period begins."""
    if rhythm == MONTHLY:
        return (on.replace(day=1) + timedelta(days=32)).replace(day=1)
    return latest_payday(rhythm, on) + timedelta(days=14 if rhythm == FORTNIGHTLY else 7)


def bank_day(day: date) -> date:
    """`day`, or the Monday after a weekend: banks carry out transfers on working days."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
