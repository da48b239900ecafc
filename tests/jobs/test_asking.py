"""Who is asked, in which order, and what an answer does. Saying no costs nothing."""

from datetime import timedelta
from typing import Any

import pytest

from marke.common.clock import local_midnight
from marke.common.models import Mail
from marke.jobs import services
from marke.jobs.clockwork import turn_asking, turn_offers
from marke.jobs.models import Job, JobEvent, Offer
from marke.jobs.rows import kept_rows
from marke.parties.models import Client, Coop, Membership
from tests.factories.hearings import suspend
from tests.factories.jobs import HOME, T1, make_job, make_service, open_offer, settle, share_home, take
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
State = Job.State


def coop_that_asks(mode: str) -> Coop:
    coop = make_coop()
    found(coop, jobs__matching=mode)
    return coop


@pytest.fixture
def velo() -> Coop:
    return coop_that_asks("nearest")


@pytest.fixture
def bakery(velo: Coop) -> Client:
    return make_client(velo)


@pytest.fixture
def near(velo: Coop) -> Membership:
    return share_home(make_member(velo, "Near"), 1200)


@pytest.fixture
def far(velo: Coop) -> Membership:
    return share_home(make_member(velo, "Far"), 2000)


def job_here(coop: Coop, client: Client, **fields: Any) -> Job:
    return make_job(coop, client, place_point=HOME, **fields)


def test_booking_asks_the_nearest_at_once(velo: Coop, bakery: Client, near: Membership, far: Membership) -> None:
    job = job_here(velo, bakery)
    offer = open_offer(job)
    assert (job.state, offer.membership, offer.mode) == (State.OFFERED, near, "nearest")
    assert offer.candidates == [
        {"member": near.number, "score": 1200, "unit": "m", "out": ""},
        {"member": far.number, "score": 2000, "unit": "m", "out": ""},
    ]
    assert offer.rule_value is not None
    assert offer.rule_value.key == "jobs.matching"
    assert offer.expires_at == T1 + timedelta(minutes=15)
    assert "would you like" in Mail.objects.get(to_address=near.party.email).subject


def test_why_me_says_how_near_and_how_near_the_next_was(velo: Coop, bakery: Client, near: Membership, far: Membership) -> None:
    job = job_here(velo, bakery)
    offer = open_offer(job)
    mine = kept_rows(job, [offer], me=near.number, names=None)[0]
    assert mine.sentence == "You were nearest: 1.2 km. The next was 2 km."
    others = kept_rows(job, [offer], me=far.number, names=None)[0]
    assert others.sentence == "You were 2 km away; whoever was asked was nearer: 1.2 km."
    assert [place.name for place in others.places] == ["Colleague 1", "You"]
    assert ["nearest" in rule.sentence for rule in mine.rules] == [True]


def test_declining_asks_the_next_and_nobody_twice(velo: Coop, bakery: Client, near: Membership, far: Membership) -> None:
    job = job_here(velo, bakery)
    services.decline_offer(offer=open_offer(job), by=near.party, at=T1)
    assert open_offer(job).membership == far
    job = services.decline_offer(offer=open_offer(job), by=far.party, at=T1)
    assert job.state == State.REQUESTED
    assert services.ask_next(job=job, at=T1) is None


def test_declining_costs_nothing_in_any_later_row(velo: Coop, bakery: Client, near: Membership, far: Membership) -> None:
    for day in range(5):
        job = job_here(velo, bakery, at=T1 + timedelta(days=day))
        assert open_offer(job).membership == near
        services.decline_offer(offer=open_offer(job), by=near.party, at=T1 + timedelta(days=day))
        services.cancel_job(job=job, by=None, at=T1 + timedelta(days=day))
    later = job_here(velo, bakery, at=T1 + timedelta(days=9))
    assert open_offer(later).membership == near
    assert open_offer(later).candidates[0] == {"member": near.number, "score": 1200, "unit": "m", "out": ""}


def test_declining_does_not_shorten_the_time_without_a_job() -> None:
    velo = coop_that_asks("longest_idle")
    bakery = make_client(velo)
    first = make_member(velo, "First", at=T0)
    make_member(velo, "Second", at=T0 + timedelta(days=1))
    job = make_job(velo, bakery)
    before = open_offer(job).candidates[0]
    services.decline_offer(offer=open_offer(job), by=first.party, at=T1)
    services.cancel_job(job=job, by=None, at=T1)
    assert open_offer(make_job(velo, bakery)).candidates[0] == before


def test_the_longest_without_a_job_is_asked_first_and_working_moves_one_back() -> None:
    velo = coop_that_asks("longest_idle")
    bakery = make_client(velo)
    first = make_member(velo, "First", at=T0)
    second = make_member(velo, "Second", at=T0 + timedelta(days=1))
    job = make_job(velo, bakery)
    assert open_offer(job).membership == first
    services.accept_offer(offer=open_offer(job), by=first.party, at=T1)
    assert open_offer(make_job(velo, bakery, at=T1 + timedelta(days=1))).membership == second


