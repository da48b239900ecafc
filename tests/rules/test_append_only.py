"""The database itself refuses to change what was decided, whoever asks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from marke.rules.models import Attestation, Decision, RuleValue
from marke.rules.services import attest, record_decision
from tests.factories.parties import make_coop, make_person
from tests.factories.rules import T0, found

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def coop():
    coop = make_coop()
    attest(decision=found(coop), party=make_person("Amina"), at=T0)
    return coop


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (Decision, RuleValue, Attestation)]


def refused(act):
    before = rows()
    with pytest.raises(IntegrityError), transaction.atomic():
        act()
    assert rows() == before


def raw(statement):
    return lambda: connection.cursor().execute(statement)


STATEMENTS = [
    "UPDATE rules_decision SET title = 'Other'",
    "UPDATE rules_decision SET taken_at = '2020-01-01'",
    "DELETE FROM rules_attestation",
    "UPDATE rules_attestation SET text_sha256 = 'x'",
    "DELETE FROM rules_rulevalue",
    "UPDATE rules_rulevalue SET value = '1'",
    "UPDATE rules_rulevalue SET valid_from = '2020-01-01'",
    "UPDATE rules_rulevalue SET scope = 'circle=1'",
    "UPDATE rules_rulevalue SET lapses_at = '2030-01-01'",
    "UPDATE rules_rulevalue SET replaced_at = valid_from",
    "UPDATE rules_rulevalue SET replaced_at = valid_from, replaced_by_id = decision_id, key = 'other.key'",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_raw_sql_is_refused(coop, statement):
    refused(raw(statement))


def test_a_decision_cannot_be_deleted(coop):
    empty = record_decision(coop=coop, kind="mandate", title="Admit", by=None, at=T0)
    refused(lambda: Decision.objects.filter(pk=empty.pk)._raw_delete("default"))


def test_a_value_can_be_replaced_once_and_only_before_it_is_in_force(coop):
    decision = record_decision(coop=coop, kind="vote", title="Change", by=None, at=T0 + DAY)
    value = RuleValue.objects.create(
        coop=coop, key="jobs.contribution", value=[1, 10], valid_from=T0 + 30 * DAY, decision=decision
    )
    this = RuleValue.objects.filter(pk=value.pk)
    refused(lambda: this.update(replaced_at=T0 + 31 * DAY, replaced_by=decision))
    this.update(replaced_at=T0 + 2 * DAY, replaced_by=decision)
    refused(lambda: this.update(replaced_at=T0 + 3 * DAY))
    refused(lambda: this.update(replaced_at=None, replaced_by=None))


def test_a_value_never_begins_before_its_decision(coop):
    decision = record_decision(coop=coop, kind="vote", title="Change", by=None, at=T0 + DAY)
    refused(lambda: RuleValue.objects.create(coop=coop, key="k", value=1, valid_from=T0, decision=decision))


def test_nothing_refers_to_another_coops_decision(coop):
    other = make_coop("blitz")
    theirs = found(other)
    refused(lambda: RuleValue.objects.create(coop=coop, key="k", value=1, valid_from=T0 + DAY, decision=theirs))
    refused(lambda: Attestation.objects.create(coop=coop, decision=theirs, party=make_person("Lea"), text_sha256="0" * 64, at=T0))
    pending = RuleValue.objects.create(coop=coop, key="k", value=1, valid_from=T0 + DAY, decision=Decision.objects.get(coop=coop))
    refused(lambda: RuleValue.objects.filter(pk=pending.pk).update(replaced_at=T0, replaced_by=theirs))


def test_two_values_never_begin_at_the_same_moment(coop):
    first = RuleValue.objects.filter(coop=coop)[0]
    refused(
        lambda: RuleValue.objects.create(
            coop=coop, key=first.key, value=first.value, valid_from=first.valid_from, decision=first.decision
        )
    )


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite knows INSERT OR REPLACE")
@pytest.mark.parametrize("table", ["rules_decision", "rules_rulevalue", "rules_attestation"])
def test_insert_or_replace_is_refused_too(coop, table):
    refused(raw(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"))


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL knows TRUNCATE")
@pytest.mark.parametrize("table", ["rules_decision", "rules_rulevalue", "rules_attestation"])
def test_truncate_is_refused_too(coop, table):
    raw("SET CONSTRAINTS ALL IMMEDIATE")()  # or PostgreSQL refuses for another reason
    refused(raw(f"TRUNCATE {table} CASCADE"))
