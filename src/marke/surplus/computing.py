"""A year from its figures to every member's line, by the rules in force. Nothing is booked here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np

from marke.ledger.years import stocks, year_result
from marke.parties.models import Coop
from marke.rules.queries import Rulebook, rulebook
from marke.surplus.measures import Business, Members, read_members
from marke.surplus.rulebook import KEYS
from marke.surplus.steps import LOSS_ORDER, PATRONAGE, Plan, Start, plan
from marke_core.waterfall import Borne, Column, Draw, PaidOut, Waterfall, bear_loss, pay_out, waterfall

SHARE_KEYS = ("shares.return_kind", "shares.return_rate", "shares.return_spread", "shares.return_cap", "shares.return_net")


@dataclass(frozen=True)
class Computed:
    """Everything about a year. `gets`: int64[n] by part; `fall` for a surplus, `borne` for a loss."""

    start: Start
    members: Members
    business: Business
    rules: Rulebook
    paid: PaidOut
    gets: dict[str, Column] = field(default_factory=dict)
    # By what each part was divided, and the most of it that each could get: with these, anyone divides it again.
    weighs: dict[str, Column] = field(default_factory=dict)
    caps: dict[str, Column] = field(default_factory=dict)
    plan: Plan | None = None
    fall: Waterfall | None = None
    borne: Borne | None = None

    @property
    def carried(self) -> int:
        """What is carried forward after it: what earlier years left, and what of this one nobody took."""
        taken = -sum(amount for _name, amount in self.borne.taken) if self.borne else 0
        if self.fall:
            taken = sum(one.amount for one in self.fall.taken if one.step.name != "others_kept")
        return self.start.earlier + self.start.result - taken

    def facts(self) -> Iterator[str]:
        """Each member's deeds and parts, as the ledger keeps facts: whole numbers under sorted words."""
        columns = {f"did_{name}": column for name, column in self.members.did.items() if column.any()}
        columns |= {f"did_capital_{code}": column for code, column in self.members.capital.items() if column.any()}
        columns |= self.gets
        columns |= {f"by_{name}": column for name, column in self.weighs.items()}
        columns |= {f"cap_{name}": column for name, column in self.caps.items()}
        names = sorted(columns)
        template = "{" + ",".join(f'"{name}":%d' for name in names) + "}"
        if not names:
            return iter([template] * len(self.members))
        return (template % row for row in rows_of([columns[name] for name in names]))


def rows_of(columns: Sequence[Column], at_once: int = 5_000) -> Iterator[tuple[int, ...]]:
    """Columns as rows of Python's numbers, a chunk at a time: all at once they would take six times the room."""
    for start in range(0, len(columns[0]), at_once):
        yield from zip(*(column[start : start + at_once].tolist() for column in columns), strict=True)


def compute_year(coop: Coop, since: date, until: date, at: datetime) -> Computed:
    """What the year would become by the rules in force at `at`.

    Raises: SharesOutTooMuch when parts of the same amount are more than the whole of it.
    """
    rules = rulebook(coop, at)
    booked = year_result(coop, since, until)
    have = stocks(coop)
    start = Start(
        result=booked.result,
        gifts=booked.gifts,
        earlier=booked.earlier,
        legal=have.get(("reserve", "legal"), 0),
        capital=sum(amount for (kind, _detail), amount in have.items() if kind == "shares"),
        since=since,
        until=until,
    )
    members, business = read_members(coop, since, until)
    if booked.result < 0:
        return _loss(coop, start, members, business, rules, have)
    return run(coop.slug, start, members, business, rules)


def run(entry: str, start: Start, members: Members, business: Business, rules: Rulebook) -> Computed:
    """The waterfall of a year with a surplus, under any rules: what is, and what would be."""
    planned = plan(rules, start, members, business)
    draw = Draw(draw_entry(entry, start), members.numbers)
    fall = waterfall(planned.total, planned.steps, bases=planned.bases, draw=draw)
    shared = {one.step.name: one for one in fall.taken if one.amount and one.parts is not None}
    gets = {name: one.parts for name, one in shared.items() if one.parts is not None}
    weighs = {name: one.step.weights for name, one in shared.items() if one.step.weights is not None}
    caps = {name: one.step.caps for name, one in shared.items() if one.step.caps is not None}
    nothing = np.zeros(len(members), dtype=np.int64)
    paid = pay_out(
        sum((gets[name] for name in PATRONAGE if name in gets), nothing),
        gets.get("funders", nothing),
        cash=rules.value("surplus.cash"),
        on_capital=rules.value("surplus.withholding"),
        on_patronage=rules.value("surplus.withholding_patronage"),
    )
    return Computed(start, members, business, rules, paid, gets, weighs, caps, planned, fall)


