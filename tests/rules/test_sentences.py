"""Rules as sentences, in the language and currency of whoever reads."""

import ast
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils.translation import override

import marke_core.rulebook
from marke.rules.core_texts import TEXTS
from marke.rules.registry import get_rule, in_order, rules
from marke.rules.sentences import describe, refusal_sentence, sentence, sentence_html, write_day, write_duration
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
)
from tests.factories.parties import make_coop

pytestmark = pytest.mark.django_db
NBSP = "\u00a0"
CAP = LowestOf({"share": Part(Percent(), "{value} of the invoice"), "amount": Part(Amount())})
ROWS = Table({"hour": Column(Count(), "Hour"), "more": Column(Percent(), "More")}, 1, "from {hour} o’clock {more} more")


@pytest.fixture
def coop():
    return make_coop()


@pytest.mark.parametrize(
    ("kind", "value", "english", "dutch"),
    [
        (Percent(), Fraction(12, 100), "12%", "12%"),
        (Percent(), Fraction(1, 8), "12.5%", "12,5%"),
        (Percent(least=None), Fraction(-1, 100), "−1%", "−1%"),
        (Percent(), Fraction(1, 3), "33.3333%", "33,3333%"),
        (Amount(), 1204_00, "€1,204.00", f"€{NBSP}1.204,00"),
        (Count(), 1204, "1,204", "1.204"),
        (Duration(), timedelta(days=3), "3 days", "3 dagen"),
        (Switch(), True, "on", "aan"),
        (Choice({"a": "the first"}), "a", "the first", "the first"),
        (Clause(), "We are kind.", "We are kind.", "We are kind."),
        (
            IndexPlusSpread({"ecb": "the ECB’s rate"}),
            Indexed("ecb", Fraction(8, 100)),
            "the ECB’s rate plus 8 percentage points",
            "the ECB’s rate plus 8 procentpunten",
        ),
        (CAP, {"share": Fraction(1, 10), "amount": 4000}, "the lowest of 10% of the invoice and €40.00", None),
        (CAP, {"amount": 4000}, "€40.00", f"€{NBSP}40,00"),
        (ROWS, (), "none", "geen"),
        (ROWS, ((18, Fraction(1, 10)), (22, Fraction(1, 5))), "from 18 o’clock 10% more; from 22 o’clock 20% more", None),
    ],
)
def test_a_value_is_told_in_the_language_of_the_reader(coop, kind, value, english, dutch):
    with override("en"):
        assert describe(kind, value, coop) == english
    if dutch is not None:
        with override("nl"):
            assert describe(kind, value, coop) == dutch


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(0), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=90), "1 hour and 30 minutes"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=365), "1 year"),
        (timedelta(days=731), "2 years"),
        (timedelta(days=729), "729 days"),
        (timedelta(days=3, hours=4, minutes=5, seconds=6), "3 days, 4 hours, 5 minutes and 6 seconds"),
    ],
)
def test_a_length_of_time_is_told_exactly(length, told):
    assert write_duration(length) == told


def test_a_sentence_has_its_value_in_it(coop):
    rule = get_rule("members.pay_visible")
    assert sentence(rule, False, coop) == "Members cannot see what each of the others has earned."
    assert sentence(rule, True, coop, "nl") == "Leden kunnen zien wat elk van de anderen heeft verdiend."
    assert sentence_html(rule, True, coop) == "Members <strong>can see</strong> what each of the others has earned."


def test_what_a_member_wrote_is_never_taken_for_markup(coop):
    rule = get_rule("members.agreement")
    told = sentence_html(rule, "<script>alert(1)</script> {value} %(x)s", coop)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {value} %(x)s" in told
    assert "<script>" not in told


def test_a_day_is_the_day_where_the_coop_is():
    tokyo = make_coop("tokyo", country="JP")
    assert write_day(datetime(2026, 11, 30, 15, tzinfo=UTC), tokyo) == "1 December 2026"


def test_a_refusal_writes_amounts_and_percentages_as_the_reader_does(coop):
    with pytest.raises(BadValue) as refused:
        Amount(most=100_00).load(200_00)
    with override("nl"):
        assert refusal_sentence(refused.value, coop) == f"€{NBSP}200,00 is te veel. Geef €{NBSP}100,00 of minder."
    with pytest.raises(BadValue) as refused:
        Percent(most=Fraction(1, 8)).load([1, 2])
    with override("nl"):
        assert refusal_sentence(refused.value, coop) == "50% is te veel. Geef 12,5% of minder."


def test_every_rule_can_be_read_with_its_default_in_both_languages(coop):
    for rule in rules:
        for language in ("en", "nl"):
            told = sentence(rule, rule.type.load(rule.default), coop, language)
            assert told.strip()
            assert "{" not in told


def test_the_first_seven_stand_first_and_each_has_its_own_place():
    ranks = [rule.rank for rule in in_order()]
    assert ranks[:7] == [1, 2, 3, 4, 5, 6, 7]
    assert min(ranks[7:]) > 7


def test_a_rule_brings_a_sentence_with_one_place_for_its_value():
    for rule in rules:
        assert str(rule.sentence).count("{value}") == 1, rule.key
        assert isinstance(rule, Rule)


def test_the_translators_have_every_sentence_of_the_core():
    folder = Path(marke_core.rulebook.__file__).parent
    said = [
        ast.literal_eval(node.args[0])
        for path in sorted(folder.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "translatable"
    ]
    assert sorted(set(said)) == sorted(TEXTS)
