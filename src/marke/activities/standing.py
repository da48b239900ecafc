"""My business as a page: each line with its amount and why it is what it is; what waits, and for what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.utils.translation import gettext as _

from marke.activities import facts, queries
from marke.activities.conditions import Earned, Released
from marke.activities.models import Activity, Entry
from marke.common import clock
from marke.common.charts import Row
from marke.common.explain import Explanation
from marke.common.money import format_money
from marke.common.promises import promised
from marke.ledger.explaining import rule_lines
from marke.rules.queries import Rulebook, rulebook
from marke_core.schemes import activity as scheme

CONTRIBUTION_RULES = scheme.RULES[:-1]
INTERNAL_RULES = ("activities.internal_contribution", "activities.internal_limit")
PAYOUT_RULES = ("activities.payout_on", "activities.payout_days", "activities.limit_client", "activities.limit_activity")


@dataclass(frozen=True)
class Line:
    key: str
    label: str
    amount: int
    why: Explanation


@dataclass(frozen=True)
class Wait:
    """An income of which something waits. worked_on: the last day of the work, where its days are counted from that"""

    paper: str
    day: date
    share: int
    waits: int
    free_on: date
    words: str
    worked_on: date | None


@dataclass(frozen=True)
class Standing:
    lines: tuple[Line, ...]
    flow: tuple[Row, ...]
    income: int
    due: int
    waits: tuple[Wait, ...]

    @property
    def still(self) -> int:
        return self.lines[-1].amount

    @property
    def came(self) -> int:
        """All that went somewhere, or is there still."""
        return sum(int(value) for _label, value, _text in self.flow)


def standing(activity: Activity, at: datetime) -> Standing:
    """Live; a fixed number of queries, however much happened."""
    coop, rules = activity.coop, rulebook(activity.coop, at)
    totals, found = queries.totals(activity), queries.waiting(coop, at, activity)
    by_work = queries.counts_from_work(rules)
    counted = _counted(activity, found, by_work)
    coming, paid = promised(activity, clock.local_date(at, coop.timezone)), queries.paid_by_clients(activity)
    waits = found.of(activity.pk)
    due = max(0, totals.balance - waits)
    told = _Words(activity, rules)
    lines = (
        told("quoted", coming.quoted, ()),
        told("ordered", coming.ordered, ()),
        told("invoiced", totals.income, ()),
        told("paid", paid, (), (_("Invoiced"), totals.income)),
        told("contribution", totals.given, CONTRIBUTION_RULES, (_("Invoiced"), totals.income), (_("Expenses"), totals.expenses)),
        told("expenses", totals.expenses, ("activities.own_approval",)),
        told("reserve", totals.reserve, (scheme.RESERVE,)),
        *([told("shared", totals.shared, ())] if totals.shared else []),
        *([told("internal", totals.internal, INTERNAL_RULES)] if totals.internal else []),
        told("paid_out", totals.paid_out, PAYOUT_RULES),
        told("still", totals.balance, PAYOUT_RULES, (_("Free to leave now"), due), (_("Waits"), waits), *counted),
    )
    return Standing(lines, _flow(lines, coop.currency), totals.income, due, _waits(activity, found, by_work))


class _Words:
    """Each line in four short lines: what it is made of, its values, the rules in force, their decisions."""

    def __init__(self, activity: Activity, rules: Rulebook) -> None:
        scope = facts.scope_of(facts.member_class_of(activity))
        self._money = partial(format_money, currency=activity.coop.currency)
        self._uids = {
            key: str(rules.entry(key, **scope).uid)
            for key in (*scheme.RULES, *PAYOUT_RULES, *INTERNAL_RULES, "activities.own_approval")
            if rules.has(key) and _says_something(rules, key, scope)
        }
        self._lines = rule_lines(activity.coop, set(self._uids.values()))

    def __call__(self, key: str, amount: int, rules: Sequence[str], *values: tuple[str, int]) -> Line:
        label, formula = _WORDS[key]()
        uids = [self._uids[rule] for rule in rules if rule in self._uids]
        why = Explanation(
            formula=formula,
            values=(*((name, self._money(value)) for name, value in values), (label, self._money(amount))),
            rules=tuple(self._lines[uid] for uid in uids if uid in self._lines),
        )
        return Line(key, label, amount, why)


def _says_something(rules: Rulebook, key: str, scope: dict[str, str]) -> bool:
    """A fee, a least or most amount or a limit of nothing is no rule that anybody followed."""
    return bool(rules.value(key, **scope))


_WORDS: Mapping[str, Callable[[], tuple[str, str]]] = {
    "quoted": lambda: (_("Quoted"), _("Offers that clients have not answered yet, without VAT")),
    "ordered": lambda: (_("Ordered"), _("What clients have accepted and is not invoiced yet, without VAT")),
    "invoiced": lambda: (_("Invoiced"), _("All invoices and grants, less credit notes, without VAT")),
    "paid": lambda: (_("Paid by clients"), _("Of each invoice the part that was paid, without VAT")),
    "contribution": lambda: (
        _("Contribution"),
        _("What the co-op and its guarantee fund got: of each invoice and month as the rules were then"),
    ),
    "expenses": lambda: (_("Expenses"), _("What was approved and repaid to whoever paid it")),
    "reserve": lambda: (_("Reserve"), _("What of each invoice stays here until the business is closed")),
    "shared": lambda: (_("Shared in a team"), _("What came here from a team, less what this team gave its members")),
    "internal": lambda: (
        _("From other businesses inside"),
        _("What other businesses of the co-op were invoiced, less what they invoiced here"),
    ),
    "paid_out": lambda: (_("Paid out"), _("What was credited to you, and goes with the pay run, or was paid as wages")),
    "still": lambda: (
        _("Still to come"),
        _("Invoiced, shared and from businesses inside, less contribution, expenses, reserve and what was paid out"),
    ),
}


def _flow(lines: Sequence[Line], currency: str) -> tuple[Row, ...]:
    """Where what was invoiced went; nothing to draw while something is missing."""
    went = ("contribution", "expenses", "reserve", "paid_out", "still")
    rows = [(line.label, line.amount) for line in lines if line.key in went]
    rows += [(line.label, -line.amount) for line in lines if line.key in ("shared", "internal") and line.amount < 0]
    if any(amount < 0 for _label, amount in rows):
        return ()
    return tuple((label, amount, format_money(amount, currency)) for label, amount in rows if amount)


def _waiting(activity: Activity, found: queries.Waiting) -> dict[int, Earned]:
    return {key: one for key, one in found.incomes.items() if one.activity == activity.pk and found.released[key].waits}


def _counted(activity: Activity, found: queries.Waiting, by_work: bool) -> Sequence[tuple[str, int]]:
    """Where the days are counted from the work: of what waits, how much knows the day of the work, and how much does not."""
    if not by_work:
        return ()
    known, unknown = 0, 0
    for key, one in _waiting(activity, found).items():
        waits = found.released[key].waits
        known, unknown = (known + waits, unknown) if one.worked_on else (known, unknown + waits)
    rows = (
        (_("Of it counted from the last day of the work"), known),
        (_("Of it counted from its own day, because no day of the work is known"), unknown),
    )
    return [row for row in rows if row[1]]


def _waits(activity: Activity, found: queries.Waiting, by_work: bool) -> tuple[Wait, ...]:
    mine = _waiting(activity, found)
    papers = {entry.pk: entry for entry in Entry.objects.filter(pk__in=mine).only("paper", "date", "number", "kind")}
    rows = [_wait(papers[key], one, found.released[key], by_work) for key, one in mine.items()]
    return tuple(sorted(rows, key=lambda row: (row.free_on, row.paper)))


def _wait(entry: Entry, one: Earned, released: Released, by_work: bool) -> Wait:
    words = {
        "not_yet": _("its day has not come"),
        "no_day": _("its day has not come; it is counted from its own date, because no day of the work is known"),
        "client": _("the client has not paid yet"),
        "limit": _("the limit for what is paid in advance is reached"),
    }
    paper, worked_on = entry.paper or str(entry.number), one.worked_on if by_work else None
    why = "no_day" if by_work and released.why == "not_yet" and worked_on is None else released.why
    return Wait(paper, entry.date, one.share, released.waits, one.free_on, words.get(why, ""), worked_on)
