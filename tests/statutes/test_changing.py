"""A group becomes a legal co-op: by a proposal, rule by rule, with its deed; and everything that it has stays."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from marke.common.clock import local_midnight
from marke.common.effects import effects
from marke.parties.models import Coop
from marke.rules.queries import rulebook
from marke.rules.services import record_decision, set_rule
from marke.statutes.changes import What, changes
from marke.statutes.limits import BeyondTheFigure
from marke.statutes.models import Adoption, OwnFigure
from marke.statutes.queries import awaiting_deed, our_form
from marke.statutes.services import DeedRefused, NoSuchForm, adopt_form, record_deed, set_own_figure
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
T1 = T0 + timedelta(days=30)
FROM = date(2026, 3, 1)
AFTER = T1 + timedelta(days=90)


@pytest.fixture
def coop():
    coop = make_coop()
    Coop.objects.filter(pk=coop.pk).update(legal_form="none")
    coop.refresh_from_db()
    found(coop)
    return coop


def decided(coop, at=T1):
    return record_decision(coop=coop, kind="vote", title="We become something", text="", by=None, at=at)


def become(coop, form, *also, take=(), already=False, holds_from=FROM, at=T1):
    return adopt_form(
        coop=coop,
        form=form,
        also=also,
        holds_from=holds_from,
        take=take,
        already=already,
        decision=decided(coop, at),
        by=None,
        at=at,
    )


def put(coop, key, value, at=AFTER, scope=""):
    begins = local_midnight((at + timedelta(days=1)).date(), coop.timezone)
    return set_rule(coop=coop, key=key, value=value, scope=scope, valid_from=begins, decision=decided(coop, at), at=at)


def value(coop, key, at=AFTER, **scope):
    return rulebook(coop, at).value(key, **scope)


# What is set


def test_the_rules_that_must_change_do_so_from_the_day_and_no_earlier(coop):
    become(coop, "fr_scic")
    assert value(coop, "surplus.legal_reserve", T1 + timedelta(hours=1)) == 0
    assert value(coop, "surplus.legal_reserve") == Fraction(15, 100)
    assert value(coop, "surplus.statutory_reserve") == Fraction(1, 2)


def test_what_keeps_to_the_form_stays_as_the_members_decided(coop):
    put(coop, "surplus.legal_reserve", [20, 100], at=T0 + timedelta(days=1))
    become(coop, "fr_scic")
    assert value(coop, "surplus.legal_reserve") == Fraction(20, 100)


def test_what_one_begins_with_is_taken_only_where_it_is_ticked(coop):
    become(coop, "be_cv", take=["shares.exit_window"])
    assert value(coop, "shares.exit_window") == 6
    assert value(coop, "shares.exit_effective") == "at_once"


def test_a_value_for_one_class_of_shares_must_keep_to_it_too(coop):
    put(coop, "shares.return_cap", [9, 100], at=T0 + timedelta(days=1), scope="share_class=support")
    become(coop, "be_cv", "be_recognised")
    assert value(coop, "shares.return_cap", share_class="support") == Fraction(6, 100)


def test_what_was_decided_for_later_and_goes_beyond_is_replaced(coop):
    decision = decided(coop, T0 + timedelta(days=1))
    later = local_midnight(date(2026, 5, 1), coop.timezone)
    set_rule(coop=coop, key="shares.return_cap", value=[9, 100], valid_from=later, decision=decision, at=T0 + timedelta(days=1))
    become(coop, "be_cv", "be_recognised")
    assert value(coop, "shares.return_cap", later + timedelta(days=1)) == Fraction(6, 100)


def test_the_preview_says_of_each_rule_whether_it_stays_must_change_or_is_offered(coop):
    put(coop, "shares.exit_founder_year", 4, at=T0 + timedelta(days=1))
    said = {line.rule.key: line.what for line in changes(coop, ["be_cv"], FROM)}
    assert said["shares.exit_founder_year"] is What.STAYS
    assert said["shares.exit_price"] is What.MUST
    assert said["shares.exit_window"] is What.OFFERED
    taken = {line.rule.key: line.what for line in changes(coop, ["be_cv"], FROM, take=["shares.exit_window"])}
    assert taken["shares.exit_window"] is What.SET


def test_after_the_change_the_sentence_of_the_proposal_still_tells_what_it_changed(coop):
    data = {"regime": "fr_scic", "also": [], "take": [], "already": False, "from": FROM.isoformat()}
    before = effects.get("legal_form").describe(coop, data)
    become(coop, "fr_scic")
    assert effects.get("legal_form").describe(coop, data) == before
    assert "15%" in before


# What is refused


def test_a_refusal_names_the_rule_the_value_and_the_source(coop):
    become(coop, "be_cv", "be_recognised")
    with pytest.raises(BeyondTheFigure) as refused:
        put(coop, "shares.return_cap", [8, 100])
    said = str(refused.value)
    for named in ("The highest return", "8%", "6%", "National Council", "AR/KB 8-1-1962", "2026-09"):
        assert named in said
    assert value(coop, "shares.return_cap", AFTER + timedelta(days=5)) == Fraction(6, 100)


def test_before_the_day_the_form_binds_only_what_would_last_into_it(coop):
    become(coop, "be_cv", "be_recognised", holds_from=date(2027, 1, 1))
    with pytest.raises(BeyondTheFigure):
        put(coop, "shares.return_cap", [8, 100])


def test_drafting_a_proposal_and_the_form_refuse_it_too(coop):
    become(coop, "fr_scop")
    rule = effects.get("rule")
    data = {"key": "surplus.workers", "scope": "", "value": [10, 100], "from": "2026-06-01"}
    with pytest.raises(BeyondTheFigure, match="25%"):
        rule.validate(coop, data, AFTER)
    made: Any = rule.form
    form = made({"key": "surplus.workers", "value": "10", "from_date": "2026-06-01"}, coop=coop, at=AFTER)
    assert not form.is_valid()
    assert "25%" in str(form.errors)


def test_what_if_says_why_it_cannot_be_played(coop):
    from marke.decisions.what_if import what_if

    become(coop, "fr_scop")
    played = what_if(coop=coop, key="surplus.workers", value=[10, 100], viewer=None, at=AFTER)
    assert "25%" in played.sentence


def test_forms_that_do_not_exist_or_do_not_go_together_are_refused_and_nothing_is_kept(coop):
    for form, also in (("kibbutz", ()), ("be_recognised", ()), ("nl_cooperatie", ("be_social",))):
        with pytest.raises(NoSuchForm):
            become(coop, form, *also)
    assert not Adoption.objects.exists()


@pytest.mark.parametrize(
    "codes", [("nl_vereniging", "fairshares"), ("informal", "fairshares", "quarters"), ("be_cv", "be_recognised", "quarters")]
)
def test_what_asks_of_a_rule_what_another_forbids_is_refused_before_anybody_votes(coop, codes):
    data = {"regime": codes[0], "also": list(codes[1:]), "take": [], "already": False, "from": "2026-06-01"}
    with pytest.raises(NoSuchForm, match="do not go together"):
        effects.get("legal_form").validate(coop, data, T1)
    with pytest.raises(NoSuchForm, match="do not go together"):
        become(coop, *codes)
    assert not Adoption.objects.exists()


# A figure of one's own


def own(coop, key, says, given=None, at=AFTER):
    return set_own_figure(
        coop=coop, key=key, says=says, value=given, reason="Ley 4/2001 of our region, art. 72",
        holds_from=at.date(), decision=decided(coop, at), at=at,
    )  # fmt: skip


def test_what_is_other_in_ones_country_is_overridden_by_a_decision_and_keeps_saying_so(coop):
    become(coop, "es_cooperativa")
    with pytest.raises(BeyondTheFigure):
        put(coop, "surplus.education", [2, 100])
    own(coop, "es.education", "own", [2, 100])
    later = AFTER + timedelta(days=3)
    put(coop, "surplus.education", [2, 100], at=later)
    with pytest.raises(BeyondTheFigure, match="Ley 4/2001 of our region"):
        put(coop, "surplus.education", [1, 100], at=later)
    binding = next(b for b in our_form(coop, later.date()).bindings if b.stated.key == "es.education")
    assert binding.own is not None
    assert (binding.own.says, binding.figure.value, binding.stated.value) == ("own", [1, 50], [5, 100])


def test_a_figure_that_does_not_hold_for_us_binds_nobody_until_it_holds_again(coop):
    become(coop, "es_cooperativa")
    own(coop, "es.education", "nothing")
    later = AFTER + timedelta(days=3)
    put(coop, "surplus.education", [0, 1], at=later)
    own(coop, "es.education", "stated", at=later + timedelta(days=3))
    assert value(coop, "surplus.education", later + timedelta(days=9)) == Fraction(5, 100)
    assert OwnFigure.objects.count() == 2


def test_an_amount_in_another_countrys_money_binds_nobody(coop):
    become(coop, "uk_society")
    put(coop, "shares.maximum_held", {"amount": 200_000_00})


# The deed


def test_adopted_it_awaits_its_deed_and_is_what_it_decided_once_that_is_recorded(coop):
    become(coop, "nl_cooperatie")
    coop.refresh_from_db()
    assert coop.legal_form == "none"
    waiting = awaiting_deed(coop)
    assert waiting is not None
    assert waiting.regime == "nl_cooperatie"
    record_deed(coop=coop, day=date(2026, 4, 2), number="2026/118", registration_number="81234567", by=None, at=AFTER)
    coop.refresh_from_db()
    assert (coop.legal_form, coop.registration_number) == ("cooperative", "81234567")
    assert awaiting_deed(coop) is None


def test_the_same_deed_again_changes_nothing_and_another_one_is_refused(coop):
    become(coop, "nl_cooperatie")
    deed = record_deed(coop=coop, day=date(2026, 4, 2), number="2026/118", by=None, at=AFTER)
    assert record_deed(coop=coop, day=date(2026, 4, 2), number="2026/118", by=None, at=AFTER) == deed
    with pytest.raises(DeedRefused, match="not waiting"):
        record_deed(coop=coop, day=date(2026, 4, 3), number="2026/119", by=None, at=AFTER)


def test_a_deed_of_tomorrow_is_refused_and_nothing_changes(coop):
    become(coop, "nl_cooperatie")
    with pytest.raises(DeedRefused, match="cannot have been drawn up yet"):
        record_deed(coop=coop, day=AFTER.date() + timedelta(days=2), number="1", by=None, at=AFTER)
    coop.refresh_from_db()
    assert coop.legal_form == "none"


def test_a_form_that_the_group_has_already_needs_no_deed(coop):
    become(coop, "nl_vereniging", already=True)
    coop.refresh_from_db()
    assert coop.legal_form == "association"
    assert awaiting_deed(coop) is None


def test_a_recognition_on_top_of_the_form_needs_no_second_deed(coop):
    become(coop, "be_cv", already=True)
    become(coop, "be_cv", "be_social", at=AFTER, holds_from=date(2026, 9, 1))
    assert awaiting_deed(coop) is None


def test_a_later_decision_takes_the_place_of_one_that_had_not_begun(coop):
    become(coop, "fr_scop", holds_from=date(2027, 1, 1))
    become(coop, "nl_cooperatie", at=AFTER, holds_from=date(2026, 9, 1))
    put(coop, "surplus.workers", [1, 100], at=AFTER + timedelta(days=200))
    form = our_form(coop, date(2027, 6, 1)).form
    assert form is not None
    assert form.code == "nl_cooperatie"


def test_what_was_adopted_drawn_up_and_set_is_never_changed_not_even_by_raw_sql(coop):
    become(coop, "nl_cooperatie")
    record_deed(coop=coop, day=date(2026, 4, 2), number="2026/118", by=None, at=AFTER)
    own(coop, "nl.coop.distribution", "nothing")
    for row in (Adoption.objects.get(), Adoption.objects.get().deed, OwnFigure.objects.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(number=99)
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")


def test_the_coordinator_is_asked_for_the_deed_and_others_are_not(coop):
    from marke.common.asks import asks

    become(coop, "nl_cooperatie")
    ask: Any = asks.get("deed")
    assert len(ask.of_offices(coop, frozenset({"secretary"}), AFTER)) == 1
    assert ask.of_offices(coop, frozenset(), AFTER) == []


def test_a_rule_that_a_release_adds_begins_within_the_form(coop):
    from marke.rules.limits import first_value
    from marke.rules.registry import get_rule

    become(coop, "fr_scic")
    assert first_value(coop=coop, rule=get_rule("surplus.legal_reserve"), value=[0, 1], at=AFTER) == [3, 20]


def test_another_co_ops_form_binds_nobody_else(coop):
    become(coop, "fr_scic")
    other = make_coop("other")
    found(other)
    put(other, "surplus.legal_reserve", [1, 100])
    assert make_member(other, "Bo").coop == other
