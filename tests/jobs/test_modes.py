"""The ways in which a co-op can decide who is asked: each says whom, in which order, and what a yes and a no do."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke.common.models import Mail
from marke.jobs import services
from marke.jobs.clockwork import turn_jobs, turn_offers, turn_stages
from marke.jobs.matching import last_turns, row_for
from marke.jobs.models import Asking, Job, Offer
from marke.jobs.queries import on_the_board, open_offers, queue
from marke.jobs.rows import kept_rows
from marke.parties.models import Client, Coop, Membership
from tests.factories.jobs import HOME, T1, make_job, open_offer, share_home
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
State = Job.State
MINUTE = timedelta(minutes=1)


def coop_by(mode: str, **rules: Any) -> Coop:
    coop = make_coop()
    found(coop, jobs__matching=mode, **rules)
    return coop


def members(coop: Coop, *metres: int) -> list[Membership]:
    return [share_home(make_member(coop, f"Rider {n}"), n) for n in metres]


def asked(job: Job, at: Any = T1) -> list[int]:
    """The member numbers of those who can answer now."""
    rows = Offer.objects.filter(job=job, state=Offer.State.OPEN, opens_at__lte=at).order_by("opens_at", "id")
    return list(rows.values_list("membership__number", flat=True))


# Staged: several, near first


def test_the_nearer_hear_of_it_earlier_and_everybody_gets_one_letter() -> None:
    velo = coop_by("staged", jobs__stage_size=2, jobs__stage_gap=120, jobs__asked_together=3)
    riders = members(velo, 1000, 2000, 3000, 4000)
    job = make_job(velo, make_client(velo), place_point=HOME)
    assert asked(job) == [1, 2]
    assert not open_offers(riders[2], T1).exists()
    assert turn_stages(T1 + MINUTE) == 0
    assert turn_stages(T1 + 2 * MINUTE) == 1
    assert turn_stages(T1 + 2 * MINUTE) == 0
    assert asked(job, T1 + 2 * MINUTE) == [1, 2, 3]
    letters = [Mail.objects.filter(to_address=rider.party.email, subject__contains="would you like").count() for rider in riders]
    assert letters == [1, 1, 1, 0]
    assert Asking.objects.filter(job=job).count() == 1


def test_the_first_to_say_yes_has_it_and_the_others_are_told_kindly() -> None:
    velo = coop_by("staged", jobs__stage_size=2)
    near, far = members(velo, 1000, 2000)
    job = make_job(velo, make_client(velo), place_point=HOME)
    offers = {offer.membership_id: offer for offer in Offer.objects.filter(job=job).select_related("job")}
    services.accept_offer(offer=offers[far.pk], by=far.party, at=T1)
    with pytest.raises(services.SomebodyWasFirst, match="Thank you for answering"):
        services.accept_offer(offer=offers[near.pk], by=near.party, at=T1)
    job.refresh_from_db()
    assert (job.state, job.worker) == (State.ACCEPTED, far)
    assert "has somebody" in Mail.objects.filter(to_address=near.party.email).latest("id").subject
    assert Offer.objects.get(membership=near).state == Offer.State.TAKEN


def test_who_was_second_is_asked_again_when_the_first_cannot_come() -> None:
    velo = coop_by("staged", jobs__stage_size=2)
    near, far = members(velo, 1000, 2000)
    job = make_job(velo, make_client(velo), place_point=HOME)
    services.accept_offer(offer=Offer.objects.get(job=job, membership=far), by=far.party, at=T1)
    services.hand_back(job=job, by=far.party, at=T1)
    assert asked(job) == [near.number]


def test_one_no_of_several_leaves_the_others_asked_and_the_last_no_asks_the_next() -> None:
    velo = coop_by("staged", jobs__stage_size=2, jobs__asked_together=2)
    near, far, _third = members(velo, 1000, 2000, 3000)
    job = make_job(velo, make_client(velo), place_point=HOME)
    job = services.decline_offer(offer=Offer.objects.get(job=job, membership=near), by=near.party, at=T1)
    assert (job.state, asked(job)) == (State.OFFERED, [2])
    job = services.decline_offer(offer=Offer.objects.get(job=job, membership=far), by=far.party, at=T1)
    assert (job.state, asked(job)) == (State.OFFERED, [3])


def test_a_later_stage_is_not_told_once_somebody_has_said_yes_nor_can_it_answer_early() -> None:
    velo = coop_by("staged", jobs__stage_size=1)
    near, far = members(velo, 1000, 2000)
    job = make_job(velo, make_client(velo), place_point=HOME)
    with pytest.raises(services.OfferIsOver):
        services.accept_offer(offer=Offer.objects.get(job=job, membership=far), by=far.party, at=T1)
    services.accept_offer(offer=Offer.objects.get(job=job, membership=near), by=near.party, at=T1)
    assert turn_stages(T1 + 5 * MINUTE) == 0
    assert not Mail.objects.filter(to_address=far.party.email, subject__contains="job 1").exists()


def test_taking_the_question_back_takes_it_back_from_everybody() -> None:
    velo = coop_by("staged", jobs__stage_size=2)
    members(velo, 1000, 2000)
    job = make_job(velo, make_client(velo), place_point=HOME)
    services.withdraw_offer(offer=Offer.objects.filter(job=job)[0], by=None, at=T1)
    job.refresh_from_db()
    assert (job.state, asked(job)) == (State.REQUESTED, [])


# The board


def test_on_the_board_nobody_is_asked_everybody_who_may_sees_it_and_the_first_has_it() -> None:
    velo = coop_by("open_board")
    one, two = members(velo, 1000, 2000)
    job = make_job(velo, make_client(velo))
    assert (job.state, Offer.objects.count()) == (State.OFFERED, 0)
    assert on_the_board(one, T1) == on_the_board(two, T1) == [job]
    for _click in range(2):
        services.take_job(job=job, membership=two, by=two.party, at=T1)
    with pytest.raises(services.SomebodyWasFirst):
        services.take_job(job=job, membership=one, by=one.party, at=T1)
    job.refresh_from_db()
    assert (job.state, job.worker) == (State.ACCEPTED, two)
    assert on_the_board(one, T1) == []
    row = kept_rows(job, list(Offer.objects.all()), me=one.number, names=None)[0]
    assert row.sentence == "It stood on the board for everybody; a colleague took it first."


def test_what_is_not_on_the_board_cannot_be_taken_from_it() -> None:
    velo = coop_by("nearest")
    near, far = members(velo, 1000, 2000)
    job = make_job(velo, make_client(velo), place_point=HOME)
    with pytest.raises(services.CannotBeAsked, match="not on the board"):
        services.take_job(job=job, membership=far, by=far.party, at=T1)
    assert open_offer(job).membership == near


def test_what_nobody_takes_needs_a_human_before_it_begins_and_expires_after() -> None:
    velo = coop_by("open_board")
    members(velo, 1000)
    job = make_job(velo, make_client(velo), starts_at=T1 + timedelta(hours=5))
    assert queue(velo, T1).unassigned == []
    assert queue(velo, T1 + timedelta(hours=4)).unassigned == [job]
    assert turn_jobs(T1 + timedelta(hours=6)) == 1


# By turn


def test_a_turn_is_used_by_taking_a_job_and_by_nothing_else() -> None:
    velo = coop_by("rotation")
    client = make_client(velo)
    first, second = make_member(velo, "First", at=T0), make_member(velo, "Second", at=T0 + MINUTE)
    job = make_job(velo, client)
    assert open_offer(job).membership == first
    services.decline_offer(offer=open_offer(job), by=first.party, at=T1)
    assert open_offer(job).membership == second
    services.accept_offer(offer=open_offer(job), by=second.party, at=T1)
    for day in range(1, 4):  # the first is asked first again, however often the answer was no
        later = make_job(velo, client, at=T1 + timedelta(days=day))
        assert open_offer(later).membership == first
        services.decline_offer(offer=open_offer(later), by=first.party, at=T1 + timedelta(days=day))


def test_a_turn_that_was_handed_back_or_called_off_is_not_used() -> None:
    velo = coop_by("rotation")
    client = make_client(velo)
    first = make_member(velo, "First", at=T0)
    handed, called_off = make_job(velo, client), make_job(velo, client, at=T1 + timedelta(days=1))
    for job in (handed, called_off):
        services.accept_offer(offer=open_offer(job), by=first.party, at=job.requested_at)
    assert set(last_turns(velo)) == {first.pk}
    services.hand_back(job=handed, by=first.party, at=T1)
    Job.objects.filter(pk=called_off.pk).update(state=State.CANCELLED)
    assert last_turns(velo) == {}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    mode=st.sampled_from(["rotation", "longest_idle", "nearest", "staged"]),
    answers=st.lists(st.sampled_from(["yes", "no", "silence"]), min_size=1, max_size=12),
)
def test_no_answer_but_a_yes_ever_moves_anybody_back(mode: str, answers: list[str]) -> None:
    """Whatever is answered: nobody's place in the next row gets worse by it, except of who said yes."""
    Coop.objects.all()
    velo = make_coop(f"velo-{abs(hash((mode, *answers)))}-{Coop.objects.count()}")
    found(velo, jobs__matching=mode, jobs__stage_size=1)
    client = make_client(velo)
    for n in range(4):
        share_home(make_member(velo, f"Rider {n}", at=T0 + n * MINUTE), 1000 * (n + 1))
    at = T1
    for answer in answers:
        at += timedelta(hours=12)
        before = _places(velo, client, at)
        job = make_job(velo, client, at=at, place_point=HOME)
        offer = Offer.objects.filter(job=job, state=Offer.State.OPEN).order_by("opens_at")[0]
        if answer == "yes":
            services.accept_offer(offer=offer, by=offer.membership.party, at=at)
            _be_done(job)
        elif answer == "no":
            services.decline_offer(offer=offer, by=offer.membership.party, at=at)
        else:
            turn_offers(at + timedelta(minutes=16))
        Job.objects.filter(pk=job.pk).exclude(state=State.SETTLED).update(state=State.CANCELLED)
        Offer.objects.filter(job=job, state=Offer.State.OPEN).update(state=Offer.State.WITHDRAWN, answered_at=at)
        after = _places(velo, client, at)
        moved_back = {member for member in before if after[member] > before[member]}
        assert moved_back <= ({offer.membership.number} if answer == "yes" else set())


