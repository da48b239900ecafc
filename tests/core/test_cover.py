"""How far a fund reaches."""

from fractions import Fraction

from marke_core.cover import Failure, coverage


def test_what_a_failing_client_would_leave() -> None:
    failure = Failure(exposure=30_000, everybody=40_000, fund=10_000)
    assert (failure.borne, failure.not_borne, failure.left) == (10_000, 20_000, 0)
    assert (failure.part, failure.covered) == (Fraction(3, 4), Fraction(1, 4))
    assert Failure(5, 5, 100).left == 95


def test_a_fund_that_owes_bears_nothing() -> None:
    failure = Failure(exposure=30_000, everybody=40_000, fund=-10_000)
    assert (failure.borne, failure.not_borne, failure.left, failure.covered) == (0, 30_000, -10_000, Fraction(0))


def test_what_covers_nothing_is_covered_by_no_part() -> None:
    assert (coverage(50, 100), coverage(-5, 100), coverage(5, 0), coverage(5, None)) == (Fraction(1, 2), Fraction(0), None, None)
    assert Failure(0, 0, 5).covered is None
