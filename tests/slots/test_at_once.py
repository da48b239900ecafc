"""Several at the very same moment: the last place, the last hour of a room, the same yes."""

import pytest

from marke.slots import services
from marke.slots.models import Reservation, SignUp
from tests.factories.parties import make_coop, make_member
from tests.factories.processes import PROCESSES, at_once
from tests.factories.rules import found
from tests.factories.slots import NOW, hours, join, make_shift

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_the_last_place_is_one_members_and_the_others_wait_in_order() -> None:
    velo = make_coop()
    found(velo)
    members = [make_member(velo, f"Rider {n}") for n in range(PROCESSES)]
    shift = make_shift(velo, places=2)
    join(shift, make_member(velo, "First"))
    assert at_once(lambda n: join(shift, members[n])) == ["done"] * PROCESSES
    rows = SignUp.objects.filter(shift=shift, ended_at=None)
    assert rows.exclude(place=None).count() == 2
    assert rows.filter(place=None).count() == PROCESSES - 1


def test_a_member_who_signs_up_for_shifts_at_the_same_time_is_on_one() -> None:
    velo = make_coop()
    found(velo)
    amina = make_member(velo)
    shifts = [make_shift(velo, title=f"Shift {n}") for n in range(PROCESSES)]
    assert sorted(at_once(lambda n: join(shifts[n], amina))) == ["AgainstTheLimits"] * (PROCESSES - 1) + ["done"]
    assert SignUp.objects.filter(membership=amina, ended_at=None).count() == 1


def test_a_room_is_one_members_and_of_all_who_stand_in_one_does() -> None:
    velo = make_coop()
    found(velo)
    members = [make_member(velo, f"Rider {n}") for n in range(PROCESSES)]
    room = services.add_thing(coop=velo, name="Room", kind="room", by=None, at=NOW)
    span = hours(0, 10, 12)
    said = at_once(lambda n: services.reserve(thing=room, membership=members[n], span=span, by=None, at=NOW))
    assert sorted(said) == ["CannotReserve"] * (PROCESSES - 1) + ["done"]
    assert Reservation.objects.count() == 1
    lunch = make_shift(velo)
    asked = services.ask_handover(sign_up=join(lunch, make_member(velo, "First")), by=None, at=NOW)
    said = at_once(lambda n: services.accept_handover(handover=asked, membership=members[n], by=None, at=NOW))
    assert sorted(said) == ["AskedIsOver"] * (PROCESSES - 1) + ["done"]
    assert SignUp.objects.filter(shift=lunch, ended_at=None).count() == 1
