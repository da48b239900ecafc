"""A year in words: its steps, what each was limited by, and why a member gets this much."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.charts import Row, percent_text
from marke.common.explain import Explanation, RuleLine
from marke.common.money import format_money, locale_of
from marke.ledger.explaining import rule_lines
from marke.surplus.explaining import DID_NAMES, PART_NAMES, STEP_MEANINGS, STEP_NAMES, did_text
from marke.surplus.kept import falls_due, made_shares, was_repaid
from marke.surplus.models import Correction, MemberYear, YearClose
from marke.surplus.steps import PARTS, RULES_OF

LIMITS = {
    "most": gettext_lazy("up to its limit"),
    "below": gettext_lazy("no more than the part for work"),
    "caps": gettext_lazy("as much as the highest return allows"),
    "rest": gettext_lazy("what was left"),
    "nobody": gettext_lazy("nobody has a claim to it"),
}
_OF = {
    "surplus": gettext_lazy("of the surplus"),
    "ours": gettext_lazy("of the surplus from members' business"),
    "others": gettext_lazy("of the surplus from business with others"),
    "rest": gettext_lazy("of what was left then"),
}


@dataclass(frozen=True)
class StepLine:
    """One step for the table: what it `means`, and what it took of what as it `says`."""

    name: str
    means: str
    amount: int
    says: str
    limit: str
    why: Explanation


def step_lines(year: YearClose) -> list[StepLine]:
    """Every step in order, with the rules that were followed then; one query."""
    lines = rule_lines(year.coop, set(year.rule_values.values()))
    return [_step_line(year, step, lines) for step in year.steps]


def _step_line(year: YearClose, step: dict[str, Any], lines: dict[str, RuleLine]) -> StepLine:
    name, says, limit = step["name"], _says(year, step), str(LIMITS.get(step["limit"], ""))
    keys = RULES_OF.get(name, ("surplus.losses",) if step["of"] == "loss" else ())
    formula = "; ".join(said for said in (says, limit) if said) or str(STEP_MEANINGS.get(name, STEP_NAMES.get(name, name)))
    return StepLine(
        str(STEP_NAMES.get(name, name)),
        str(STEP_MEANINGS.get(name, "")),
        step["amount"],
        says,
        limit,
        Explanation(formula, rules=_followed(year, keys, lines)),
    )


def _followed(year: YearClose, keys: Iterable[str], lines: dict[str, RuleLine]) -> tuple[RuleLine, ...]:
    uids = [year.rule_values.get(key, "") for key in keys]
    return tuple(lines[uid] for uid in uids if uid in lines)


def _says(year: YearClose, step: dict[str, Any]) -> str:
    if step["of"] == "loss":
        return ""
    share = Fraction(*step["share"])
    base = format_money(step["base"], year.coop.currency)
    if step["name"] == "first":
        return _("the first of %(base)s") % {"base": base}
    part = percent_text(_hundredths(share), locale_of(None))
    if step["name"] == "others_kept":
        return _("business with others, %(part)s of %(base)s") % {"part": part, "base": base}
    return _("%(part)s %(of)s, %(base)s") % {"part": part, "of": _OF.get(step["of"], ""), "base": base}


def _hundredths(share: Fraction) -> Any:
    from decimal import Decimal

    return Decimal(share.numerator * 100) / Decimal(share.denominator)


def flow_rows(year: YearClose) -> list[Row]:
    """Where the surplus went, for the picture: earlier losses, each step, and what is carried."""
    money = _money(year)
    rows: list[Row] = []
    if year.divided < year.result:
        rows.append((_("Earlier losses made good"), year.result - year.divided, money(year.result - year.divided)))
    rows += [
        (str(STEP_NAMES.get(step["name"], step["name"])), step["amount"], money(step["amount"]))
        for step in year.steps
        if step["amount"] > 0 and step["name"] != "others_kept"
    ]
    given = sum(step["amount"] for step in year.steps if step["name"] != "others_kept")
    if (left := year.divided - given) > 0:
        name = _("Left for later years") if left == year.carried else _("Left of this year")
        rows.append((name, left, money(left)))
    return rows


def _money(year: YearClose) -> Callable[[int], str]:
    return lambda amount: format_money(amount, year.coop.currency)


@dataclass(frozen=True)
class PartLine:
    """One part that a member gets: what it is for, what they did of what all did, and what the whole part is."""

    key: str
    name: str
    amount: int
    mine: str
    everybody: str
    whole: int


@dataclass(frozen=True)
class MyYear:
    """A member's year in words; after a correction, as it is now."""

    line: MemberYear
    parts: tuple[PartLine, ...]
    did: tuple[tuple[str, str], ...]
    paid: int
    withheld: int
    kept: int
    corrections: tuple[Correction, ...]
    # What was kept became so many shares, for so much; when the rest falls due, and whether it was paid back.
    shares: int = 0
    into_shares: int = 0
    falls_due: date | None = None
    repaid: bool = False

    @property
    def total(self) -> int:
        return self.paid + self.withheld + self.kept

    @property
    def corrected_by(self) -> int:
        """What corrections added to the parts, or took from them."""
        return self.total - self.line.total

    @property
    def still_kept(self) -> int:
        return self.kept - self.into_shares