def draw_entry(entry: str, start: Start) -> str:
    """From which it is drawn who gets the last cent where two have an equal claim."""
    return f"{entry}:{start.since.isoformat()}"


def _loss(
    coop: Coop, start: Start, members: Members, business: Business, rules: Rulebook, have: dict[tuple[str, str], int]
) -> Computed:
    """Earlier surpluses bear it first; then what the rule names."""
    nothing = np.zeros(len(members), dtype=np.int64)
    loss, how = max(-start.result - max(start.earlier, 0), 0), rules.value("surplus.losses")
    if how == "carried":
        return Computed(start, members, business, rules, PaidOut(nothing, nothing, nothing), borne=Borne((), loss))
    reserves = [(name, have.get(("reserve", detail), 0)) for name, detail in LOSS_ORDER]
    if how == "reserves" or not loss:
        return Computed(start, members, business, rules, PaidOut(nothing, nothing, nothing), borne=bear_loss(loss, reserves))
    deeds, kept, draw = _deeds(members), _kept(coop, members), Draw(draw_entry(coop.slug, start), members.numbers)
    borne = bear_loss(loss, reserves, weights=deeds, kept=kept, draw=draw)
    if borne.parts is None:
        return Computed(start, members, business, rules, PaidOut(nothing, nothing, nothing), borne=borne)
    paid, gets = PaidOut(nothing, nothing, -borne.parts), {"loss": -borne.parts}
    return Computed(start, members, business, rules, paid, gets, {"loss": deeds}, {"loss": kept}, borne=borne)


def _deeds(members: Members) -> Column:
    """What members did for the co-op, by which they bear a loss: what they were paid for and what they bought."""
    deeds: Column = members.did["pay"] + members.did["purchases"]
    return deeds


def _kept(coop: Coop, members: Members) -> Column:
    """What is kept in each member's name now."""
    from marke.ledger.owed import balance_by_party

    held = balance_by_party(coop, "allocated")
    return np.array([max(-held.get(party, 0), 0) for party in members.parties.tolist()], dtype=np.int64)


def figures(coop: Coop, computed: Computed) -> dict[str, Any]:
    """What the steps started from, as whole numbers and words."""
    start, business, members, rules = computed.start, computed.business, computed.members, computed.rules
    ratios = {key: rules.value(f"surplus.{key}") for key in ("cash", "withholding", "withholding_patronage")}
    return {
        "draw": draw_entry(coop.slug, start),
        **{key: rules.value(f"surplus.{key}") for key in ("pay_within", "kept_for", "loss_years")},
        **{key: [ratio.numerator, ratio.denominator] for key, ratio in ratios.items()},
        "result": start.result,
        "gifts": start.gifts,
        "earlier": start.earlier,
        "legal": start.legal,
        "capital": start.capital,
        "days": start.days,
        "turnover": business.turnover,
        "by_members": business.by_members,
        "for_members": business.for_members,
        "total": computed.plan.total if computed.plan else 0,
        "bases": dict(computed.plan.bases) if computed.plan else {},
        "measures": dict(computed.plan.measures) if computed.plan else {},
        "did": {name: int(column.sum()) for name, column in members.did.items()},
        "did_capital": {code: int(column.sum()) for code, column in members.capital.items()},
    }


def told_steps(computed: Computed) -> list[dict[str, Any]]:
    """Each step with what it started from, wanted and took, in whole numbers and words."""
    if computed.borne:
        return [
            {"name": f"loss_{name}", "amount": -amount, "share": [1, 1], "of": "loss", "base": 0, "wanted": 0, "limit": ""}
            for name, amount in computed.borne.taken
            if amount
        ]
    assert computed.fall is not None
    return [
        {
            "name": one.step.name,
            "share": [one.step.share.numerator, one.step.share.denominator],
            "of": one.step.of,
            "base": one.base,
            "wanted": one.wanted,
            "amount": one.amount,
            "limit": one.limit,
            "most": one.step.most,
            "below": one.step.below,
            "together": one.step.together,
            "weight": None if one.step.weights is None else int(one.step.weights.sum()),
            "takers": 0 if one.parts is None else int((one.parts > 0).sum()),
        }
        for one in computed.fall.taken
    ]


def rule_uids(rules: Rulebook, members: Members) -> dict[str, str]:
    """Which value of each rule was followed; those of classes under "key@class"."""
    found = rules.uids(*KEYS)
    for name in members.classes:
        found[f"surplus.group@{name}"] = str(rules.entry("surplus.group", member_class=name).uid)
    for code in members.capital:
        found |= {f"{key}@{code}": uid for key, uid in rules.uids(*SHARE_KEYS, share_class=code).items()}
    return found
