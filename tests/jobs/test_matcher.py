"""The matcher that looks at all open jobs at once: who is given what, when it commits, what it keeps, and what stays a human's."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marke.jobs import services
from marke.jobs.clockwork import turn_asking, turn_matcher
from marke.jobs.models import Asking, Job, Offer
from marke.jobs.queries import queue
from marke.jobs.rolling import View, view
from marke.jobs.rows import kept_rows
from marke.jobs.services.rolling import commit
from marke.parties.models import Client, Coop, Membership
from marke_core.matching import Proposal
from tests.factories.jobs import HOME, T1, make_job, make_service, share_home
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
State = Job.State
START = T1 + timedelta(hours=6)
SOON = START - timedelta(minutes=16)


def matched(**rules: Any) -> Coop:
    coop = make_coop()
    found(coop, jobs__matching="automatic", **rules)
    return coop


def agreed(coop: Coop, name: str, metres: int) -> Membership:
    member = share_home(make_member(coop, name), metres)
    services.agree(membership=member, given=True, by=member.party, at=T1)
    return member


@pytest.fixture
def velo() -> Coop:
    return matched()


@pytest.fixture
def bakery(velo: Coop) -> Client:
    return make_client(velo)


def job_at(coop: Coop, client: Client, starts_at: datetime = START, **fields: Any) -> Job:
    return make_job(coop, client, starts_at=starts_at, **{"place_point": HOME, **fields})


def test_nothing_is_decided_before_it_must_be_and_then_the_nearest_is_given_it(velo: Coop, bakery: Client) -> None:
    near, _far = agreed(velo, "Near", 500), agreed(velo, "Far", 5000)
    job = job_at(velo, bakery)
    assert turn_matcher(START - timedelta(hours=2)) == 0
    assert not Offer.objects.exists()
    assert turn_matcher(SOON) == 1
    job.refresh_from_db()
    offer = Offer.objects.get()
    assert (job.state, job.worker, offer.given, offer.mode) == (State.ACCEPTED, near, True, "automatic")


def test_who_did_not_agree_is_asked_with_time_to_answer_on_top(velo: Coop, bakery: Client) -> None:
    near = share_home(make_member(velo, "Near"), 500)
    job = job_at(velo, bakery)
    assert turn_matcher(START - timedelta(minutes=31)) == 1
    job.refresh_from_db()
    offer = Offer.objects.get()
    assert (job.state, offer.membership, offer.given) == (State.OFFERED, near, False)


def test_what_begins_soon_is_looked_at_when_it_is_booked(velo: Coop, bakery: Client) -> None:
    near = agreed(velo, "Near", 500)
    job = job_at(velo, bakery, starts_at=T1 + timedelta(minutes=12))
    job.refresh_from_db()
    assert (job.state, job.worker) == (State.ACCEPTED, near)


def test_looking_twice_within_the_interval_looks_once(velo: Coop, bakery: Client) -> None:
    agreed(velo, "Near", 500)
    job_at(velo, bakery)
    assert (turn_matcher(SOON), turn_matcher(SOON), turn_asking(SOON)) == (1, 0, 0)
    assert Asking.objects.count() == 1


def test_what_was_given_can_be_handed_back_and_goes_to_the_next(velo: Coop, bakery: Client) -> None:
    near, far = agreed(velo, "Near", 500), agreed(velo, "Far", 1500)
    job = job_at(velo, bakery)
    turn_matcher(SOON)
    job.refresh_from_db()
    job = services.hand_back(job=job, by=near.party, at=SOON)
    assert (job.state, job.worker) == (State.ACCEPTED, far)


def test_who_earned_less_this_week_counts_as_nearer_and_the_rule_says_by_how_much() -> None:
    for fairness, chosen in ((0, "Rich"), (60, "Poor")):
        coop = make_coop(f"velo-{fairness}")
        found(coop, jobs__matching="automatic", dispatch__fairness=fairness)
        client = make_client(coop)
        rich, _poor = agreed(coop, "Rich", 500), agreed(coop, "Poor", 2500)
        done = make_job(coop, client, starts_at=T1 + timedelta(minutes=90))
        Offer.objects.all().update(state="withdrawn")
        Job.objects.filter(pk=done.pk).update(
            state=State.SETTLED, worker=rich, accepted_at=T1, done_at=T1, settled_at=T1, version=1, starts_at=T1
        )
        job = job_at(coop, client)
        services.look(coop=coop, at=SOON, soon=True)
        job.refresh_from_db()
        assert job.worker is not None
        assert job.worker.party.name == chosen


def test_the_row_is_kept_in_whole_numbers_and_told_in_minutes_and_euros(velo: Coop, bakery: Client) -> None:
    near, far = agreed(velo, "Near", 500), agreed(velo, "Far", 5000)
    hidden = make_member(velo, "Hidden")
    job = job_at(velo, bakery)
    turn_matcher(SOON)
    asking = Asking.objects.get()
    assert [entry["member"] for entry in asking.candidates] == [near.number, far.number, hidden.number]
    assert all(isinstance(value, (int, str)) or value is None for entry in asking.candidates for value in entry.values())
    assert asking.candidates[2]["out"] == "no_position"
    assert asking.fairness_value is not None
    mine = kept_rows(job, list(Offer.objects.all()), me=far.number, names=None)[0]
    assert "would have cost" in mine.sentence
    assert mine.weighed
    assert [rule.sentence.count("minutes further away") for rule in mine.rules] == [0, 1]
    own = kept_rows(job, list(Offer.objects.all()), me=near.number, names=None)[0]
    assert "least time" in own.sentence


def test_a_locked_job_and_one_that_is_not_on_the_map_are_left_to_a_human(velo: Coop, bakery: Client) -> None:
    agreed(velo, "Near", 500)
    locked, nowhere = job_at(velo, bakery), job_at(velo, bakery, place_point=None, place="Nowhere 1")
    services.lock_jobs(jobs=[locked], by=None, at=T1)
    assert turn_matcher(SOON) == 0
    assert {job.pk for job in queue(velo, SOON).unassigned} == {locked.pk, nowhere.pk}


def test_what_the_matcher_will_see_to_in_time_is_in_nobodys_queue(velo: Coop, bakery: Client) -> None:
    job = job_at(velo, bakery)
    assert queue(velo, T1).unassigned == []
    assert queue(velo, SOON).unassigned == [job]


def test_nobody_is_given_two_jobs_at_one_time(velo: Coop, bakery: Client) -> None:
    near = agreed(velo, "Near", 500)
    first, second = job_at(velo, bakery), job_at(velo, bakery)
    turn_matcher(SOON)
    turn_matcher(SOON + timedelta(minutes=2))
    assert set(Job.objects.filter(worker=near).values_list("pk", flat=True)) in ({first.pk}, {second.pk})


def test_no_one_who_said_no_is_given_that_job_and_the_no_counts_for_no_other(velo: Coop, bakery: Client) -> None:
    only = share_home(make_member(velo, "Only"), 500)
    job = job_at(velo, bakery)
    turn_matcher(START - timedelta(minutes=31))
    services.decline_offer(offer=Offer.objects.get(), by=only.party, at=START - timedelta(minutes=30))
    assert turn_matcher(SOON) == 0
    other = job_at(velo, bakery, starts_at=START + timedelta(hours=1))
    turn_matcher(START + timedelta(minutes=30))
    other.refresh_from_db()
    assert other.state == State.OFFERED
    job.refresh_from_db()
    assert job.state == State.REQUESTED


def test_a_look_asks_the_database_as_often_for_many_as_for_few(velo: Coop, bakery: Client) -> None:
    service = make_service(velo)

    def looked(at: datetime) -> int:
        with CaptureQueriesContext(connection) as queries:
            services.look(coop=velo, at=at, soon=True)
        return len(queries)

    for n in range(2):
        share_home(make_member(velo, f"Rider {n}"), 500 * n)
    job_at(velo, bakery, service=service)
    looked(START - timedelta(hours=1))
    few = looked(START - timedelta(hours=1))
    for n in range(20):
        share_home(make_member(velo, f"More {n}"), 300 * n)
        job_at(velo, bakery, service=service)
    assert looked(START - timedelta(hours=1)) == few


def answered(seen: View, wrong: Callable[[Proposal], dict[str, Any]]) -> View:
    """As if the matcher had answered otherwise."""
    return replace(seen, proposals=[replace(proposal, **wrong(proposal)) for proposal in seen.proposals])


def test_a_wrong_answer_is_not_followed_and_stands_in_the_log_in_numbers(
    velo: Coop, bakery: Client, caplog: pytest.LogCaptureFixture
) -> None:
    near = agreed(velo, "Near", 500)
    job = job_at(velo, bakery)
    assert turn_matcher(START - timedelta(hours=2)) == 0
    seen = view(velo, SOON)
    too_soon = answered(seen, lambda proposal: {"leave_by": proposal.leave_by + 60})
    with caplog.at_level(logging.ERROR, "marke.jobs.services.rolling"):
        assert commit(coop=velo, seen=too_soon) == 0
    (entry,) = caplog.records
    assert entry.levelname == "ERROR"
    assert f"Co-op {velo.pk}:" in entry.getMessage()
    assert f"to member {near.number} for jobs [{job.number}]" in entry.getMessage()
    assert "'ready'" in entry.getMessage()
    assert all(word not in entry.getMessage() for word in ("Near", "Bakery", str(HOME.lat), job.place))
    job.refresh_from_db()
    assert (job.state, job.worker, job.events.count()) == (State.REQUESTED, None, 1)
    assert not Offer.objects.exists()
    assert not Asking.objects.exists()
    assert queue(velo, SOON).unassigned == [job]
    assert commit(coop=velo, seen=seen) == 1


def test_a_wrong_answer_keeps_no_other_from_being_followed(velo: Coop, bakery: Client) -> None:
    near, _far = agreed(velo, "Near", 500), agreed(velo, "Far", 600)
    jobs = [job_at(velo, bakery), job_at(velo, bakery)]
    assert turn_matcher(START - timedelta(hours=2)) == 0
    seen = view(velo, SOON)
    wrong = answered(seen, lambda proposal: {"free_at": proposal.free_at - 1} if proposal.worker == near.number else {})
    assert len(wrong.proposals) == 2
    assert commit(coop=velo, seen=wrong) == 1
    for job in jobs:
        job.refresh_from_db()
    assert sorted(job.state for job in jobs) == [State.ACCEPTED, State.REQUESTED]
    assert not Offer.objects.filter(membership=near).exists()
