"""A proposal about who is asked shows the co-op's own weeks dealt again: to the co-op, to those who earn least, to me, and no
other member's pay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marke.common import clock
from marke.common.facts import Figure, Replayed
from marke.decisions.services import draft_proposal, start_discussion
from marke.decisions.what_if import WhatIf, what_if
from marke.dispatch import past
from marke.jobs.models import Job, Lock
from marke.jobs.services.history import PastJob, record_jobs
from marke.parties.models import Coop, Membership
from marke.slots.conditions import Span
from marke.slots.services import clock_in, clock_out
from marke_core.matching import Place
from tests.factories.jobs import HOME, make_service, share_home
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found
from tests.factories.slots import join, make_shift

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 2, 2, tzinfo=UTC)
NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)  # a Thursday; the last whole weeks are those of 2, 9, 16 and 23 February
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def dealt(
    coop: Coop, who: list[tuple[Membership, int]], *, days: int = 20, place: Any = HOME, name: str = "", **more: Any
) -> list[Job]:
    """On each working day one job at `place` at each of these hours (UTC), done by that member in half an hour, as planned."""
    client = make_client(coop, name or "Bakery")
    service = make_service(coop, name or "Delivery in town", price=1250, at=MONDAY)
    jobs = []
    for n in range(days):
        for member, hour in who:
            at = MONDAY + timedelta(days=n // 5 * 7 + n % 5, hours=hour)
            key, done_at = f"{coop.slug}-{name}-{n}-{hour}-{member.pk}", at + HALF_AN_HOUR
            jobs.append(
                PastJob(
                    service, client, member, 1250, 30, at, "Midi", key, at - timedelta(hours=2), at - timedelta(hours=1), at,
                    done_at, done_at, place_point=place, **more,
                )
            )  # fmt: skip
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
    longer, and comes five minutes late: 1,300 metres at 15 km an hour. At twelve it is Near's turn, who is there already and
    needs 25 minutes, as Far did after the way. By distance, Near gets all.
    """
    coop = velo()
    near, far = members(coop, 0, 1000)
    dealt(coop, [(near, 10), (near, 11), (far, 12)])
    shown = replayed(coop, "jobs.matching", "nearest", far, sees_pay=True)
    assert shown.columns == ("As it really was", "The rule in force, replayed", "The proposal, replayed")
    assert shown.period == "2 February to 1 March 2026"
    assert texts(shown.coop) == {
        "Pay an hour, near the bottom": ("€4.50", "€4.50", "€0.90"),  # of 4.30 and 6.14; of nothing and 9.21
        "Pay an hour, in the middle": ("€5.20", "€5.20", "€4.60"),
        "How unequal pay an hour is": ("0.09", "0.09", "0.5"),
        "From the time it was wanted for until done": ("30 min", "30 min", "28.3 min"),
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


MIDDLE, BOTTOM, UNEQUAL = "Pay an hour, in the middle", "Pay an hour, near the bottom", "How unequal pay an hour is"
PAY = {MIDDLE, BOTTOM, UNEQUAL}


def test_nobody_elses_pay_can_be_read_out_of_it():
    coop = velo()
    people = members(coop, 0, 500, 1000, 1500)
    dealt(coop, [(member, 10 + n) for n, member in enumerate(people)])
    four = replayed(coop, "jobs.matching", "nearest", people[0])
    assert not PAY & texts(four.coop).keys()
    assert (four.least, four.groups) == ((), ())
    assert "What fewer than 5 earn is not told" in four.hidden
    assert texts(four.me).keys() == {"Pay an hour", "Pay in these weeks"}
    assert "The way to a job and along it" in texts(four.coop)
    everything = replayed(coop, "jobs.matching", "nearest", people[0], sees_pay=True)
    assert texts(everything.coop).keys() > PAY
    assert len(everything.groups) == 4


@pytest.mark.parametrize(
    ("people", "told", "groups", "least"),
    [(4, set(), 0, False), (5, {UNEQUAL}, 0, True), (6, {UNEQUAL}, 0, False), (10, {UNEQUAL, MIDDLE}, 2, True)],
)
def test_an_amount_that_parts_the_members_is_told_where_enough_are_on_both_of_its_sides(
    people: int, told: set[str], groups: int, least: bool
):
    """Of ten, the middle parts five from five. A tenth would be one. Of six, those who earn least would tell what the sixth earns."""
    coop = velo(dispatch__smallest_group=5)
    dealt(coop, [(member, 8 + n) for n, member in enumerate(members(coop, *range(0, 200 * people, 200)))], days=10)
    shown = replayed(coop, "jobs.matching", "nearest")
    assert texts(shown.coop).keys() & PAY == told
    assert (len(shown.groups), bool(shown.least), shown.me) == (groups, least, ())
    assert all(value % 10 == 0 for figure in (*shown.least, *shown.coop[:1]) for value in figure.values if told - {UNEQUAL})


def test_jobs_on_one_trip_are_shorter_ways_and_what_would_come_too_late_goes_along():
    """Each noon two parcels for one street two kilometres off, and one courier, who is back too late for the second by itself."""
    coop = velo(jobs__matching="automatic", dispatch__fairness=0, dispatch__trip_jobs=1, dispatch__trip_wait=3600)
    (me,) = members(coop, 0)
    street = Place(HOME.lat + 180_000, HOME.lon)
    for name in ("Bread", "Books"):
        dealt(coop, [(me, 12)], name=name, place=street, pickup_point=HOME, pickup="Depot 1")
    shown = texts(replayed(coop, "dispatch.trip_jobs", 2, sees_pay=True).coop)
    assert shown["The way to a job and along it"][1:] == ("3.9 km", "1.3 km")  # 2.6 and 5.2, or 2.6 for both
    assert shown["Jobs for which nobody was found in time"] == ("0", "20", "0")


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


def test_the_proposal_embeds_it_and_gives_it_as_csv(monkeypatch: pytest.MonkeyPatch):
    coop = velo(dispatch__smallest_group=3)
    names = ("Annelies", "Bodine", "Cleopatra", "Dirkje", "Evarist", "Finnegan")
    people = [share_home(make_member(coop, name), 300 * n) for n, name in enumerate(names)]
    dealt(coop, [(member, 8 + n) for n, member in enumerate(people)])
    monkeypatch.setattr(clock, "now", lambda: NOW)
    author = people[0].party
    data = {"key": "jobs.matching", "scope": "", "value": "nearest", "from": "2026-04-01"}
    proposal = draft_proposal(
        coop=coop, title="Nearest first", text="", effect_kind="rule", effect_data=data, once_key="one", by=author, at=NOW
    )
    start_discussion(proposal=proposal, by=author, at=NOW)
    browser = Client()
    assert people[1].party.user is not None
    browser.force_login(people[1].party.user, "django.contrib.auth.backends.ModelBackend")
    page = browser.get(reverse("decisions:proposal", args=[coop.slug, proposal.number])).content.decode()
    for words in ("As it really was", "The rule in force, replayed", "Pay an hour, in the middle", "What it cannot know"):
        assert words in page
    told = page[page.index('id="preview"') : page.index('class="proposal-vote"')]
    assert not [name for name in names if name in told]
    rows = browser.get(reverse("decisions:preview_csv", args=[coop.slug, proposal.number])).content.decode().splitlines()
    assert "As it really was" in rows[0]
    assert len(rows) == 9


def test_hours_are_those_clocked_also_of_who_got_nothing():
    """Far clocked four hours and had no job: on that Monday she is there, and her hours count. Near never clocked."""
    coop = velo(jobs__matching="nearest")
    near, far = members(coop, 0, 1000)
    dealt(coop, [(near, 10)])
    shift = make_shift(coop, Span(MONDAY + timedelta(hours=9), MONDAY + timedelta(hours=13)))
    sign_up = join(shift, far)
    clock_in(sign_up=sign_up, at=shift.starts_at)
    clock_out(sign_up=sign_up, at=shift.ends_at)
    shown = replayed(coop, "jobs.matching", "longest_idle", far)
    assert "as they clocked" in shown.notes[0]
    assert shown.me[1].hint == "4 hours there"
    assert texts(shown.me)["Pay in these weeks"] == ("€0.00", "€0.00", "€0.00")  # a tie goes to the lower number, that day
