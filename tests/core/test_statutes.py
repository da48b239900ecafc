"""What laws and models say, as data: what a figure allows, which value keeps to it, and which figures hold when."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.rulebook import Amount, Choice, Count, IndexPlusSpread, LowestOf, Part, Percent, Rule, Switch, Table
from marke_core.statutes import (
    REGIMES,
    Bound,
    Cmp,
    Figure,
    Kind,
    UnknownRegime,
    breach_of,
    breaches,
    figures_of,
    fitting,
    nearest,
    regime,
)

TODAY = date(2026, 11, 21)


def figure(bound: Bound, value: Any, **more: Any) -> Figure:
    return Figure("test.figure", "test.rule", bound, value, "The law", **more)


def rule(kind: Any, default: Any) -> Rule:
    return Rule("test.rule", kind, default, "The test", "It is {value}.", "Test")


PERCENT = rule(Percent(), [0, 1])
COUNT = rule(Count(), 0)
MOST_6, LEAST_15 = figure(Bound.MOST, [6, 100]), figure(Bound.LEAST, [15, 100])


PARTS = st.integers(0, 10_000).map(lambda number: Fraction(number, 10_000))

# What a figure allows


@pytest.mark.parametrize(
    ("kind", "stated", "good", "bad", "how"),
    [
        (Percent(), MOST_6, [6, 100], [601, 10_000], Cmp.MORE),
        (Percent(), LEAST_15, [15, 100], [1499, 10_000], Cmp.LESS),
        (Amount(), figure(Bound.MOST, 5_000_00), 5_000_00, 5_000_01, Cmp.MORE),
        (Count(), figure(Bound.LEAST, 3), 3, 2, Cmp.LESS),
        (Count(), figure(Bound.MOST, 7, nought_is_endless=True), 7, 0, Cmp.MORE),
        (Count(), figure(Bound.MOST, 7), 0, 8, Cmp.MORE),
        (Percent(most=Fraction(9)), figure(Bound.LEAST, [1, 1], nought_is_endless=True), [0, 1], [1, 2], Cmp.LESS),
        (Switch(), figure(Bound.EXACTLY, True), True, False, Cmp.OTHER),
        (Choice({"a": "A", "b": "B", "c": "C"}), figure(Bound.EXACTLY, "a", or_else=("b",)), "b", "c", Cmp.OTHER),
        (
            IndexPlusSpread({"tmo": "TMO", "ecb": "ECB"}),
            figure(Bound.MOST, {"index": "tmo", "spread": [2, 100]}),
            {"index": "tmo", "spread": [1, 100]},
            {"index": "tmo", "spread": [3, 100]},
            Cmp.MORE,
        ),
        (
            IndexPlusSpread({"tmo": "TMO", "ecb": "ECB"}),
            figure(Bound.MOST, {"index": "tmo", "spread": [2, 100]}),
            {"index": "tmo", "spread": [2, 100]},
            {"index": "ecb", "spread": [1, 100]},
            Cmp.OTHER,
        ),
        (
            LowestOf({"amount": Part(Amount()), "part": Part(Percent())}),
            figure(Bound.MOST, {"amount": 100}),
            {"amount": 90, "part": [1, 1]},
            {"part": [1, 1]},
            Cmp.OTHER,
        ),
    ],
)  # fmt: skip
def test_a_figure_allows_what_keeps_to_it_and_nothing_else(kind: Any, stated: Figure, good: Any, bad: Any, how: Cmp) -> None:
    assert breach_of(stated, kind, kind.load(good)) is None
    breach = breach_of(stated, kind, kind.load(bad))
    assert breach is not None
    assert breach.how is how


def test_what_one_begins_with_binds_nobody() -> None:
    assert breach_of(figure(Bound.DEFAULT, [6, 100]), Percent(), Fraction(1)) is None


def test_a_table_has_no_most_and_whoever_states_one_is_told() -> None:
    table = Table({}, 0, "")
    with pytest.raises(TypeError, match="exactly"):
        breach_of(figure(Bound.MOST, []), table, ())


# The nearest value


def test_the_nearest_value_leaves_as_much_as_may_be() -> None:
    assert nearest([LEAST_15], PERCENT, Fraction(20, 100)) == Fraction(20, 100)
    assert nearest([LEAST_15], PERCENT, Fraction(1, 100)) == Fraction(15, 100)
    assert nearest([figure(Bound.DEFAULT, [3, 10]), LEAST_15], PERCENT, Fraction(1, 5)) == Fraction(1, 5)
    assert nearest([figure(Bound.DEFAULT, [3, 10]), LEAST_15], PERCENT, Fraction(1, 5), take_defaults=True) == Fraction(3, 10)


def test_what_must_be_exactly_so_goes_before_everything_else() -> None:
    assert nearest(
        [figure(Bound.EXACTLY, [1, 4]), figure(Bound.DEFAULT, [1, 2])], PERCENT, Fraction(1), take_defaults=True
    ) == Fraction(1, 4)


def test_of_a_lowest_of_only_the_parts_that_the_law_names_change() -> None:
    held = rule(LowestOf({"amount": Part(Amount()), "part": Part(Percent())}), {"part": [1, 1]})
    found = nearest([figure(Bound.MOST, {"amount": 100})], held, {"part": Fraction(1, 2)})
    assert found == {"part": Fraction(1, 2), "amount": 100}


@given(
    value=PARTS,
    least=PARTS,
    most=PARTS,
    begins=PARTS,
    take=st.booleans(),
)
def test_the_nearest_value_always_keeps_to_every_figure_that_can_hold_together(
    value: Fraction, least: Fraction, most: Fraction, begins: Fraction, take: bool
) -> None:
    least, most = sorted((least, most))
    figures = [
        figure(Bound.LEAST, [least.numerator, least.denominator]),
        figure(Bound.DEFAULT, [begins.numerator, begins.denominator]),
        figure(Bound.MOST, [most.numerator, most.denominator]),
    ]
    found = nearest(figures, PERCENT, value, take_defaults=take)
    assert breaches(figures, PERCENT, found) == []
    if not take and least <= value <= most:
        assert found == value


@given(st.integers(0, 50), st.integers(1, 20))
def test_without_end_is_more_than_any_number_of_years(years: int, most: int) -> None:
    stated = figure(Bound.MOST, most, nought_is_endless=True)
    assert (breach_of(stated, Count(), years) is None) == (1 <= years <= most)
    assert 1 <= nearest([stated], COUNT, years) <= most


# The data


def test_every_regime_names_its_kind_and_every_figure_where_it_stands_and_when_that_was_looked_up() -> None:
    keys = [one.key for each in REGIMES.values() for one in each.figures]
    assert len(keys) == len(set(keys))
    for each in REGIMES.values():
        assert (each.kind is Kind.FORM) == bool(each.legal_form), each.code
        assert (each.kind is Kind.RECOGNITION) == bool(each.fits), each.code
        for one in each.figures:
            assert one.source, one.key
            assert one.checked_on == "2026-09", one.key
            assert one.since is None or one.until is None or one.since < one.until, one.key


def test_what_stands_on_another_regime_has_its_figures_too_the_general_first() -> None:
    of = [each.code for each, _ in figures_of(["fr_scic"], TODAY)]
    assert set(of) == {"fr_coop", "fr_scic"}
    assert of.index("fr_coop") < of.index("fr_scic")


def test_a_figure_holds_only_between_its_days() -> None:
    """Belgium: 190 euros of return were exempt at source until 2017; since 2018 30 % is withheld on all of it."""

    def exempt(day: date) -> set[Any]:
        return {one.value for _, one in figures_of(["be_cv"], day) if one.rule == "statutes.withholding_exempt"}

    def rate(day: date) -> list[Any]:
        return [one.value for _, one in figures_of(["be_cv"], day) if one.rule == "surplus.withholding"]

    assert exempt(date(2017, 12, 31)) == {190_00}
    assert exempt(date(2018, 1, 1)) == {0}
    assert rate(date(2017, 12, 31)) == []
    assert rate(date(2018, 1, 1)) == [[30, 100]]


def test_recognitions_go_with_their_forms_and_models_with_all() -> None:
    assert {each.code for each in fitting("be_cv")} >= {"be_recognised", "be_social", "quarters", "fairshares"}
    assert "be_social" not in {each.code for each in fitting("nl_cooperatie")}


def test_an_unknown_form_is_refused_by_name() -> None:
    with pytest.raises(UnknownRegime, match="kibbutz"):
        regime("kibbutz")
