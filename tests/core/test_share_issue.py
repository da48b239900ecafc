"""Who gets how many shares of an issue, and which paper it needs."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.share_issue import Dealing, Document, Thresholds, deal, document_for, whole_shares

BELGIUM = Thresholds(free_total=500_000_00, free_each=5_000_00, note_total=5_000_000_00, persons=150)
paid = st.lists(st.integers(0, 10_000), max_size=30)


def test_everybody_gets_what_they_paid_for_when_there_is_enough() -> None:
    assert deal([3, 1, 6], minimum=5, maximum=10, dealing=Dealing.EQUAL).parts == (3, 1, 6)


def test_the_largest_subscriptions_are_cut_so_that_the_total_is_reached() -> None:
    dealt = deal([2, 10, 50, 4], minimum=1, maximum=20, dealing=Dealing.EQUAL)
    assert dealt.parts == (2, 7, 7, 4)
    assert dealt.oversubscribed
    assert dealt.why[0].key == "at_cap"


def test_pro_rata_gives_everybody_the_same_part() -> None:
    assert deal([10, 30], minimum=1, maximum=20, dealing=Dealing.PRO_RATA).parts == (5, 15)


def test_the_last_share_goes_to_who_subscribed_first() -> None:
    assert deal([9, 9, 9], minimum=1, maximum=10, dealing=Dealing.EQUAL).parts == (4, 3, 3)


def test_below_the_minimum_nobody_gets_anything() -> None:
    dealt = deal([3, 1], minimum=5, maximum=10, dealing=Dealing.EQUAL)
    assert (dealt.parts, dealt.reached, dealt.wanted) == ((0, 0), False, 4)


def test_an_issue_in_which_nobody_paid_does_not_carry() -> None:
    assert not deal([], minimum=0, maximum=10, dealing=Dealing.EQUAL).reached
    assert not deal([0, 0], minimum=0, maximum=10, dealing=Dealing.PRO_RATA).reached


@pytest.mark.parametrize(("bounds"), [(5, 4), (-1, 4)])
def test_bounds_that_contradict_each_other_are_refused(bounds: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="cannot be dealt"):
        deal([1], minimum=bounds[0], maximum=bounds[1], dealing=Dealing.EQUAL)


@given(paid, st.integers(0, 20_000), st.integers(0, 50_000), st.sampled_from(Dealing))
def test_no_share_is_made_or_lost_and_nobody_gets_more_than_they_paid_for(
    paid_for: list[int], minimum: int, more: int, dealing: Dealing
) -> None:
    maximum = minimum + more
    dealt = deal(paid_for, minimum=minimum, maximum=maximum, dealing=dealing)
    assert all(0 <= part <= asked for part, asked in zip(dealt.parts, paid_for, strict=True))
    if dealt.reached:
        assert dealt.total == min(sum(paid_for), maximum)
        assert sum(paid_for) >= minimum
    else:
        assert dealt.total == 0


@given(paid.filter(lambda rows: sum(rows) > 0), st.integers(1, 20_000))
def test_who_paid_for_more_never_gets_less(paid_for: list[int], maximum: int) -> None:
    for dealing in Dealing:
        parts = deal(paid_for, minimum=0, maximum=maximum, dealing=dealing).parts
        ranked = sorted(zip(paid_for, parts, strict=True))
        assert all(more[1] >= less[1] - 1 for less, more in itertools.pairwise(ranked))


def test_only_whole_shares_count_and_the_fee_comes_first() -> None:
    assert whole_shares(10_000, price=2_500, fee=0, wanted=4) == 4
    assert whole_shares(9_999, price=2_500, fee=0, wanted=4) == 3
    assert whole_shares(10_000, price=2_500, fee=1_000, wanted=4) == 3
    assert whole_shares(500, price=2_500, fee=1_000, wanted=4) == 0
    assert whole_shares(90_000, price=2_500, fee=0, wanted=4) == 4


@pytest.mark.parametrize(
    ("total", "each", "persons", "public", "needed"),
    [
        (500_000_00, None, 1_000, True, Document.NONE),
        (500_000_00, 5_000_00, 1_000, True, Document.NONE),
        (500_000_00, 5_000_01, 1_000, True, Document.NOTE),
        (500_000_01, None, 1_000, True, Document.NOTE),
        (5_000_000_00, None, 1_000, True, Document.NOTE),
        (5_000_000_01, None, 1_000, True, Document.PROSPECTUS),
        (9_000_000_00, None, 149, False, Document.NONE),
        (9_000_000_00, None, 150, False, Document.PROSPECTUS),
        (9_000_000_00, None, 20, True, Document.PROSPECTUS),
    ],
)
def test_the_belgian_thresholds(total: int, each: int | None, persons: int, public: bool, needed: Document) -> None:
    """statutes_rules.csv, rows offer.*: the law of 11 July 2018, as its pages describe it."""
    assert document_for(total=total, each=each, persons=persons, public=public, thresholds=BELGIUM) is needed
