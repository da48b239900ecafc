"""What waits for a person at the end of a year."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.asks import Ask, Task
from marke.common.money import format_money
from marke.parties.models import Coop
from marke.payments.permissions import MONEY_OFFICES
from marke.rounds.models import Round
from marke.rules.queries import Timeline
from marke.surplus import queries
from marke.surplus.models import YearClose
from marke.surplus.rulebook import ASKS_FOR


def of_offices(coop: Coop, offices: frozenset[str], at: datetime) -> list[Task]:
    """For who handles the money: a year that is over, a preview that waits, a decision to carry out."""
    if offices.isdisjoint(MONEY_OFFICES):
        return []
    latest = queries.years(coop).first()
    if latest is not None and latest.round.state != Round.State.SETTLED:
        return _of_year(coop, latest)
    ended = queries.next_year_to_close(coop, at)
    if ended is None or not _wanted(coop, at):
        return []
    url = reverse("surplus:years", args=[coop.slug])
    return [Task(_("%(year)s is over. Look at its result.") % {"year": ended.label}, url)]


def _of_year(coop: Coop, year: YearClose) -> list[Task]:
    url = reverse("surplus:year", args=[coop.slug, year.round.number])
    words = {"year": year.round.title, "amount": format_money(year.paid, coop.currency)}
    if year.round.state == Round.State.DRAFT:
        return [Task(_("The preview of %(year)s can be proposed.") % words, url)]
    if year.round.state == Round.State.FINAL:
        said = (
            _("Members get %(amount)s of %(year)s. Pay it.")
            if year.paid
            else _("What is kept of %(year)s becomes shares. Do it.")
        )
        return [Task(said % words, url)]
    return []


def _wanted(coop: Coop, at: datetime) -> bool:
    """A group whose rules ask nothing of a surplus is not reminded of one."""
    rules = Timeline(coop).at(at)
    return any(rules.has(key) and rules.value(key) for key in ASKS_FOR)


ASK = Ask("year_close", of_offices=of_offices)
