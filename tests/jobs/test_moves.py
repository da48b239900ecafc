"""One table of moves: it is total, nothing else is possible, and a refused move leaves everything as it was."""

from datetime import timedelta
from typing import Any

import pytest

from marke.common.models import Mail
from marke.jobs import services
from marke.jobs.conditions import ENDED, MOVES, MoveRefused, can_move
from marke.jobs.models import Job, JobEvent, Offer
from marke.jobs.services.moves import move
from marke.ledger.models import Transaction
from marke.parties.models import Client, Coop, Membership
from tests.factories.jobs import T1, make_job, settle, take, work_off
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

State = Job.State


def test_the_table_of_moves_is_total() -> None:
    assert set(MOVES) == set(State)
    assert all(onward <= set(State) for onward in MOVES.values())


def test_every_state_can_be_reached_and_every_way_ends() -> None:
    reached, todo = set(), [State.REQUESTED]
    while todo:
        here = todo.pop()
        if here not in reached:
            reached.add(here)
            todo += MOVES[here]
    assert reached == set(State)
    assert {State.SETTLED, State.CANCELLED, State.EXPIRED} == ENDED


pytestmark = pytest.mark.django_db


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo)


@pytest.fixture
def bakery(velo: Coop) -> Client:
    return make_client(velo)


