"""What the plan answers, in words and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.charts import Lines, Row, Series
from marke.common.days import day_in_words
from marke.common.explain import Explanation, RuleLine
from marke.common.money import format_money, format_rounded
from marke.plan.queries import Start, assumptions
from marke.plan.sliders import RULES, SLIDERS, text_of, typed_value
from marke.rules.registry import get_rule
from marke.rules.sentences import sentence
from marke_core.plan import Month, Plan, otherwise, play


@dataclass(frozen=True)
class Figure:
    """One number that one wants to know, with why."""

    label: str
    text: str
    hint: str
    why: Explanation


@dataclass(frozen=True)
class YearRow:
    label: str
    texts: tuple[str, ...]
    total: bool = False


@dataclass(frozen=True)
class RuleOfPlan:
    """A rule as the plan has it."""

    key: str
    sentence: str
    changed: bool


@dataclass(frozen=True)
class Answer:
    plan: Plan
    figures: tuple[Figure, ...]
    good: bool
    verdict: str
    cash: Lines
    balance: Lines
    euro: tuple[Row, ...]
    euro_whole: str
    years: tuple[YearRow, ...]
    others: tuple[tuple[str, str, str, str], ...]
    rules: tuple[RuleOfPlan, ...]

    @property
    def changes(self) -> bool:
        return any(rule.changed for rule in self.rules)


def answer(start: Start, values: Mapping[str, int]) -> Answer:
    """Plays the plan. Raises: PlanCannotBe when values contradict each other, which the sliders' own bounds prevent."""
    given = assumptions(start, values)
    plan = play(given)
    words = Words(start, values, rounded=True)
    others = [(words.other(name), play(each)) for name, each in otherwise(given).items()]
    return Answer(
        plan=plan,
        figures=words.figures(plan),
        good=plan.short == 0 and plan.break_even is not None,
        verdict=words.verdict(plan),
        cash=words.cash(plan),
        balance=words.balance(plan),
        euro=words.euro(plan),
        euro_whole=words.money(sum(month.turnover for month in plan.year(2))),
        years=tuple(words.years(plan)),
        others=tuple(words.row_of(name, each) for name, each in [(_("As planned"), plan), *others]),
        rules=tuple(words.rules()),
    )


