"""Rooms, desks, vans and tools: one at a time has each of them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from marke.parties.models import Coop, Membership
from marke.slots import services
from marke.slots.models import Reservation, Thing
from marke.slots.queries import calendar_of
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found
from tests.factories.slots import MONDAY, NOW, hours

pytestmark = pytest.mark.django_db


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def room(velo: Coop) -> Thing:
    return services.add_thing(coop=velo, name="Room", kind="room", by=None, at=NOW)


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo)


def test_nothing_is_had_by_two_at_once_also_not_past_the_service(velo, room, amina) -> None:
    basile = make_member(velo, "Basile")
    first = services.reserve(thing=room, membership=amina, span=hours(0, 9, 11), by=None, at=NOW)
    with pytest.raises(services.CannotReserve, match="Amina has “Room” then: Mon 12 Jan 10:00 – 12:00"):
        services.reserve(thing=room, membership=basile, span=hours(0, 10, 12), by=None, at=NOW)
    services.reserve(thing=room, membership=basile, span=hours(0, 11, 12), by=None, at=NOW)  # right after it: fine
    fields = {"coop": velo, "thing": room, "membership": basile, "made_at": NOW, "number": 99}
    span = hours(0, 10, 10.5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.create(**fields, starts_at=span.starts_at, ends_at=span.ends_at)
    services.cancel_reservation(reservation=first, membership=amina, planner=False, by=None, at=NOW)
    Reservation.objects.create(**fields, starts_at=span.starts_at, ends_at=span.ends_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.filter(pk=first.pk).update(cancelled_at=None)
    other = services.add_thing(coop=velo, name="Desk", kind="desk", by=None, at=NOW)
    services.reserve(thing=other, membership=amina, span=hours(0, 9, 12), by=None, at=NOW)  # another thing: fine


def test_the_rules_say_how_far_ahead_and_how_long(room, amina) -> None:
    over = hours(-5, 9, 11)
    for span, words in ((hours(0, 9, 34), "1 day"), (hours(100, 9, 10), "90 days"), (over, "not over")):
        with pytest.raises(services.CannotReserve, match=words):
            services.reserve(thing=room, membership=amina, span=span, by=None, at=NOW)
    assert not Reservation.objects.exists()


def test_the_same_form_twice_reserves_once_and_a_member_of_another_co_op_never(velo, room, amina) -> None:
    twice = [
        services.reserve(thing=room, membership=amina, span=hours(0, 9, 11), once_key="0123456789", by=None, at=NOW)
        for _ in range(2)
    ]
    assert twice[0] == twice[1]
    elsewhere = make_coop("klus")
    found(elsewhere)
    with pytest.raises(services.CannotReserve, match="members of Velo"):
        services.reserve(thing=room, membership=make_member(elsewhere, "Zoë"), span=hours(1, 9, 11), by=None, at=NOW)
    assert Reservation.objects.count() == 1


def test_only_who_reserved_it_and_who_plans_take_it_back(velo, room, amina) -> None:
    made = services.reserve(thing=room, membership=amina, span=hours(0, 9, 11), by=None, at=NOW)
    basile = make_member(velo, "Basile")
    with pytest.raises(services.SomebodyElses):
        services.cancel_reservation(reservation=made, membership=basile, planner=False, by=None, at=NOW)
    made.refresh_from_db()
    assert made.cancelled_at is None
    services.cancel_reservation(reservation=made, membership=basile, planner=True, by=basile.party, at=NOW)
    made.refresh_from_db()
    assert made.cancelled_by == basile.party


def test_what_is_not_there_any_more_is_nobodys_and_its_name_is_free(velo, room, amina) -> None:
    services.reserve(thing=room, membership=amina, span=hours(0, 9, 11), by=None, at=NOW)
    with pytest.raises(services.NameIsTaken):
        services.add_thing(coop=velo, name="Room", kind="room", by=None, at=NOW)
    services.end_thing(thing=room, by=None, at=NOW)
    assert not Reservation.objects.filter(cancelled_at=None).exists()
    with pytest.raises(services.CannotReserve, match="not there"):
        services.reserve(thing=room, membership=amina, span=hours(1, 9, 11), by=None, at=NOW)
    assert services.add_thing(coop=velo, name="Room", kind="room", by=None, at=NOW) != room


def test_a_reservation_stands_in_the_calendar(velo, room, amina) -> None:
    made = services.reserve(thing=room, membership=amina, span=hours(0, 9, 11), by=None, at=NOW)
    entry = calendar_of(membership=amina, since=MONDAY, until=MONDAY + timedelta(days=1))[0]
    assert (entry.uid, entry.title) == (f"reservation-{made.number}@{velo.uid}", "Room")
