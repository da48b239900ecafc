"""A friend follows by a link; a member and a client are kept apart, and nobody learns why."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from marke.common import clock
from marke.jobs import services as jobs
from marke.jobs.exclusions import reason_for
from marke.jobs.models import Job
from marke.parties.models import Client, Coop, Membership
from marke.places.positions import here_i_am, share
from marke.safety import belonging, services
from marke.safety.models import Block, SharedTrip
from marke.safety.queries import accepted_together, kept_apart, told_to_coordinator, trip_by
from marke_core.matching import Place
from tests.factories.jobs import T1, make_job, settle, take
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


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


@pytest.fixture
def under_way(velo: Coop, amina: Membership, bakery: Client) -> Job:
    return jobs.start_job(job=take(make_job(velo, bakery), amina), by=amina.party, at=T1)


# A trip.


def test_a_link_shows_how_it_goes_and_ends_an_hour_after_the_job(velo: Coop, amina: Membership, under_way: Job) -> None:
    trip = services.share_trip(job=under_way, membership=amina, at=T1)
    assert services.share_trip(job=under_way, membership=amina, at=T1) == trip
    assert len(trip.token) >= 32
    assert trip_by(velo, trip.token, T1) == trip
    jobs.finish_job(job=under_way, by=None, at=T1 + HOUR)
    assert trip_by(velo, trip.token, T1 + 2 * HOUR - timedelta(seconds=1)) is not None
    assert trip_by(velo, trip.token, T1 + 2 * HOUR) is None


def test_a_link_ends_when_somebody_else_has_the_job_or_it_is_stopped(velo: Coop, amina: Membership, under_way: Job) -> None:
    cleo = make_member(velo, "Cleo", offices=("coordinator",))
    trip = services.share_trip(job=under_way, membership=amina, at=T1)
    services.stop_trip(job=under_way, membership=amina, at=T1)
    assert trip_by(velo, trip.token, T1) is None
    trip = services.share_trip(job=under_way, membership=amina, at=T1)
    jobs.take_over(job=under_way, reason="She fell ill.", by=cleo.party, at=T1)
    assert trip_by(velo, trip.token, T1) is None


def test_only_whoever_does_a_job_shares_it(velo: Coop, under_way: Job) -> None:
    bo = make_member(velo, "Bo")
    with pytest.raises(services.CannotShareTrip):
        services.share_trip(job=under_way, membership=bo, at=T1)
    assert not SharedTrip.objects.exists()


def test_a_friend_sees_no_client_and_no_address(velo: Coop, amina: Membership, bakery: Client) -> None:
    at = clock.now()
    job = jobs.start_job(job=take(make_job(velo, bakery, at=at), amina, at), by=amina.party, at=at)
    share(membership=amina, until=at + HOUR, at=at)
    here_i_am(membership=amina, place=Place(508_466_000, 43_528_000), at=at)
    trip = services.share_trip(job=job, membership=amina, at=at)
    answer = Browser().get(f"/velo/trip/{trip.token}/")
    page = answer.content.decode()
    assert "Amina" in page and "map-mark" in page and "noindex" in page
    assert "Bakery" not in page and "Rue du Midi" not in page and amina.party.email not in page
    assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]
    assert Browser().get("/velo/trip/guessed/").status_code == 404


# Keeping apart.


@pytest.mark.parametrize("by_client", [True, False])
def test_either_side_may_and_the_member_is_not_asked_again(
    velo: Coop, amina: Membership, bakery: Client, by_client: bool
) -> None:
    settle(make_job(velo, bakery), amina)
    services.block(client=bakery, membership=amina, by_client=by_client, at=T1)
    job = make_job(velo, bakery, at=T1 + HOUR)
    out = reason_for(job, amina, T1 + HOUR)
    assert out is not None and (out.kind, out.hidden) == ("kept_apart", True)
    with pytest.raises(jobs.CannotBeAsked):  # by hand neither
        jobs.offer_job(job=job, membership=amina, by=None, at=T1 + HOUR)
    assert job.offers.count() == 0
    services.lift_block(client=bakery, membership=amina, by_client=not by_client, at=T1 + HOUR)
    assert kept_apart([job], [amina], T1) == {job.pk: {amina.pk}}  # the other side cannot lift it
    services.lift_block(client=bakery, membership=amina, by_client=by_client, at=T1 + HOUR)
    assert kept_apart([job], [amina], T1) == {}


def test_who_never_met_cannot_be_kept_apart(amina: Membership, bakery: Client) -> None:
    with pytest.raises(services.CannotBlock):
        services.block(client=bakery, membership=amina, by_client=True, at=T1)
    assert not Block.objects.exists()


def test_what_was_accepted_before_is_named_and_stays(velo: Coop, amina: Membership, bakery: Client, under_way: Job) -> None:
    services.block(client=bakery, membership=amina, by_client=False, at=T1)
    assert accepted_together(bakery, amina) == [under_way]
    under_way.refresh_from_db()
    assert under_way.worker == amina


def test_the_coordinator_sees_counts_and_only_the_reasons_they_may_read(velo: Coop, amina: Membership, bakery: Client) -> None:
    settle(make_job(velo, bakery), amina)
    services.block(client=bakery, membership=amina, by_client=True, reason="late", at=T1)
    services.block(client=bakery, membership=amina, by_client=False, reason="shouts", tells_coordinator=True, at=T1)
    members, clients, told = told_to_coordinator(velo)
    assert (members, clients, [block.reason for block in told]) == (1, 1, ["shouts"])
    services.lift_block(client=bakery, membership=amina, by_client=False, at=T1)
    assert Block.objects.get(by_client=False).reason == ""


def test_my_data_has_what_i_said_and_not_what_was_said_of_me(velo: Coop, amina: Membership, bakery: Client) -> None:
    settle(make_job(velo, bakery), amina)
    services.block(client=bakery, membership=amina, by_client=True, reason="late", at=T1)
    assert list(belonging.blocks(amina.party)) == []
    assert [row["reason"] for row in belonging.blocks(bakery.party)] == ["late"]


def test_a_client_keeps_apart_by_their_link_alone(velo: Coop, amina: Membership, bakery: Client) -> None:
    job = settle(make_job(velo, bakery), amina)
    path = f"/velo/follow/{job.token}/apart/"
    assert "Rather not Amina again" in Browser().get(path).content.decode()
    Browser().post(path, {"reason": "He was early", "tells_coordinator": ""})
    assert Block.objects.get().by_client
    assert "You keep apart from Amina" in Browser().get(path).content.decode()
    Browser().post(path, {"move": "lift"})
    assert Block.objects.get().lifted_at is not None