def _places(coop: Coop, client: Client, at: Any) -> dict[int, int]:
    """Member number → place in the row of a job that somebody asks for now."""
    probe = Job(
        coop=coop, service=_service(coop), client=client, starts_at=at + timedelta(hours=2), minutes=30,
        place_lat_e7=HOME.lat, place_lon_e7=HOME.lon,
    )  # fmt: skip
    probe.pk = 0
    return {ranked.member: place for place, ranked in enumerate(row_for(probe, at).ranked)}


def _service(coop: Coop) -> Any:
    from marke.jobs.models import Service
    from tests.factories.jobs import make_service

    return Service.objects.filter(coop=coop).first() or make_service(coop)


def _be_done(job: Job) -> None:
    """Long ago enough to leave everybody free; the turn it was stays taken."""
    Job.objects.filter(pk=job.pk).update(state=State.SETTLED, version=1, settled_at=T1, done_at=T1, starts_at=T1)


# The client's own member


def test_the_clients_own_member_is_asked_first_and_then_the_fallback_decides() -> None:
    velo = coop_by("fixed", jobs__fallback="nearest")
    near, own = members(velo, 1000, 9000)
    client = make_client(velo)
    services.set_own_member(client=client, membership=own, by=None, at=T1)
    job = make_job(velo, client, place_point=HOME)
    offer = open_offer(job)
    assert (offer.membership, offer.mode) == (own, "fixed")
    services.decline_offer(offer=offer, by=own.party, at=T1)
    offer = open_offer(job)
    assert (offer.membership, offer.mode) == (near, "nearest")
    # The no of that day is not held against anybody.
    assert open_offer(make_job(velo, client, place_point=HOME, at=T1 + timedelta(days=1))).membership == own


