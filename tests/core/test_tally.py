"""Counting yes/no votes: who wins, when it lapses, and what can never make a difference."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.tally import METHODS, Choice, Count, Method, UnknownMethod, broken_roll, count, tally

HALF = Fraction(1, 2)
NONE = Fraction(0)
methods = st.sampled_from(METHODS)
quorums = st.fractions(min_value=0, max_value=1, max_denominator=100)
CHOICES: list[Choice] = ["for", "against", "abstain"]
ballots = st.lists(st.sampled_from(CHOICES), max_size=60)


@st.composite
def counts(draw: st.DrawFn) -> Count:
    choices = draw(ballots)
    return count(choices, len(choices) + draw(st.integers(0, 40)))


def outcome(votes_for: int, votes_against: int, abstentions: int = 0, *, entitled: int = 12, method: Method = "majority",
            quorum: Fraction = NONE) -> str:  # fmt: skip
    return tally(Count(entitled, votes_for, votes_against, abstentions), method, quorum).outcome


@pytest.mark.parametrize(
    ("votes", "method", "expected"),
    [
        ((5, 4, 0), "majority", "adopted"),
        ((4, 4, 0), "majority", "rejected"),  # a tie rejects
        ((4, 4, 4), "majority", "rejected"),
        ((1, 0, 9), "majority", "adopted"),  # abstentions count for the quorum only
        ((0, 0, 9), "majority", "rejected"),
        ((6, 3, 0), "two_thirds", "adopted"),
        ((6, 3, 3), "two_thirds", "adopted"),  # two thirds of for plus against, not of all
        ((5, 3, 0), "two_thirds", "rejected"),
        ((0, 0, 3), "two_thirds", "rejected"),
        ((3, 0, 9), "everyone", "adopted"),
        ((11, 1, 0), "everyone", "rejected"),
        ((0, 0, 12), "everyone", "rejected"),  # somebody must be for it
    ],
)
def test_each_method_counts_as_it_says(votes: tuple[int, int, int], method: Method, expected: str) -> None:
    assert outcome(*votes, method=method) == expected


def test_a_vote_lapses_when_the_quorum_is_missed_and_not_when_it_is_just_reached() -> None:
    assert outcome(5, 0, entitled=12, quorum=HALF) == "lapsed"
    assert outcome(5, 0, 1, entitled=12, quorum=HALF) == "adopted"
    assert outcome(3, 0, entitled=7, quorum=HALF) == "lapsed"  # half of seven is four people
    assert outcome(4, 0, entitled=7, quorum=HALF) == "adopted"


def test_a_vote_in_which_nobody_voted_lapses_also_without_a_quorum() -> None:
    assert outcome(0, 0, quorum=NONE) == "lapsed"
    assert tally(Count(0), "majority", HALF).because == "nobody_voted"


def test_the_result_says_what_would_have_been_needed() -> None:
    result = tally(Count(20, 7, 4, 1), "two_thirds", Fraction(3, 5))
    assert (result.quorum_needs, result.majority_needs, result.because) == (12, 8, "too_few_for")
    assert result.quorum_reached
    assert tally(Count(20, 4, 4, 4), "majority", HALF).because == "tie"


@given(choices=ballots, method=methods, quorum=quorums, data=st.data())
def test_the_order_of_ballots_makes_no_difference(
    choices: list[Choice], method: Method, quorum: Fraction, data: st.DataObject
) -> None:
    other = data.draw(st.permutations(choices))
    assert tally(count(choices, 60), method, quorum) == tally(count(other, 60), method, quorum)


@given(counted=counts(), method=methods, quorum=quorums)
def test_one_more_vote_for_never_harms(counted: Count, method: Method, quorum: Fraction) -> None:
    if counted.cast < counted.entitled and tally(counted, method, quorum).outcome == "adopted":
        more = Count(counted.entitled, counted.votes_for + 1, counted.votes_against, counted.abstentions)
        assert tally(more, method, quorum).outcome == "adopted"


@given(counted=counts(), method=methods, quorum=quorums)
def test_who_turns_from_against_to_for_never_harms(counted: Count, method: Method, quorum: Fraction) -> None:
    if counted.votes_against and tally(counted, method, quorum).outcome == "adopted":
        turned = Count(counted.entitled, counted.votes_for + 1, counted.votes_against - 1, counted.abstentions)
        assert tally(turned, method, quorum).outcome == "adopted"


@given(counted=counts(), method=methods, quorum=quorums)
def test_needs_is_exactly_what_is_needed(counted: Count, method: Method, quorum: Fraction) -> None:
    result = tally(counted, method, quorum)
    if result.quorum_reached and counted.cast:
        assert (result.outcome == "adopted") == (counted.votes_for >= result.majority_needs)
    else:
        assert result.outcome == "lapsed"


@given(counted=counts(), quorum=quorums)
def test_who_needs_more_agrees_less_often(counted: Count, quorum: Fraction) -> None:
    adopted = [tally(counted, method, quorum).outcome == "adopted" for method in ("everyone", "two_thirds", "majority")]
    assert adopted == sorted(adopted)


@given(votes=st.integers(1, 10**6))
def test_a_tie_always_rejects(votes: int) -> None:
    for method in METHODS:
        assert outcome(votes, votes, entitled=2 * votes, method=method) == "rejected"


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="3 ballots were cast, but only 2 were entitled"):
        count(["for", "for", "against"], 2)
    with pytest.raises(ValueError, match="'maybe' is no choice"):
        count(["maybe"], 2)  # type: ignore[list-item]
    with pytest.raises(UnknownMethod, match="'lottery'"):
        tally(Count(1), "lottery", NONE)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="between 0 and 1"):
        tally(Count(1), "majority", Fraction(3, 2))


def test_a_sound_roll_has_nothing_wrong() -> None:
    assert list(broken_roll(counted=[2, 1], roll=[1, 2, 3], entitled=[3, 2, 1])) == []


def test_a_broken_roll_names_each_member() -> None:
    assert list(broken_roll(counted=[1, 1, 9], roll=[1, 2, 4], entitled=[1, 2, 3])) == [
        "member 1 counts 2 times",
        "member 9 counts, but is not on the roll",
        "member 4 is on the roll, but was not entitled on the record date",
        "member 3 was entitled on the record date, but is not on the roll",
    ]
