"""Where a plan begins: a co-op that is not founded yet begins with its sector's figures, one that runs with its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Count, Min, Sum

from marke.common.clock import local_date
from marke.common.money import minor_digits
from marke.jobs.models import Job
from marke.ledger.queries import monthly_sums, totals_by_kind
from marke.ledger.services import Account
from marke.parties.models import Coop, Membership
from marke.plan.sectors import SectorPlan, sector_plan
from marke.plan.sliders import MONEY, RULES, SLIDERS, Slider, sliders_from, value_of_rule
from marke.rules.queries import Rulebook, rulebook
from marke.rules.registry import default_of, get_rule
from marke_core.plan import Assumptions, Opening

YEAR = timedelta(days=365)
# So many settled jobs say more of a co-op than what its sector supposes.
ENOUGH_JOBS = 20
CLAIMS = (Account.Kind.RECEIVABLE, Account.Kind.UNBILLED, Account.Kind.TRANSIT)


@dataclass(frozen=True)
class Start:
    """The co-op, the first month, and where every slider stands before anybody has moved one."""

    coop: Coop
    begins: date
    sector: SectorPlan
    sliders: Mapping[str, Slider]
    opening: Opening = field(default_factory=Opening)
    shares_paid: int = 0
    # What the last year says, where it was asked: how many jobs.
    jobs_seen: int = 0
    # Whether the books show any costs.
    costs_seen: bool = False

    @property
    def runs(self) -> bool:
        """Whether it begins with what there is already."""
        return self.coop.pk is not None


def start_of_new(coop: Coop, chosen: Mapping[str, Any], today: date) -> Start:
    """A co-op that is not kept yet. `chosen`: values of rules as JSON, where they differ from the sector's."""
    sector = sector_plan(coop.pack)
    values = _in_minor_units(sector.values, coop.currency)
    for name, key in RULES.items():
        rule = get_rule(key)
        values[name] = value_of_rule(name, rule.type.load(chosen.get(key, default_of(rule, coop.pack))))
    return Start(coop, _next_month(today), sector, sliders_from(values, coop.currency))


def start_of(coop: Coop, at: datetime) -> Start:
    """A co-op that runs: its rules in force, its members, the work of its last year, and what its books hold."""
    sector = sector_plan(coop.pack)
    today = local_date(at, coop.timezone)
    members = Membership.objects.filter(coop=coop, state=Membership.State.MEMBER).count()
    values = _in_minor_units(sector.values, coop.currency)
    work, seen = _work(coop, at)
    costs = _costs(coop, today)
    values |= {**work, "members": max(members, 1), "at_start": 0, "equipment": 0, "ramp": 1}
    values |= {"per_month": costs, "per_member": 0, "per_job": 0}
    values |= _rule_values(rulebook(coop, at))
    sliders = sliders_from(values, coop.currency)
    return Start(coop, _next_month(today), sector, sliders, _opening(coop), members, seen, bool(costs))


def assumptions(start: Start, values: Mapping[str, int]) -> Assumptions:
    return Assumptions(
        members=values["members"],
        jobs=values["jobs"],
        price=values["price"],
        minutes=values["minutes"],
        contribution=Fraction(values["contribution"], 1000),
        guarantee=Fraction(values["guarantee"], 1000),
        new_members=values["new_members"],
        ramp=values["ramp"],
        season=start.sector.season,
        begins=start.begins.month,
        pays_after=values["term"] + values["late"],
        unpaid=Fraction(values["unpaid"], 1000),
        at_start=values["at_start"],
        equipment=values["equipment"],
        wear=values["wear"],
        per_month=values["per_month"],
        per_member=values["per_member"],
        per_job=values["per_job"],
        dearer=Fraction(values["dearer"], 1000),
        share=values["share_price"] * values["shares_each"],
        shares_paid=start.shares_paid,
        other_shares=values["other_shares"],
        loan=values["loan"],
        loan_rate=Fraction(values["loan_rate"], 1000),
        loan_months=values["loan_months"],
        opening=start.opening,
    )


def _next_month(today: date) -> date:
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def _in_minor_units(values: Mapping[str, int], currency: str) -> dict[str, int]:
    scale = 10 ** minor_digits(currency)
    return {name: value * scale // 100 if SLIDERS[name].unit == MONEY else value for name, value in values.items()}


def _rule_values(rules: Rulebook) -> dict[str, int]:
    return {name: value_of_rule(name, rules.value(key)) for name, key in RULES.items() if rules.has(key)}


def _work(coop: Coop, at: datetime) -> tuple[dict[str, int], int]:
    """Price, time and number of jobs as the last year had them; nothing where there were too few to say."""
    settled = Job.objects.filter(coop=coop, state=Job.State.SETTLED, accepted_at__gt=at - YEAR, accepted_at__lte=at)
    found = settled.aggregate(
        jobs=Count("id"),
        price=Sum("price"),
        minutes=Sum("minutes"),
        workers=Count("worker", distinct=True),
        first=Min("accepted_at"),
    )
    jobs = found["jobs"]
    if jobs < ENOUGH_JOBS:
        return {}, jobs
    months = max(1, round((at - found["first"]) / (YEAR / 12)))
    return {
        "price": round(Fraction(found["price"], jobs)),
        "minutes": max(1, round(Fraction(found["minutes"], jobs))),
        "jobs": max(1, round(Fraction(jobs, months * found["workers"]))),
    }, jobs


def _costs(coop: Coop, today: date) -> int:
    """What the books of the last twelve months say of costs, for a month."""
    sums = monthly_sums(coop, [Account.Kind.EXPENSE], today - YEAR, today + timedelta(days=1))
    months = len({month for month, _kind in sums})
    spent = sum(debit - credit for debit, credit in sums.values())
    return max(0, round(Fraction(spent, months))) if months else 0


def _opening(coop: Coop) -> Opening:
    """What the books hold today, in the co-op's currency; debit is positive there."""
    sums = {total.kind: total.amount for total in totals_by_kind(coop) if total.unit == coop.currency}
    return Opening(
        cash=sums.get(Account.Kind.BANK, 0),
        receivable=sum(sums.get(kind, 0) for kind in CLAIMS),
        owed=-sums.get(Account.Kind.EARNINGS, 0),
        fund=max(0, -sums.get(Account.Kind.FUND, 0)),
        capital=-sums.get(Account.Kind.SHARES, 0),
    )