def test_without_an_own_member_the_fallback_asks_at_once() -> None:
    velo = coop_by("fixed", jobs__fallback="nearest")
    near, _far = members(velo, 1000, 2000)
    assert open_offer(make_job(velo, make_client(velo), place_point=HOME)).membership == near
    services.set_own_member(client=make_client(velo, "Other"), membership=near, by=None, at=T1)


def test_another_own_member_takes_the_place_of_the_first() -> None:
    velo = coop_by("fixed")
    one, two = members(velo, 1000, 2000)
    client = make_client(velo)
    for _click in range(2):
        services.set_own_member(client=client, membership=one, by=None, at=T1)
    services.set_own_member(client=client, membership=two, by=None, at=T1)
    assert list(client.own_members.filter(ended_at=None).values_list("membership", flat=True)) == [two.pk]
    assert client.own_members.count() == 2


# Agreeing to be given work


def test_work_is_given_only_to_who_agreed_and_the_word_can_be_taken_back() -> None:
    velo = coop_by("by_hand")
    free = make_member(velo, "Free")
    assert not services.agrees_to_be_given_work(free)
    services.agree(membership=free, given=True, by=free.party, at=T1)
    services.agree(membership=free, given=True, by=free.party, at=T1)
    given_job = make_job(velo, make_client(velo))
    services.offer_job(job=given_job, membership=free, by=None, at=T1)
    given_job.refresh_from_db()
    assert given_job.state == State.ACCEPTED
    services.agree(membership=free, given=False, by=free.party, at=T1 + MINUTE)
    assert free.agreements.count() == 2
    services.hand_back(job=given_job, by=free.party, at=T1 + MINUTE)
    asked_job = make_job(velo, make_client(velo, "Second"))
    services.offer_job(job=asked_job, membership=free, by=None, at=T1 + MINUTE)
    asked_job.refresh_from_db()
    assert asked_job.state == State.OFFERED


def test_an_employee_who_wants_to_be_asked_is_asked() -> None:
    velo = coop_by("by_hand")
    emma = make_member(velo, "Emma")
    emma.engagement = Membership.Engagement.EMPLOYEE
    emma.save(update_fields=["engagement"])
    assert services.agrees_to_be_given_work(emma)
    services.agree(membership=emma, given=False, by=emma.party, at=T1)
    job = make_job(velo, make_client(velo))
    services.offer_job(job=job, membership=emma, by=None, at=T1)
    job.refresh_from_db()
    assert job.state == State.OFFERED