def my_year(line: MemberYear) -> MyYear:
    """`line` from `queries.my_line`, with its corrections."""
    year, facts = line.year, json.loads(line.facts)
    corrections = tuple(line.corrections.all())
    now = corrections[-1] if corrections else line
    money = _money(year)
    did = tuple(
        (str(label), did_text(name, facts[f"did_{name}"], money)) for name, label in DID_NAMES.items() if facts.get(f"did_{name}")
    )
    parts = tuple(_part(year, name, facts, money) for name in (*PARTS, "loss") if facts.get(name))
    shares, into_shares = made_shares(year, line.membership_id).get(line.membership_id, (0, 0)) if now.kept > 0 else (0, 0)
    due = falls_due(year)
    return MyYear(
        line,
        parts,
        did,
        now.paid,
        now.withheld,
        now.kept,
        corrections,
        shares,
        into_shares,
        due,
        due is not None and was_repaid(year),
    )


def explained_parts(mine: MyYear) -> list[tuple[PartLine, Explanation]]:
    """Each part with why it is this much; one query."""
    year = mine.line.year
    lines, money = rule_lines(year.coop, set(year.rule_values.values())), _money(year)
    return [(part, _why_of_part(year, part, lines, money)) for part in mine.parts]


def _why_of_part(year: YearClose, part: PartLine, lines: dict[str, RuleLine], money: Callable[[int], str]) -> Explanation:
    values = [(_("The whole part"), money(part.whole))]
    if part.mine:
        values = [(_("Mine"), part.mine), (_("Of all together"), part.everybody), *values]
    keys = RULES_OF.get(part.key, ("surplus.losses",))
    return Explanation(_("the whole part, divided by what each of us did or holds"), tuple(values), _followed(year, keys, lines))


def _part(year: YearClose, name: str, facts: dict[str, int], money: Callable[[int], str]) -> PartLine:
    measure = year.figures.get("measures", {}).get(name, "")
    whole = sum(step["amount"] for step in year.steps if step["name"] in (name, f"{name}_members"))
    mine, everybody = "", ""
    if measure in DID_NAMES:
        mine = did_text(measure, facts.get(f"did_{measure}", 0), money)
        everybody = did_text(measure, year.figures["did"].get(measure, 0), money)
    elif measure == "equal":
        takers = next((step["takers"] for step in year.steps if step["name"] == name), 0)
        mine, everybody = _("an equal part"), _("%(count)s members") % {"count": takers}
    elif measure == "capital":
        days = year.figures.get("days") or 1
        mine = money(sum(value for key, value in facts.items() if key.startswith("did_capital_")) // days)
        everybody = money(sum(year.figures["did_capital"].values()) // days)
    return PartLine(name, str(PART_NAMES[name]), facts[name], mine, everybody, abs(whole))
