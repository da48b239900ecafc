"""People of the installation: signing in, acting for others, taking their data along, being erased."""

import io
import json
import zipfile
from datetime import date

import pytest

from marke.parties import services
from marke.parties.hooks import ErasureObstacle, erasure_obstacles, my_data
from marke.parties.models import Coop, Party, Representation, User
from marke.parties.my_data import my_data_archive
from marke.parties.queries import acts_for, may_act_for
from marke.parties.services.people import AddressBelongsToSignIn, CannotBeErased, NotARepresentative
from tests.factories.parties import T0, make_client, make_member, make_person

DAY = date(2026, 3, 1)


def test_a_proven_address_links_the_person_who_was_known_by_it(db: None) -> None:
    known = make_person("Amina", with_user=False)
    user = User.objects.create_user("AMINA@example.org")
    assert services.link_sign_in(user=user, at=T0) == known
    known.refresh_from_db()
    assert known.user == user


def test_a_sign_in_that_nobody_knows_gets_a_person_of_its_own(db: None) -> None:
    party = services.link_sign_in(user=User.objects.create_user("bo.van_dam@example.org"), at=T0)
    assert party.name == "Bo Van Dam"


def test_linking_never_takes_over_somebody_elses_person(db: None) -> None:
    theirs = make_person("Amina")
    other = User.objects.create_user("other@example.org")
    services.link_sign_in(user=other, at=T0)
    theirs.refresh_from_db()
    assert theirs.user is not None
    assert theirs.user != other


def test_the_first_proof_ends_sessions_opened_without_it(db: None) -> None:
    party = make_person("Amina", with_user=False)
    user = services.give_sign_in(party=party, verified=False, at=T0)
    before = user.get_session_auth_hash()
    services.link_sign_in(user=user, at=T0)
    proven = user.get_session_auth_hash()
    assert proven != before
    services.link_sign_in(user=user, at=T0)
    assert user.get_session_auth_hash() == proven


def test_an_address_signs_in_one_person(db: None) -> None:
    first = make_person("Amina")
    with pytest.raises(AddressBelongsToSignIn, match=r"amina@example\.org already signs in"):
        services.give_sign_in(party=make_person("Bo", with_user=False), email=first.email.upper(), verified=True, at=T0)


def test_the_address_of_a_sign_in_is_not_changed_like_a_telephone_number(db: None) -> None:
    party = make_person("Amina")
    with pytest.raises(AddressBelongsToSignIn):
        services.change_person(party=party, by=party, at=T0, email="new@example.org")
    party.refresh_from_db()
    assert party.email == "amina@example.org"


def test_a_person_acts_for_an_organisation_during_a_term(coop: Coop) -> None:
    bakery, person = make_client(coop).party, make_person("Bo")
    row = services.represent(party=bakery, person=person, starts_on=DAY, by=None, at=T0)
    assert may_act_for(person, DAY) == [bakery]
    assert not acts_for(person, bakery, date(2026, 2, 28))
    services.end_representation(representation=row, ends_on=date(2026, 4, 1), by=None, at=T0)
    assert acts_for(person, bakery, date(2026, 3, 31))
    assert not acts_for(person, bakery, date(2026, 4, 1))


def test_nobody_acts_for_a_person(db: None) -> None:
    amina, bo = make_person("Amina"), make_person("Bo")
    with pytest.raises(NotARepresentative, match="Bo cannot act for Amina"):
        services.represent(party=amina, person=bo, starts_on=DAY, by=None, at=T0)
    assert not Representation.objects.exists()


def test_my_data_holds_every_registered_table_as_csv_and_json(coop: Coop) -> None:
    party = make_member(coop, "Amina", offices=("treasurer",)).party
    with zipfile.ZipFile(io.BytesIO(my_data_archive(party, T0))) as archive:
        names = set(archive.namelist())
        assert {f"{table.kind}.{kind}" for table in my_data for kind in ("csv", "json")} | {"README.txt"} == names
        assert json.loads(archive.read("person.json"))[0]["name"] == "Amina"
        assert json.loads(archive.read("memberships.json"))[0]["co-op"] == "Velo"
        assert [row["state"] for row in json.loads(archive.read("membership_events.json"))] == ["applied", "member"]
        assert "Velo,treasurer" in archive.read("mandates.csv").decode("utf-8-sig")


def test_my_data_never_runs_as_a_formula(coop: Coop) -> None:
    party = make_person("=HYPERLINK(1)", with_user=False)
    with zipfile.ZipFile(io.BytesIO(my_data_archive(party, T0))) as archive:
        assert ",'=HYPERLINK(1)," in archive.read("person.csv").decode("utf-8-sig")


def test_erasing_blanks_who_somebody_was_and_keeps_the_number(coop: Coop) -> None:
    membership = make_member(coop, state="left")
    party = membership.party
    services.change_person(party=party, by=party, at=T0, phone="+32470123456", street="Kerkstraat 1")
    services.erase_party(party=party, by=party, at=T0)
    party = Party.objects.get(pk=party.pk)
    assert (party.name, party.email, party.phone, party.street, party.user) == ("Erased person", "", "", "", None)
    assert party.erased_at == T0
    assert not User.objects.exists()
    membership.refresh_from_db()
    assert membership.number == 1


def test_a_member_is_not_erased(coop: Coop) -> None:
    party = make_member(coop).party
    with pytest.raises(CannotBeErased, match="You still belong to Velo"):
        services.erase_party(party=party, by=party, at=T0)
    party.refresh_from_db()
    assert party.name == "Amina"
    assert party.user is not None


def test_who_is_owed_money_is_not_erased(coop: Coop) -> None:
    party = make_person("Amina")
    obstacle = ErasureObstacle("test", lambda asked: ["Velo still owes you €12.50."])
    erasure_obstacles.register(obstacle)
    try:
        with pytest.raises(CannotBeErased, match=r"€12\.50"):
            services.erase_party(party=party, by=party, at=T0)
    finally:
        del erasure_obstacles._entries["test"]
    assert Party.objects.get(pk=party.pk).erased_at is None
