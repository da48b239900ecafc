"""A dispatcher puts jobs on one trip, moves a whole trip, or takes it apart: all of it or nothing, and warned of in minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from marke.common.models import Mail
from marke.jobs import services
from marke.jobs.conditions import MoveRefused
from marke.jobs.models import Job, JobEvent, Lock, Offer, Trip
from marke.jobs.services import PassedOn
from marke.jobs.trips import jobs_on_trip, trip_sentence
from marke.jobs.wishes import Wishes
from marke.parties.models import Client, Coop, Membership
from tests.factories.jobs import make_job, make_service, share_home, take
from tests.factories.parties import make_client, make_member
from tests.jobs.test_trips import MINUTE, SOON, START, couriers, loaf, north, states

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture
def velo() -> Coop:
    return couriers(jobs__matching="by_hand")


@pytest.fixture
def bakery(velo: Coop) -> Client:
    return make_client(velo)


@pytest.fixture
def near(velo: Coop) -> Membership:
    return share_home(make_member(velo, "Near"), 300)


@pytest.fixture
def emma(velo: Coop) -> Membership:
    """She is employed, and so given work."""
    member = share_home(make_member(velo, "Emma"), 500)
    member.engagement = Membership.Engagement.EMPLOYEE
    member.save(update_fields=["engagement"])
    return member


def together(jobs: list[Job], to: Membership | None, **how: Any) -> PassedOn:
    how = {"seen": services.last_events(jobs), **how}
    return services.pass_on_together(jobs=jobs, membership=to, by=None, at=SOON, **how)


def rows() -> tuple[int, int, int, int]:
    return Trip.objects.count(), Offer.objects.count(), JobEvent.objects.count(), Mail.objects.count()


def test_several_that_wait_are_asked_about_as_one_trip(velo: Coop, bakery: Client, near: Membership) -> None:
    one, two = loaf(velo, bakery, 1000), loaf(velo, bakery, 800, 1)
    done = together([one, two], near)
    trip = Trip.objects.get()
    assert (done.given, done.warnings, states(one, two)) == (False, [], [State.OFFERED, State.OFFERED])
    assert {(offer.membership, offer.trip, offer.mode) for offer in Offer.objects.all()} == {(near, trip, "by_hand")}
    assert [row["job"] for row in trip.plan] == [two.number, one.number]
    assert (trip.rule_value, [row["agreed"] for row in trip.plan]) == (None, [False, False])
    (letter,) = Mail.objects.filter(to_address=near.party.email)
    assert "on one trip?" in letter.subject
    assert "The coordinator put them together by hand." in trip_sentence(trip, one.number)
    services.accept_offer(offer=Offer.objects.get(job=one), by=near.party, at=SOON)
    assert jobs_on_trip(Job.objects.get(pk=one.pk)) == [two, one]


def test_who_agreed_to_be_given_work_has_it_at_once(velo: Coop, bakery: Client, emma: Membership) -> None:
    one, two = loaf(velo, bakery, 800), loaf(velo, bakery, 1000)
    assert together([one, two], emma).given
    assert states(one, two) == [State.ACCEPTED, State.ACCEPTED]
    assert len(jobs_on_trip(one)) == 2


def test_a_second_press_changes_nothing(velo: Coop, bakery: Client, near: Membership, emma: Membership) -> None:
    one, two = loaf(velo, bakery, 800), loaf(velo, bakery, 1000)
    for member in (near, emma):
        first = together([one, two], member)
        before = rows()
        assert together([one, two], member).given == first.given
        assert rows() == before


def test_a_window_that_the_trip_breaks_is_warned_of_in_minutes_and_done_all_the_same(
    velo: Coop, bakery: Client, near: Membership
) -> None:
    """800 m at 15 km/h with a detour of 1.3 is 4 min 10; two minutes each for fetching and bringing."""
    begins = START
    window = Wishes(from_at=begins, until_at=begins + 35 * MINUTE)
    one, two = loaf(velo, bakery, 800, wishes=window), loaf(velo, bakery, 1000, 40)
    done = together([one, two], near)
    assert states(one, two) == [State.OFFERED, State.OFFERED]
    assert [words for words in done.warnings if f"Job {one.number} comes" in words] == [
        f"Job {one.number} comes 14 minutes too late."
    ]
    assert any(f"job {one.number} comes" in words and "the rule allows 10" in words for words in done.warnings)


def test_a_whole_trip_moves_to_another_who_both_hear_of_it_in_one_letter(
    velo: Coop, bakery: Client, near: Membership, emma: Membership
) -> None:
    one, two = loaf(velo, bakery, 800), loaf(velo, bakery, 1000)
    together([one, two], near)
    services.accept_offer(offer=Offer.objects.get(job=one), by=near.party, at=SOON)
    trip = Offer.objects.get(job=one).trip
    assert trip is not None
    together([one, two], emma, whole=[trip.pk])
    assert states(one, two) == [State.ACCEPTED, State.ACCEPTED]
    assert (one.worker, two.worker) == (emma, emma)
    assert len({offer.trip_id for offer in Offer.objects.filter(state="accepted")} - {trip.pk}) == 1
    told = Mail.objects.filter(to_address=near.party.email, subject__contains="no longer yours")
    assert [f"jobs {one.number}, {two.number} are" in letter.subject for letter in told] == [True]


def test_a_trip_on_offer_moves_whole_and_the_question_is_gone(
    velo: Coop, bakery: Client, near: Membership, emma: Membership
) -> None:
    one, two, three = loaf(velo, bakery, 800), loaf(velo, bakery, 1000), loaf(velo, bakery, 1100)
    together([one, two, three], near)
    offer = Offer.objects.get(job=one)
    together([one, two], emma)
    assert states(one, two, three) == [State.ACCEPTED, State.ACCEPTED, State.REQUESTED]
    assert {each.state for each in Offer.objects.filter(membership=near)} == {"withdrawn"}
    with pytest.raises(services.OfferIsOver):
        services.accept_offer(offer=offer, by=near.party, at=SOON)


def test_one_job_moved_out_leaves_the_trip_and_the_others_stay(
    velo: Coop, bakery: Client, near: Membership, emma: Membership
) -> None:
    one, two = loaf(velo, bakery, 800), loaf(velo, bakery, 1000)
    together([one, two], emma)
    services.pass_on(job=one, membership=near, seen=services.last_events([one])[one.pk], by=None, at=SOON)
    assert states(one, two) == [State.OFFERED, State.ACCEPTED]
    assert jobs_on_trip(two) == [two]


def test_one_more_goes_along_with_what_was_agreed(velo: Coop, bakery: Client, near: Membership) -> None:
    one = take(loaf(velo, bakery, 800), near, at=SOON)
    two = loaf(velo, bakery, 1000, 1)
    before = JobEvent.objects.filter(job=one).count()
    together([one, two], near)
    assert states(one, two) == [State.ACCEPTED, State.OFFERED]
    assert JobEvent.objects.filter(job=one).count() == before
    assert [row["agreed"] for row in Trip.objects.get().plan] == [True, False]
    services.accept_offer(offer=Offer.objects.get(job=two), by=near.party, at=SOON)
    assert jobs_on_trip(Job.objects.get(pk=two.pk)) == [one, two]


def test_all_taken_back_wait_for_somebody(velo: Coop, bakery: Client, near: Membership, emma: Membership) -> None:
    one, two, three = loaf(velo, bakery, 800), loaf(velo, bakery, 1000), loaf(velo, bakery, 900)
    together([one, two], emma)
    services.offer_job(job=three, membership=near, by=None, at=SOON)
    together([one, two, three], None)
    assert states(one, two, three) == [State.REQUESTED] * 3
    assert not Offer.objects.filter(state__in=("open", "accepted")).exists()


def moved_by_somebody_else(one: Job, two: Job, near: Membership) -> dict[str, Any]:
    seen = services.last_events([one, two])
    services.offer_job(job=two, membership=near, by=None, at=SOON)
    return {"seen": seen}


def locked(one: Job, two: Job, near: Membership) -> dict[str, Any]:
    services.lock_jobs(jobs=[two], by=None, at=SOON)
    return {}


def begun(one: Job, two: Job, near: Membership) -> dict[str, Any]:
    services.start_job(job=take(two, near, at=SOON), by=near.party, at=SOON)
    return {}


def gone(one: Job, two: Job, near: Membership) -> dict[str, Any]:
    Membership.objects.filter(coop=one.coop, party__name="Emma").update(state=Membership.State.LEFT, left_at=SOON)
    return {}


def fetched_elsewhere(one: Job, two: Job, near: Membership) -> dict[str, Any]:
    place = north(-900)
    Job.objects.filter(pk=two.pk).update(pickup_lat_e7=place.lat, pickup_lon_e7=place.lon)
    return {}


def without_a_map(one: Job, two: Job, near: Membership) -> dict[str, Any]:
    Job.objects.filter(pk=two.pk).update(place_lat_e7=None, place_lon_e7=None)
    return {}


def too_heavy(one: Job, two: Job, near: Membership) -> dict[str, Any]:
    Job.objects.filter(pk__in=(one.pk, two.pk)).update(load_kg=19)
    return {}


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        (moved_by_somebody_else, services.MovedMeanwhile), (locked, services.IsLocked), (begun, MoveRefused),
        (gone, services.CannotBeAsked), (fetched_elsewhere, services.CannotShareTrip),
        (without_a_map, services.CannotShareTrip), (too_heavy, services.CannotShareTrip),
    ],
)  # fmt: skip
def test_all_of_it_or_nothing(
    velo: Coop, bakery: Client, near: Membership, emma: Membership, what: Any, refusal: type[Exception]
) -> None:
    one, two = loaf(velo, bakery, 800), loaf(velo, bakery, 1000)
    how = what(one, two, near)
    before, before_states = rows(), states(one, two)
    emma.refresh_from_db()
    with pytest.raises(refusal):
        together([one, two], emma, **how)
    assert (rows(), states(one, two)) == (before, before_states)


def test_a_trip_that_grew_meanwhile_is_not_moved_as_it_was_seen(
    velo: Coop, bakery: Client, near: Membership, emma: Membership
) -> None:
    one, two, three = loaf(velo, bakery, 800), loaf(velo, bakery, 1000), loaf(velo, bakery, 900, 1)
    together([one, two], emma)
    together([one, two, three], emma)
    trip = Offer.objects.get(job=three).trip
    assert trip is not None
    before = rows()
    with pytest.raises(services.MovedMeanwhile, match=f"Job {three.number} is on this trip too"):
        together([one, two], near, whole=[trip.pk])
    assert rows() == before


def test_more_than_the_rule_says_go_on_no_trip(velo: Coop, bakery: Client, emma: Membership) -> None:
    jobs = [loaf(velo, bakery, 800 + 10 * n) for n in range(4)]
    with pytest.raises(services.CannotShareTrip, match="up to 3 jobs"):
        together(jobs, emma)
    assert not Trip.objects.exists()


def test_where_every_job_goes_by_itself_nobody_puts_two_together() -> None:
    coop = couriers(jobs__matching="by_hand", dispatch__trip_jobs=1)
    client, zoe = make_client(coop), make_member(coop, "Zoé")
    with pytest.raises(services.CannotShareTrip, match="every job goes by itself"):
        together([loaf(coop, client, 800), loaf(coop, client, 900)], zoe)
    assert not Trip.objects.exists()


def test_visits_share_no_trip(velo: Coop, near: Membership) -> None:
    visit = make_service(velo, "Repair of a bicycle")
    client = make_client(velo, "Lund")
    jobs = [make_job(velo, client, visit, starts_at=START + timedelta(hours=n), place_point=north(100)) for n in range(2)]
    with pytest.raises(services.CannotShareTrip, match="go by themselves"):
        together(jobs, near)
    assert not Trip.objects.exists()


def test_what_somebody_has_each_by_itself_is_made_no_trip(velo: Coop, bakery: Client, near: Membership) -> None:
    one, two = (take(loaf(velo, bakery, metres), near, at=SOON) for metres in (800, 900))
    before = rows()
    with pytest.raises(services.CannotShareTrip, match="each by itself"):
        together([one, two], near)
    assert rows() == before


def test_locks_are_put_on_each_and_taken_away_from_each(velo: Coop, bakery: Client) -> None:
    jobs = [loaf(velo, bakery, 800), loaf(velo, bakery, 900)]
    for _click in range(2):
        services.lock_jobs(jobs=jobs, by=None, at=SOON)
    assert Lock.objects.count() == 2
    services.unlock_jobs(jobs=jobs)
    assert not Lock.objects.exists()


def test_where_the_rule_only_warns_of_a_load_it_is_told() -> None:
    coop = couriers(jobs__matching="by_hand", jobs__lacking="warn")
    client, zoe = make_client(coop), make_member(coop, "Zoé")
    one, two = (loaf(coop, client, metres, wishes=Wishes(load_kg=15)) for metres in (800, 900))
    assert "Together that is 30 kg, and for Zoé 25 kg is written down." in together([one, two], zoe).warnings
    assert states(one, two) == [State.OFFERED, State.OFFERED]
