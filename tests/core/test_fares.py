"""Fares: rows of data in, lines that sum to the price out; and the calculations that people may write in them."""

import time
from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.fares import PARTS, WEEKDAYS, Row, RowDoesNotFit, Trip, Zone, check_rows, in_zone, price, zones_at
from marke_core.formula import BadFormula, CannotReckon, read
from marke_core.matching import Place

NAMES = frozenset({"km", "items", "hour"})
DAYS = st.sampled_from(["every", "weekdays", "weekend", *WEEKDAYS])
ZONES = st.sampled_from(["", "Centre", "!Centre", "Centre/North"])
AMOUNTS = st.integers(0, 10**7)


@st.composite
def rows(draw):
    part = draw(st.sampled_from(PARTS))
    start = draw(st.integers(0, 23))
    return Row(
        part=part,
        amount=0 if part in ("percent", "formula") else draw(AMOUNTS),
        percent=draw(st.fractions(Fraction(1, 1000), 3, max_denominator=1000)) if part == "percent" else Fraction(0),
        above=draw(st.integers(0, 50)) if part in ("km", "minute", "item", "kg") else 0,
        day=draw(DAYS), start=start, end=draw(st.integers(start + 1, 24)), zone=draw(ZONES),
        formula=draw(st.sampled_from(["km * 2", "max(0, km - 3) / 7", "if(hour >= 18, 5, 0)", "2 - 5"])) if part == "formula" else "",
    )  # fmt: skip


FARES = st.lists(rows(), max_size=12)
TRIPS = st.builds(
    Trip,
    metres=st.integers(0, 10**6), minutes=st.integers(0, 10**4), items=st.integers(0, 99), kilos=st.integers(0, 999),
    weekday=st.integers(0, 6), hour=st.integers(0, 23),
    stops=st.lists(st.frozensets(st.sampled_from(["Centre", "North"])), max_size=4).map(tuple),
)  # fmt: skip
DISCOUNTS = st.fractions(0, 1, max_denominator=1000)


def total(*args, **kwargs):
    return sum(line.amount for line in price(*args, **kwargs))


@given(FARES, TRIPS, DISCOUNTS, st.integers(0, 10**6))
def test_a_price_is_a_whole_number_never_negative_and_each_line_names_its_row(fare, trip, discount, least):
    check_rows(fare)
    lines = price(fare, trip, discount=discount, least=least)
    assert all(type(line.amount) is int for line in lines)
    assert sum(line.amount for line in lines) >= least
    assert all(line.amount > 0 for line in lines if line.part != "discount")
    for line in lines:
        assert (line.row is None) == (line.part in ("discount", "floor"))
        if line.row is not None:
            assert fare[line.row].part == line.part


@given(FARES, TRIPS, st.integers(0, 10**5), DISCOUNTS)
def test_a_longer_way_never_costs_less(fare, trip, more, discount):
    longer = Trip(**{**trip.__dict__, "metres": trip.metres + more})
    assert total(fare, longer, discount=discount) >= total(fare, trip, discount=discount)


@given(FARES, TRIPS)
def test_the_order_of_the_rows_does_not_change_the_price(fare, trip):
    assert total(fare, trip) == total(fare[::-1], trip)


COURIER = [
    Row("base", 400),
    Row("km", 120, above=3),
    Row("km", 100, above=10),
    Row("item", 150, above=1),
    Row("extra", 200, zone="!Centre"),
    Row("percent", percent=Fraction(25, 100), day="every", start=18),
    Row("minimum", 650),
]


def parts(*args, **kwargs):
    return [(line.part, line.amount) for line in price(*args, **kwargs)]


def test_the_first_kilometres_may_be_in_the_base_and_the_far_ones_cheaper():
    # 12.345 km: 7 of them at 1.20, 2.345 at 1.00
    assert parts(COURIER, Trip(metres=12_345)) == [("base", 400), ("km", 840), ("km", 235)]


def test_a_short_way_is_lifted_to_the_minimum():
    assert parts(COURIER, Trip(metres=2_000)) == [("base", 400), ("minimum", 250)]


def test_the_first_item_is_in_the_base():
    assert parts(COURIER, Trip(metres=5_000, items=3)) == [("base", 400), ("km", 240), ("item", 300)]


