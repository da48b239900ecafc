"""Each preset by cases: what it allows, what it refuses, what it sets. And the 58 collected rows as rule values."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from typing import Any

import pytest

from marke.common.clock import local_midnight
from marke.rules.queries import rulebook
from marke.rules.registry import get_rule, rules
from marke.rules.services import record_decision, set_rule
from marke.statutes.limits import BeyondTheFigure
from marke.statutes.services import adopt_form
from marke_core.statutes import REGIMES, Kind, breach_of, figures_of, nearest
from tests.factories.parties import T0, make_coop
from tests.factories.rules import found

TODAY = date(2026, 11, 21)
T1 = T0 + timedelta(days=30)

# regime(s): (rule, a value it allows), (rule, a value it refuses), (rule, what it sets)
CASES: dict[tuple[str, ...], list[tuple[str, str, Any]]] = {
    ("informal",): [
        ("allows", "surplus.members", [1, 1]),
        ("allows", "shares.return_cap", [1, 2]),
        ("allows", "statutes.liquidation", "members"),
    ],
    ("be_vzw",): [
        ("refuses", "surplus.workers", [1, 100]),
        ("sets", "statutes.liquidation", "purpose"),
        ("allows", "surplus.community", [1, 10]),
    ],
    ("nl_vereniging",): [
        ("refuses", "surplus.members", [1, 100]),
        ("sets", "statutes.distribution", False),
        ("allows", "surplus.education", [1, 10]),
    ],
    ("nl_cooperatie",): [
        ("allows", "surplus.members", [1, 1]),
        ("allows", "statutes.distribution", False),
        ("begins", "statutes.distribution", True),
    ],
    ("be_cv",): [
        ("sets", "shares.exit_price", "net_assets"),
        ("refuses", "shares.exit_price", "paid_in"),
        ("allows", "shares.exit_price", "nominal"),
        ("sets", "surplus.withholding", [3, 10]),
        ("refuses", "shares.exit_founder_year", 2),
        ("begins", "shares.exit_window", 6),
        ("allows", "shares.exit_window", 3),
    ],
    ("be_cv", "be_recognised"): [
        ("refuses", "shares.return_cap", [7, 100]),
        ("allows", "shares.return_cap", [6, 100]),
        ("sets", "statutes.votes_cap_of_present", [1, 10]),
        ("refuses", "surplus.members_by", "equal"),
        ("refuses", "statutes.directors_pay", "free"),
    ],
    ("be_cv", "be_social"): [
        ("sets", "shares.exit_price", "nominal"),
        ("refuses", "shares.exit_price", "net_assets"),
        ("sets", "statutes.liquidation", "purpose"),
    ],
    ("fr_coop",): [
        ("sets", "surplus.legal_reserve", [3, 20]),
        ("refuses", "surplus.legal_reserve_limit", [1, 2]),
        ("allows", "surplus.legal_reserve_limit", [0, 1]),
        ("sets", "statutes.votes_noncoop", [49, 100]),
    ],
    ("fr_scic",): [
        ("sets", "surplus.statutory_reserve", [1, 2]),
        ("allows", "surplus.statutory_reserve", [1, 1]),
        ("refuses", "shares.return_kind", "fixed"),
        ("refuses", "shares.return_spread", [3, 100]),
        ("sets", "statutes.classes", 3),
    ],
    ("fr_scop",): [
        ("sets", "surplus.workers", [1, 4]),
        ("refuses", "surplus.workers_by", "jobs"),
        ("allows", "surplus.workers_by", "equal"),
        ("sets", "surplus.funders_below_workers", True),
        ("refuses", "surplus.seniority_most", [3, 1]),
    ],
    ("uk_society",): [
        ("sets", "shares.exit_from_surplus", True),
        ("refuses", "shares.votes", "share"),
        ("allows", "shares.votes", "none"),
        ("sets", "shares.maximum_held", {"part": [1, 1], "amount": 100_000_00}),
        ("refuses", "shares.maximum_held", {"amount": 100_000_01}),
    ],
    ("us_subchapter_t",): [
        ("refuses", "surplus.cash", [19, 100]),
        ("allows", "surplus.cash", [1, 5]),
        ("sets", "surplus.member_business", "workers"),
        ("refuses", "surplus.pay_within", 9),
    ],
    ("es_cooperativa",): [
        ("sets", "surplus.legal_reserve", [1, 5]),
        ("sets", "surplus.education", [1, 20]),
        ("refuses", "shares.exit_penalty", [31, 100]),
        ("allows", "shares.exit_years", 5),
        ("refuses", "shares.exit_years", 6),
        ("sets", "surplus.loss_years", 7),
        ("refuses", "shares.paid_in_minimum", [24, 100]),
    ],
    ("it_cooperativa",): [
        ("refuses", "shares.return_spread", [3, 100]),
        ("allows", "shares.return_spread", [25, 1000]),
        ("refuses", "shares.return_kind", "fixed"),
        ("sets", "statutes.instruments_spread", [9, 200]),
    ],
    ("nl_cooperatie", "fairshares"): [
        ("sets", "surplus.workers", [3, 10]),
        ("begins", "surplus.workers", [7, 20]),
        ("refuses", "surplus.workers", [46, 100]),
        ("allows", "surplus.workers", [45, 100]),
        ("refuses", "surplus.founders", [1, 100]),
        ("sets", "statutes.special_classes", True),
    ],
    ("informal", "quarters"): [
        ("sets", "surplus.workers", [1, 4]),
        ("sets", "surplus.users", [1, 4]),
        ("sets", "surplus.founders", [1, 4]),
        ("sets", "surplus.funders", [1, 4]),
        ("refuses", "surplus.founders", [1, 3]),
        ("allows", "surplus.workers_by", "hours"),
    ],
    ("us_subchapter_t", "colab"): [
        ("begins", "surplus.statutory_reserve", [1, 2]),
        ("refuses", "surplus.kept_for", 0),
        ("sets", "surplus.kept_for", 3),
    ],
    ("uk_society", "suma"): [
        ("sets", "surplus.first", 100_000_00),
        ("refuses", "surplus.first", 99_999_99),
        ("begins", "surplus.members", [1, 1]),
    ],
    ("nl_cooperatie", "non_profit"): [
        ("refuses", "surplus.workers", [1, 100]),
        ("sets", "surplus.capital", "none"),
        ("sets", "statutes.distribution", False),
        ("sets", "statutes.liquidation", "purpose"),
        ("allows", "surplus.community", [1, 10]),
    ],
}  # fmt: skip


def test_every_regime_has_at_least_three_cases() -> None:
    assert {codes[-1] for codes in CASES} == set(REGIMES)
    assert all(len(cases) >= 3 for cases in CASES.values())


@pytest.mark.parametrize(
    ("codes", "what", "key", "value"),
    [(codes, *case) for codes, cases in CASES.items() for case in cases],
    ids=lambda part: "+".join(part) if isinstance(part, tuple) else str(part),
)
def test_what_each_form_allows_refuses_and_sets(codes: tuple[str, ...], what: str, key: str, value: Any) -> None:
    rule = get_rule(key)
    kind: Any = rule.type
    figures = [figure for _, figure in figures_of(codes, TODAY) if figure.rule == key]
    default, typed = kind.load(rule.default), kind.load(value)
    if what == "allows":
        assert not [figure for figure in figures if breach_of(figure, kind, typed)]
    elif what == "refuses":
        assert [figure for figure in figures if breach_of(figure, kind, typed)]
    else:
        assert kind.dump(nearest(figures, rule, default, take_defaults=what == "begins")) == kind.dump(typed)


def test_every_figure_is_about_a_rule_that_there_is_and_fits_its_type() -> None:
    for each in REGIMES.values():
        for figure in each.figures:
            assert figure.rule in rules, figure.key
            for value in (figure.value, *figure.or_else):
                get_rule(figure.rule).type.load(value)
            breach_of(figure, get_rule(figure.rule).type, get_rule(figure.rule).type.load(figure.value))


@pytest.mark.parametrize("code", [each.code for each in REGIMES.values()])
def test_what_a_form_sets_together_contradicts_nothing_of_it(code: str) -> None:
    """The values that it sets keep to all of its figures, so that it can be taken on at all."""
    figures = [figure for _, figure in figures_of([code], TODAY)]
    for key in {figure.rule for figure in figures}:
        rule = get_rule(key)
        for take in (False, True):
            value = nearest(figures, rule, rule.type.load(rule.default), take_defaults=take)
            assert [figure.key for figure in figures if figure.rule == key and breach_of(figure, rule.type, value)] == []


# The collected rows


def _rows(shared_data: Any) -> list[dict[str, str]]:
    with (shared_data / "capital" / "statutes_rules.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _figures_of_row(row: dict[str, str]) -> list[Any]:
    return [
        figure
        for each in REGIMES.values()
        if row["jurisdiction_or_model"].startswith(each.rows)
        for figure in each.figures
        if figure.row == row["key"]
    ]


@pytest.mark.needs_data
def test_all_58_collected_rows_are_figures_about_typed_rules(shared_data: Any) -> None:
    rows = _rows(shared_data)
    assert len(rows) == 58
    missing = [f"{row['key']} ({row['jurisdiction_or_model']})" for row in rows if not _figures_of_row(row)]
    assert missing == []


@pytest.mark.needs_data
def test_no_figure_names_a_row_that_was_not_collected(shared_data: Any) -> None:
    collected = {figure.key for row in _rows(shared_data) for figure in _figures_of_row(row)}
    named = {figure.key for each in REGIMES.values() for figure in each.figures if figure.row}
    assert named == collected


@pytest.mark.needs_data
@pytest.mark.django_db
def test_each_of_the_58_rows_can_be_set_by_a_decision_without_a_change_of_code(shared_data: Any) -> None:
    coop = make_coop()
    found(coop)
    decision = record_decision(coop=coop, kind="vote", title="As the law has it", text="", by=None, at=T1)
    day = 1
    for row in _rows(shared_data):
        for figure in _figures_of_row(row):
            begins = local_midnight(T1.date() + timedelta(days=day), coop.timezone)
            set_rule(coop=coop, key=figure.rule, value=figure.value, valid_from=begins, decision=decision, at=T1)
            typed = get_rule(figure.rule).type.load(figure.value)
            assert rulebook(coop, begins).value(figure.rule) == typed, row["key"]
            day += 1


@pytest.mark.django_db
@pytest.mark.parametrize("codes", list(CASES), ids="+".join)
def test_each_form_can_be_taken_on_and_refuses_what_it_refuses(codes: tuple[str, ...]) -> None:
    """By a decision, on a co-op with every rule as it comes, in the money of its country."""
    money = {"GB": "GBP", "US": "USD"}.get(REGIMES[codes[0]].country, "EUR")
    coop = make_coop()
    type(coop).objects.filter(pk=coop.pk).update(currency=money)
    coop.refresh_from_db()
    found(coop)
    decision = record_decision(coop=coop, kind="vote", title="We become it", text="", by=None, at=T1)
    adopt_form(
        coop=coop, form=codes[0], also=codes[1:], holds_from=date(2026, 3, 1), take=[], already=False, decision=decision,
        by=None, at=T1,
    )  # fmt: skip
    later = T1 + timedelta(days=90)
    book = rulebook(coop, later)
    next_vote = record_decision(coop=coop, kind="vote", title="Another", text="", by=None, at=later)
    begins = local_midnight((later + timedelta(days=2)).date(), coop.timezone)
    for what, key, value in CASES[codes]:
        if what == "sets":
            kind: Any = get_rule(key).type
            assert kind.dump(book.value(key)) == kind.dump(kind.load(value)), key
        elif what == "refuses":
            with pytest.raises(BeyondTheFigure):
                set_rule(coop=coop, key=key, value=value, valid_from=begins, decision=next_vote, at=later)
        elif what == "allows":
            set_rule(coop=coop, key=key, value=value, valid_from=begins, decision=next_vote, at=later)


def test_every_form_makes_a_legal_person_that_there_is() -> None:
    from marke.parties.models import Coop

    for each in REGIMES.values():
        if each.kind is Kind.FORM:
            assert each.legal_form in Coop.LegalForm.values
