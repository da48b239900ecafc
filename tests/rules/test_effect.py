"""A proposal gives a rule another value: the form, what it says, and what it does."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.utils.translation import override

from marke.common.clock import local_midnight
from marke.common.effects import effects
from marke.parties.models import Membership
from marke.rules.forms import RuleChangeForm
from marke.rules.models import RuleValue
from marke.rules.queries import rulebook
from marke.rules.registry import NoSuchRule, rules
from marke.rules.services import ValueRefused, record_decision
from marke_core.rulebook import Amount, Clause, Count, Duration, IndexPlusSpread, LowestOf, Part, Percent, Rule, Switch
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
KEY = "jobs.contribution"
NOW = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
EFFECT = effects.get("rule")


@pytest.fixture
def coop():
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def add_rule():
    """Declares a rule for one test."""
    added = []

    def add(kind, default, **more):
        rule = rules.register(Rule("test.rule", kind, default, "The test", "It is {value}.", "Test", **more))
        added.append(rule.key)
        return rule

    yield add
    for key in added:
        rules._entries.pop(key)


def form_for(coop, key, **typed):
    blank = RuleChangeForm(coop=coop, initial={"key": key}, at=NOW)
    data = {"key": key, "from_date": "2026-12-01", **typed}
    return blank, RuleChangeForm(data, coop=coop, at=NOW)


def data(**changes):
    return {"key": KEY, "scope": "", "value": [10, 100], "from": "2026-12-01"} | changes


# The form


def test_the_form_shows_the_present_value_and_the_first_of_next_month(coop):
    blank, _ = form_for(coop, KEY)
    assert 'value="12"' in str(blank["value"])
    assert 'value="2026-12-01"' in str(blank["from_date"])


def test_a_percentage_is_typed_as_people_write_it(coop):
    with override("nl"):
        _, form = form_for(coop, KEY, value="10,5 %")
        assert form.is_valid(), form.errors
    assert form.effect_data() == data(value=[21, 200])


def _two_kinds_of_members(coop):
    make_member(coop, "Amina")
    Membership.objects.filter(pk=make_member(coop, "Bo").pk).update(member_class="supporter")


def test_a_co_op_with_one_kind_of_members_is_not_asked_for_which_kind(coop):
    make_member(coop, "Amina")
    blank, _ = form_for(coop, KEY)
    assert "scope_member_class" not in blank.fields


def test_a_value_for_a_kind_of_member_only(coop):
    _two_kinds_of_members(coop)
    _, form = form_for(coop, KEY, value="8", scope_member_class="worker")
    assert form.is_valid(), form.errors
    assert form.effect_data() == data(value=[2, 25], scope="member_class=worker")


TYPED: list[Any] = [
    (Amount(), 500, {"value": "1.204,00"}, 120400),
    (Count(least=1), 1, {"value": "3"}, 3),
    (Duration(), 3600, {"value": "2", "unit": "86400"}, 172800),
    (Switch(), False, {"value": "on"}, True),
    (Clause(), "Old.", {"value": "We are kind. <b>"}, "We are kind. <b>"),
    (
        IndexPlusSpread({"ecb": "ECB"}),
        {"index": "ecb", "spread": [8, 100]},
        {"index": "ecb", "value": "9"},
        {"index": "ecb", "spread": [9, 100]},
    ),
    (
        LowestOf({"share": Part(Percent()), "amount": Part(Amount())}),
        {"amount": 4000},
        {"value_share": "15", "value_amount": ""},
        {"share": [3, 20]},
    ),
]


@pytest.mark.parametrize(("kind", "default", "typed", "value"), TYPED, ids=[case[0].name for case in TYPED])
def test_each_type_has_fields_of_its_own(coop, add_rule, kind, default, typed, value):
    rule = add_rule(kind, default)
    found(other := make_coop("blitz"))
    blank, form = form_for(other, rule.key, **typed)
    assert [name for name in blank.fields if name.startswith(("value", "unit", "index"))]
    assert form.is_valid(), form.errors
    assert form.effect_data()["value"] == value


def test_a_choice_is_made_among_whole_sentences(coop):
    blank, form = form_for(coop, "jobs.matching", value="nearest")
    assert "For a job, whoever is nearest is asked first." in str(blank["value"])
    assert form.is_valid()
    assert form.effect_data()["value"] == "nearest"


def test_a_table_is_typed_one_row_to_a_line(coop):
    _, form = form_for(coop, "jobs.surcharges", value="Saturday; 18; 23; 10 %\n\n sunday ;8;20; 12.5\n")
    assert form.is_valid(), form.errors
    assert form.effect_data()["value"] == [["saturday", 18, 23, [1, 10]], ["sunday", 8, 20, [1, 8]]]
    _, empty = form_for(coop, "jobs.surcharges", value="")
    assert empty.is_valid()
    assert empty.effect_data()["value"] == []


def test_the_example_in_the_hint_can_be_typed_as_it_stands(coop):
    for language in ("en", "nl"):
        with override(language):
            blank, _ = form_for(coop, "jobs.surcharges")
            example = blank.fields["value"].help_text.rpartition(": ")[2]
            _, form = form_for(coop, "jobs.surcharges", value=example)
            assert form.is_valid(), form.errors


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        (KEY, {"value": "90"}, "75"),
        (KEY, {"value": "lots"}, "“lots” is not a percentage"),
        (KEY, {"value": "七"}, "is not a percentage"),
        (KEY, {"value": ""}, "Fill in “What it should be”"),
        (KEY, {"value": "10", "from_date": "2026-11-21"}, "2026-11-21 is not in the future. Choose 2026-11-22 or later."),
        (KEY, {"value": "10", "from_date": "9999-12-31"}, "9999-12-31 is too far away"),
        (KEY, {"value": "10", "from_date": "soon"}, "“soon” is not a date"),
        ("jobs.matching", {"value": "cheapest"}, "cheapest"),
        ("jobs.answer_time", {"value": "99", "unit": "86400"}, "99 days is too much. Give 14 days or less."),
        ("jobs.answer_time", {"value": "-1", "unit": "60"}, "−1 minute is too little. Give 1 minute or more."),
        ("jobs.surcharges", {"value": "Saturday; 18"}, "Line 1, “Saturday; 18”, has 2 cells. Give 4"),
        ("jobs.surcharges", {"value": "Funday; 18; 20; 5"}, "Line 1: “Funday” does not fit under “Day”."),
        ("jobs.surcharges", {"value": "Sunday; 18; 20; 900"}, "900% is too much. Give 300% or less."),
        ("members.agreement", {"value": "   "}, "Fill in"),
        ("jobs.moon", {"value": "1"}, "jobs.moon is not one of the available choices"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field_and_kept(coop, key, typed, said):
    _, form = form_for(coop, key, **typed)
    assert not form.is_valid()
    assert said in " ".join(str(error) for errors in form.errors.values() for error in errors)
    assert typed["value"] == form.data["value"]


def test_without_a_rule_the_form_asks_which_one(coop):
    blank = RuleChangeForm(coop=coop, at=NOW)
    assert list(blank.fields) == ["key"]
    assert "What the co-op keeps" in str(blank["key"])
    chosen = RuleChangeForm({"key": KEY}, coop=coop, at=NOW)
    assert not chosen.is_valid()
    assert "value" in chosen.fields


# What it says and does


def test_it_says_what_would_be_different(coop):
    assert EFFECT.describe(coop, data()) == "“What the co-op keeps” goes from 12% to 10% from 1 December 2026"
    with override("nl"):
        assert "gaat vanaf 1 december 2026 van 12% naar 10%" in EFFECT.describe(coop, data())


def test_it_says_the_same_after_it_was_carried_out(coop):
    before = EFFECT.describe(coop, data())
    carry_out(coop, data())
    assert EFFECT.describe(coop, data()) == before


def test_it_says_for_whom(coop):
    make_member(coop, "Amina")
    told = EFFECT.describe(coop, data(scope="member_class=worker"))
    assert "working member (kind of member)" in told


def carry_out(coop, given, at=NOW):
    decision = record_decision(coop=coop, kind="vote", title="Lower it", by=None, at=at)
    EFFECT.apply(coop=coop, data=given, decision=decision, by=None, at=at)
    return decision


def test_it_gives_the_rule_its_value_from_that_day_on(coop):
    EFFECT.validate(coop, data(), NOW)
    decision = carry_out(coop, data())
    begin = local_midnight(date(2026, 12, 1), coop.timezone)
    assert rulebook(coop, begin - timedelta(seconds=1)).value(KEY) == Fraction(12, 100)
    assert rulebook(coop, begin).value(KEY) == Fraction(10, 100)
    assert rulebook(coop, begin).entry(KEY).decision == decision


def test_when_the_vote_ends_after_that_day_it_begins_at_the_next_midnight(coop):
    late = datetime(2026, 12, 3, 20, tzinfo=UTC)
    carry_out(coop, data(), at=late)
    assert rulebook(coop, late).value(KEY) == Fraction(12, 100)
    assert rulebook(coop, local_midnight(date(2026, 12, 4), coop.timezone)).value(KEY) == Fraction(10, 100)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": [12, 100]}, "“What the co-op keeps” is already 12%. Propose another value."),
        ({"value": [99, 100]}, "99% is too much. Give 75% or less."),
        ({"value": None}, "is not a percentage"),
        ({"from": "2026-11-21"}, "a rule changes from tomorrow at the earliest"),
        ({"from": "yesterday"}, "“yesterday” is not a day"),
        ({"from": None}, "is not a day"),
        ({"scope": "moon=1"}, "cannot vary by “moon”"),
        ({"scope": "share_class=a"}, "does not vary by share_class"),
        ({"key": "jobs.moon"}, "There is no rule “jobs.moon”"),
        ({"key": ["jobs"]}, "There is no rule"),
    ],
)
def test_what_could_not_be_carried_out_is_refused_before_anybody_votes(coop, changes, said):
    before = list(RuleValue.objects.values())
    with pytest.raises((ValueRefused, NoSuchRule)) as refused:
        EFFECT.validate(coop, data(**changes), NOW)
    assert said in str(refused.value)
    if "from" not in changes and changes.get("value") != [12, 100]:
        with pytest.raises((ValueRefused, NoSuchRule)):
            EFFECT.apply(
                coop=coop,
                data=data(**changes),
                decision=record_decision(coop=coop, kind="vote", title="x", by=None, at=NOW),
                by=None,
                at=NOW,
            )
    assert list(RuleValue.objects.values()) == before


def test_what_is_the_same_for_all_may_still_be_set_for_some(coop):
    EFFECT.validate(coop, data(value=[12, 100], scope="member_class=worker"), NOW)


def test_who_decides_on_rules_is_itself_a_rule(coop):
    assert EFFECT.method_rule in rules
