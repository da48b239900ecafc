"""The financial plan on paper, with what Belgian law is said to ask of the founders of a cooperative.

Source: summaries of the code of companies and associations (WVV/CSA), art. 6:5 §2, consulted on 2026-11-21. Neither the article
nor the technical note CBN/CNC TN 2020/04 was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.days import day_in_words
from marke.common.paper import write_pdf
from marke.plan.answers import Words, year_lines
from marke.plan.queries import Start, assumptions
from marke.plan.sliders import GROUPS, text_of
from marke.rules.sentences import write_number
from marke_core.plan import Month, Plan, otherwise, play

TYPST = Path(__file__).parent / "typst" / "plan.typ"
Rows = list[list[str]]


def plan_pdf(start: Start, values: Mapping[str, int], at: datetime) -> bytes:
    """The plan in the active language."""
    return write_pdf(TYPST, paper_data(start, values, at), made_at=at)


def paper_data(start: Start, values: Mapping[str, int], at: datetime) -> dict[str, Any]:
    """What the paper says: nothing that a person typed but the co-op's name."""
    given = assumptions(start, values)
    plan, words = play(given), Words(start, values)
    coop = start.coop
    today = local_date(at, coop.timezone)
    others = [(words.other(name), play(each)) for name, each in otherwise(given).items()]
    return {
        "lang": (get_language() or "en")[:2],
        "accent": coop.accent or "",
        "coop": coop.name,
        "registration": coop.registration_number or "",
        "title": _("Financial plan"),
        "on": day_in_words(today),
        "period": _("%(first)s to %(last)s, 36 months") % {"first": words.month(0), "last": words.month(35)},
        "page": _("page"),
        "verdict": words.verdict(plan),
        "sections": [
            _text(_("1. What the co-op does"), _activity(start)),
            _table(_("2. Where the money comes from"), [_("Source"), _("Security given"), _("Amount")], _sources(words, plan)),
            _table(_("3. Balance"), [_("At the end of"), *_balance_heads(words)], _balances(words, plan), sums=(3, 8)),
            _table(
                _("4. Result"),
                [_("Line"), _("First year"), _("Second year"), _("Third year")],
                [[label, *map(words.money, amounts)] for label, amounts, _total in year_lines(plan)],
                sums=[number for number, line in enumerate(year_lines(plan)) if line[2]],
            ),
            *_budgets(words, plan),
            _table(_("6. What it rests on"), [_("Assumption"), _("Value")], _assumptions(start, values)),
            _table(
                _("7. If it comes otherwise"),
                [_("What if"), _("Needed to begin"), _("Pays for itself from"), _("Free cash after three years")],
                [list(words.row_of(name, each)) for name, each in [(_("As planned"), plan), *others]],
            ),
        ],
        "expert": _("Expert who helped with this plan (name, profession), if there was one:"),
        "signed": _("Founders") if not start.runs else _("Board"),
        "note": _note(start),
    }


def _note(start: Start) -> str:
    note = _(
        "VAT is left out: it passes through. Members are paid for the month in which they worked, whether the client has paid or not."
    )
    if start.coop.country == "BE" and not start.runs:
        note += " " + _(
            "Founders of a cooperative hand such a plan to the notary before the deed (WVV/CSA, article 6:5). It has to cover two "
            "years; whether the means are enough for them is what founders answer for in the first three years. What it holds follows "
            "summaries of the law: let the notary compare."
        )
    return note


def _text(title: str, text: str) -> dict[str, Any]:
    return {"title": title, "text": text, "head": [], "rows": [], "sums": []}


def _table(title: str, head: Sequence[str], rows: Rows, sums: Sequence[int] = ()) -> dict[str, Any]:
    return {"title": title, "text": "", "head": list(head), "rows": rows, "sums": list(sums)}


def _activity(start: Start) -> str:
    does = _("%(coop)s is a co-op of the people who do the work. It finds work for its members, invoices it and pays them.") % {
        "coop": start.coop.name
    }
    return f"{does} {start.sector.supposes}".strip()


