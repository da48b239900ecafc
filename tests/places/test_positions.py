"""Where a member is: shared by themselves, until a moment they chose, the last place only, and gone afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from marke.common import clock
from marke.parties import services as parties
from marke.parties.models import Coop, Membership
from marke.places import positions
from marke.places.belonging import live_positions
from marke.places.models import LivePosition
from marke.places.positions import NoSuchPlace, SharesNothing, SharingDoesNotFit, here_i_am, position_of, share
from marke_core.matching import Place
from tests.factories.jobs import T1
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MARKET, STATION = Place(508_500_000, 43_500_000), Place(508_600_000, 43_600_000)


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo)


def kept() -> list[Any]:
    return list(LivePosition.objects.order_by("pk").values())


def test_nobody_is_seen_who_does_not_share(amina: Membership) -> None:
    assert position_of(amina, T1) is None
    with pytest.raises(SharesNothing, match="until when"):
        here_i_am(membership=amina, place=MARKET, at=T1)
    assert kept() == []


def test_the_last_place_takes_the_place_of_the_one_before(amina: Membership) -> None:
    share(membership=amina, until=T1 + HOUR, at=T1)
    assert position_of(amina, T1) is None
    here_i_am(membership=amina, place=MARKET, accuracy=12, at=T1)
    here_i_am(membership=amina, place=STATION, at=T1 + MINUTE)
    seen = position_of(amina, T1 + MINUTE)
    assert seen is not None and (seen.place, seen.accuracy) == (STATION, None)
    assert LivePosition.objects.count() == 1


def test_what_comes_too_fast_is_left_out(amina: Membership) -> None:
    share(membership=amina, until=T1 + HOUR, at=T1)
    here_i_am(membership=amina, place=MARKET, at=T1)
    before = kept()
    here_i_am(membership=amina, place=STATION, at=T1 + timedelta(seconds=2))
    assert kept() == before


def test_an_old_place_is_shown_to_nobody(amina: Membership) -> None:
    share(membership=amina, until=T1 + HOUR, at=T1)
    here_i_am(membership=amina, place=MARKET, at=T1)
    assert position_of(amina, T1 + 3 * MINUTE) is not None
    assert position_of(amina, T1 + 3 * MINUTE + timedelta(seconds=1)) is None


def test_the_end_that_was_chosen_is_the_end_also_when_no_clockwork_runs(amina: Membership) -> None:
    share(membership=amina, until=T1 + MINUTE, at=T1)
    here_i_am(membership=amina, place=MARKET, at=T1)
    assert position_of(amina, T1 + MINUTE) is None
    with pytest.raises(SharesNothing):
        here_i_am(membership=amina, place=STATION, at=T1 + MINUTE)
    assert positions.forget_ended(T1 + MINUTE) == 1
    assert kept() == []


@pytest.mark.parametrize("length", [timedelta(0), -HOUR, timedelta(hours=25)])
def test_nobody_shares_for_ever(amina: Membership, length: timedelta) -> None:
    with pytest.raises(SharingDoesNotFit, match="24 hours"):
        share(membership=amina, until=T1 + length, at=T1)
    assert kept() == []


def test_the_end_of_another_job_ends_nothing(amina: Membership) -> None:
    share(membership=amina, until=T1 + HOUR, ends_with="job:1", at=T1)
    positions.stop_sharing(membership=amina, ends_with="job:2")
    assert positions.sharing_of(amina, T1) is not None
    positions.stop_sharing(membership=amina, ends_with="job:1")
    assert kept() == []


def test_beginning_again_after_the_end_brings_no_old_place_back(amina: Membership) -> None:
    share(membership=amina, until=T1 + MINUTE, at=T1)
    here_i_am(membership=amina, place=MARKET, at=T1)
    share(membership=amina, until=T1 + HOUR, at=T1 + MINUTE)
    assert position_of(amina, T1 + MINUTE) is None


def test_there_is_no_place_beyond_the_poles(amina: Membership) -> None:
    share(membership=amina, until=T1 + HOUR, at=T1)
    with pytest.raises(NoSuchPlace):
        here_i_am(membership=amina, place=Place(910_000_000, 0), at=T1)
    assert position_of(amina, T1) is None


def test_whoever_leaves_or_is_erased_is_seen_by_nobody(amina: Membership) -> None:
    share(membership=amina, until=T1 + HOUR, at=T1)
    assert [row["co-op"] for row in live_positions(amina.party)] == ["Velo"]
    parties.leave(membership=amina, by=amina.party, at=T1)
    assert kept() == []
    LivePosition.objects.create(coop=amina.coop, membership=amina, since=T1, until=T1 + HOUR)
    parties.erase_party(party=amina.party, by=None, at=T1)
    assert kept() == []


def test_many_are_found_with_one_question(velo: Coop, django_assert_max_num_queries: object) -> None:
    members = [make_member(velo, name) for name in ("Bo", "Cleo", "Dee")]
    for member in members:
        share(membership=member, until=T1 + HOUR, at=T1)
        here_i_am(membership=member, place=MARKET, at=T1)
    positions.positions_of(velo, [members[0].pk], T1)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        found_ = positions.positions_of(velo, [member.pk for member in members], T1)
    assert set(found_) == {member.pk for member in members}


def test_the_browser_is_told_nothing_but_whether_it_was_taken(velo: Coop, amina: Membership) -> None:
    browser = Browser()
    assert amina.party.user is not None
    browser.force_login(amina.party.user, backend="django.contrib.auth.backends.ModelBackend")
    said = {"lat": "50.8466000", "lon": "4.3528", "accuracy": "7.4"}
    answer = browser.post("/velo/sharing/position/", said)
    assert (answer.status_code, answer.content) == (409, b"")
    at = clock.now()
    share(membership=amina, until=at + HOUR, at=at)
    for _again in range(2):
        answer = browser.post("/velo/sharing/position/", said)
        assert (answer.status_code, answer.content) == (204, b"")
    seen = position_of(amina, clock.now())
    assert seen is not None and seen.place == Place(508_466_000, 43_528_000) and seen.accuracy == 7
    for nonsense in ({"lat": "91", "lon": "0"}, {"lat": "NaN", "lon": "1"}, {"lat": "1e400", "lon": "1"}, {}):
        assert browser.post("/velo/sharing/position/", nonsense).status_code == 400
    assert "You share it now" in browser.get("/velo/sharing/").content.decode()
    browser.post("/velo/sharing/")
    assert kept() == []
