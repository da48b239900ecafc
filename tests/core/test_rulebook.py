"""The ten types, scopes, and which value is in force (INV-RULE-1)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.rulebook import (
    Amount,
    BadValue,
    Choice,
    Clause,
    Column,
    Count,
    Duration,
    Indexed,
    IndexPlusSpread,
    LowestOf,
    Part,
    Percent,
    Rule,
    Switch,
    Table,
    faults,
    in_force,
    resolve,
    scope_parts,
    scope_text,
)

MATCHING = Choice({"by_hand": "by hand", "nearest": "whoever is nearest"})
INTEREST = IndexPlusSpread({"ecb": "the ECB's rate", "euribor": "Euribor"})
CAP = LowestOf({"share": Part(Percent(), "{value} of the invoice"), "amount": Part(Amount())})
SURCHARGES = Table(
    {
        "weekday": Column(Count(most=6), "Weekday"),
        "hour": Column(Count(most=23), "Hour"),
        "surcharge": Column(Percent(), "Surcharge"),
    },
    keys=2,
    row="{weekday} {hour}: {surcharge}",
)
PERCENTAGES = st.fractions(0, 1, max_denominator=10**6)
VALUES = {
    Percent(): PERCENTAGES,
    Amount(): st.integers(0, 10**12),
    Count(): st.integers(0, 10**9),
    Duration(): st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds)),
    Switch(): st.booleans(),
    Clause(): st.text(min_size=1, max_size=200).filter(str.strip),
}
UNHASHABLE = [
    (MATCHING, st.sampled_from(["by_hand", "nearest"])),
    (INTEREST, st.builds(Indexed, st.sampled_from(["ecb", "euribor"]), PERCENTAGES)),
    (CAP, st.dictionaries(st.just("amount"), st.integers(0, 10**6), min_size=1)),
    (
        SURCHARGES,
        st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 23)), PERCENTAGES, max_size=20).map(
            lambda rows: tuple((*key, surcharge) for key, surcharge in rows.items())
        ),
    ),
]
ALL: list[tuple[Any, Any]] = [*VALUES.items(), *UNHASHABLE]


@pytest.mark.parametrize(("kind", "values"), ALL, ids=[kind.name for kind, _ in ALL])
@given(data=st.data())
def test_what_is_written_down_is_read_back(kind, values, data):
    value = data.draw(values)
    kind.check(value)
    assert kind.load(kind.dump(value)) == value


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


@pytest.mark.parametrize("kind", [kind for kind, _ in ALL], ids=[kind.name for kind, _ in ALL])
@given(data=JUNK)
def test_whatever_is_put_in_is_either_read_or_refused_with_a_sentence(kind, data):
    try:
        value = kind.load(data)
    except BadValue as bad:
        assert str(bad).endswith(".")
        assert "{" not in bad.template.format(**dict.fromkeys(bad.values, ""))
    else:
        assert kind.load(kind.dump(value)) == value


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (Percent(most=Fraction(30, 100)), [40, 100], "40 % is too much. Give 30 % or less."),
        (Percent(least=Fraction(1, 100)), [0, 100], "0 % is too little. Give 1 % or more."),
        (Percent(), [12, 0], "must be above zero"),
        (Percent(), 12, "two whole numbers"),
        (Percent(), [12.5, 100], "“12.5” is not a whole number"),
        (Percent(), [1, 3_000_001], "too fine"),
        (Amount(most=100_00), 200_00, "20000 is too much. Give 10000 or less."),
        (Amount(least=1), 0, "0 is too little. Give 1 or more."),
        (Count(least=1), 0, "0 is too little. Give 1 or more."),
        (Count(), True, "“True” is not a whole number"),
        (Count(), "七", "“七” is not a whole number"),
        (Duration(most=timedelta(days=3)), 4 * 86_400, "4 days, 0:00:00 is too much. Give 3 days, 0:00:00 or less."),
        (Duration(), 10**15, "too long"),
        (MATCHING, "cheapest", "“cheapest” is not one of the choices. Choose by_hand, nearest."),
        (MATCHING, ["nearest"], "not one of the choices"),
        (Switch(), 1, "“1” is neither on nor off. Give true or false."),
        (Clause(), "  ", "The text is empty. Write at least one sentence."),
        (Clause(longest=3), "four", "The text has 4 characters. Shorten it to 3 or fewer."),
        (INTEREST, {"index": "ecb"}, "is not an index plus a spread"),
        (INTEREST, {"index": "libor", "spread": [8, 100]}, "“libor” is not one of the choices. Choose ecb, euribor."),
        (INTEREST, {"index": ["ecb"], "spread": [8, 100]}, "is not one of the choices"),
        (CAP, {}, "Give one or more of share, amount."),
        (CAP, {"moon": 1}, "Give one or more of share, amount."),
        (CAP, {"share": [2, 1]}, "200 % is too much. Give 100 % or less."),
        (SURCHARGES, [[0, 18]], "Give 3 cells: weekday, hour, surcharge."),
        (SURCHARGES, [[0, 18, [1, 10]], [0, 18, [2, 10]]], "The table has two rows for “0, 18”. Keep one of them."),
        (SURCHARGES, [[7, 18, [1, 10]]], "7 is too much. Give 6 or less."),
        (replace(SURCHARGES, most_rows=1), [[0, 1, [1, 10]], [0, 2, [1, 10]]], "The table has 2 rows. Shorten it to 1 or fewer."),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_the_value_and_the_remedy(kind, data, said):
    with pytest.raises(BadValue) as refused:
        kind.load(data)
    assert said in str(refused.value)


def test_what_cannot_be_read_cannot_be_written_either():
    cases: list[tuple[Any, Any]] = [
        (Percent(), Fraction(2)),
        (Amount(), -1),
        (Duration(), timedelta(microseconds=1)),
        (MATCHING, "x"),
    ]
    for kind, value in cases:
        with pytest.raises(BadValue):
            kind.dump(value)


def test_a_refusal_is_told_in_another_language_with_its_values():
    with pytest.raises(BadValue) as refused:
        Percent().load([3, 2])
    dutch = {"{value} is too much. Give {most} or less.": "{value} is te veel. Geef {most} of minder."}
    assert refused.value.sentence(dutch.__getitem__) == "150 % is te veel. Geef 100 % of minder."


def test_an_index_plus_a_spread_follows_the_index_and_is_never_below_zero():
    assert Indexed("ecb", Fraction(8, 100)).rate(Fraction(2, 100)) == Fraction(10, 100)
    assert Indexed("ecb", Fraction(0)).rate(Fraction(-1, 100)) == 0


def test_the_lowest_of_a_share_and_an_amount_is_taken():
    cap = CAP.load({"share": [15, 100], "amount": 40_00})
    assert CAP.lowest(cap, base=100_00) == 15_00
    assert CAP.lowest(cap, base=1000_00) == 40_00
    assert CAP.lowest({"amount": 40_00}, base=1) == 40_00


def rule(**changes):
    given: dict[str, Any] = {
        "key": "jobs.contribution",
        "type": Percent(),
        "default": [12, 100],
        "title": "",
        "sentence": "",
        "section": "",
    }
    return Rule(**(given | changes))


def test_a_rule_is_declared_with_a_default_that_fits():
    assert rule().kind == "jobs.contribution"
    with pytest.raises(BadValue):
        rule(default=12)


@pytest.mark.parametrize(
    "changes",
    [{"varies_by": ("circle", "member_class", "job_kind")}, {"varies_by": ("moon",)}, {"preview": "film"}],
)
def test_a_rule_that_declares_nonsense_is_refused(changes):
    with pytest.raises(ValueError, match=r"jobs\.contribution"):
        rule(**changes)


# Scopes


def test_a_scope_is_written_in_one_way_only():
    assert scope_text({"job_kind": "delivery", "circle": 3}) == "circle=3;job_kind=delivery"
    assert scope_parts("circle=3;job_kind=delivery") == {"circle": "3", "job_kind": "delivery"}
    assert scope_text({}) == ""
    assert scope_parts("") == {}


@pytest.mark.parametrize(
    "text", ["job_kind=delivery;circle=3", "moon=1", "job_kind", "job_kind=", "job_kind=a;job_kind=b", ";", "=1"]
)
def test_anything_else_is_not_a_scope(text):
    with pytest.raises(BadValue):
        scope_parts(text)


@given(st.dictionaries(st.sampled_from(["circle", "member_class", "job_kind", "share_class"]), st.text("abc0123-é", min_size=1)))
def test_a_scope_is_read_back(scope):
    assert scope_parts(scope_text(scope)) == scope


# Which value is in force

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = "jobs.contribution"


@dataclass(frozen=True)
class Value:
    valid_from: datetime
    scope: str = ""
    key: str = KEY
    lapses_at: datetime | None = None
    replaced_at: datetime | None = None
    decided_at: datetime | None = T0


def test_a_value_is_in_force_from_its_first_moment_until_the_next_one_begins():
    first, second = Value(T0), Value(T0 + 10 * DAY)

    def at(moment):
        return resolve([second, first], KEY, {}, moment)

    assert at(T0 - timedelta(microseconds=1)) is None
    assert at(T0) is first
    assert at(T0 + 10 * DAY - timedelta(microseconds=1)) is first
    assert at(T0 + 10 * DAY) is second


def test_when_an_emergency_lapses_the_value_before_it_is_in_force_again():
    before, emergency = Value(T0), Value(T0 + DAY, lapses_at=T0 + 3 * DAY)
    assert resolve([before, emergency], KEY, {}, T0 + 2 * DAY) is emergency
    assert resolve([before, emergency], KEY, {}, T0 + 3 * DAY) is before


def test_a_value_decided_during_an_emergency_follows_from_its_own_date():
    before, emergency, voted = Value(T0), Value(T0 + DAY, lapses_at=T0 + 9 * DAY), Value(T0 + 4 * DAY)
    assert resolve([before, emergency, voted], KEY, {}, T0 + 5 * DAY) is voted
    assert resolve([before, emergency, voted], KEY, {}, T0 + 9 * DAY) is voted


def test_a_replaced_value_never_comes_into_force():
    first, replaced = Value(T0), Value(T0 + 5 * DAY, replaced_at=T0 + DAY)
    assert not in_force(replaced, T0 + 6 * DAY)
    assert resolve([first, replaced], KEY, {}, T0 + 6 * DAY) is first


def test_the_most_specific_value_wins_however_old_it_is():
    coop, kind = Value(T0 + DAY), Value(T0, scope="job_kind=delivery")
    both = Value(T0, scope="member_class=worker;job_kind=delivery")
    other = Value(T0, scope="job_kind=cargo")
    values = [coop, kind, both, other]
    assert resolve(values, KEY, {}, T0 + DAY) is coop
    assert resolve(values, KEY, {"job_kind": "delivery"}, T0 + DAY) is kind
    assert resolve(values, KEY, {"job_kind": "delivery", "member_class": "worker"}, T0 + DAY) is both
    assert resolve(values, KEY, {"job_kind": "parcel", "member_class": "worker"}, T0 + DAY) is coop
    assert resolve(values, KEY, {"job_kind": None}, T0 + DAY) is coop


def test_of_two_scopes_that_fit_equally_the_dimension_that_stands_first_wins():
    circle, kind = Value(T0, scope="circle=3"), Value(T0, scope="job_kind=delivery")
    assert resolve([kind, circle], KEY, {"circle": 3, "job_kind": "delivery"}, T0) is circle


def test_a_dimension_that_does_not_exist_is_an_error_and_not_the_coops_value():
    with pytest.raises(ValueError, match="jobkind"):
        resolve([Value(T0)], KEY, {"jobkind": "delivery"}, T0)


def test_rules_do_not_mix():
    assert resolve([Value(T0, key="jobs.guarantee")], KEY, {}, T0) is None


# INV-RULE-1

MOMENTS = st.integers(0, 30).map(lambda days: T0 + days * DAY)


@st.composite
def books(draw):
    """A book as the program writes it: a decision that lasts replaces what is not yet in force in its scope.

    What lapses replaces nothing, or nothing would be in force after it; it cannot begin with another value at once.
    """
    values = [Value(T0)]
    for decided in sorted(draw(st.lists(MOMENTS, max_size=8))):
        begins = decided + draw(st.integers(0, 10)) * DAY
        scope = draw(st.sampled_from(["", "job_kind=delivery"]))
        lapses = draw(st.sampled_from([None, *(begins + days * DAY for days in range(1, 6))]))
        waiting = [
            value
            for value in values
            if value.scope == scope and value.replaced_at is None and (value.valid_from > decided or value.valid_from == begins)
        ]
        if lapses and any(value.valid_from == begins for value in waiting):
            continue
        if lapses is None:
            values = [replace(value, replaced_at=decided) if value in waiting else value for value in values]
        values.append(Value(begins, scope=scope, lapses_at=lapses, decided_at=decided))
    return values


@given(books())
def test_a_book_kept_by_its_rules_has_exactly_one_value_at_every_moment(values):
    assert faults(values, [KEY]) == []


@given(books(), st.data())
def test_at_every_moment_since_the_founding_one_value_is_found(values, data):
    moment = data.draw(MOMENTS)
    found = resolve(values, KEY, {"job_kind": "delivery"}, moment)
    assert found is not None
    assert in_force(found, moment)


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ([], "has no value for the whole co-op"),
        ([Value(T0, scope="job_kind=delivery")], "has no value for the whole co-op"),
        ([Value(T0), Value(T0)], "has 2 values in force at once"),
        ([Value(T0), Value(T0 + DAY, scope="circle=1"), Value(T0 + DAY, scope="circle=1")], "has 2 values in force at once"),
        ([Value(T0, lapses_at=T0 + DAY)], "has no value in force"),
        ([Value(T0, decided_at=None)], "names no decision"),
        ([Value(T0, decided_at=T0 + DAY)], "before its decision"),
        ([Value(T0), Value(T0 + DAY, replaced_at=T0 + 2 * DAY)], "when it was already in force"),
        ([Value(T0), Value(T0 + DAY, lapses_at=T0 + DAY)], "before it begins"),
        ([Value(T0 + DAY), Value(T0, scope="job_kind=delivery")], "has no value in force"),
    ],
)
def test_a_book_that_breaks_the_invariant_is_told_where(values, what):
    found = faults(values, [KEY])
    assert any(what in fault.what for fault in found), found
