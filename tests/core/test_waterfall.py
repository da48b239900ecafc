"""The waterfall, against the worked examples of the statutes and against itself."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke_core.split import Ties, divide
from marke_core.waterfall import (
    SharesOutTooMuch,
    Step,
    bear_loss,
    capital_days,
    part_down,
    part_of,
    part_up,
    pay_out,
    return_cap,
    waterfall,
)
from tests.conftest import shared_folder

Case = dict[str, Any]


def column(*numbers: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


def percent(value: str) -> Fraction:
    return Fraction(value) / 100


def case(model: str) -> Case:
    folder = shared_folder()
    assert folder is not None
    cases: list[Case] = json.loads((folder / "data/capital/waterfall_cases.json").read_text())
    return next(one for one in cases if one["model"].startswith(model))


def data(name: str) -> Case:
    folder = shared_folder()
    assert folder is not None
    found: Case = json.loads((folder / "data/capital" / name).read_text())
    return found


@pytest.mark.needs_data
def test_fr_scic_keeps_57_5_percent() -> None:
    known = case("FR SCIC")
    steps = [Step("legal", percent("15"), of="surplus", most=known["surplus"]), Step("statutory", percent("50"))]
    found = waterfall(known["surplus"], steps, bases={"surplus": known["surplus"]})
    assert (found.of("legal"), found.of("statutory"), found.left) == (
        known["legal_reserve"],
        known["statutory_reserve"],
        known["rest"],
    )


@pytest.mark.needs_data
def test_fr_scop_gives_capital_no_more_than_work() -> None:
    known = case("FR SCOP")
    two = column(1, 1)
    steps = [
        Step("legal", percent("15"), of="surplus"),
        Step("workers", percent("25"), of="surplus", weights=two),
        Step("funders", percent("60"), of="surplus", below="workers", weights=two),
    ]
    found = waterfall(known["surplus"], steps, bases={"surplus": known["surplus"]})
    assert found.of("workers") == known["labour_min"]
    assert found.of("funders") == known["interest_max"]
    assert found.taken[2].limit == "below"
    assert found.left == known["left_for_development_fund_min"]


@pytest.mark.needs_data
def test_es_ley_27_1999_article_58() -> None:
    known = case("ES art. 58")
    steps = [Step("legal", percent("20"), of="surplus"), Step("education", percent("5"), of="surplus")]
    found = waterfall(known["surplus"], steps, bases={"surplus": known["surplus"]})
    assert found.of("legal") == known["mandatory_reserve"]
    assert found.of("education") == known["education_fund"]
    assert found.left == known["rest_before_tax"]


@pytest.mark.needs_data
def test_be_recognised_pays_six_percent_net() -> None:
    known = case("BE recognised")
    days = capital_days(column(0), column(1), column(known["paid_in"]), count=1, since=date(2026, 1, 1), until=date(2027, 1, 1))
    caps = return_cap(days, percent("6"), days=365, withheld=percent("30"), net=True)
    assert caps.tolist() == [known["gross_max"]]
    paid = pay_out(column(0), caps, cash=Fraction(1), on_capital=percent("30"))
    assert paid.cash[0] <= known["net_max"]
    assert known["net_max"] - paid.cash[0] <= 1  # the cent that rounding costs


@pytest.mark.needs_data
def test_fairshares_keeps_30_percent_and_divides_35_35_30() -> None:
    known = case("FairShares")
    one = column(1)
    steps = [Step("statutory", percent("30"))] + [
        Step(name, percent(share), together="parts", weights=one)
        for name, share in (("workers", "35"), ("users", "35"), ("funders", "30"))
    ]
    found = waterfall(known["surplus"], steps)
    assert found.of("statutory") == known["reserve"]
    assert [found.of(name) for name in ("workers", "users", "funders")] == known["split"]
    assert found.left == 0


@pytest.mark.needs_data
def test_fairshares_labour_and_user_dividends() -> None:
    for known in data("fairshares_dividends.json")[:2]:  # type: ignore[index]
        mine, all_shares = known["member_shares"], known["all_shares"]
        parts = divide(known["pool_gbp"] * 100, [mine, all_shares - mine], ties=Ties.FIRST).parts
        assert f"{parts[0] / 100:.2f}" == known["published"]


@pytest.mark.needs_data
def test_three_equal_members_and_habitats_one_cent_tie() -> None:
    three = case("3 equal")
    assert divide(three["total"], [1, 1, 1], ties=Ties.FIRST).parts.tolist() == three["largest_remainder"]
    known = data("habitat_walkthrough.json")
    weights = [known["weighted_total"][name] for name in ("Alice", "Bob", "Carol")]
    found = divide(1_200_000, weights, ties=Ties.FIRST).parts.tolist()
    assert found == case("Habitat")["largest_remainder"]
    exact = Fraction(1_200_000 * weights[0], sum(weights)) % 1
    assert exact == Fraction(1_200_000 * weights[2], sum(weights)) % 1  # Alice and Carol tie: somebody must be drawn


@pytest.mark.needs_data
def test_us_26_cfr_20_percent_in_money() -> None:
    known = data("us_26cfr_1_1388_1.json")["cases"][0]
    dividend, without = Fraction(known["dividend"]), Fraction(known["nonqualified_notice"])
    qualified = int((dividend - without) * 100)
    paid = pay_out(column(qualified), column(0), cash=percent("20"))
    assert paid.cash[0] == int(Fraction(known["money"]) * 100)
    assert paid.kept[0] == int(Fraction(known["written_notice"]) * 100)
    assert pay_out(column(30_000), column(0), cash=percent("20")).cash[0] == 6_000  # 1.1385-1(c)(3): 60 of 300


def test_a_quarter_to_each_of_four_groups_leaves_no_cent() -> None:
    one = column(1, 2)
    steps = [Step(name, Fraction(1, 4), together="parts", weights=one) for name in ("founders", "funders", "workers", "users")]
    found = waterfall(100_003, steps)
    assert sorted(taken.amount for taken in found.taken) == [25_000, 25_001, 25_001, 25_001]
    assert found.left == 0


def test_a_reserve_stops_at_its_limit_and_says_so() -> None:
    found = waterfall(10_000, [Step("legal", percent("15"), of="surplus", most=400)], bases={"surplus": 10_000})
    assert (found.taken[0].amount, found.taken[0].limit, found.left) == (400, "most", 9_600)


def test_a_reserve_that_is_full_already_takes_nothing() -> None:
    found = waterfall(10_000, [Step("legal", percent("15"), most=-5)])
    assert (found.taken[0].amount, found.left) == (0, 10_000)


def test_the_first_hundred_thousand_stay_and_the_rest_is_halved() -> None:
    """Suma, as the FairShares wiki tells it."""
    found = waterfall(10_000_050, [Step("first", most=10_000_000), Step("members", Fraction(1, 2), weights=column(1, 1))])
    assert (found.of("first"), found.of("members"), found.left) == (10_000_000, 25, 25)


def test_a_part_for_nobody_stays_in_the_coop() -> None:
    found = waterfall(100, [Step("users", Fraction(1, 2), weights=column(0, 0))])
    assert (found.taken[0].amount, found.taken[0].limit, found.left) == (0, "nobody", 100)


def test_parts_of_more_than_the_whole_are_refused() -> None:
    one = column(1)
    with pytest.raises(SharesOutTooMuch):
        waterfall(100, [Step("a", percent("60"), together="p", weights=one), Step("b", percent("50"), together="p", weights=one)])


def test_a_loss_does_not_run_down_the_waterfall() -> None:
    with pytest.raises(ValueError, match="loss"):
        waterfall(-1, [])


def test_es_losses_are_borne_in_order_and_the_rest_is_carried() -> None:
    found = bear_loss(1_000, [("voluntary", 300), ("legal", 200)], weights=column(3, 1), kept=column(100, 1_000))
    assert found.taken == (("voluntary", 300), ("legal", 200), ("members", 500))
    assert found.parts is not None and found.parts.tolist() == [100, 400]
    assert found.left == 0
    assert bear_loss(1_000, [("voluntary", 300)]).left == 700


def test_shares_count_for_the_days_on_which_they_were_paid_in() -> None:
    """One that was there all year, one bought on 2 July, one given back on the last day of June; 365 days."""
    days = capital_days(
        column(0, 1, 2, 2),
        column(*(day.toordinal() for day in (date(2020, 5, 1), date(2026, 7, 2), date(2020, 5, 1), date(2026, 6, 30)))),
        column(10_000, 10_000, 10_000, -10_000),
        count=3,
        since=date(2026, 1, 1),
        until=date(2027, 1, 1),
    )
    assert days.tolist() == [3_650_000, 183 * 10_000, 180 * 10_000]
    assert return_cap(days, percent("4"), days=365).tolist() == [400, 200, 197]


def test_a_leap_year_has_366_days() -> None:
    days = capital_days(column(0), column(1), column(10_000), count=1, since=date(2028, 1, 1), until=date(2029, 1, 1))
    assert return_cap(days, percent("4"), days=366).tolist() == [400]


amounts = st.lists(st.integers(0, 10**12), min_size=1, max_size=12)
ratios = st.fractions(0, 1, max_denominator=10_000)
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(total=st.integers(0, 10**14), weights=amounts, shares=st.lists(ratios, min_size=1, max_size=6), caps=amounts)
def test_what_the_steps_take_and_what_is_left_is_the_whole(
    total: int, weights: list[int], shares: list[Fraction], caps: list[int]
) -> None:
    size = min(len(weights), len(caps))
    weighing, capping = column(*weights[:size]), column(*caps[:size])
    steps = [
        Step(f"s{i}", share, weights=weighing if i % 2 else None, caps=capping if i % 3 else None)
        for i, share in enumerate(shares)
    ]
    found = waterfall(total, steps)
    assert sum(taken.amount for taken in found.taken) + found.left == total
    assert found.left >= 0
    for taken in found.taken:
        if taken.parts is not None:
            assert int(taken.parts.sum()) == taken.amount
            if taken.step.caps is not None:
                assert bool((taken.parts <= taken.step.caps).all())


@unhurried
@given(patronage=amounts, capital=amounts, cash=ratios, on_capital=ratios, on_patronage=ratios)
def test_minima_hold_for_each_and_nothing_is_lost_on_the_way(
    patronage: list[int], capital: list[int], cash: Fraction, on_capital: Fraction, on_patronage: Fraction
) -> None:
    size = min(len(patronage), len(capital))
    ours, theirs = column(*patronage[:size]), column(*capital[:size])
    paid = pay_out(ours, theirs, cash=cash, on_capital=on_capital, on_patronage=on_patronage)
    for i in range(size):
        assert paid.cash[i] + paid.withheld[i] + paid.kept[i] == ours[i] + theirs[i]
        assert ours[i] - paid.kept[i] >= cash * int(ours[i])  # the minimum in money, for this one
        assert paid.cash[i] >= 0 and paid.withheld[i] >= 0 and paid.kept[i] >= 0


@unhurried
@given(values=st.lists(st.integers(0, 10**15), min_size=1, max_size=20), share=ratios)
def test_roundings_are_what_they_say(values: list[int], share: Fraction) -> None:
    numbers = column(*values)
    for value, up, near, down in zip(
        values,
        part_up(numbers, share).tolist(),
        part_of(numbers, share).tolist(),
        part_down(numbers, share).tolist(),
        strict=True,
    ):
        exact = value * share
        assert down <= exact <= up < exact + 1
        assert abs(near - exact) <= Fraction(1, 2)


@pytest.mark.parametrize("members", [1, 2, 3, 10, 999, 30_000, 1_000_000])
def test_no_cent_drifts_from_one_to_a_million_members(members: int) -> None:
    drawn = np.random.default_rng(members)
    weights = drawn.integers(0, 5_000_000, members) + 1
    total = 123_456_789
    found = waterfall(total, [Step("legal", percent("15")), Step("members", weights=weights.astype(np.int64))])
    assert sum(taken.amount for taken in found.taken) == total
    parts = found.taken[1].parts
    assert parts is not None
    paid = pay_out(parts, np.zeros(members, dtype=np.int64), cash=percent("20"), on_patronage=percent("30"))
    assert int((paid.cash + paid.withheld + paid.kept).sum()) == found.of("members")
    assert bool((5 * (parts - paid.kept) >= parts).all())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(members=st.integers(1, 20_000), total=st.integers(0, 10**13), seed=st.integers(0, 2**32 - 1))
def test_everybody_is_within_one_cent_of_their_exact_share(members: int, total: int, seed: int) -> None:
    weights = np.random.default_rng(seed).integers(1, 10**7, members).astype(np.int64)
    parts = waterfall(total, [Step("members", weights=weights)]).taken[0].parts
    assert parts is not None
    assert int(parts.sum()) == total
    everything = int(weights.sum())
    for weight, part in list(zip(weights.tolist(), parts.tolist(), strict=True))[:200]:
        assert abs(part * everything - total * weight) < everything
