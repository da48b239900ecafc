"""See before you vote: the last year's surplus by the rules of today, and once more under a proposed one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.facts import NothingToSimulate, Simulated, Simulator
from marke.ledger.periods import year_of
from marke.ledger.years import stocks, year_result
from marke.parties.models import Coop
from marke.rules.queries import Rulebook, rulebook
from marke.surplus import queries
from marke.surplus.computing import Computed, run
from marke.surplus.explaining import STEP_NAMES
from marke.surplus.measures import read_members
from marke.surplus.rulebook import PARTS, PAYMENT, RESERVES
from marke.surplus.steps import Start
from marke_core.rulebook import scope_parts
from marke_core.waterfall import SharesOutTooMuch

# These divide between money, tax and members' names; all others change what members get.
OF_PAYMENT = ("surplus.cash", "surplus.withholding", "surplus.withholding_patronage")
FOLLOWED = (*(rule.key for rule in (*RESERVES, *PARTS)), *(rule.key for rule in PAYMENT if rule.key in OF_PAYMENT))


@dataclass(frozen=True)
class Supposed(Rulebook):
    """The rules of a moment, but for one that is proposed."""

    key: str = ""
    scope: str = ""
    typed: Any = None

    def value(self, key: str, **scope: object) -> Any:
        if key == self.key:
            wanted = scope_parts(self.scope)
            closer = len(scope_parts(self.entry(key, **scope).scope)) > len(wanted)
            if not closer and all(str(scope.get(name)) == said for name, said in wanted.items()):
                return self.typed
        return super().value(key, **scope)


def simulate(coop: Coop, key: str, scope: str, typed: Any, at: datetime) -> Simulated:
    """The year that was closed or looked at last, else the one that runs. Nothing is stored.

    Raises: NothingToSimulate for a year without a surplus, and for parts that are more than the whole.
    """
    title, start = _last_year(coop, at)
    if start.result <= 0:
        raise NothingToSimulate(
            _("There is no preview: %(year)s has no surplus so far that this rule could divide.") % {"year": title}
        )
    members, business = read_members(coop, start.since, start.until)
    now = rulebook(coop, at)
    supposed = Supposed(now.at, now.timeline, key, scope, typed)
    try:
        before, after = (run(coop.slug, start, members, business, rules) for rules in (now, supposed))
    except SharesOutTooMuch as error:
        raise NothingToSimulate(
            _("There is no preview: with it, the parts of members would add up to %(total)s%%, which is more than there is.")
            % {"total": f"{float(error.total * 100):g}"}
        ) from error
    return _compared(title, before, after, in_money=key in OF_PAYMENT)


def _last_year(coop: Coop, at: datetime) -> tuple[str, Start]:
    year = queries.years(coop).first()
    if year is not None and year.round.since and year.round.until:
        names = ("result", "gifts", "earlier", "legal", "capital")
        return year.round.title, Start(
            **{name: year.figures[name] for name in names}, since=year.round.since, until=year.round.until
        )
    today = local_date(at, coop.timezone)
    since, until = year_of(today).since, today + timedelta(days=1)
    booked, have = year_result(coop, since, until), stocks(coop)
    capital = sum(amount for (kind, _detail), amount in have.items() if kind == "shares")
    legal = have.get(("reserve", "legal"), 0)
    return str(since.year), Start(booked.result, booked.gifts, booked.earlier, legal, capital, since, until)


def _compared(title: str, before: Computed, after: Computed, *, in_money: bool) -> Simulated:
    sides = [_side(each, in_money) for each in (before, after)]
    names = list(dict.fromkeys(name for lines, _own in sides for name in lines))
    own = tuple(sum(people) for _lines, people in sides)
    label = _("Members, in money") if in_money else _("Members together")
    stays = [each.start.earlier + each.start.result - got for each, got in zip((before, after), own, strict=True)]
    lines = [(name, False, sides[0][0].get(name, 0), sides[1][0].get(name, 0)) for name in names]
    parties = before.members.parties.tolist()
    people = {party: amounts for party, *amounts in zip(parties, sides[0][1], sides[1][1], strict=True) if any(amounts)}
    return Simulated(
        title,
        (*lines, (label, True, own[0], own[1])),
        (stays[0], stays[1]),
        {party: (was, would) for party, (was, would) in people.items()},
    )


def _side(computed: Computed, in_money: bool) -> tuple[dict[str, int], list[int]]:
    """What each step takes and what is carried, by name; and what each member gets."""
    lines: dict[str, int] = defaultdict(int)
    assert computed.fall is not None
    for one in computed.fall.taken:
        if one.step.name != "others_kept":
            lines[str(STEP_NAMES[one.step.name])] += one.amount
    paid = computed.paid
    if in_money:
        lines[_("Tax withheld")] = int(paid.withheld.sum())
        lines[_("Kept in their names")] = int(paid.kept.sum())
    lines[_("Left for later years")] = computed.carried
    own = paid.cash if in_money else paid.cash + paid.withheld + paid.kept
    return lines, own.tolist()


SIMULATOR = Simulator("surplus", FOLLOWED, simulate)