def test_a_surcharge_is_on_the_sum_and_counts_from_its_hour_on():
    assert parts(COURIER, Trip(metres=5_000, hour=17)) == [("base", 400), ("km", 240), ("minimum", 10)]
    assert parts(COURIER, Trip(metres=5_000, hour=18)) == [("base", 400), ("km", 240), ("percent", 160)]


def test_two_surcharges_are_each_on_the_sum_and_not_on_one_another():
    fare = [Row("base", 1000), Row("percent", percent=Fraction(1, 10)), Row("percent", percent=Fraction(1, 2))]
    assert total(fare, Trip()) == 1000 + 100 + 500


def test_of_two_base_rows_that_fit_the_higher_counts():
    fare = [Row("base", 400), Row("base", 700, day="sunday")]
    assert [total(fare, Trip(weekday=day)) for day in range(7)] == [400] * 6 + [700]


def test_a_client_s_discount_comes_after_the_minimum_and_the_floor_after_the_discount():
    lines = parts(COURIER, Trip(metres=2_000), discount=Fraction(10, 100), least=600)
    assert lines == [("base", 400), ("minimum", 250), ("discount", -65), ("floor", 15)]


def test_the_co_op_s_surcharge_is_on_the_price_with_its_minimum():
    assert parts(COURIER, Trip(metres=2_000), surcharge=Fraction(1, 2)) == [("base", 400), ("minimum", 250), ("surcharge", 325)]


def test_a_formula_is_in_whole_units_of_the_currency_and_nothing_below_zero():
    assert total([Row("formula", formula="max(0, km - 3) * 1.20")], Trip(metres=5_500)) == 300
    assert total([Row("formula", formula="max(0, km - 3) * 1.20")], Trip(metres=5_500), minor=1) == 3
    assert total([Row("formula", formula="2 - km")], Trip(metres=5_500)) == 0


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (Row("gift", 5), "part"), (Row("base", -1), "part"), (Row("base", 5, start=8, end=8), "hours"),
        (Row("base", 5, start=0, end=25), "hours"), (Row("percent"), "percent"), (Row("base", percent=Fraction(1, 2)), "percent"),
        (Row("percent", 5, Fraction(1, 2)), "amount"), (Row("base", 5, above=3), "above"), (Row("formula"), "formula"),
        (Row("base", 5, formula="km"), "formula"), (Row("formula", formula="km +"), "formula"),
        (Row("formula", formula="metres"), "formula"), (Row("extra", 5, zone="Centre/South"), "zone"),
    ],
)  # fmt: skip
def test_a_row_that_says_nothing_or_two_things_is_refused(row, why):
    with pytest.raises(RowDoesNotFit) as refused:
        check_rows([Row("base", 5), row], ["Centre"])
    assert (refused.value.why, refused.value.row) == (why, 1)


@pytest.mark.parametrize(
    ("zone", "stops", "holds"),
    [
        ("", [], True), ("Centre", [], False), ("!Centre", [], False),
        ("Centre", ["C"], True), ("Centre", ["C", "C"], True), ("Centre", ["C", "N"], False),
        ("!Centre", ["C", "N"], True), ("!Centre", ["C", "C"], False), ("!Centre", [""], True),
        ("Centre/North", ["C", "N"], True), ("Centre/North", ["N", "", "C"], True), ("Centre/North", ["C", "C"], False),
        ("Centre/North", ["CN"], False), ("Centre/Centre", ["C", "C"], True),
    ],
)  # fmt: skip
def test_a_zone_is_in_out_or_between(zone, stops, holds):
    named = {"C": "Centre", "N": "North"}
    assert in_zone(zone, [frozenset(named[sign] for sign in stop) for stop in stops]) is holds


CENTRE = Zone("Centre", ("1000", "10 05"), (Place(0, 0), Place(0, 100), Place(100, 100), Place(100, 0)))


@pytest.mark.parametrize(
    ("postcode", "point", "inside"),
    [
        ("1000", None, True), ("1005 AB", None, True), ("1050", None, False), ("", None, False),
        ("", Place(50, 50), True), ("9999", Place(50, 50), True), ("", Place(50, 150), False), ("", Place(-1, 50), False),
        ("", Place(0, 50), True), ("", Place(100, 50), False),
    ],
)  # fmt: skip
def test_a_place_lies_in_a_zone_by_its_postcode_or_on_the_map(postcode, point, inside):
    assert zones_at([CENTRE], postcode, point) == (frozenset({"Centre"}) if inside else frozenset())


