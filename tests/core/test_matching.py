"""Who is asked next: the same question always has the same answer, with its reasons."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.matching import (
    OUT,
    REASONS,
    Candidate,
    OneAtATime,
    OpenJob,
    Place,
    UnknownMode,
    Workers,
    metres_on_earth,
    metres_on_plane,
    rank,
    rank_workers,
)

NOW = 1_767_600_000
HOME = Place(508_500_000, 43_500_000)  # Brussels, 50.85 N 4.35 E


def north_of_home(metres: int) -> Place:
    return Place(HOME.lat + round(metres / 111_194.9 * 1e7), HOME.lon)


def somebody(member: int, metres: int | None = None, idle_minutes: int = 0, out: str = "") -> Candidate:
    return Candidate(member, NOW - 60 * idle_minutes, north_of_home(metres) if metres is not None else None, out)


places = st.builds(Place, st.integers(-900_000_000, 900_000_000), st.integers(-1_800_000_000, 1_800_000_000))
candidates = st.builds(
    Candidate,
    member=st.integers(1, 500),
    idle_since=st.integers(NOW - 10**6, NOW),
    place=st.none() | places,
    out=st.sampled_from(["", "", "", "busy", "declined", "suspended"]),
)
crowds = st.lists(candidates, max_size=30, unique_by=lambda c: c.member)


def test_the_nearest_is_asked_first_and_the_score_is_metres() -> None:
    row = rank([somebody(1, 2000), somebody(2, 1200)], "nearest", NOW, HOME)
    assert [(r.member, r.score, r.unit) for r in row] == [(2, 1200, "m"), (1, 2000, "m")]


def test_from_brussels_to_antwerp_is_forty_one_kilometres() -> None:
    antwerp = Place(512_194_000, 44_025_000)
    metres = metres_on_earth(np.array([HOME.lat]), np.array([HOME.lon]), antwerp)
    assert 41_000 < int(metres[0]) < 41_500


def test_the_longest_without_a_job_is_asked_first_and_the_score_is_minutes() -> None:
    row = rank([somebody(1, idle_minutes=30), somebody(2, idle_minutes=95)], "longest_idle", NOW)
    assert [(r.member, r.score, r.unit) for r in row] == [(2, 95, "min"), (1, 30, "min")]


def test_at_the_same_distance_whoever_waited_longer_comes_first_then_the_lower_number() -> None:
    row = rank([somebody(3, 500, 5), somebody(2, 500, 60), somebody(1, 500, 5)], "nearest", NOW, HOME)
    assert [r.member for r in row] == [2, 1, 3]


@pytest.mark.parametrize("reason", ["busy", "declined", "suspended"])
def test_who_is_out_comes_last_with_the_reason(reason: str) -> None:
    row = rank([somebody(1, 10, out=reason), somebody(2, 9000)], "nearest", NOW, HOME)
    assert [(r.member, r.out) for r in row] == [(2, ""), (1, reason)]


def test_without_a_shared_position_nobody_is_asked_by_distance_and_no_score_is_made_up() -> None:
    row = rank([somebody(1), somebody(2, 9000)], "nearest", NOW, HOME)
    assert [(r.member, r.score, r.out) for r in row] == [(2, 9000, ""), (1, None, "no_position")]


def test_a_job_without_a_known_place_has_no_nearest() -> None:
    assert [r.out for r in rank([somebody(1, 10)], "nearest", NOW, None)] == ["no_position"]


def test_a_mode_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownMode, match="known are: by_hand, nearest, longest_idle"):
        rank([], "cheapest", NOW)


@given(crowds, places, st.sampled_from(["nearest", "longest_idle", "by_hand"]), st.randoms())
def test_the_order_of_the_question_does_not_change_the_answer(crowd, to, mode, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(crowd)
    random.shuffle(shuffled)
    assert rank(crowd, mode, NOW, to) == rank(shuffled, mode, NOW, to)


@given(crowds, places, st.sampled_from(["nearest", "longest_idle"]))
def test_everybody_stands_in_the_row_once_and_the_free_come_first(crowd: list[Candidate], to: Place, mode: str) -> None:
    row = rank(crowd, mode, NOW, to)
    assert sorted(r.member for r in row) == sorted(c.member for c in crowd)
    outs = [bool(r.out) for r in row]
    assert outs == sorted(outs)
    free = [r.score for r in row if not r.out and r.score is not None]
    assert free == sorted(free, reverse=mode == "longest_idle")


@given(crowds, places)
def test_declining_one_job_changes_nobodys_place_in_another(crowd: list[Candidate], to: Place) -> None:
    """Declining is no input: who declined stands where they stood, in every row but that job's own."""
    before = rank([Candidate(c.member, c.idle_since, c.place) for c in crowd], "nearest", NOW, to)
    after = rank([Candidate(c.member, c.idle_since, c.place) for c in reversed(crowd)], "nearest", NOW, to)
    assert before == after


def test_on_a_plane_the_distance_is_straight() -> None:
    assert metres_on_plane(np.array([0]), np.array([0]), Place(300, 400)).tolist() == [500]


def test_one_at_a_time_asks_nobody_twice_and_leaves_over_what_nobody_is_free_for() -> None:
    workers = Workers.of([somebody(1, 100), somebody(2, 900)])
    asks = OneAtATime("nearest")([OpenJob(7, HOME), OpenJob(8, HOME), OpenJob(9, HOME)], workers, NOW)
    assert [(ask.job.number, int(workers.member[ask.worker])) for ask in asks] == [(7, 1), (8, 2)]
    assert asks[1].ranking.out.tolist() == [OUT["busy"], 0]


def test_by_hand_the_matcher_asks_nobody() -> None:
    assert OneAtATime("by_hand")([OpenJob(7, HOME)], Workers.of([somebody(1, 100)]), NOW) == []


def test_a_city_of_couriers_is_ranked_in_a_moment() -> None:
    crowd = Workers.of([somebody(n, n * 7 % 5000, n % 90) for n in range(1, 458)])
    ranking = rank_workers(crowd, "nearest", NOW, HOME)
    assert ranking.first is not None
    assert len(ranking.order) == 457
    assert {REASONS[code] for code in ranking.out.tolist()} == {""}
