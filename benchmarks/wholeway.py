"""The whole way of a member's work: quote, order, invoice, UBL, AS4 loop-back, the client's answer, pay-out, bank file, paid.

The services as they are and the steps of tests/sending/test_whole_way.py, each committed to SQLite, in a new co-op every time.
The first time is that of a program that has just started: the keys of both ends of the line are made in it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.dispatch import open_afresh
from benchmarks.machine import load, machine

if TYPE_CHECKING:
    from tests.factories.whole_way import WholeWay

TIMES = 9
AIM = 5


@dataclass
class Clock:
    """Seconds by the clock and of the processor, for each step in turn."""

    steps: dict[str, tuple[float, float]] = field(default_factory=dict)

    def __call__(self, name: str, step: Callable[..., Any], *given: Any) -> Any:
        began, worked = time.perf_counter(), time.process_time()
        found = step(*given)
        self.steps[name] = (time.perf_counter() - began, time.process_time() - worked)
        return found

    @property
    def total(self) -> tuple[float, float]:
        return sum(each[0] for each in self.steps.values()), sum(each[1] for each in self.steps.values())


def run(*, data: Path, quick: bool) -> dict[str, Any]:
    open_afresh(data / "wholeway")
    from tests.factories.whole_way import make_whole_way

    turns = [_walked(make_whole_way(f"velo-{n}")) for n in range(2 if quick else 1 + TIMES)]
    later = [clock.total for clock in turns[1:]]
    _show(turns)
    return {
        "first_s": round(turns[0].total[0], 2),
        "first_cpu_s": round(turns[0].total[1], 2),
        "median_s": round(statistics.median(wall for wall, _cpu in later), 3),
        "median_cpu_s": round(statistics.median(cpu for _wall, cpu in later), 3),
        "worst_s": round(max(wall for wall, _cpu in later), 3),
    }


def _walked(way: WholeWay) -> Clock:
    """Raises: AssertionError when it does not come to a good end."""
    from marke.activities.queries import exposures
    from marke.common.invariants import invariants
    from tests.factories.whole_way import MONTH

    clock = Clock()
    order = clock("quote, sent and accepted", way.quote)
    invoice = clock("invoice", way.invoice, order)
    sent = clock("sent, received, answered", way.send, invoice)
    paid_out = clock("pay-out", way.pay_out)
    clock("bank file, four steps", way.bank_file)
    clock("the client pays", way.client_pays, invoice)
    assert (sent.state, paid_out, exposures(way.coop, MONTH)) == ("delivered", 1, []), (sent.state, paid_out)
    assert not [fault for one in invariants for fault in one.check(way.coop)]
    return clock


def _show(turns: list[Clock]) -> None:
    table = Table(title=f"The whole way, seconds (aim: {AIM}). {machine()}; load {load()}")
    for heading in ("step", "first", "processor", f"median of {len(turns) - 1}", "processor"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    for name in turns[0].steps:
        _row(table, name, [turn.steps[name] for turn in turns])
    _row(table, "all of it", [turn.total for turn in turns])
    Console(width=100).print(table)


def _row(table: Table, name: str, seconds: list[tuple[float, float]]) -> None:
    medians = [statistics.median(each) for each in zip(*seconds[1:], strict=True)]
    table.add_row(name, *(f"{each:.3f}" for each in (*seconds[0], *medians)))
