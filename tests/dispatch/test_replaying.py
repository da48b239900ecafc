"""A proposal about who is asked shows the co-op's own weeks dealt again: to the co-op, to those who earn least, to me, and no
other member's pay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marke.common.facts import Figure, Replayed
from marke.decisions.what_if import WhatIf, what_if
from marke.dispatch import past
from marke.jobs.models import Job, Lock
from marke.jobs.services.history import PastJob, record_jobs
from marke.parties.models import Coop, Membership
from tests.factories.jobs import HOME, make_service, share_home
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 2, 2, tzinfo=UTC)
NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)  # a Thursday; the last whole weeks are those of 2, 9, 16 and 23 February
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def dealt(coop: Coop, who: list[tuple[Membership, int]], *, days: int = 20, place: Any = HOME, name: str = "") -> list[Job]:
    """On each working day one job at `place` at each of these hours (UTC), done by that member in half an hour, as planned."""
    client = make_client(coop, name or "Bakery")
    service = make_service(coop, name or "Delivery in town", price=1250, at=MONDAY)
    jobs = []
    for n in range(days):
        for member, hour in who:
            at = MONDAY + timedelta(days=n // 5 * 7 + n % 5, hours=hour)
            moments = {"requested_at": at - timedelta(hours=2), "accepted_at": at - timedelta(hours=1), "started_at": at}
            ends = {"done_at": at + HALF_AN_HOUR, "confirmed_at": at + HALF_AN_HOUR}
            key = f"{coop.slug}-{name}-{n}-{hour}-{member.pk}"
            jobs.append(PastJob(service, client, member, 1250, 30, at, "Midi", key, place_point=place, **moments, **ends))
    return record_jobs(coop=coop, jobs=jobs)


def members(coop: Coop, *metres_north: int) -> list[Membership]:
    return [share_home(make_member(coop, f"Member {n}", with_user=False), metres) for n, metres in enumerate(metres_north, 1)]


def velo(**rules: Any) -> Coop:
    coop = make_coop()
    found(coop, **{"jobs__matching": "longest_idle", **rules})
    return coop


def asked(coop: Coop, key: str, value: Any, viewer: Membership | None = None, **more: Any) -> WhatIf:
    return what_if(coop=coop, key=key, value=value, viewer=viewer.party if viewer else None, at=NOW, **more)


def replayed(coop: Coop, key: str, value: Any, viewer: Membership | None = None, **more: Any) -> Replayed:
    shown = asked(coop, key, value, viewer, **more).replayed
    assert shown is not None
    return shown


def texts(figures: tuple[Figure, ...]) -> dict[str, tuple[str, ...]]:
    return {figure.label: figure.texts for figure in figures}


def test_a_small_example_by_hand():
    """Near does the jobs of ten and eleven, Far, a kilometre away, that of twelve; each brings 10.75.

    Near is there from nine to half past twelve, Far from eleven to half past one. At eleven Far has been without work for
    longer, and comes five minutes late: 1,300 metres at 15 km an hour. At twelve it is Near's turn. By distance, Near gets all.
    """
    coop = velo()
    near, far = members(coop, 0, 1000)
    dealt(coop, [(near, 10), (near, 11), (far, 12)])
    shown = replayed(coop, "jobs.matching", "nearest", far, sees_pay=True)
    assert shown.columns == ("As it really was", "The rule in force, replayed", "The proposal, replayed")
    assert shown.period == "2 February to 1 March 2026"
    assert texts(shown.coop) == {
        "A tenth earn less an hour than": ("€4.50", "€4.50", "€0.90"),  # of 4.30 and 6.14; of nothing and 9.21
        "Half earn less an hour than": ("€5.20", "€5.20", "€4.60"),
        "How unequal pay an hour is": ("0.09", "0.09", "0.5"),
        "From the time it was wanted for until done": ("30 min", "31.7 min", "30 min"),
        "The way to a job and along it": ("0.4 km", "0.4 km", "0 km"),
        "Jobs for which nobody was found in time": ("0", "0", "0"),
    }
    assert texts(shown.least) == {"Pay an hour": ("€4.30", "€4.30", "€0.00")}
    assert texts(shown.me) == {"Pay an hour": ("€4.30", "€4.30", "€0.00"), "Pay in these weeks": ("€215.00", "€215.00", "€0.00")}


def test_a_higher_price_of_fairness_makes_pay_more_even_on_longer_ways():
    coop = velo(jobs__matching="automatic", dispatch__fairness=0)
    people = members(coop, 0, 3000, 4000)
    dealt(coop, [(people[n % 3], hour) for n, hour in enumerate((9, 10, 11, 12, 13, 14))])
    shown = texts(replayed(coop, "dispatch.fairness", 60, sees_pay=True).coop)
    gini, ways = (
        [float(text.split()[0]) for text in shown[label]]
        for label in ("How unequal pay an hour is", "The way to a job and along it")
    )
    assert gini[2] < gini[1]
    assert ways[2] > ways[1]


def test_nobody_elses_pay_can_be_read_out_of_it():
    coop = velo()
    people = members(coop, 0, 500, 1000, 1500)
    dealt(coop, [(member, 10 + n) for n, member in enumerate(people)])
    pay = {"A tenth earn less an hour than", "Half earn less an hour than", "How unequal pay an hour is"}
    four = replayed(coop, "jobs.matching", "nearest", people[0])
    assert not pay & texts(four.coop).keys()
    assert (four.least, four.groups) == ((), ())
    assert "What fewer than 5 earn is not told" in four.hidden
    assert texts(four.me).keys() == {"Pay an hour", "Pay in these weeks"}
    assert "The way to a job and along it" in texts(four.coop)
    fifth = make_member(coop, "Fifth", with_user=False)
    dealt(coop, [(fifth, 16)], name="More")
    five = replayed(coop, "jobs.matching", "nearest", people[0])
    assert texts(five.coop).keys() & pay == pay - {"A tenth earn less an hour than"}  # which would be one of them
    assert five.groups == ()
    assert all(round(value) % 10 == 0 for figure in five.coop[:1] for value in figure.values if value)
    assert pay <= texts(replayed(coop, "jobs.matching", "nearest", people[0], sees_pay=True).coop).keys()


def test_of_ten_there_are_two_groups_of_five_and_those_who_earn_least():
    coop = velo(dispatch__smallest_group=5)
    people = members(coop, *range(0, 2000, 200))
    dealt(coop, [(member, 8 + n) for n, member in enumerate(people)])
    shown = replayed(coop, "jobs.matching", "nearest")
    assert [label for label, _values in shown.groups] == ["Least", "Most"]
    assert (shown.least_hint, shown.hidden, shown.me) == ("the 5 who earned least an hour, of 10", "", ())


def test_too_little_history_is_said():
    coop = velo()
    (near,) = members(coop, 0)
    dealt(coop, [(near, 10)], days=19)
    shown = asked(coop, "jobs.matching", "nearest")
    assert shown.replayed is None
    assert "19 jobs are known" in shown.sentence
    assert not shown.shown


@pytest.mark.parametrize("key", ["jobs.contribution", "decisions.quorum", "jobs.answer_time"])
def test_a_rule_that_does_not_deal_out_work_shows_no_weeks(key: str):
    coop = velo()
    (near,) = members(coop, 0)
    dealt(coop, [(near, 10)])
    assert asked(coop, key, 600 if key == "jobs.answer_time" else [1, 10]).replayed is None


def test_the_price_of_fairness_changes_nothing_where_the_matcher_does_not_deal():
    assert "No work is left to the matcher now" in asked(velo(), "dispatch.fairness", 30).sentence


def test_what_people_decide_is_not_replayed():
    coop = velo(jobs__matching="by_hand")
    near, far = members(coop, 0, 1000)
    dealt(coop, [(near, 10), (far, 11)])
    assert "cannot be dealt again this way" in asked(coop, "jobs.matching", "open_board").sentence
    shown = replayed(coop, "jobs.matching", "nearest")
    assert shown.columns == ("As it really was", "The proposal, replayed")
    assert any("leaves it to people" in note for note in shown.notes)


def test_a_locked_job_stays_with_whom_it_was():
    coop = velo()
    near, far = members(coop, 0, 1000)
    jobs = dealt(coop, [(near, 10), (near, 11), (far, 12)])
    Lock.objects.bulk_create(Lock(coop=coop, job=job, at=NOW, by=None) for job in jobs)
    assert texts(replayed(coop, "jobs.matching", "nearest", far).me)["Pay an hour"] == ("€4.30", "€4.30", "€4.30")


def test_jobs_off_the_map_and_of_other_co_ops_are_left_out():
    coop, other = velo(), make_coop("other")
    found(other)
    near, far = members(coop, 0, 1000)
    dealt(coop, [(near, 10), (far, 11)])
    dealt(coop, [(near, 14)], place=None, name="Nowhere", days=1)
    dealt(other, [(member, 10) for member in members(other, 0, 0, 0)])
    notes = replayed(coop, "jobs.matching", "nearest").notes
    assert "These are 40 jobs." in notes[0]
    assert any("1 job is left out" in note for note in notes)


def test_what_would_take_too_long_is_done_for_fewer_weeks_and_said(monkeypatch: pytest.MonkeyPatch):
    coop = velo()
    near, far = members(coop, 0, 1000)
    dealt(coop, [(near, 10), (far, 11)])
    monkeypatch.setattr(past, "MOST_WORK", 21 * (past.JOB_WORK + 2))
    shown = replayed(coop, "jobs.matching", "nearest")
    assert shown.period == "16 February to 1 March 2026"
    assert any("fewer days" in note for note in shown.notes)


def test_the_number_of_queries_does_not_grow_with_the_jobs():
    coop = velo()
    people = members(coop, 0, 500, 1000)
    asked(coop, "jobs.matching", "nearest")  # what is read once per process
    counts = []
    for hour in (10, 14):
        dealt(coop, [(member, hour + n) for n, member in enumerate(people)], name=str(hour))
        with CaptureQueriesContext(connection) as queries:
            asked(coop, "jobs.matching", "nearest")
        counts.append(len(queries))
    assert counts[0] == counts[1] < 15
