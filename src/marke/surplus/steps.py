"""From the rules of the co-op and the figures of its year to the steps of the waterfall. Pure but for the rules it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from marke.rules.queries import Rulebook
from marke.surplus.measures import Business, Members
from marke_core.waterfall import INT64_MAX, Column, Step, return_cap

SURPLUS, OURS, OTHERS = "surplus", "ours", "others"
# The parts for members, in the order in which they are served when capital is not served before them.
PARTS = ("workers", "funders", "users", "founders", "members")
PATRONAGE = ("workers", "users", "founders", "members")
# Where the other steps put what they take: (kind of account, detail).
PLACES = {
    "legal": ("reserve", "legal"),
    "others_reserve": ("reserve", "legal"),
    "first": ("reserve", "voluntary"),
    "education": ("reserve", "education"),
    "community": ("reserve", "community"),
    "statutory": ("reserve", "indivisible"),
}
# From which a loss is taken, in order.
LOSS_ORDER = (("voluntary", "voluntary"), ("statutory", "statutory"), ("indivisible", "indivisible"), ("legal", "legal"))
# Which rules a step follows.
RULES_OF = {
    "legal": ("surplus.legal_reserve", "surplus.legal_reserve_limit"),
    "others_reserve": ("surplus.other_business", "surplus.member_business"),
    "first": ("surplus.first",),
    "education": ("surplus.education",),
    "community": ("surplus.community",),
    "statutory": ("surplus.statutory_reserve",),
    "others_kept": ("surplus.member_business",),
    "workers": ("surplus.workers", "surplus.workers_by", "surplus.parts_of"),
    "funders": ("surplus.capital", "surplus.funders", "surplus.funders_below_workers"),
    "users": ("surplus.users", "surplus.users_by", "surplus.parts_of"),
    "founders": ("surplus.founders", "surplus.founders_by", "surplus.parts_of"),
    "members": ("surplus.members", "surplus.members_by", "surplus.parts_of"),
}


@dataclass(frozen=True)
class Start:
    """What the waterfall starts from, in minor units."""

    result: int
    gifts: int
    earlier: int
    legal: int  # what the legal reserve holds
    capital: int
    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days


@dataclass(frozen=True)
class Plan:
    """`measures`: by which measure each part is divided, e.g. {"workers": "pay"}."""

    total: int
    steps: tuple[Step, ...]
    bases: Mapping[str, int]
    measures: Mapping[str, str]


def plan(rules: Rulebook, start: Start, members: Members, business: Business) -> Plan:
    """The steps of a year with a surplus, as the rules in force have them."""
    loss = max(-start.earlier, 0) if rules.value("surplus.losses_first") else 0
    total = max(start.result - loss, 0)
    others = _others(rules, business, total)
    steps = [*_reserves(rules, start, total, others), *_parts(rules, start, members, total)]
    measures = {name: str(rules.value(f"surplus.{name}_by")) for name in PATRONAGE}
    return Plan(total, tuple(steps), {SURPLUS: total, OURS: total - others, OTHERS: others}, {**measures, "funders": "capital"})


def _others(rules: Rulebook, business: Business, total: int) -> int:
    """How much of the surplus comes from business with others than members, rounded down; 0 where all of it is shared."""
    shared = rules.value("surplus.member_business")
    if shared == "all" or not business.turnover:
        return 0
    ours = business.by_members if shared == "workers" else business.for_members
    return total * max(business.turnover - ours, 0) // business.turnover


def _reserves(rules: Rulebook, start: Start, total: int, others: int) -> list[Step]:
    limit = rules.value("surplus.legal_reserve_limit")
    room = None if not limit else -(-start.capital * limit.numerator // limit.denominator) - start.legal
    other_share, first = rules.value("surplus.other_business"), rules.value("surplus.first")
    apart = bool(others and other_share)
    steps = [
        Step("legal", rules.value("surplus.legal_reserve"), of=OURS if apart else SURPLUS, most=room),
        Step("others_reserve", other_share if apart else Fraction(0), of=OTHERS),
        Step("first", most=first) if first else Step("first", Fraction(0)),
        Step("education", rules.value("surplus.education"), of=SURPLUS),
        Step("community", rules.value("surplus.community"), of=SURPLUS),
        Step("statutory", rules.value("surplus.statutory_reserve")),
        Step("others_kept", Fraction(others, total) if others else Fraction(0)),
    ]
    return [step for step in steps if step.share]


def _parts(rules: Rulebook, start: Start, members: Members, total: int) -> list[Step]:
    """The parts for members. What capital is promised is served first, unless it may not be more than the part for work."""
    weights = _weights(rules, start, members)
    of = SURPLUS if rules.value("surplus.parts_of") == "result" else "rest"
    capital = str(rules.value("surplus.capital"))
    below = "workers" if rules.value("surplus.funders_below_workers") else ""
    most = max(total - start.gifts, 0) if rules.value("surplus.capital_without_gifts") else None
    steps: list[Step] = []
    for name in PARTS:
        share = rules.value(f"surplus.{name}")
        if name != "funders":
            steps.append(Step(name, share, of=of, together="parts", weights=weights.get(name)))
        elif capital != "none":
            promised, caps = _promised(rules, start, members, by_rate=capital == "rate")
            together = "parts" if capital == "part" else ""
            step = Step(name, share, of, together, most, below, promised, caps)
            steps.insert(len(steps) if together or below else 0, step)
    return [step for step in steps if step.share]


def _weights(rules: Rulebook, start: Start, members: Members) -> dict[str, Column]:
    """What each member weighs in each part of patronage."""
    group = np.array([str(rules.value("surplus.group", member_class=name)) for name in members.classes], dtype=object)
    own: NDArray[np.object_] = group[members.class_of] if len(members) else np.array([], dtype=object)
    deeds = own == "deeds"
    did = members.did
    capital = sum(members.capital.values(), np.zeros(len(members), dtype=np.int64))
    everybody = np.ones(len(members), dtype=np.int64)
    measures: dict[str, Column] = {**did, "equal": everybody, "capital": capital}
    long_enough = start.until.toordinal() - members.admitted >= rules.value("surplus.workers_after") // timedelta(days=1)
    worked = ((own == "workers") | deeds & (did["jobs"] > 0)) & long_enough
    bought = (own == "users") | deeds & (did["bookings"] > 0)
    masks = {"workers": worked, "users": bought, "founders": own == "founders", "members": own != "none"}
    found = {
        name: measures[str(rules.value(f"surplus.{name}_by"))].astype(np.int64) * mask
        for name, mask in masks.items()
        if rules.value(f"surplus.{name}")
    }
    if "workers" in found:
        found["workers"] = _with_seniority(found["workers"], rules, start, members)
    return found


def _with_seniority(weights: Column, rules: Rulebook, start: Start, members: Members) -> Column:
    """Times one and a bit more for every full year of membership, up to a limit; kept whole by a common denominator."""
    step, most = rules.value("surplus.seniority"), rules.value("surplus.seniority_most")
    if not step:
        return weights
    below = lcm(step.denominator, most.denominator)
    years = np.clip(start.until.toordinal() - members.admitted, 0, None) * 4 // 1461
    factor = np.minimum(below + int(step * below) * years, int(most * below))
    if int(weights.max(initial=0)) * int(factor.max(initial=0)) > INT64_MAX:
        return weights.astype(object) * factor
    product: Column = weights * factor
    return product


def _promised(rules: Rulebook, start: Start, members: Members, *, by_rate: bool) -> tuple[Column, Column]:
    """What paid-in capital weighs, and the most that each may get for it. Classes that bring no return weigh nothing."""
    withheld = rules.value("surplus.withholding")
    rates: dict[str, Fraction] = {}
    tops: dict[str, Fraction] = {}
    for code in members.capital:
        scope = {"share_class": code}
        kind = rules.value("shares.return_kind", **scope)
        if kind == "none":
            continue
        cap, net = rules.value("shares.return_cap", **scope), rules.value("shares.return_net", **scope)
        top = cap / (1 - withheld) if net and withheld < 1 else cap
        published = rules.value("surplus.index") + rules.value("shares.return_spread", **scope)
        promised = rules.value("shares.return_rate", **scope) if kind == "fixed" else published
        tops[code] = min(promised, top) if by_rate else top
        rates[code] = tops[code] if by_rate else Fraction(1)
    mask = _funders(rules, members)
    weights = _summed(members, {code: members.capital[code] * mask for code in rates}, rates)
    caps = np.zeros(len(members), dtype=np.int64)
    for code, top in tops.items():
        caps += return_cap(members.capital[code] * mask, top, days=start.days)
    return weights, caps


def _funders(rules: Rulebook, members: Members) -> Column:
    groups = [rules.value("surplus.group", member_class=name) in ("deeds", "funders") for name in members.classes]
    return np.array(groups, dtype=np.int64)[members.class_of] if len(members) else np.zeros(0, dtype=np.int64)


def _summed(members: Members, columns: Mapping[str, Column], rates: Mapping[str, Fraction]) -> Column:
    """Each column times its rate, summed; rates made whole by their common denominator."""
    below = lcm(*(rate.denominator for rate in rates.values())) if rates else 1
    scaled: Sequence[tuple[Column, int]] = [(columns[code], int(rate * below)) for code, rate in rates.items()]
    if sum(int(column.max(initial=0)) * factor for column, factor in scaled) > INT64_MAX:
        return sum((column.astype(object) * factor for column, factor in scaled), np.zeros(len(members), dtype=object))
    return sum((column * factor for column, factor in scaled), np.zeros(len(members), dtype=np.int64))