def everything() -> list[Any]:
    tables = (Job, JobEvent, Offer, Mail, Transaction)
    return [list(table._base_manager.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("here", list(State))
def test_every_move_that_is_not_in_the_table_is_refused_and_nothing_changes(
    velo: Coop, amina: Membership, bakery: Client, here: Job.State
) -> None:
    job = take(make_job(velo, bakery), amina)
    Job.objects.filter(pk=job.pk).update(state=here, version=1, settled_at=T1)
    job.refresh_from_db()
    before = everything()
    for wanted in set(State) - MOVES[here]:
        assert not can_move(job, wanted)
        with pytest.raises(MoveRefused, match=r"Job 1 is “"):
            move(job, wanted, by=None, at=T1)
    assert everything() == before


def in_state(coop: Coop, worker: Membership, client: Client, state: Job.State) -> Job:
    """A job that came to this state through the services."""
    job = make_job(coop, client)
    if state == State.CANCELLED:
        return services.cancel_job(job=job, by=None, at=T1)
    if state == State.EXPIRED:
        return services.expire_job(job=job, at=job.starts_at + timedelta(days=1))
    if state == State.OFFERED:
        services.offer_job(job=job, membership=worker, by=None, at=T1)
        job.refresh_from_db()
    if state == State.ACCEPTED:
        job = take(job, worker)
    if state == State.UNDER_WAY:
        job = services.start_job(job=take(job, worker), by=None, at=T1)
    if state in (State.DONE, State.DISPUTED):
        job = work_off(job, worker)
    if state == State.DISPUTED:
        job = services.dispute_job(job=job, reason="Late", by=None, at=T1)
    if state == State.SETTLED:
        job = settle(job, worker)
    return job


LATER = T1 + timedelta(days=3)
SERVICES = {
    "start": (lambda job, party: services.start_job(job=job, by=party, at=LATER), {State.ACCEPTED, State.UNDER_WAY}),
    "finish": (lambda job, party: services.finish_job(job=job, by=party, at=LATER), {State.UNDER_WAY, State.DONE}),
    "confirm": (lambda job, party: services.confirm_job(job=job, by=party, at=LATER), {State.DONE, State.SETTLED}),
    "settle": (lambda job, party: services.settle_job(job=job, by=party, at=LATER), {State.SETTLED, State.DISPUTED}),
    "cancel": (
        lambda job, party: services.cancel_job(job=job, by=party, at=LATER),
        {State.REQUESTED, State.OFFERED, State.ACCEPTED, State.UNDER_WAY, State.CANCELLED, State.DISPUTED},
    ),
    "dispute": (
        lambda job, party: services.dispute_job(job=job, reason="Late", by=party, at=LATER),
        {State.ACCEPTED, State.UNDER_WAY, State.DONE, State.DISPUTED},
    ),
    "hand back": (lambda job, party: services.hand_back(job=job, by=party, at=LATER), {State.ACCEPTED}),
}
THROUGH_SERVICES = [state for state in State if state not in (State.CONFIRMED, State.CALLED_OFF)]


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("state", THROUGH_SERVICES)
def test_a_service_refuses_every_state_it_is_not_for_and_nothing_changes(
    velo: Coop, amina: Membership, bakery: Client, name: str, state: Job.State
) -> None:
    act, allowed = SERVICES[name]
    if state in allowed:
        return
    job = in_state(velo, amina, bakery, state)
    before = everything()
    with pytest.raises((MoveRefused, services.OfferIsOver)):
        act(job, amina.party)
    assert everything() == before


def test_each_move_is_an_event_with_who_when_and_through_which_door(velo: Coop, amina: Membership, bakery: Client) -> None:
    job = settle(make_job(velo, bakery), amina)
    events = JobEvent.objects.filter(job=job).values_list("state", "by__name", "door")
    assert list(events) == [
        ("requested", "Bakery Lund", "web"),
        ("offered", None, "web"),
        ("accepted", "Amina", "web"),
        ("under_way", "Amina", "web"),
        ("done", "Amina", "web"),
        ("confirmed", "Bakery Lund", "web"),
        ("settled", "Bakery Lund", "web"),
    ]


def test_silence_confirms_when_its_time_has_passed_and_not_before(velo: Coop, amina: Membership, bakery: Client) -> None:
    from marke.jobs.clockwork import turn_silence

    job = work_off(make_job(velo, bakery), amina)
    assert job.done_at is not None
    assert turn_silence(job.done_at + timedelta(hours=47)) == 0
    assert turn_silence(job.done_at + timedelta(hours=48)) == 1
    assert turn_silence(job.done_at + timedelta(hours=49)) == 0
    job.refresh_from_db()
    assert job.state == State.SETTLED
    assert JobEvent.objects.get(job=job, state="settled").door == "clock"


def test_a_job_whose_time_passed_expires_and_the_client_is_told(velo: Coop, bakery: Client) -> None:
    from marke.jobs.clockwork import turn_jobs

    job = make_job(velo, bakery)
    assert turn_jobs(job.starts_at + timedelta(minutes=29)) == 0
    assert turn_jobs(job.starts_at + timedelta(minutes=30)) == 1
    job.refresh_from_db()
    assert job.state == State.EXPIRED
    assert "nobody could come" in Mail.objects.latest("id").subject


def test_a_dispute_is_settled_at_another_price_by_a_human_who_is_not_the_worker(
    velo: Coop, amina: Membership, bakery: Client
) -> None:
    carla = make_member(velo, "Carla")
    job = services.dispute_job(job=work_off(make_job(velo, bakery), amina), reason="Half was missing", by=None, at=LATER)
    before = everything()
    with pytest.raises(services.OwnCase):
        services.resolve_dispute(job=job, outcome="settled", reason="I was right", by=amina.party, at=LATER)
    with pytest.raises(services.ReasonNeeded):
        services.resolve_dispute(job=job, outcome="settled", reason=" ", by=carla.party, at=LATER)
    with pytest.raises(services.OutcomeDoesNotFit):
        services.resolve_dispute(job=job, outcome="done", reason="So be it", by=carla.party, at=LATER)
    with pytest.raises(services.OutcomeDoesNotFit):
        services.resolve_dispute(job=job, outcome="settled", price=-1, reason="So be it", by=carla.party, at=LATER)
    assert everything() == before
    job = services.resolve_dispute(job=job, outcome="settled", price=625, reason="Half it is", by=carla.party, at=LATER)
    assert (job.state, job.price) == (State.SETTLED, 625)
    assert JobEvent.objects.get(job=job, state="settled").note == "Half it is"
    assert Transaction.objects.get(coop=velo).facts == {"price": 625}


def test_a_dispute_can_end_with_nobody_owing_anything(velo: Coop, amina: Membership, bakery: Client) -> None:
    carla = make_member(velo, "Carla")
    job = services.dispute_job(job=work_off(make_job(velo, bakery), amina), reason="Never came", by=None, at=LATER)
    for _ in range(2):
        job = services.resolve_dispute(job=job, outcome="cancelled", reason="Nobody was there", by=carla.party, at=LATER)
    assert job.state == State.CANCELLED
    assert JobEvent.objects.filter(job=job, state="cancelled").count() == 1
    assert not Transaction.objects.exists()


def test_only_a_disputed_job_is_resolved(velo: Coop, amina: Membership, bakery: Client) -> None:
    carla = make_member(velo, "Carla")
    job = take(make_job(velo, bakery), amina)
    with pytest.raises(services.OutcomeDoesNotFit):
        services.resolve_dispute(job=job, outcome="cancelled", reason="Why not", by=carla.party, at=LATER)
    job.refresh_from_db()
    assert job.state == State.ACCEPTED


def test_a_contest_is_kept_answered_once_and_not_by_whoever_asked(velo: Coop, amina: Membership, bakery: Client) -> None:
    carla = make_member(velo, "Carla")
    job = settle(make_job(velo, bakery), amina)
    for _ in range(2):
        contest = services.contest(job=job, membership=amina, about="settlement", text="Too little", by=amina.party, at=LATER)
    assert amina.coop.job_set.count() if hasattr(amina.coop, "job_set") else job.contests.count() == 1
    with pytest.raises(services.OwnCase):
        services.answer_contest(contest=contest, outcome="refused", answer="Agreed", by=amina.party, at=LATER)
    with pytest.raises(services.ReasonNeeded):
        services.answer_contest(contest=contest, outcome="refused", answer="", by=carla.party, at=LATER)
    for _ in range(2):
        contest = services.answer_contest(contest=contest, outcome="refused", answer="It was 12 %", by=carla.party, at=LATER)
    with pytest.raises(services.AlreadyAnswered):
        services.answer_contest(contest=contest, outcome="refused", answer="Or not", by=carla.party, at=LATER)
    contest.refresh_from_db()
    assert (contest.text, contest.answer, contest.answered_by) == ("Too little", "It was 12 %", carla.party)