@dataclass(frozen=True)
class Words:
    """Puts a plan into the language and currency of whoever reads; `rounded` for a page, where cents would pretend too much."""

    start: Start
    values: Mapping[str, int]
    rounded: bool = False

    def money(self, amount: int) -> str:
        return (format_rounded if self.rounded else format_money)(amount, self.start.coop.currency)

    def month(self, number: int) -> str:
        return day_in_words(self.first_of(number), "MMM y")

    def first_of(self, number: int) -> date:
        month = self.start.begins.month - 1 + number
        return date(self.start.begins.year + month // 12, month % 12 + 1, 1)

    def value(self, *names: str) -> tuple[tuple[str, str], ...]:
        currency = self.start.coop.currency
        return tuple((str(SLIDERS[name].label), text_of(SLIDERS[name], self.values[name], currency)) for name in names)

    def rule_line(self, name: str) -> RuleLine:
        rule = get_rule(RULES[name])
        said = sentence(rule, typed_value(name, self.values[name]), self.start.coop)
        url = reverse("rules:rule", args=[self.start.coop.slug, rule.key]) if self.start.runs else ""
        return RuleLine(said, url, "", "")

    def rules(self) -> list[RuleOfPlan]:
        return [
            RuleOfPlan(key, self.rule_line(name).sentence, self.values[name] != self.start.sliders[name].start)
            for name, key in RULES.items()
        ]

    def figures(self, plan: Plan) -> tuple[Figure, ...]:
        return (self._pay(plan), self._needed(plan), self._even(plan), self._fund(plan))

    def _pay(self, plan: Plan) -> Figure:
        lines = (self.rule_line("contribution"), self.rule_line("guarantee"))
        formula = _("What is left of the price when the co-op's part and the guarantee fund are taken off, for an hour of work.")
        hint = _("before taxes and insurance of their own")
        return Figure(
            _("An hour of work pays"),
            format_money(plan.pay_per_hour, self.start.coop.currency),
            hint,
            Explanation(formula, self.value("price", "minutes"), lines),
        )

    def _needed(self, plan: Plan) -> Figure:
        month = plan.months[plan.needed_in]
        brought = sum(each.capital_in + each.loan_in for each in plan.months[: plan.needed_in + 1])
        formula = _("The most that has gone out before it came in, at the end of a month, with the guarantee fund left alone.")
        values = (
            (_("Most is needed in"), self.month(month.number)),
            (_("Clients owe then"), self.money(month.receivable)),
            (_("In the guarantee fund then"), self.money(month.fund)),
            (_("Brought in by then, shares and loan"), self.money(brought)),
        )
        label = _("To be brought in") if self.start.runs else _("Needed to begin")
        return Figure(label, self.money(plan.needed), _("in shares and loans"), Explanation(formula, values))

    def _even(self, plan: Plan) -> Figure:
        formula = _("The month from which on all results together never again fall below where they stood.")
        values = (
            (_("What the co-op keeps, third year"), self.money(sum(month.contribution for month in plan.year(2)))),
            (_("What it costs, third year"), self.money(sum(month.contribution - month.result for month in plan.year(2)))),
        )
        text = self.month(plan.break_even) if plan.break_even is not None else _("not in three years")
        hint = _("month %(n)s of 36") % {"n": plan.break_even + 1} if plan.break_even is not None else ""
        return Figure(_("It pays for itself from"), text, hint, Explanation(formula, values, (self.rule_line("contribution"),)))

    def _fund(self, plan: Plan) -> Figure:
        formula = _("What goes into it from every job, less what clients never pay.")
        values = (
            (_("Went in"), self.money(sum(month.guarantee for month in plan.months) + self.start.opening.fund)),
            (_("Never paid by clients, and borne by the fund"), self.money(sum(month.covered for month in plan.months))),
        )
        text = self.money(plan.months[-1].fund)
        return Figure(
            _("Guarantee fund after three years"), text, "", Explanation(formula, values, (self.rule_line("guarantee"),))
        )

    def verdict(self, plan: Plan) -> str:
        if plan.short:
            return _(
                "In %(month)s %(amount)s is missing. Bring in more shares or a loan, let clients pay sooner, or begin smaller."
            ) % {"month": self.month(plan.worst), "amount": self.money(plan.short)}
        if plan.break_even is None:
            return _(
                "There is always enough to pay with, but in three years the co-op does not pay for itself. Keep more of each "
                "job, do more of them, or spend less."
            )
        return _("There is always enough to pay with, and from %(month)s the co-op pays for itself.") % {
            "month": self.month(plan.break_even)
        }

    def other(self, name: str) -> str:
        return {
            "fewer_jobs": _("A fifth fewer jobs"),
            "later": _("Clients pay a month later"),
            "dearer": _("All costs a tenth higher"),
        }[name]

    def row_of(self, name: str, plan: Plan) -> tuple[str, str, str, str]:
        even = self.month(plan.break_even) if plan.break_even is not None else _("not in three years")
        return name, self.money(plan.needed), even, self.money(plan.months[-1].free_cash)

    def cash(self, plan: Plan) -> Lines:
        return self._lines(
            plan,
            Series(_("Cash that is free"), [month.free_cash for month in plan.months]),
            Series(_("Guarantee fund"), [month.fund for month in plan.months], dashed=True),
        )

    def balance(self, plan: Plan) -> Lines:
        return self._lines(
            plan,
            Series(_("What the co-op keeps"), [month.contribution for month in plan.months]),
            Series(_("What it costs"), [month.contribution - month.result for month in plan.months], dashed=True),
        )

    def _lines(self, plan: Plan, *series: Series) -> Lines:
        labels = [self.month(month.number) for month in plan.months]
        return Lines(labels=labels, series=list(series), text=lambda amount: self.money(int(amount)))

    def euro(self, plan: Plan) -> tuple[Row, ...]:
        """What the prices of the third year become."""
        year = plan.year(2)
        costs = sum(month.contribution - month.result for month in year)
        kept = sum(month.contribution for month in year)
        rows = [
            (_("Members’ pay"), sum(month.earnings for month in year)),
            (_("Guarantee fund"), sum(month.guarantee for month in year)),
            (_("Costs of the co-op"), min(costs, kept)),
            (_("Left over"), max(0, kept - costs)),
        ]
        return tuple((label, Fraction(amount), self.money(amount)) for label, amount in rows if amount > 0)

    def years(self, plan: Plan) -> list[YearRow]:
        return [
            YearRow(label, tuple(self.money(amount) for amount in amounts), total) for label, amounts, total in year_lines(plan)
        ]


def year_lines(plan: Plan) -> list[tuple[str, tuple[int, ...], bool]]:
    """The result of each year, line by line, and how things stand at its end; whether a line is a sum."""
    years = [plan.year(number) for number in range(3)]

    def sums(line: str, sign: int = 1) -> tuple[int, ...]:
        return tuple(sign * sum(getattr(month, line) for month in year) for year in years)

    lines = [
        (_("Turnover"), sums("turnover"), False),
        (_("Members’ pay"), sums("earnings", -1), False),
        (_("Into the guarantee fund"), sums("guarantee", -1), False),
        (_("What the co-op keeps"), sums("contribution"), True),
        (_("Running costs"), sums("running", -1), False),
        (_("Costs of beginning"), sums("start", -1), False),
        (_("Wear of what was bought"), sums("wear", -1), False),
        (_("Interest"), sums("interest", -1), False),
        (_("Never paid, beyond the fund"), tuple(-sum(m.unpaid - m.covered for m in year) for year in years), False),
    ]
    shown = [line for line in lines if any(line[1])]
    return [
        *shown,
        (_("Result"), sums("result"), True),
        (_("Cash at the end of the year"), tuple(y[-1].cash for y in years), False),
    ]


def month_rows(words: Words, months: Sequence[Month]) -> list[list[object]]:
    """For a spreadsheet: every month, amounts in minor units."""
    return [
        [words.first_of(m.number).isoformat()[:7], m.members, m.jobs, m.turnover, m.earnings, m.contribution, m.guarantee,
         m.running + m.start, m.wear, m.interest, m.unpaid - m.covered, m.result, m.received, m.capital_in, m.loan_in, m.repaid,
         m.cash, m.fund, m.capital, m.loan]
        for m in months
    ]  # fmt: skip


CSV_HEADER = (
    "month", "members", "jobs", "turnover", "members_pay", "kept", "into_fund", "costs", "wear", "interest", "never_paid",
    "result", "received", "shares", "loan", "loan_repaid", "cash", "fund", "capital", "loan_left",
)  # fmt: skip
