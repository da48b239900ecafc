"""See before you vote: the real year again, and nobody's pay given away."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marke.decisions.what_if import WhatIf, what_if
from marke.parties.models import Coop, Membership
from marke.rules.services import record_decision, set_rule
from marke_core.replay import Change
from tests.factories.jobs import make_job, make_service, settle
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
MARCH, MAY = datetime(2026, 3, 2, 10, tzinfo=UTC), datetime(2026, 5, 4, 10, tzinfo=UTC)
NOW = datetime(2026, 6, 10, 10, tzinfo=UTC)
NAMES = ["Amina", "Bram", "Chen", "Dilnoza", "Ewa", "Femi", "Gül"]


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


def people_with_jobs(coop: Coop, prices: list[int], at: datetime = MARCH) -> list[Membership]:
    """As many members as prices, each with one settled job."""
    client = make_client(coop)
    people = []
    for name, price in zip(NAMES, prices, strict=False):
        member = make_member(coop, name)
        settle(make_job(coop, client, make_service(coop, f"For {name}", price, at=at), at=at), member, at=at)
        people.append(member)
    return people


def ten_percent(coop: Coop, viewer: Membership | None = None, **more: object) -> WhatIf:
    asked = {"key": "jobs.contribution", "value": [1, 10], "viewer": viewer.party if viewer else None, "at": NOW, **more}
    return what_if(coop=coop, **asked)  # type: ignore[arg-type]


def test_it_shows_the_co_op_those_who_earn_least_and_me(velo: Coop) -> None:
    people = people_with_jobs(velo, [1000, 2000, 3000, 4000, 5000, 6000])
    shown = ten_percent(velo, people[3])
    assert shown.shown
    assert (shown.facts, shown.people, shown.since) == (6, 6, date(2026, 3, 1))
    assert shown.common == Change(2520 + 420, 2100 + 420)
    assert shown.lowest.change == Change(860 + 1720 + 2580, 880 + 1760 + 2640)
    assert shown.me == Change(3440, 3520)
    assert [(line.label, line.own, line.change.difference) for line in shown.lines] == [
        ("Members’ earnings", True, 420), ("What the co-op keeps", False, -420), ("The guarantee fund", False, 0),
    ]  # fmt: skip
    assert "12" in shown.before
    assert "10" in shown.after


def test_months_are_the_co_ops_and_add_up(velo: Coop) -> None:
    client, amina = make_client(velo), make_member(velo)
    last_minute_of_march = datetime(2026, 3, 31, 21, 59, tzinfo=UTC)  # 23:59 in Brussels
    for at in (last_minute_of_march, last_minute_of_march + timedelta(minutes=1), MAY):
        settle(make_job(velo, client, at=at), amina, at=at)
    months = [(day.isoformat()[:7], month.common.before) for day, month in ten_percent(velo).months]
    # It begins with the first job; the running month is the last.
    assert months == [("2026-03", 175), ("2026-04", 350), ("2026-05", 525), ("2026-06", 525)]


def test_before_is_what_really_happened_also_when_the_rule_changed_in_between(velo: Coop) -> None:
    people_with_jobs(velo, [1000])
    decision = record_decision(coop=velo, kind="vote", title="More", by=None, at=MARCH)
    midnight = datetime(2026, 3, 31, 22, tzinfo=UTC)
    set_rule(coop=velo, key="jobs.contribution", value=[1, 5], valid_from=midnight, decision=decision, at=MARCH)
    settle(
        make_job(velo, make_client(velo, "Second"), make_service(velo, "Other", 1000, at=MAY), at=MAY),
        make_member(velo, "Zed"),
        at=MAY,
    )
    contribution = next(line.change for line in ten_percent(velo).lines if line.label == "What the co-op keeps")
    assert contribution == Change(120 + 200, 100 + 100)


def test_few_people_are_shown_in_percent_only_unless_the_viewer_sees_pay_anyway(velo: Coop) -> None:
    people_with_jobs(velo, [1000, 2000, 3000, 4000, 5000])
    assert not ten_percent(velo).lowest_in_full  # of five, the other two would be known
    assert ten_percent(velo).lowest.size == 3
    assert ten_percent(velo, sees_pay=True).lowest_in_full


def test_who_did_no_jobs_sees_nothing_of_their_own(velo: Coop) -> None:
    people_with_jobs(velo, [1000])
    assert ten_percent(velo, make_member(velo, "Idle")).me is None


def test_another_co_ops_jobs_are_not_in_it(velo: Coop) -> None:
    other = make_coop("clean")
    found(other)
    people_with_jobs(other, [1000])
    assert ten_percent(velo).sentence == "Nothing was settled in the last twelve months, so there is nothing to run again."


def test_a_value_for_a_part_leaves_the_rest_alone(velo: Coop) -> None:
    people = people_with_jobs(velo, [1000, 2000])
    Membership.objects.filter(pk=people[1].pk).update(member_class="apprentice")
    shown = ten_percent(velo, scope="member_class=apprentice")
    assert shown.own.difference == 40
    decision = record_decision(coop=velo, kind="vote", title="Own value", by=None, at=MAY)
    midnight = datetime(2026, 5, 31, 22, tzinfo=UTC)
    set_rule(
        coop=velo, key="jobs.contribution", value=[5, 100], scope="member_class=apprentice", valid_from=midnight,
        decision=decision, at=MAY,
    )  # fmt: skip
    assert ten_percent(velo).own.difference == 20  # who has a value of their own does not follow the co-op's


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("jobs.answer_time", 600, "no money preview"),
        ("jobs.matching", "nearest", "too little to look back at"),
        ("decisions.quorum", [1, 3], "no money preview"),
        ("jobs.contribution", [3, 2], "too much"),
        ("jobs.contribution", "ten", "is not a percentage"),
        ("jobs.contribution", None, "is not a percentage"),
    ],
)
def test_what_cannot_be_shown_is_said(velo: Coop, key: str, value: object, sentence: str) -> None:
    people_with_jobs(velo, [1000])
    assert sentence in ten_percent(velo, key=key, value=value).sentence


def test_the_number_of_queries_does_not_grow_with_the_jobs(velo: Coop) -> None:
    people_with_jobs(velo, [1000])
    with CaptureQueriesContext(connection) as few:
        ten_percent(velo)
    client = make_client(velo, "More")
    for _ in range(3):
        settle(make_job(velo, client, at=MAY), make_member(velo), at=MAY)
    with CaptureQueriesContext(connection) as more:
        ten_percent(velo)
    assert len(more) == len(few) < 10