def _sources(words: Words, plan: Plan) -> Rows:
    money, given = words.money, plan.assumptions
    members = plan.months[0].capital_in - given.other_shares
    later = sum(month.capital_in for month in plan.months[1:])
    rows = [
        (_("Paid in before the plan"), _("none"), given.opening.capital),
        (_("Shares of members, at the start"), _("none"), members),
        (_("Shares of supporters"), _("none"), given.other_shares),
        (_("Loan, paid back in %(n)s months") % {"n": given.loan_months}, "…", given.loan),
        (_("Shares of members who join later"), _("none"), later),
    ]
    return [[label, security, money(amount)] for label, security, amount in rows if amount]


def _balance_heads(words: Words) -> list[str]:
    return [_("Opening"), *(words.month(number) for number in (11, 23, 35))]


def _balances(words: Words, plan: Plan) -> Rows:
    """The opening balance, and those after 12, 24 and 36 months."""
    columns = [_opening(plan), *(_balance(plan.months[number]) for number in (11, 23, 35))]
    lines = (
        ("equipment", _("Equipment, less its wear")), ("receivable", _("Owed by clients")), ("cash", _("Cash at the bank")),
        ("assets", _("Assets")), ("capital", _("Paid-in shares")), ("fund", _("Guarantee fund")), ("carried", _("Results carried forward")),
        ("debts", _("Loans, and pay still owed")), ("sources", _("Equity and liabilities")),
    )  # fmt: skip
    return [[label, *(words.money(column[name]) for column in columns)] for name, label in lines]


def _opening(plan: Plan) -> dict[str, int]:
    """The moment of the founding, when what is brought in has been paid and nothing is spent; or where the co-op stands."""
    given, first = plan.assumptions, plan.months[0]
    o = given.opening
    return _summed(
        cash=o.cash + first.capital_in + first.loan_in, receivable=o.receivable, equipment=0,
        capital=o.capital + first.capital_in, fund=o.fund, carried=o.result, debts=first.loan_in + o.owed,
    )  # fmt: skip


def _balance(month: Month) -> dict[str, int]:
    return _summed(
        cash=month.cash, receivable=month.receivable, equipment=month.equipment, capital=month.capital, fund=month.fund,
        carried=month.carried, debts=month.loan,
    )  # fmt: skip


def _summed(**lines: int) -> dict[str, int]:
    assets = lines["cash"] + lines["receivable"] + lines["equipment"]
    return {**lines, "assets": assets, "sources": lines["capital"] + lines["fund"] + lines["carried"] + lines["debts"]}


def _budgets(words: Words, plan: Plan) -> list[dict[str, Any]]:
    """What comes in and goes out, month by month, a table for each year."""
    head = [
        _("Month"),
        _("Members"),
        _("From clients"),
        _("Shares, loan"),
        _("Members’ pay"),
        _("Costs"),
        _("Loan back"),
        _("Cash"),
    ]
    tables = []
    for number, title in enumerate((_("first year"), _("second year"), _("third year"))):
        rows = [
            [
                words.month(m.number),
                write_number(m.members),
                words.money(m.received),
                words.money(m.capital_in + m.loan_in),
                words.money(m.paid_members),
                words.money(m.running + m.start + m.bought),
                words.money(m.repaid + m.interest),
                words.money(m.cash),
            ]
            for m in plan.year(number)
        ]
        tables.append(_table(_("5. Money in and out, %(year)s") % {"year": title}, head, rows))
    return tables


def _assumptions(start: Start, values: Mapping[str, int]) -> Rows:
    rows = [
        [str(slider.label), text_of(slider, values[slider.name], start.coop.currency)]
        for group in GROUPS
        for slider in group.sliders
    ]
    if len(set(start.sector.season)) > 1:
        season = ", ".join(f"{percent}" for percent in start.sector.season)
        rows.append([_("Work by the month, January to December, in percent"), season])
    return rows
