"""Two people, or one person clicking twice, at the very same moment: it happens once."""

from datetime import timedelta

import pytest

from marke.jobs import services
from marke.jobs.models import Job, JobEvent, Offer
from marke.ledger.models import Transaction
from tests.factories.jobs import HOME, T1, make_job, make_service, share_home, work_off
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.processes import PROCESSES, at_once
from tests.factories.rules import found
from tests.jobs.test_trips import LATER, SOON, couriers, loaf, two_loaves

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_eight_clicks_on_accept_accept_once() -> None:
    velo = make_coop()
    found(velo)
    amina = make_member(velo)
    job = make_job(velo, make_client(velo))
    offer = services.offer_job(job=job, membership=amina, by=None, at=T1)
    assert at_once(lambda n: services.accept_offer(offer=offer, by=amina.party, at=T1)) == ["done"] * PROCESSES
    assert JobEvent.objects.filter(job=job, state="accepted").count() == 1


def test_accepting_declining_and_asking_somebody_else_at_once_leaves_one_outcome() -> None:
    velo = make_coop()
    found(velo)
    amina, basile = make_member(velo, "Amina"), make_member(velo, "Basile")
    job = make_job(velo, make_client(velo))
    offer = services.offer_job(job=job, membership=amina, by=None, at=T1)

    def act(number: int) -> object:
        if number % 3 == 0:
            return services.accept_offer(offer=offer, by=amina.party, at=T1)
        if number % 3 == 1:
            return services.decline_offer(offer=offer, by=amina.party, at=T1)
        return services.offer_job(job=job, membership=basile, by=None, at=T1)

    assert set(at_once(act)) <= {"done", "OfferIsOver", "MoveRefused"}
    job.refresh_from_db()
    accepted = Offer.objects.filter(job=job, state=Offer.State.ACCEPTED).count()
    assert accepted == (1 if job.state == Job.State.ACCEPTED else 0)
    assert Offer.objects.filter(job=job, state=Offer.State.OPEN).count() <= 1


def test_of_eight_members_who_say_yes_at_once_one_has_the_job_and_seven_are_told_kindly() -> None:
    velo = make_coop()
    found(velo, jobs__matching="staged", jobs__stage_size=PROCESSES, jobs__asked_together=PROCESSES)
    members = [share_home(make_member(velo, f"Rider {n}"), 100 * n) for n in range(PROCESSES)]
    job = make_job(velo, make_client(velo), place_point=HOME)
    offers = {offer.membership_id: offer for offer in Offer.objects.filter(job=job).select_related("job")}
    answers = at_once(lambda n: services.accept_offer(offer=offers[members[n].pk], by=members[n].party, at=T1))
    assert sorted(answers) == ["SomebodyWasFirst"] * (PROCESSES - 1) + ["done"]
    job.refresh_from_db()
    assert Offer.objects.get(job=job, state=Offer.State.ACCEPTED).membership_id == job.worker_id
    assert JobEvent.objects.filter(job=job, state="accepted").count() == 1


def test_of_eight_who_take_a_job_from_the_board_at_once_one_has_it() -> None:
    velo = make_coop()
    found(velo, jobs__matching="open_board")
    members = [make_member(velo, f"Rider {n}") for n in range(PROCESSES)]
    job = make_job(velo, make_client(velo))
    answers = at_once(lambda n: services.take_job(job=job, membership=members[n], by=members[n].party, at=T1))
    assert sorted(answers) == ["SomebodyWasFirst"] * (PROCESSES - 1) + ["done"]
    assert Offer.objects.filter(job=job).count() == 1


def test_several_clocks_that_look_at_once_give_each_job_once() -> None:
    velo = make_coop()
    found(velo, jobs__matching="automatic")
    for n in range(4):
        member = share_home(make_member(velo, f"Rider {n}"), 500 * n)
        services.agree(membership=member, given=True, by=None, at=T1)
    client, service = make_client(velo), make_service(velo)
    jobs = [make_job(velo, client, service, starts_at=T1 + timedelta(hours=5), place_point=HOME) for _n in range(4)]
    later = T1 + timedelta(hours=5) - timedelta(minutes=10)
    at_once(lambda n: services.look(coop=velo, at=later, soon=n % 2 == 0))
    services.look(coop=velo, at=later, soon=True)
    assert {job.state for job in Job.objects.all()} == {"accepted"}
    assert Offer.objects.filter(job__in=jobs).count() == len(jobs)
    assert len(set(Job.objects.values_list("worker", flat=True))) == len(jobs)