def test_who_does_not_answer_in_time_is_passed_over_by_the_clock(
    velo: Coop, bakery: Client, near: Membership, far: Membership
) -> None:
    job = job_here(velo, bakery)
    assert turn_offers(T1 + timedelta(minutes=14)) == 0
    assert turn_offers(T1 + timedelta(minutes=15)) == 1
    assert open_offer(job).membership == far
    assert Offer.objects.get(membership=near).state == Offer.State.EXPIRED
    assert turn_offers(T1 + timedelta(minutes=15)) == 0


def test_an_offer_whose_time_has_passed_cannot_be_accepted_also_when_the_clock_stood_still(
    velo: Coop, bakery: Client, near: Membership
) -> None:
    job = job_here(velo, bakery)
    with pytest.raises(services.OfferIsOver, match="costs you nothing"):
        services.accept_offer(offer=open_offer(job), by=near.party, at=T1 + timedelta(minutes=15))
    job.refresh_from_db()
    assert (job.state, job.worker) == (State.OFFERED, None)


def test_accepting_or_declining_twice_happens_once(velo: Coop, bakery: Client, near: Membership) -> None:
    job = job_here(velo, bakery)
    offer = open_offer(job)
    for _ in range(2):
        services.accept_offer(offer=offer, by=near.party, at=T1)
    with pytest.raises(services.OfferIsOver):
        services.decline_offer(offer=offer, by=near.party, at=T1)
    assert JobEvent.objects.filter(job=job, state="accepted").count() == 1
    other = job_here(velo, bakery, at=T1 + timedelta(days=1))
    offer = open_offer(other)
    for _ in range(2):
        services.decline_offer(offer=offer, by=near.party, at=T1 + timedelta(days=1))
    assert Offer.objects.filter(job=other).count() == 1


def test_without_a_shared_position_nobody_is_asked_by_distance(velo: Coop, bakery: Client) -> None:
    make_member(velo, "Private")
    job = job_here(velo, bakery)
    assert job.state == State.REQUESTED


def test_the_last_job_of_today_counts_as_position_only_for_who_shares_one(
    velo: Coop, bakery: Client, near: Membership, far: Membership
) -> None:
    private = make_member(velo, "Private")
    service = make_service(velo)
    for worker in (far, private):
        settle(job_here(velo, bakery, service=service), worker)
    job = job_here(velo, bakery, service=service, at=T1 + timedelta(hours=4))
    row = {entry["member"]: (entry["score"], entry["out"]) for entry in open_offer(job).candidates}
    assert row == {far.number: (0, ""), near.number: (1200, ""), private.number: (None, "no_position")}
    tomorrow = job_here(velo, bakery, service=service, at=T1 + timedelta(days=1))
    assert open_offer(tomorrow).membership == near


def test_the_busy_and_the_suspended_are_not_asked(velo: Coop, bakery: Client, near: Membership, far: Membership) -> None:
    third = share_home(make_member(velo, "Third"), 5000)
    take(job_here(velo, bakery), near)
    suspend(far, at=T1)
    job = job_here(velo, bakery)
    assert open_offer(job).membership == third
    assert {entry["member"]: entry["out"] for entry in open_offer(job).candidates} == {
        third.number: "",
        near.number: "busy",
        far.number: "suspended",
    }


def test_when_nobody_is_left_the_job_waits_and_is_asked_again_once_somebody_is_free(
    velo: Coop, bakery: Client, near: Membership
) -> None:
    busy = take(job_here(velo, bakery), near)
    job = job_here(velo, bakery)
    assert job.state == State.REQUESTED
    assert turn_asking(T1) == 0
    services.cancel_job(job=busy, by=None, at=T1)
    assert turn_asking(T1) == 1
    assert open_offer(job).membership == near


def test_by_hand_booking_asks_nobody_and_the_choice_is_kept_with_its_row() -> None:
    velo = coop_that_asks("by_hand")
    one = make_member(velo, "One")
    job = make_job(velo, make_client(velo))
    assert job.state == State.REQUESTED
    offer = services.offer_job(job=job, membership=one, by=None, at=T1)
    assert (offer.mode, len(offer.candidates)) == ("by_hand", 1)


def test_an_employee_is_given_work_and_a_self_employed_member_is_asked() -> None:
    velo = coop_that_asks("by_hand")
    employee = make_member(velo, "Emma")
    employee.engagement = "employee"
    employee.save()
    coordinator = make_member(velo, "Carla")
    job = make_job(velo, make_client(velo))
    offer = services.offer_job(job=job, membership=employee, by=coordinator.party, at=T1)
    job.refresh_from_db()
    assert (offer.state, job.state, job.worker) == (Offer.State.ACCEPTED, State.ACCEPTED, employee)


