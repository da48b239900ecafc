"""Pages of a person, and the addresses that no co-op may have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver

from marke.parties import services
from marke.parties.front import RESERVED_SLUGS
from marke.parties.models import Coop, Membership, Party, User
from tests.factories.parties import T0, make_client, make_coop, make_member

Visit = Callable[..., Browser]


def first_words(entries: list[URLPattern | URLResolver]) -> set[str]:
    """The first part of every address at the root of the site."""
    words: set[str] = set()
    for entry in entries:
        prefix = str(entry.pattern)
        if prefix == "" and isinstance(entry, URLResolver):
            words |= first_words(entry.url_patterns)
        elif prefix:
            words.add(prefix.lstrip("^").split("/")[0])
    return words


def test_no_coop_can_have_the_address_of_a_page() -> None:
    words = {word for word in first_words(get_resolver().url_patterns) if "<" not in word and "." not in word}
    assert words - {""} <= RESERVED_SLUGS


def test_the_account_is_for_who_signed_in(member: Membership, visit: Visit) -> None:
    for path in ("/me/", "/me/data/", "/me/erasure/"):
        assert visit().get(path).status_code == 302
    assert "Velo" in visit(member).get("/me/").text


def test_i_change_what_is_known_about_me(member: Membership, visit: Visit) -> None:
    asked = {"name": "Amina Kaya", "language": "nl", "country": "be", "phone": "+32 470 12 34 56"}
    assert visit(member).post("/me/", asked).status_code == 302
    party = Party.objects.get(pk=member.party_id)
    assert (party.name, party.language, party.country, party.phone) == ("Amina Kaya", "nl", "BE", "+32470123456")


@pytest.mark.parametrize("wrong", [{"name": ""}, {"language": "xx"}, {"country": "Belgium"}, {"phone": "x" * 50}])
def test_a_wrong_answer_about_me_changes_nothing(member: Membership, visit: Visit, wrong: dict[str, str]) -> None:
    response = visit(member).post("/me/", {"name": "New", "language": "en", **wrong})
    assert response.status_code == 422
    assert Party.objects.get(pk=member.party_id).name == "Amina"


def test_my_data_is_a_zip_that_nobody_keeps(member: Membership, visit: Visit) -> None:
    response = visit(member).get("/me/data/")
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Cache-Control"] == "no-store"


def test_a_member_is_told_why_not_erased_yet(member: Membership, visit: Visit) -> None:
    browser = visit(member)
    assert "You still belong to Velo" in browser.get("/me/erasure/").text
    assert browser.post("/me/erasure/").status_code == 409
    assert Party.objects.get(pk=member.party_id).name == "Amina"


def test_who_left_is_erased_and_signed_out(coop: Coop, visit: Visit) -> None:
    membership = make_member(coop, state="left")
    browser = visit(membership)
    assert "You are erased" in browser.post("/me/erasure/", follow=True).text
    assert browser.get("/me/").status_code == 302
    assert not User.objects.exists()


@pytest.fixture
def demo(coop: Coop, settings: LazySettings) -> Coop:
    settings.DEMO = True
    coop.demo = True
    coop.save()
    make_member(coop, "Cato", offices=("coordinator",))
    make_member(coop, "Tom", offices=("treasurer",))
    make_member(coop, "Amina")
    make_member(coop, "Bo")
    make_client(coop, with_user=True)
    return coop


def test_the_demo_offers_one_person_of_each_role(demo: Coop, visit: Visit) -> None:
    from marke.parties.demo import demo_people

    make_member(make_coop("real"), "Real")
    assert [(p.party.name, p.role) for p in demo_people()] == [
        ("Amina", "Member"), ("Cato", "Coordinator"), ("Tom", "Treasurer"), ("Bakery Lund", "Client"),
    ]  # fmt: skip


def test_one_tap_signs_in(demo: Coop, visit: Visit) -> None:
    amina = Party.objects.get(name="Amina")
    browser = visit()
    assert browser.post("/demo/sign-in/", {"person": str(amina.uid)}).status_code == 302
    assert browser.get("/velo/members/").status_code == 200


def test_one_tap_leads_nowhere_else(demo: Coop, visit: Visit) -> None:
    amina = Party.objects.get(name="Amina")
    response = visit().post("/demo/sign-in/", {"person": str(amina.uid), "next": "https://evil.example/"})
    assert "evil" not in response.headers["Location"]


def test_only_people_on_the_list_and_only_in_the_demo(demo: Coop, visit: Visit, settings: LazySettings) -> None:
    real = make_member(make_coop("real"), "Real").party
    for person in (str(real.uid), "", "'; --"):
        assert visit().post("/demo/sign-in/", {"person": person}).status_code == 404
    settings.DEMO = False
    amina = Party.objects.get(name="Amina")
    assert visit().post("/demo/sign-in/", {"person": str(amina.uid)}).status_code == 404


def test_the_language_is_the_cookies_then_the_persons_then_the_coops(member: Membership, visit: Visit) -> None:
    Coop.objects.update(language="nl")
    Party.objects.filter(pk=member.party_id).update(language="en")
    assert '<html lang="nl"' in visit().get("/velo/join/").text
    browser = visit(member)
    assert '<html lang="en"' in browser.get("/velo/members/").text
    browser.cookies["django_language"] = "nl"
    assert '<html lang="nl"' in browser.get("/velo/members/").text


def test_moments_are_shown_in_the_coops_time_zone(visit: Visit, db: None) -> None:
    tokyo = make_coop("tokyo", country="JP")
    late = datetime(2026, 1, 5, 20, 0, tzinfo=UTC)  # the sixth in Tokyo
    member = make_member(tokyo, "Aiko", at=late)
    assert "6 January 2026" in visit(member).get("/tokyo/members/1/").text


def test_who_acts_for_another_finds_where_to_choose(member: Membership, visit: Visit) -> None:
    bakery = make_client(make_coop("rosa")).party
    services.represent(party=bakery, person=member.party, starts_on=T0.date(), by=None, at=T0)
    page = visit(member).get("/me/").text
    assert 'href="/rosa/acting/"' in page
    assert 'href="/velo/acting/"' in page
