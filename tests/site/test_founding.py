"""The first hour, seen from the services: a co-op begins with a decision, and the others sign it."""

from datetime import timedelta

import pytest

from marke.common.refusal import Refused
from marke.jobs.models import Service
from marke.parties.models import Coop, Mandate, Membership, Party
from marke.parties.permissions import holds_office
from marke.parties.services import create_party, declare_founded, join_by_invitation
from marke.rules.models import Attestation, Decision, RuleValue
from marke.rules.queries import rulebook
from marke.rules.registry import rules
from marke.site.services import Founded, Plan, found_coop
from tests.factories.parties import T0

pytestmark = pytest.mark.django_db


def _plan(**changes: object) -> Plan:
    plain = {"name": "Glans", "pack": "home_services", "country": "NL", "legal_form": "none", "language": "en", "rules": {}}
    return Plan(**{**plain, **changes})  # type: ignore[arg-type]


def _person(name: str = "Ineke") -> Party:
    return create_party(name=name, email=f"{name.lower()}@example.org", language="en", at=T0)


def _found(**changes: object) -> Founded:
    return found_coop(plan=_plan(**changes), founder=_person(), at=T0)


def test_a_co_op_begins_with_one_decision_that_sets_every_rule() -> None:
    founded = _found(rules={"jobs.contribution": [8, 100]})
    values = RuleValue.objects.filter(coop=founded.coop)
    assert set(values.values_list("key", flat=True)) == {rule.key for rule in rules}
    assert set(values.values_list("decision", flat=True)) == {founded.decision.pk}
    assert founded.decision.kind == Decision.Kind.FOUNDING
    assert rulebook(founded.coop, T0).value("jobs.contribution") * 100 == 8


def test_what_the_founder_leaves_alone_is_what_the_sector_begins_with() -> None:
    book = rulebook(_found().coop, T0)
    assert book.value("jobs.matching") == "by_hand"
    assert book.value("shares.price") == 2500


def test_the_country_brings_money_and_clock() -> None:
    coop = _found(country="BR", name="Faxina Boa").coop
    assert (coop.currency, coop.timezone) == ("BRL", "America/Sao_Paulo")


def test_the_founder_coordinates_and_keeps_the_money_until_the_first_term_ends() -> None:
    founded = _found()
    ends = set(Mandate.objects.filter(coop=founded.coop).values_list("ends_on", flat=True))
    assert ends == {T0.date() + rulebook(founded.coop, T0).value("mandates.term")}
    assert holds_office(membership=founded.membership, office="coordinator", on=T0.date())
    assert holds_office(membership=founded.membership, office="treasurer", on=T0.date())


def test_the_catalogue_begins_with_the_services_of_the_sector() -> None:
    assert Service.objects.filter(coop=_found().coop).count() == 2


def test_whoever_agrees_while_the_founding_is_open_is_a_member_and_signs_the_same_decision() -> None:
    founded = _found()
    fatima = _person("Fatima")
    membership = join_by_invitation(invitation=founded.invitation, party=fatima, by=fatima, at=T0 + timedelta(hours=1))
    assert membership.state == Membership.State.MEMBER
    signed = Attestation.objects.filter(decision=founded.decision).values_list("party__name", flat=True)
    assert set(signed) == {"Ineke", "Fatima"}


def test_once_the_founding_is_complete_the_link_leads_to_an_application() -> None:
    founded = _found()
    declare_founded(coop=founded.coop, by=founded.membership.party, at=T0 + timedelta(hours=1))
    late = _person("Wilma")
    membership = join_by_invitation(invitation=founded.invitation, party=late, by=late, at=T0 + timedelta(hours=2))
    assert membership.state == Membership.State.APPLIED
    assert not Attestation.objects.filter(party=late).exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "XX"},
        {"rules": {"jobs.contribution": [130, 100]}},
        {"rules": {"jobs.contribution": "a lot"}},
        {"rules": {"no.such.rule": 1}},
        {"rules": {"jobs.matching": "<script>"}},
    ],
)
def test_a_plan_that_will_not_do_is_refused_and_leaves_nothing_behind(changes: dict[str, object]) -> None:
    founder = _person()
    with pytest.raises(Refused):
        found_coop(plan=_plan(**changes), founder=founder, at=T0)
    assert not Coop.objects.exists()
    assert not Decision.objects.exists()
    assert not Membership.objects.exists()


def test_two_co_ops_of_one_name_get_two_addresses() -> None:
    first, second = _found().coop, found_coop(plan=_plan(), founder=_person("Petra"), at=T0).coop
    assert (first.slug, second.slug) == ("glans", "glans-2")


def test_a_name_in_any_script_gets_an_address() -> None:
    coop = _found(name="働く人の協同組合").coop
    assert coop.name == "働く人の協同組合"
    assert coop.slug.isascii()