def test_asking_somebody_else_takes_the_first_question_back() -> None:
    velo = coop_that_asks("by_hand")
    one, two = make_member(velo, "One"), make_member(velo, "Two")
    job = make_job(velo, make_client(velo))
    first = services.offer_job(job=job, membership=one, by=None, at=T1)
    assert services.offer_job(job=job, membership=one, by=None, at=T1) == first
    services.offer_job(job=job, membership=two, by=None, at=T1)
    first.refresh_from_db()
    assert first.state == Offer.State.WITHDRAWN
    assert open_offer(job).membership == two
    with pytest.raises(services.OfferIsOver):
        services.accept_offer(offer=first, by=one.party, at=T1)


@pytest.mark.parametrize("state", ["applied", "suspended", "left", "refused"])
def test_only_members_are_asked(state: str) -> None:
    velo = coop_that_asks("by_hand")
    somebody = make_member(velo, "Somebody", state=state)
    job = make_job(velo, make_client(velo))
    with pytest.raises(services.CannotBeAsked, match="Somebody"):
        services.offer_job(job=job, membership=somebody, by=None, at=T1)
    assert not Offer.objects.exists()


def test_a_member_of_another_coop_is_not_asked() -> None:
    velo = coop_that_asks("by_hand")
    job = make_job(velo, make_client(velo))
    with pytest.raises(services.CannotBeAsked):
        services.offer_job(job=job, membership=make_member(make_coop("other"), "Elsewhere"), by=None, at=T1)


def test_handing_back_asks_the_next_and_forgets_the_worker(velo: Coop, bakery: Client, near: Membership, far: Membership) -> None:
    job = job_here(velo, bakery)
    services.accept_offer(offer=open_offer(job), by=near.party, at=T1)
    job = services.hand_back(job=job, by=near.party, at=T1, note="Flat tyre")
    assert (job.state, job.worker, job.accepted_at) == (State.OFFERED, None, None)
    assert open_offer(job).membership == far


def test_an_address_that_was_visited_before_is_known_again(velo: Coop, bakery: Client, near: Membership) -> None:
    first = job_here(velo, bakery, place="Rue du Midi 12")
    services.cancel_job(job=first, by=None, at=T1)
    again = make_job(velo, bakery, place="rue du midi 12 ")
    assert again.place_lat_e7 == HOME.lat
    assert again.state == State.OFFERED


def test_surcharges_follow_the_local_hour_and_the_day() -> None:
    velo = make_coop()
    found(velo, jobs__surcharges=[["weekend", 0, 24, [1, 2]], ["every", 20, 24, [1, 4]]])
    service, client = make_service(velo), make_client(velo)
    monday_evening = local_midnight(T1.date(), velo.timezone) + timedelta(hours=20)
    saturday = local_midnight(T1.date(), velo.timezone) + timedelta(days=5, hours=21)
    at_noon = local_midnight(T1.date(), velo.timezone) + timedelta(hours=12)
    prices = [make_job(velo, client, service, starts_at=start).price for start in (at_noon, monday_evening, saturday)]
    assert prices == [1250, 1563, 1875]


def test_a_surcharge_for_holidays_holds_on_those_of_the_co_op_only() -> None:
    velo = make_coop()
    noon = local_midnight(T1.date(), velo.timezone) + timedelta(hours=12)
    found(velo, jobs__surcharges=[["holiday", 0, 24, [1, 2]]], rates__holidays=[[f"{T1:%m-%d}", "Our day"]])
    service, client = make_service(velo), make_client(velo)
    prices = [make_job(velo, client, service, starts_at=start).price for start in (noon, noon + timedelta(days=1))]
    assert prices == [1875, 1250]


@pytest.mark.parametrize(("minutes", "price", "lines"), [(60, 7500, 2), (180, 7500, 1), (200, 8333, 1)])
def test_work_by_the_hour_is_paid_for_three_hours_at_least_where_the_rule_says_so(minutes: int, price: int, lines: int) -> None:
    """The couriers' protocol of 2016; of another kind of work the rule need not say so."""
    velo = make_coop()
    found(velo, jobs__matching="by_hand", jobs__least_paid=3 * 3600)
    job = make_job(velo, make_client(velo), make_service(velo, "Shift", price=2500, per="hour"), minutes=minutes)
    assert (job.price, len(job.price_lines)) == (price, lines)
    if lines == 2:
        assert job.price_lines[1]["words"] == "Up to 3 hours, the least that is paid"


@pytest.mark.parametrize("hours", [1, 3])
def test_an_hourly_service_costs_by_the_time(hours: int) -> None:
    velo = coop_that_asks("by_hand")
    service = make_service(velo, "Cleaning", price=2500, per="hour", minutes=180)
    assert make_job(velo, make_client(velo), service, minutes=60 * hours).price == 2500 * hours
