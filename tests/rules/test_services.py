"""Founding, deciding, upgrading, agreeing: what is written into the book, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke.common.clock import local_midnight
from marke.common.invariants import invariants
from marke.rules.models import Attestation, Decision, RuleValue
from marke.rules.queries import RuleNotSet, Timeline, rulebook
from marke.rules.registry import NoSuchRule, register_sector, rules
from marke.rules.services import (
    AlreadyFounded,
    AttestationRefused,
    ValueRefused,
    attest,
    record_decision,
    set_rule,
    upgrade_rulebook,
    upgrade_rulebooks,
)
from marke.site.operations.installation import _bring_up_to_date
from marke_core.rulebook import Percent, Rule
from tests.factories.parties import make_coop, make_member, make_person
from tests.factories.rules import T0, found

pytestmark = pytest.mark.django_db
KEY = "jobs.contribution"
DAY = timedelta(days=1)


@pytest.fixture
def coop():
    return make_coop()


def decide(coop, kind="vote", at=T0 + DAY):
    return record_decision(coop=coop, kind=kind, title="Lower the contribution", by=None, at=at)


def midnight(coop, year, month, day):
    return local_midnight(date(year, month, day), coop.timezone)


def change(coop, value, valid_from, *, decision=None, key=KEY, at=None, **more):
    decision = decision or decide(coop)
    return set_rule(coop=coop, key=key, value=value, valid_from=valid_from, decision=decision, at=at or decision.taken_at, **more)


def doctor(coop):
    return list(invariants.get("INV-RULE-1").check(coop))


def everything(coop):
    return list(RuleValue.objects.filter(coop=coop).order_by("pk").values()), Decision.objects.filter(coop=coop).count()


# Founding


def test_the_founding_gives_every_rule_a_value(coop):
    decision = found(coop)
    book = rulebook(coop, T0)
    assert decision.kind == "founding"
    assert decision.number == 1
    assert all(book.entry(rule.key).decision_id == decision.pk for rule in rules)
    assert doctor(coop) == []


def test_what_the_founders_chose_stands_before_the_sector_and_the_sector_before_the_program(coop):
    register_sector("delivery-test", {KEY: [15, 100], "jobs.guarantee": [3, 100]})
    coop.pack = "delivery-test"
    coop.save()
    found(coop, jobs__guarantee=[4, 100])
    book = rulebook(coop, T0)
    assert book.value(KEY) == Fraction(15, 100)
    assert book.value("jobs.guarantee") == Fraction(4, 100)
    assert book.value("members.pay_visible") is False


def test_the_founding_decision_holds_the_agreement_word_for_word_in_the_language_of_the_coop(coop):
    coop.language = "nl"
    coop.save()
    with override("en"):
        text = found(coop, jobs__contribution=[25, 200]).text
    assert text.startswith("1. ")
    assert "12,5%" in text
    *sentences, rest = text.splitlines()
    assert len(sentences) == len([rule for rule in rules if not rule.fine_print])
    assert rest.startswith("Zolang we ze niet veranderen")


def test_fine_print_that_the_founders_changed_stands_in_the_agreement_and_the_rest_by_its_section(coop):
    text = found(coop, shares__maximum=3).text
    *sentences, rest = text.splitlines()
    assert any(line.endswith("A member holds at most 3 shares of a kind.") for line in sentences)
    shares = [rule for rule in rules if rule.fine_print and str(rule.section) == "Shares"]
    assert f"Shares ({len(shares) - 1})" in rest


def test_a_rulebook_is_founded_once(coop):
    found(coop)
    before = everything(coop)
    with pytest.raises(AlreadyFounded, match="Velo has its rules already"):
        found(coop)
    assert everything(coop) == before


def test_a_founding_with_a_value_that_does_not_fit_leaves_nothing_behind(coop):
    with pytest.raises(ValueRefused, match="90% is too much"):
        found(coop, jobs__contribution=[90, 100])
    with pytest.raises(NoSuchRule, match=r"jobs\.moon"):
        found(coop, jobs__moon=1)
    assert everything(coop) == ([], 0)


# A decision changes a rule


def test_a_rule_follows_the_decision_from_its_date_on(coop):
    found(coop)
    begin = midnight(coop, 2026, 2, 1)
    change(coop, [10, 100], begin)
    timeline = Timeline(coop)
    assert timeline.at(begin - timedelta(microseconds=1)).value(KEY) == Fraction(12, 100)
    assert timeline.at(begin).value(KEY) == Fraction(10, 100)
    assert doctor(coop) == []


def test_a_later_decision_replaces_what_is_not_yet_in_force(coop):
    found(coop)
    first = change(coop, [10, 100], midnight(coop, 2026, 2, 1))
    in_force = change(coop, [11, 100], midnight(coop, 2026, 1, 8), key="jobs.guarantee")
    later = decide(coop, at=T0 + 10 * DAY)
    change(coop, [11, 100], midnight(coop, 2026, 3, 1), decision=later)
    change(coop, [5, 100], midnight(coop, 2026, 3, 1), decision=later, key="jobs.guarantee")
    first.refresh_from_db()
    in_force.refresh_from_db()
    assert first.replaced_by == later
    assert first.replaced_at == later.taken_at
    assert in_force.replaced_at is None
    assert rulebook(coop, midnight(coop, 2026, 2, 10)).value(KEY) == Fraction(12, 100)
    assert doctor(coop) == []


def test_a_value_for_a_kind_of_job_leaves_the_others_as_they_are(coop):
    found(coop)
    change(coop, [8, 100], midnight(coop, 2026, 2, 1), scope="job_kind=delivery")
    change(coop, [20, 100], midnight(coop, 2026, 2, 1))
    book = rulebook(coop, midnight(coop, 2026, 2, 1))
    assert book.value(KEY, job_kind="delivery") == Fraction(8, 100)
    assert book.value(KEY, job_kind="cargo") == Fraction(20, 100)
    assert book.value(KEY) == Fraction(20, 100)
    assert doctor(coop) == []


def test_an_emergency_holds_at_once_and_lapses(coop):
    found(coop)
    emergency = decide(coop, "emergency")
    change(coop, [0, 100], emergency.taken_at, decision=emergency, lapses_at=emergency.taken_at + 7 * DAY)
    timeline = Timeline(coop)
    assert timeline.at(emergency.taken_at).value(KEY) == 0
    assert timeline.at(emergency.taken_at + 7 * DAY).value(KEY) == Fraction(12, 100)
    assert doctor(coop) == []


def test_an_emergency_does_not_undo_what_was_decided_for_later(coop):
    found(coop)
    change(coop, [10, 100], midnight(coop, 2026, 2, 1))
    emergency = decide(coop, "emergency")
    change(coop, [0, 100], emergency.taken_at, decision=emergency, lapses_at=emergency.taken_at + 90 * DAY)
    assert rulebook(coop, midnight(coop, 2026, 2, 1)).value(KEY) == Fraction(10, 100)
    assert doctor(coop) == []


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "before its decision": ({"valid_from": (2026, 1, 1)}, "before its decision of 6 January 2026. Choose a later day."),
    "too much": ({"value": [99, 100]}, "What the co-op keeps: 99% is too much. Give 75% or less."),
    "junk": ({"value": {"a": 1}}, "is not a percentage"),
    "an hour, not a day": ({"valid_from": (2026, 2, 1, 12)}, "Choose a day, not an hour."),
    "a scope that it does not have": ({"scope": "share_class=a"}, "does not vary by share_class"),
    "no scope at all": ({"scope": "moon"}, "A rule cannot vary by “moon”. Choose circle, member_class, job_kind, share_class."),
    "a lapse before it begins": ({"lapses_at": T0}, "cannot lapse before it begins"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_change_is_refused_when_it_has(coop, what):
    found(coop)
    given, said = REFUSED[what]
    moment = given.get("valid_from", (2026, 2, 1))
    begin = midnight(coop, *moment[:3]) + timedelta(hours=sum(moment[3:]))
    decision = decide(coop)
    before = everything(coop)
    with pytest.raises(ValueRefused) as refused:
        change(
            coop,
            given.get("value", [10, 100]),
            begin,
            decision=decision,
            **{k: given[k] for k in ("scope", "lapses_at") if k in given},
        )
    assert said in str(refused.value)
    assert everything(coop) == before


def test_the_past_is_never_rewritten_also_not_by_an_old_decision(coop):
    found(coop)
    old = decide(coop)
    before = everything(coop)
    with pytest.raises(ValueRefused, match="that is in the past"):
        change(coop, [10, 100], midnight(coop, 2026, 2, 1), decision=old, at=T0 + 60 * DAY)
    assert everything(coop) == before


def test_an_emergency_must_lapse_and_begins_at_once(coop):
    found(coop)
    emergency = decide(coop, "emergency")
    with pytest.raises(ValueRefused, match="must lapse"):
        change(coop, [0, 100], emergency.taken_at, decision=emergency)
    with pytest.raises(ValueRefused, match="holds at once"):
        change(coop, [0, 100], midnight(coop, 2026, 2, 1), decision=emergency, lapses_at=T0 + 90 * DAY)
    assert rulebook(coop, midnight(coop, 2026, 2, 1)).value(KEY) == Fraction(12, 100)


def test_another_coops_decision_changes_nothing_here(coop):
    found(coop)
    other = make_coop("blitz")
    theirs = decide(other)
    with pytest.raises(ValueRefused, match="is not of this co-op"):
        change(coop, [10, 100], midnight(coop, 2026, 2, 1), decision=theirs)
    assert rulebook(coop, midnight(coop, 2026, 2, 1)).value(KEY) == Fraction(12, 100)


def test_a_day_begins_at_midnight_where_the_coop_is():
    far = make_coop("tokyo", country="JP")
    found(far)
    change(far, [10, 100], datetime(2026, 1, 31, 15, tzinfo=UTC))
    assert rulebook(far, datetime(2026, 1, 31, 15, tzinfo=UTC)).value(KEY) == Fraction(10, 100)
    with pytest.raises(ValueRefused, match="Choose a day"):
        change(far, [10, 100], datetime(2026, 3, 1, tzinfo=UTC))


def test_decisions_are_numbered_without_a_gap_in_each_coop(coop):
    other = make_coop("blitz")
    assert [decide(coop).number, decide(other).number, decide(coop).number] == [1, 1, 2]


DAYS = st.integers(0, 40)
SET = st.tuples(DAYS, DAYS, st.sampled_from(["", "job_kind=delivery"]), st.integers(0, 75))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), decisions=st.lists(SET, max_size=6))
def test_whatever_is_decided_in_whatever_order_one_value_is_in_force(data, decisions):
    coop = make_coop(f"coop-{Decision.objects.count()}-{RuleValue.objects.count()}")
    found(coop)
    for decided, wait, scope, percent in sorted(decisions):
        begin = local_midnight(date(2026, 1, 6) + timedelta(days=decided + wait), coop.timezone)
        decision = decide(coop, at=local_midnight(date(2026, 1, 6) + timedelta(days=decided), coop.timezone))
        change(coop, [percent, 100], begin, decision=decision, scope=scope)
    assert doctor(coop) == []
    moment = T0 + timedelta(days=data.draw(st.integers(0, 100)))
    assert rulebook(coop, moment).entry(KEY, job_kind="delivery").valid_from <= moment


# Releases


def test_a_release_that_adds_a_rule_records_its_default_as_an_upgrade_decision(coop):
    found(coop)
    assert upgrade_rulebook(coop=coop, at=T0 + DAY) is None
    new = rules.register(
        Rule(key="test.new", type=Percent(), default=[1, 100], title="New", sentence="Newly {value}.", section="Test")
    )
    try:
        with pytest.raises(RuleNotSet, match="“New” has no value"):
            rulebook(coop, T0 + DAY).value(new.key)
        decision = upgrade_rulebook(coop=coop, at=T0 + DAY)
        assert decision is not None
        assert decision.kind == "upgrade"
        assert decision.text == "1. Newly 1%."
        assert rulebook(coop, T0 + DAY).value(new.key) == Fraction(1, 100)
        assert upgrade_rulebook(coop=coop, at=T0 + 2 * DAY) is None
        assert doctor(coop) == []
    finally:
        rules._entries.pop(new.key)


def test_a_coop_that_has_no_rules_yet_is_not_upgraded(coop):
    assert upgrade_rulebook(coop=coop, at=T0) is None
    assert upgrade_rulebooks(at=T0) == 0
    assert everything(coop) == ([], 0)


def test_whenever_the_program_starts_every_coop_gets_the_new_rules_and_only_once(coop):
    other, unfounded = make_coop("blitz"), make_coop("dash")
    found(coop)
    found(other)
    assert upgrade_rulebooks(at=T0 + DAY) == 0
    rules.register(new := Rule("test.new", Percent(), [1, 100], "New", "Newly {value}.", "Test"))
    try:
        _bring_up_to_date(create=False)
        _bring_up_to_date(create=False)
        assert [Decision.objects.filter(coop=each).count() for each in (coop, other, unfounded)] == [2, 2, 0]
        assert doctor(coop) == doctor(other) == []
    finally:
        rules._entries.pop(new.key)


# Agreeing


def test_somebody_agrees_to_a_text_word_for_word_and_once(coop):
    decision, party = found(coop), make_person("Amina")
    first = attest(decision=decision, party=party, at=T0)
    again = attest(decision=decision, party=party, at=T0 + DAY, text=decision.text)
    assert first == again
    assert first.at == T0
    assert len(first.text_sha256) == 64


def test_other_words_are_not_agreed_to(coop):
    decision, party = found(coop), make_person("Amina")
    with pytest.raises(AttestationRefused, match="These are not the words of decision 1"):
        attest(decision=decision, party=party, at=T0, text="I agree to everything.")
    assert not Attestation.objects.exists()


def test_a_clause_can_be_agreed_to_by_itself_but_not_after_the_whole(coop):
    decision, party = found(coop, members__agreement="We are kind."), make_person("Amina")
    attest(decision=decision, party=party, at=T0, text="We are kind.")
    with pytest.raises(AttestationRefused, match="Amina has already agreed to another text"):
        attest(decision=decision, party=party, at=T0)
    assert Attestation.objects.count() == 1


# Asking


@pytest.mark.parametrize("changes", [1, 3])
def test_the_rulebook_is_read_in_one_query_however_much_is_asked(coop, django_assert_num_queries, changes):
    found(coop)
    for month in range(changes):
        change(coop, [10 + month, 100], midnight(coop, 2026, 2 + month, 1))
    rulebook(coop, T0)  # whoever asks first after a change reads the rows too
    with django_assert_num_queries(1):
        book = rulebook(coop, T0)
        assert [book.value(rule.key) for rule in rules]
        assert book.entry(KEY, job_kind="delivery", member_class="worker").decision.number == 1


def test_the_rulebook_is_the_one_of_the_moment_in_which_it_is_asked(coop):
    """Rows are kept in memory: a change is seen at once, and one that was rolled back leaves nothing behind."""
    found(coop)
    then = midnight(coop, 2026, 3, 1)
    before = rulebook(coop, then).value(KEY)
    with pytest.raises(RuntimeError), transaction.atomic():
        change(coop, [5, 100], then)
        assert rulebook(coop, then).value(KEY) == Fraction(5, 100)
        raise RuntimeError("and back")
    assert rulebook(coop, then).value(KEY) == before
    change(coop, [6, 100], then)
    assert rulebook(coop, then).value(KEY) == Fraction(6, 100)
    change(coop, [7, 100], then)  # replaces the value that was to begin then
    assert rulebook(coop, then).value(KEY) == Fraction(7, 100)


def test_what_is_done_to_a_value_that_was_asked_for_stays_with_who_asked(coop):
    found(coop)
    agreed = list(rulebook(coop, T0).entry(KEY).value)
    rulebook(coop, T0).entry(KEY).value.append("spoilt")
    assert rulebook(coop, T0).entry(KEY).value == agreed


def test_the_doctor_finds_a_value_that_no_longer_fits(coop, monkeypatch):
    found(coop)
    monkeypatch.setitem(rules._entries, KEY, Rule(KEY, Percent(most=Fraction(1, 100)), [1, 100], "", "{value}", ""))
    assert "too much" in doctor(coop)[0].what


def test_the_first_office_is_held_as_long_as_the_rule_says(coop):
    """The rules about people are asked by the app below, through what this one hands it."""
    from marke.parties import policy

    assert policy.term(coop, T0) == timedelta(days=730)
    found(coop, mandates__term=365 * 86_400, mandates__lapse="members")
    assert policy.term(coop, T0) == timedelta(days=365)
    assert policy.lapse(coop, T0) == "members"


def test_my_data_holds_what_i_agreed_to(coop):
    from marke.parties.hooks import my_data

    member = make_member(coop, "Amina")
    attest(decision=found(coop), party=member.party, at=T0)
    (row,) = my_data.get("agreements").rows(member.party)
    assert row["coop"] == "Velo"
    assert row["decision"] == 1
