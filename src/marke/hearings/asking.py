"""What hearings ask: of the member, of those with a mandate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.asks import Ask, Task
from marke.hearings import queries
from marke.hearings.conditions import State, may_appeal
from marke.hearings.models import Case
from marke.hearings.permissions import DECIDING
from marke.parties.models import Coop, Membership


def _url(case: Case, coop: Coop) -> str:
    return reverse("hearings:case", args=[coop.slug, case.number])


def of_member(membership: Membership, at: datetime) -> Sequence[Task]:
    coop, tasks = membership.coop, []
    for case in queries.cases_about(membership).filter(state__in=(State.OPEN, State.DECIDED)):
        if case.state == State.OPEN and not case.has_spoken:  # type: ignore[attr-defined]
            said = _("A hearing about you, case %(number)d: give your statement")
            tasks.append(Task(said % {"number": case.number}, _url(case, coop), until=case.statement_until))
        elif may_appeal(case, at):
            said = _("Case %(number)d about you is decided: you can appeal")
            tasks.append(Task(said % {"number": case.number}, _url(case, coop), until=case.appeal_until))
    return tasks


def of_offices(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    if offices.isdisjoint(DECIDING):
        return []
    decide, answer = _("A hearing waits for a decision: case %(number)d"), _("An appeal waits: case %(number)d")
    return [
        *(Task(decide % {"number": case.number}, _url(case, coop)) for case in queries.to_decide(coop, at)[:5]),
        *(Task(answer % {"number": case.number}, _url(case, coop)) for case in queries.appeals(coop)[:5]),
    ]


ASK = Ask("hearings", of_member=of_member, of_offices=of_offices)
