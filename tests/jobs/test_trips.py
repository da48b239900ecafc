"""Several jobs offered as one trip: asked and answered once, each a job of its own from there."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from marke.common.models import Mail
from marke.jobs import services
from marke.jobs.clockwork import turn_matcher, turn_offers
from marke.jobs.models import Asking, Capability, Held, Job, JobEvent, Offer, Trip
from marke.jobs.rolling import view
from marke.jobs.rows import kept_rows
from marke.jobs.services.rolling import commit
from marke.jobs.wishes import Wishes
from marke.parties.models import Client, Coop, Membership
from marke_core.matching import Place
from tests.factories.jobs import HOME, T1, make_job, make_service, share_home
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
State = Job.State
START = T1 + timedelta(hours=6)
SOON = START - timedelta(minutes=31)  # notice, time to answer, and the way
LATER = START - timedelta(minutes=25)
MINUTE = timedelta(minutes=1)


def north(metres: int) -> Place:
    return Place(HOME.lat + round(metres / 111_194.9 * 1e7), HOME.lon)


def couriers(**rules: Any) -> Coop:
    coop = make_coop()
    found(coop, **{"jobs__matching": "automatic", "dispatch__trip_jobs": 3, "dispatch__fairness": 0, **rules})
    make_service(coop, needs_pickup=True, asks_load=True)
    return coop


@pytest.fixture
def velo() -> Coop:
    return couriers()


@pytest.fixture
def bakery(velo: Coop) -> Client:
    return make_client(velo)


@pytest.fixture
def near(velo: Coop) -> Membership:
    return share_home(make_member(velo, "Near"), 300)


@pytest.fixture
def far(velo: Coop) -> Membership:
    return share_home(make_member(velo, "Far"), 4000)


def loaf(coop: Coop, client: Client, metres: int, minutes: int = 0, **fields: Any) -> Job:
    """From the bakery, at HOME, to a door so far north of it."""
    given = {"pickup": "Oven 1", "pickup_point": HOME, "place": f"Street {metres}", "place_point": north(metres)}
    return make_job(coop, client, starts_at=START + minutes * MINUTE, **{**given, **fields})


def states(*jobs: Job) -> list[str]:
    for job in jobs:
        job.refresh_from_db()
    return [job.state for job in jobs]


def two_loaves(coop: Coop, client: Client) -> tuple[Job, Job, Offer]:
    one, two = loaf(coop, client, 800), loaf(coop, client, 1000, 1)
    assert turn_matcher(SOON) == 2
    return one, two, Offer.objects.get(job=one)


def test_two_loaves_for_one_street_are_one_question_with_one_letter(
    velo: Coop, bakery: Client, near: Membership, far: Membership
) -> None:
    one, two, offer = two_loaves(velo, bakery)
    trip = Trip.objects.get()
    assert states(one, two) == [State.OFFERED, State.OFFERED]
    assert {(o.membership, o.trip, o.state) for o in Offer.objects.all()} == {(near, trip, "open")}
    assert [row["job"] for row in trip.plan] == [one.number, two.number]
    assert all(row["done_at"] - row["alone_at"] <= 10 * 60 for row in trip.plan)
    assert trip.plan[0]["picked_up_at"] == int((START + MINUTE).timestamp())
    assert trip.rule_value is not None
    assert trip.rule_value.key == "dispatch.trip_jobs"
    (letter,) = Mail.objects.filter(to_address=near.party.email)
    assert f"jobs {one.number}, {two.number}, on one trip?" in letter.subject
    assert "Street 800" in letter.text
    assert "Street 1000" in letter.text
    assert offer.expires_at == SOON + 15 * MINUTE


def test_by_default_every_job_is_offered_by_itself() -> None:
    coop = couriers(dispatch__trip_jobs=1)
    near, client = share_home(make_member(coop, "Near"), 300), make_client(coop)
    one, two = loaf(coop, client, 800), loaf(coop, client, 1000, 1)
    assert turn_matcher(SOON) == 1
    assert not Trip.objects.exists()
    assert sorted(states(one, two)) == [State.OFFERED, State.REQUESTED]
    assert Offer.objects.get().membership == near


def test_one_yes_accepts_all_and_a_second_tap_changes_nothing(velo: Coop, bakery: Client, near: Membership) -> None:
    one, two, offer = two_loaves(velo, bakery)
    for _tap in range(2):
        services.accept_offer(offer=offer, by=near.party, at=SOON)
    assert states(one, two) == [State.ACCEPTED, State.ACCEPTED]
    assert (one.worker, two.worker, one.accepted_at) == (near, near, SOON)
    assert JobEvent.objects.filter(state=State.ACCEPTED).count() == 2
    other = Offer.objects.get(job=two)
    assert services.accept_offer(offer=other, by=near.party, at=SOON).pk == two.pk


def test_one_no_declines_all_and_the_next_is_asked_for_all(velo: Coop, bakery: Client, near: Membership, far: Membership) -> None:
    one, two, offer = two_loaves(velo, bakery)
    for _tap in range(2):
        services.decline_offer(offer=offer, by=near.party, at=SOON)
    assert states(one, two) == [State.OFFERED, State.OFFERED]
    assert {o.state for o in Offer.objects.filter(membership=near)} == {"declined"}
    assert len({o.trip for o in Offer.objects.filter(membership=far, state="open")}) == 1
    with pytest.raises(services.OfferIsOver):
        services.accept_offer(offer=offer, by=near.party, at=SOON)


def test_no_answer_in_time_counts_for_all(velo: Coop, bakery: Client, near: Membership) -> None:
    one, two, _offer = two_loaves(velo, bakery)
    assert turn_offers(SOON + 15 * MINUTE) == 2
    assert states(one, two) == [State.REQUESTED, State.REQUESTED]
    assert {o.state for o in Offer.objects.all()} == {"expired"}


def test_who_agreed_to_be_given_work_has_the_whole_trip_at_once(velo: Coop, bakery: Client, near: Membership) -> None:
    services.agree(membership=near, given=True, by=near.party, at=T1)
    one, two = loaf(velo, bakery, 800), loaf(velo, bakery, 1000, 3)
    assert turn_matcher(START - 16 * MINUTE) == 2
    assert states(one, two) == [State.ACCEPTED, State.ACCEPTED]
    assert {(o.given, o.trip_id) for o in Offer.objects.all()} == {(True, Trip.objects.get().pk)}


def test_what_is_handed_back_or_cancelled_leaves_the_trip_and_the_others_stay(
    velo: Coop, bakery: Client, near: Membership
) -> None:
    one, two, offer = two_loaves(velo, bakery)
    services.accept_offer(offer=offer, by=near.party, at=SOON)
    services.hand_back(job=one, by=near.party, at=SOON)
    assert states(one, two) == [State.REQUESTED, State.ACCEPTED]
    assert two.worker == near
    services.cancel_job(job=two, by=None, at=SOON)
    assert states(one, two) == [State.REQUESTED, State.CANCELLED]


def cancelled(job: Job, somebody: Membership) -> None:
    services.cancel_job(job=job, by=None, at=SOON)


def asked_by_hand(job: Job, somebody: Membership) -> None:
    services.offer_job(job=job, membership=somebody, by=None, at=SOON)


def withdrawn(job: Job, somebody: Membership) -> None:
    services.withdraw_offer(offer=Offer.objects.get(job=job), by=None, at=SOON)


def moved_at_the_desk(job: Job, somebody: Membership) -> None:
    services.pass_on(job=job, membership=somebody, seen=services.last_events([job])[job.pk], by=None, at=SOON)


def over(job: Job, somebody: Membership) -> None:
    Job.objects.filter(pk=job.pk).update(starts_at=SOON - timedelta(hours=3))
    services.expire_job(job=job, at=SOON)


@pytest.mark.parametrize("what", [cancelled, asked_by_hand, withdrawn, moved_at_the_desk, over])
def test_a_question_about_a_trip_that_has_changed_is_taken_back_whole(
    velo: Coop, bakery: Client, near: Membership, far: Membership, what: Any
) -> None:
    """Nobody says yes to less than they were shown: what is left waits, and is asked for afresh, also of the same member."""
    one, two, offer = two_loaves(velo, bakery)
    what(one, far)
    two.refresh_from_db()
    assert two.state == State.REQUESTED
    assert not Offer.objects.filter(trip=offer.trip, state="open").exists()
    assert Offer.objects.get(job=two).state == "withdrawn"
    with pytest.raises(services.OfferIsOver):
        services.accept_offer(offer=Offer.objects.get(job=two), by=near.party, at=SOON)
    assert states(two) == [State.REQUESTED]
    assert turn_matcher(SOON + 2 * MINUTE) >= 1
    assert Offer.objects.filter(job=two, state="open").count() == 1


def test_nobody_is_asked_to_carry_more_than_they_can(velo: Coop, bakery: Client, near: Membership) -> None:
    heavy: dict[str, Any] = {"wishes": Wishes(load_kg=15)}
    one, two = loaf(velo, bakery, 800, **heavy), loaf(velo, bakery, 1000, 3, **heavy)
    assert turn_matcher(SOON) == 1
    assert sorted(states(one, two)) == [State.OFFERED, State.REQUESTED]
    services.withdraw_offer(offer=Offer.objects.get(state="open"), by=None, at=SOON)
    bike = Capability.objects.create(coop=velo, name="Cargo bike", kind="equipment")
    Held.objects.create(coop=velo, capability=bike, membership=near, since=T1.date(), carries_kg=80, checked_at=T1)
    assert turn_matcher(SOON + 2 * MINUTE) == 2
    assert Trip.objects.count() == 1


def test_what_is_fetched_next_door_goes_along_and_what_is_fetched_elsewhere_does_not(
    velo: Coop, bakery: Client, near: Membership
) -> None:
    loaf(velo, bakery, 800)
    loaf(velo, bakery, 1000, 3, pickup="Oven 3", pickup_point=north(-60))
    loaf(velo, bakery, 900, 3, pickup="Mill 1", pickup_point=north(-400))
    assert turn_matcher(SOON) == 2
    assert len(Trip.objects.get().plan) == 2


def test_nobody_waits_longer_for_the_others_than_the_rule_says(near: Membership, velo: Coop, bakery: Client) -> None:
    one, two = loaf(velo, bakery, 800), loaf(velo, bakery, 1000, 12)
    assert turn_matcher(SOON) == 1
    assert states(one, two) == [State.OFFERED, State.REQUESTED]


def test_what_comes_in_later_joins_the_trip_that_was_agreed(velo: Coop, bakery: Client, near: Membership) -> None:
    """She is busy then, but only with that very trip; the yes puts all on one trip, a no leaves what she agreed to."""
    one = loaf(velo, bakery, 800)
    turn_matcher(SOON)
    services.accept_offer(offer=Offer.objects.get(), by=near.party, at=SOON)
    two = loaf(velo, bakery, 1000, 3, at=SOON)
    assert turn_matcher(LATER) == 1
    asked = Offer.objects.get(job=two)
    assert (asked.membership, asked.state, states(one, two)) == (near, "open", [State.ACCEPTED, State.OFFERED])
    assert asked.trip is not None
    assert [row["job"] for row in asked.trip.plan] == [one.number, two.number]
    assert Offer.objects.get(job=one).trip is None
    services.accept_offer(offer=asked, by=near.party, at=LATER)
    assert Offer.objects.get(job=one).trip == asked.trip
    assert states(one, two) == [State.ACCEPTED, State.ACCEPTED]


def test_no_to_one_more_leaves_what_was_agreed(velo: Coop, bakery: Client, near: Membership, far: Membership) -> None:
    one = loaf(velo, bakery, 800)
    turn_matcher(SOON)
    services.accept_offer(offer=Offer.objects.get(), by=near.party, at=SOON)
    two = loaf(velo, bakery, 1000, 3, at=SOON)
    turn_matcher(LATER)
    services.decline_offer(offer=Offer.objects.get(job=two), by=near.party, at=LATER)
    assert (one.number, states(one)) == (one.number, [State.ACCEPTED])
    assert Offer.objects.get(job=two, state="open").membership == far
    assert Offer.objects.get(job=one).state == "accepted"


def test_what_is_fetched_already_takes_nothing_more_along(velo: Coop, bakery: Client, near: Membership) -> None:
    one = loaf(velo, bakery, 800)
    turn_matcher(SOON)
    services.accept_offer(offer=Offer.objects.get(), by=near.party, at=SOON)
    services.start_job(job=one, by=near.party, at=START)
    services.leave_stop(job=one, position=0, shown=services.Shown(), by=near.party, at=START)
    loaf(velo, bakery, 1000, 3, at=START)
    assert turn_matcher(START + MINUTE) == 0


def test_why_me_and_why_not_me_say_that_it_was_a_trip(velo: Coop, bakery: Client, near: Membership, far: Membership) -> None:
    one, two, _offer = two_loaves(velo, bakery)
    for job, other in ((one, two), (two, one)):
        offers = list(Offer.objects.filter(job=job))
        mine = kept_rows(job, offers, me=near.number, names=None)[0]
        theirs = kept_rows(job, offers, me=far.number, names=None)[0]
        assert f"on one trip with job {other.number}" in mine.sentence
        assert f"on one trip with job {other.number}" in theirs.sentence
        assert "dispatch.trip_jobs" in {rule.url.rstrip("/").split("/")[-1] for rule in mine.rules}
    rows = [asking.candidates for asking in Asking.objects.all()]
    assert all(len({entry["member"] for entry in row}) == len(row) for row in rows)


def test_a_trip_that_promises_a_door_too_soon_is_not_offered_and_its_jobs_wait(
    velo: Coop, bakery: Client, near: Membership
) -> None:
    one, two = loaf(velo, bakery, 800), loaf(velo, bakery, 1000, 1)
    assert turn_matcher(START - timedelta(hours=2)) == 0
    seen = view(velo, SOON)
    (right,) = seen.proposals
    for wrong in (
        {"stops": tuple(replace(stop, done_at=stop.done_at - 60) for stop in right.stops)},
        {"shared": tuple(replace(each, done_at=each.done_at - 60) for each in right.shared)},
        {"requests": right.requests[:1]},
    ):
        assert commit(coop=velo, seen=replace(seen, proposals=[replace(right, **wrong)])) == 0
        assert states(one, two) == [State.REQUESTED, State.REQUESTED]
        assert not any(model.objects.exists() for model in (Trip, Offer, Asking))
    assert commit(coop=velo, seen=seen) == 2
    assert states(one, two) == [State.OFFERED, State.OFFERED]


def test_one_more_that_the_trip_has_no_time_for_is_not_offered(velo: Coop, bakery: Client, near: Membership) -> None:
    one = loaf(velo, bakery, 800)
    turn_matcher(SOON)
    services.accept_offer(offer=Offer.objects.get(), by=near.party, at=SOON)
    two = loaf(velo, bakery, 1000, 3, at=SOON)
    seen = view(velo, LATER)
    (right,) = seen.proposals
    assert right.joins
    wrong = replace(right, stops=tuple(replace(stop, picked_up_at=stop.picked_up_at - 60) for stop in right.stops))
    assert commit(coop=velo, seen=replace(seen, proposals=[wrong])) == 0
    assert states(one, two) == [State.ACCEPTED, State.REQUESTED]
    assert not Offer.objects.filter(job=two).exists()
    assert commit(coop=velo, seen=seen) == 1