def test_two_dispatchers_who_drag_one_job_at_once_move_it_once() -> None:
    velo = make_coop()
    found(velo)
    members = [make_member(velo, f"Rider {n}") for n in range(PROCESSES)]
    job = make_job(velo, make_client(velo))
    seen = services.last_events([job])[job.pk]
    answers = at_once(lambda n: services.pass_on(job=job, membership=members[n], seen=seen, by=None, at=T1))
    assert sorted(answers) == ["MovedMeanwhile"] * (PROCESSES - 1) + ["done"]
    assert Offer.objects.filter(job=job).count() == 1


def test_eight_confirmations_settle_once() -> None:
    velo = make_coop()
    found(velo)
    job = work_off(make_job(velo, make_client(velo)), make_member(velo))
    assert at_once(lambda n: services.confirm_job(job=job, by=None, at=T1)) == ["done"] * PROCESSES
    assert Transaction.objects.filter(coop=velo).count() == 1


def test_eight_bookings_get_eight_numbers_without_a_gap_and_one_form_books_once() -> None:
    velo = make_coop()
    found(velo)
    client, service = make_client(velo), make_service(velo)
    at_once(lambda n: make_job(velo, client, service, once_key=f"form-{n}"))
    at_once(lambda n: make_job(velo, client, service, once_key="one-form"))
    assert sorted(Job.objects.values_list("number", flat=True)) == list(range(1, PROCESSES + 2))


def test_yes_no_and_a_cancellation_of_one_job_of_a_trip_at_once_leave_no_half_an_answer() -> None:
    velo = couriers()
    near, bakery = share_home(make_member(velo, "Near"), 300), make_client(velo)
    one, two, offer = two_loaves(velo, bakery)
    other = Offer.objects.get(job=two)

    def act(number: int) -> object:
        if number % 4 == 0:
            return services.accept_offer(offer=offer, by=near.party, at=SOON)
        if number % 4 == 1:
            return services.accept_offer(offer=other, by=near.party, at=SOON)
        if number % 4 == 2:
            return services.decline_offer(offer=other, by=near.party, at=SOON)
        return services.cancel_job(job=one, by=None, at=SOON)

    assert set(at_once(act)) <= {"done", "OfferIsOver"}
    one.refresh_from_db()
    two.refresh_from_db()
    answers = {offer.job_id: offer.state for offer in Offer.objects.filter(trip=offer.trip)}
    assert one.state == "cancelled"
    assert (two.state, answers[two.pk]) in (("accepted", "accepted"), ("requested", "declined"), ("requested", "withdrawn"))
    assert answers[one.pk] == answers[two.pk]
    assert JobEvent.objects.filter(state="accepted").count() == (2 if two.worker else 0)


def test_handing_one_job_back_while_another_joins_the_trip_does_both() -> None:
    velo = couriers()
    near, bakery = share_home(make_member(velo, "Near"), 300), make_client(velo)
    one, two, offer = two_loaves(velo, bakery)
    services.accept_offer(offer=offer, by=near.party, at=SOON)
    three = loaf(velo, bakery, 1200, 2, at=SOON)
    services.look(coop=velo, at=LATER, soon=True)
    joins = Offer.objects.get(job=three)

    def act(number: int) -> object:
        if number % 2:
            return services.accept_offer(offer=joins, by=near.party, at=LATER)
        return services.hand_back(job=one, by=near.party, at=LATER)

    assert set(at_once(act)) <= {"done", "OfferIsOver", "MoveRefused"}
    states = {job.pk: (job.state, job.worker) for job in Job.objects.all()}
    assert states == {one.pk: ("requested", None), two.pk: ("accepted", near), three.pk: ("accepted", near)}
    assert Offer.objects.get(job=two, state="accepted").trip == joins.trip
    assert not Offer.objects.filter(job=one, state="accepted").exists()
