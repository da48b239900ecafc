"""A list that names somebody whom another co-op knows tells its officers nothing that the list did not say."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from marke.common import clock
from marke.intake import services
from marke.parties.models import Coop, Membership, MembershipEvent, Party
from marke.parties.queries import hidden_contacts
from tests.factories.jobs import make_job
from tests.factories.parties import T0, make_client, make_coop, make_member

TODAY = T0.date()


@pytest.fixture
def amina(coop: Coop) -> Membership:
    """A member of Rosa, who told Rosa how to reach her."""
    member = make_member(make_coop("rosa"), "Amina")
    Party.objects.filter(pk=member.party_id).update(phone="+32470999999", street="Secret street 1", city="Ghent")
    return member


def listed(coop: Coop, by: Membership, amina: Membership) -> Membership:
    sheet = f"Name;Mail;Phone\nAmina;{amina.party.email};0470123456\n".encode()
    batch = services.receive(coop=coop, filename="list.csv", content=sheet, by=by.party, at=clock.now())
    services.book_batch(batch=batch, opening_date=TODAY, leave_out_faulty=False, by=by.party, at=clock.now())
    return Membership.objects.get(coop=coop, party=amina.party)


def page(browser: Browser, path: str) -> str:
    response = browser.get(f"/velo/{path}")
    assert response.status_code == 200
    return response.content.decode()


def pages_of_officers(browser: Browser, coop: Coop, there: Membership) -> str:
    job = make_job(coop, make_client(coop))
    return page(browser, f"members/{there.number}/") + page(browser, "members.csv") + page(browser, f"jobs/{job.number}/give/")


def sign_in(membership: Membership) -> Browser:
    browser = Browser()
    assert membership.party.user is not None
    browser.force_login(membership.party.user)
    return browser


def test_officers_see_name_and_mail_address_only(
    coop: Coop, coordinator: Membership, browser: Browser, amina: Membership
) -> None:
    shown = pages_of_officers(browser, coop, listed(coop, coordinator, amina))
    assert "Amina" in shown
    assert amina.party.email in shown
    assert "+32470999999" not in shown
    assert "Secret street" not in shown
    assert "came by a list and has not shared them with Velo yet" in shown


def test_once_she_says_so_they_see_how_to_reach_her(
    coop: Coop, coordinator: Membership, browser: Browser, amina: Membership
) -> None:
    there = listed(coop, coordinator, amina)
    hers = sign_in(amina)
    assert "Share my telephone number and address" in page(hers, f"members/{there.number}/")
    for _click in range(2):
        assert hers.post("/velo/me/contact/sharing/").status_code == 302
    assert MembershipEvent.objects.filter(membership=there, by=amina.party).count() == 1
    assert "Share my telephone number" not in page(hers, f"members/{there.number}/")
    shown = pages_of_officers(browser, coop, there)
    assert "+32470999999" in shown
    assert "Secret street" in shown


def test_nobody_says_it_for_somebody_else(coop: Coop, coordinator: Membership, browser: Browser, amina: Membership) -> None:
    there = listed(coop, coordinator, amina)
    assert browser.post("/velo/me/contact/sharing/").status_code == 302
    assert set(hidden_contacts(coop)) == {there}


def test_the_co_op_that_knew_her_first_still_sees_how_to_reach_her(
    coop: Coop, coordinator: Membership, amina: Membership
) -> None:
    listed(coop, coordinator, amina)
    assert not hidden_contacts(amina.coop).exists()


def test_what_the_own_list_said_of_new_people_is_seen(coop: Coop, coordinator: Membership, browser: Browser) -> None:
    sheet = b"Name;Mail;Phone\nBo;bo@velo.example;0470123456\n"
    batch = services.receive(coop=coop, filename="list.csv", content=sheet, by=coordinator.party, at=clock.now())
    services.book_batch(batch=batch, opening_date=TODAY, leave_out_faulty=False, by=coordinator.party, at=clock.now())
    assert "0470123456" in pages_of_officers(browser, coop, Membership.objects.get(party__name="Bo"))


def test_leaving_shares_nothing(coop: Coop, coordinator: Membership, amina: Membership) -> None:
    there = listed(coop, coordinator, amina)
    sign_in(amina).post("/velo/leaving/", {"note": "", "sure": "on"})
    assert set(hidden_contacts(coop)) == {there}