@given(st.integers(-200, 300), st.integers(-200, 300))
def test_two_zones_side_by_side_share_no_place_and_leave_none_out(lat, lon):
    west = Zone("west", (), (Place(-999, -999), Place(37, 50), Place(999, -20), Place(999, -999)))
    east = Zone("east", (), (Place(-999, -999), Place(37, 50), Place(999, -20), Place(999, 999), Place(-999, 999)))
    inside = zones_at([west, east], "", Place(lat, lon))
    assert len(inside) <= 1 and (inside or lon < -200 or lat < -200)


def test_the_hour_when_the_clocks_change_has_a_price_like_any_other():
    """The caller gives the local hour: of 01:30 UTC that is 3 o'clock when summer begins, 2 when it ends."""
    fare = [Row("base", 500), Row("extra", 300, start=2, end=3)]
    brussels = ZoneInfo("Europe/Brussels")
    for moment, expected in ((datetime(2026, 3, 29, 1, 30, tzinfo=UTC), 500), (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 800)):
        local = moment.astimezone(brussels)
        assert total(fare, Trip(hour=local.hour, weekday=local.weekday())) == expected


# Formulas


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3 * 4", 14), ("(2 + 3) * 4", 20), ("2 - 3 - 4", -5), ("12 / 5", Fraction(12, 5)), ("-km + 1", -6), ("--2", 2),
        ("min(km, 3) + max(items, 9, 2)", 12), ("round(2.5)", 3), ("round(-2.5)", -3), ("ceil(2.1)", 3), ("floor(2.9)", 2),
        ("km > 5", 1), ("km < 5", 0), ("km = 7", 1), ("km != 7", 0), ("(km >= 7) * (items <= 2)", 1),
        ("if(items > 1, 10 / (items - 1), 0)", 10), ("if(items > 5, 10 / (items - 2), 4)", 4), ("0.1 + 0.2", Fraction(3, 10)),
    ],
)  # fmt: skip
def test_a_calculation_gives_exactly_what_arithmetic_says(text, value):
    found = read(text, NAMES).reckon({"km": Fraction(7), "items": Fraction(2), "hour": Fraction(0)})
    assert found == value and isinstance(found, Fraction)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "+", "1 +", "1 2", "(1", "1)", "1,5", "1.2.3", "1.", ".5", "1e9", "0x10", "1_000", "٣", "a", "metres", "km km", "min", "min()",
        "if(1, 2)", "round(1, 2)", "min(1,2,3,4,5,6,7,8,9)", "km.real", "km[0]", "km;1", "'km'", '"km"', "km**9", "km//2", "km % 2", "lambda",
        "__import__('os')", "().__class__", "open(1)", "exec(1)", "eval(km)", "km and 1", "not km", "1 < km < 9", "km := 3", "True", "None",
        "KM", "\u212am", "km\x00", "{km}", "{{ km }}", "%s", "1" * 12, "(" * 60 + "1" + ")" * 60, "-" * 60 + "1", "1+" * 150 + "1",
        "min(" * 40 + "1" + ")" * 40,
    ],
)  # fmt: skip
def test_what_is_no_calculation_is_refused_before_anything_happens(text):
    with pytest.raises(BadFormula):
        read(text, NAMES)


@given(st.text(max_size=300))
def test_whatever_is_written_is_read_or_refused(text):
    try:
        read(text, NAMES)
    except BadFormula as bad:
        assert bad.why and str(bad)


@given(st.text(alphabet="km()+-*/<>=, 0123456789.minaxf", max_size=200))
def test_whatever_can_be_read_is_reckoned_or_refused_exactly(text):
    try:
        found = read(text, NAMES).reckon({"km": Fraction(7, 3), "items": Fraction(2), "hour": Fraction(0)})
    except (BadFormula, CannotReckon):
        return
    assert isinstance(found, Fraction)


@pytest.mark.parametrize("text", ["*".join(["999999999"] * 19), "/".join(["999999999"] * 19), "1 / 0", "km / (items - 2)"])
def test_a_calculation_that_grows_beyond_bounds_or_divides_by_zero_is_refused_at_once(text):
    begins = time.perf_counter()
    with pytest.raises(CannotReckon):
        read(text, NAMES).reckon({"km": Fraction(7), "items": Fraction(2), "hour": Fraction(0)})
    assert time.perf_counter() - begins < 0.1
