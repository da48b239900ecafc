"""INV-HEAR-1: whatever is tried, in whatever order, nobody is suspended or excluded unheard."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke.common.invariants import invariants
from marke.common.refusal import Refused
from marke.hearings import services
from marke.hearings.conditions import ENDED
from marke.hearings.models import Case, Suspension
from marke.hearings.services import Verdict
from marke.parties import services as parties
from marke.parties.models import Membership
from tests.factories.hearings import make_case
from tests.factories.parties import T0
from tests.hearings.test_hearings import Hall

Try = Callable[[Hall, Membership, Any], object]


def _case(hall: Hall) -> Case:
    return Case.objects.filter(coop=hall.coop).latest("number")


TRIES: dict[str, Try] = {
    "open": lambda hall, who, at: make_case(hall.amina, who, at=at),
    "sign": lambda hall, who, at: services.sign_case(case=_case(hall), by=who.party, at=at),
    "take back": lambda hall, who, at: services.withdraw_case(case=_case(hall), reason="x", by=who.party, at=at),
    "speak": lambda hall, who, at: services.give_statement(case=_case(hall), text="x", by=who.party, at=at),
    "meanwhile": lambda hall, who, at: services.suspend_meanwhile(case=_case(hall), days=3, grounds="x", by=who.party, at=at),
    "end": lambda hall, who, at: services.end_early(case=_case(hall), note="x", by=who.party, at=at),
    "warn": lambda hall, who, at: hall.decide(_case(hall), at=at, by=who),
    "suspend": lambda hall, who, at: hall.decide(_case(hall), Verdict("suspended", 5), at=at, by=who),
    "exclude": lambda hall, who, at: hall.decide(_case(hall), Verdict("excluded"), at=at, by=who),
    "appeal": lambda hall, who, at: services.appeal(case=_case(hall), text="x", by=who.party, at=at),
    "answer": lambda hall, who, at: services.decide_appeal(case=_case(hall), upheld=True, reasons="x", by=who.party, at=at),
    "clock": lambda hall, who, at: services.settle_due(at=at),
    "by force": lambda hall, who, at: parties.suspend(
        membership=Membership.objects.select_related("party").get(pk=hall.amina.pk), by=who.party, at=at, note="x"
    ),
    "throw out": lambda hall, who, at: parties.exclude(
        membership=Membership.objects.select_related("party").get(pk=hall.amina.pk), by=who.party, at=at, note="x"
    ),
}
STEPS = st.lists(st.tuples(st.sampled_from(sorted(TRIES)), st.integers(0, 4), st.integers(0, 20)), max_size=14)


def _check(hall: Hall, at: Any) -> None:
    assert list(invariants.get("INV-HEAR-1").check(hall.coop)) == []
    state = Membership.objects.get(pk=hall.amina.pk).state
    running = Suspension.objects.filter(membership=hall.amina, ended_at=None)
    assert (state == "suspended") == running.exists()
    excluded = Case.objects.filter(membership=hall.amina, state="final", outcome="excluded").exclude(upheld=False)
    assert (state == "left") == excluded.exists()
    for case in Case.objects.filter(coop=hall.coop):
        assert case.notice_at is not None or case.state in ("signing", "withdrawn")
        told = [] if case.notice_at is None else [case.notice_at]
        assert all(step.at >= told[0] for step in case.steps.exclude(kind__in=["opened", "signed", "withdrawn"]))
        assert case.decided_by_id != case.opened_by_id or case.decided_by_id is None


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_whatever_is_tried_nobody_is_suspended_or_excluded_unheard(steps: list[tuple[str, int, int]], db: None) -> None:
    from django.db import transaction

    with transaction.atomic():
        hall, at = Hall(hearings__decided_by="mandate", hearings__appeal_to="mandate"), T0
        people = [hall.cato, hall.bo, hall.amina, hall.dilan, hall.amina]
        for name, who, days in [("open", 0, 0), *steps]:
            at += timedelta(days=days)
            with contextlib.suppress(Refused):
                TRIES[name](hall, people[who], at)
            _check(hall, at)
        services.settle_due(at=at + timedelta(days=800))
        services.settle_due(at=at + timedelta(days=1600))
        _check(hall, at + timedelta(days=1600))
        waiting = Case.objects.filter(coop=hall.coop).exclude(state__in=ENDED).values_list("state", flat=True)
        assert set(waiting) <= {"signing", "open", "appealed"}
        assert Membership.objects.get(pk=hall.amina.pk).state in ("member", "left")
        transaction.set_rollback(True)
