"""The tests before a payment in words, for the page of those who pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from marke.common.explain import Explanation
from marke.common.money import format_money
from marke.parties.models import Coop
from marke.rules.queries import Rulebook
from marke.shares.exits.explaining import rule_lines
from marke.shares.exits.queries import Queue, paid_since, surplus_of
from marke_core.share_exit import Check

RULES = {
    "net_assets": ("shares.exit_net_asset_test", "shares.exit_net_asset_floor"),
    "liquidity": ("shares.exit_liquidity_months", "shares.exit_report_life"),
    "surplus": ("shares.exit_from_surplus",),
}


@dataclass(frozen=True)
class TestLine:
    """A test, what it leaves, whether that is enough, and why."""

    __test__ = False

    name: str
    title: str
    room: int
    enough: bool
    missing: bool
    why: Explanation


def test_lines(coop: Coop, queue: Queue, rules: Rulebook, today: date) -> list[TestLine]:
    titles = {"net_assets": _("Net assets"), "liquidity": _("Liquidity"), "surplus": _("Surplus")}
    return [
        TestLine(
            name=check.name,
            title=titles[check.name],
            room=check.room,
            enough=check.room >= queue.due,
            missing=check.name == "liquidity" and queue.report_missing,
            why=_why(coop, queue, rules, check, today),
        )
        for check in queue.checks
    ]


test_lines.__test__ = False  # type: ignore[attr-defined]


def _why(coop: Coop, queue: Queue, rules: Rulebook, check: Check, today: date) -> Explanation:
    def money(minor: int) -> str:
        return format_money(minor, coop.currency)

    now, values = queue.position, []
    if check.name == "net_assets":
        formula = _("net assets, with what is owed for shares put back, less the floor")
        values = [
            (_("Assets"), money(now.assets)),
            (_("Debts"), money(now.liabilities)),
            (_("of which for shares"), money(now.redemption)),
            (_("Floor"), money(rules.value("shares.exit_net_asset_floor"))),
        ]
    elif check.name == "surplus":
        surplus, paid = surplus_of(coop, today)
        formula = _("the surplus of the last year, less what was paid for shares since; nothing while debts exceed assets")
        values = [(_("Surplus of last year"), money(surplus)), (_("Paid for shares since"), money(paid))]
    elif queue.report is None:
        formula = _("a report by those in office, and none counts now")
    else:
        report = queue.report
        formula = _("cash and what is expected in, less what is expected out and what was paid since")
        values = [
            (_("Cash"), money(report.cash)),
            (_("Expected in"), money(report.expected_in)),
            (_("Expected out"), money(report.expected_out)),
            (_("Paid for shares since"), money(paid_since(report))),
        ]
    return Explanation(formula, tuple(values), rule_lines(coop, rules, RULES[check.name]))
