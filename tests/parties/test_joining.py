"""Joining on a phone in under a minute, applying, and leaving."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from marke.common import clock, events
from marke.common.models import Mail
from marke.parties import services
from marke.parties.events import InvitationAccepted
from marke.parties.models import Coop, Invitation, Membership, Party, User
from tests.factories.parties import T0, make_coop, make_member, make_person
from tests.factories.rules import found

Visit = Callable[..., Browser]
KEY = "a-key-of-this-form"


@pytest.fixture
def founding(db: None) -> Coop:
    coop = make_coop(founded=False)
    found(coop)
    return coop


def invitation_to(coop: Coop) -> str:
    founder = make_member(coop, "Cato", offices=("coordinator",))
    made = services.invite(coop=coop, expires_at=clock.now() + timedelta(days=30), by=founder.party, at=clock.now())
    return f"/{coop.slug}/join/{made.token}/"


def answers(**changes: str) -> dict[str, str]:
    return {"name": "Amina", "email": "amina@example.org", "engagement": "self_employed", "once_key": KEY, **changes}


def mailed_code() -> str:
    """The code in the last mail: a line of its own, as one reads it on a phone."""
    (message,) = mail.outbox
    return next(
        line.strip() for line in str(message.body).splitlines() if re.fullmatch(r"[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}", line.strip())
    )


def test_who_agrees_while_the_founding_is_open_is_a_member_at_once(founding: Coop, visit: Visit) -> None:
    heard: list[InvitationAccepted] = []
    events.subscribe(InvitationAccepted, heard.append)
    address = invitation_to(founding)
    browser = visit()
    try:
        assert "I agree" in browser.get(address).text
        response = browser.post(address, answers(), follow=True)
    finally:
        events._handlers[InvitationAccepted].remove(heard.append)
    assert "Welcome, Amina" in response.text
    membership = Membership.objects.get(party__name="Amina")
    assert membership.state == "member"
    assert heard[0].party == membership.party
    assert browser.get("/velo/members/").status_code == 200  # signed in directly


def test_after_the_founding_it_is_an_application(coop: Coop, visit: Visit) -> None:
    response = visit().post(invitation_to(coop), answers(motivation="I ride."), follow=True)
    assert "Your application is in" in response.text
    membership = Membership.objects.get(party__name="Amina")
    assert (membership.state, membership.motivation) == ("applied", "I ride.")
    assert Mail.objects.get().to_address == "amina@example.org"


def test_a_telephone_number_is_enough(founding: Coop, visit: Visit) -> None:
    browser = visit()
    response = browser.post(invitation_to(founding), answers(email="", phone="0470 12 34 56"), follow=True)
    assert "Welcome, Amina" in response.text
    assert Party.objects.get(name="Amina").phone == "0470123456"
    assert browser.get("/velo/members/").status_code == 302  # nothing to sign in with


def test_a_double_tap_joins_once_and_ends_signed_in(founding: Coop, visit: Visit) -> None:
    address, browser = invitation_to(founding), visit()
    for again in (browser, visit()):
        response = again.post(address, answers(), follow=True)
        assert "Welcome, Amina" in response.text
    assert Membership.objects.count() == 2
    assert User.objects.count() == 2


def test_a_known_address_gets_a_code_first(founding: Coop, visit: Visit) -> None:
    known = make_person("Amina")
    address, browser = invitation_to(founding), visit()
    response = browser.post(address, answers(email=known.email.upper()))
    assert "Is it you?" in response.text
    assert not Membership.objects.filter(party=known).exists()
    assert browser.get("/velo/members/").status_code == 302
    response = browser.post(reverse("account_request_login_code"), {"email": known.email, "next": address})
    assert response.status_code == 302
    response = browser.post(reverse("account_confirm_login_code"), {"code": mailed_code(), "next": address}, follow=True)
    assert "You are signed in as" in response.text
    assert browser.post(address, {"engagement": "self_employed", "once_key": KEY}, follow=True).status_code == 200
    assert Membership.objects.get(party=known).state == "member"


def test_somebody_from_the_list_signs_in_with_a_code_without_signing_up(coop: Coop, visit: Visit) -> None:
    listed = make_member(coop, "Amina", with_user=False).party
    browser = visit()
    browser.post(reverse("account_request_login_code"), {"email": listed.email})
    browser.post(reverse("account_confirm_login_code"), {"code": mailed_code()})
    assert browser.get("/velo/members/").status_code == 200
    listed.refresh_from_db()
    assert listed.user is not None
    assert listed.user.address_proven_at is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "\u202e!!!"},
        {"name": "x" * 200},
        {"email": "", "phone": ""},
        {"email": "amina"},
        {"phone": "call me", "email": ""},
        {"engagement": "slave"},
        {"once_key": ""},
    ],
)
def test_a_wrong_answer_is_named_kept_and_joins_nobody(founding: Coop, visit: Visit, wrong: dict[str, str]) -> None:
    response = visit().post(invitation_to(founding), answers(**wrong))
    assert response.status_code == 422
    assert 'id="error-summary"' in response.text
    assert Membership.objects.count() == 1
    assert not User.objects.filter(email="amina@example.org").exists()


@pytest.mark.parametrize("name", ["امينة", "Ἀλέξανδρος", "李小龍", "O’Brien-García", "Ŵ"])
def test_names_of_every_script_are_names(founding: Coop, visit: Visit, name: str) -> None:
    visit().post(invitation_to(founding), answers(name=name))
    assert Party.objects.filter(name=name).exists()


def test_an_invitation_that_is_over_lets_nobody_in(founding: Coop, visit: Visit) -> None:
    address = invitation_to(founding)
    made = Invitation.objects.get()
    services.withdraw_invitation(invitation=made, by=None, at=T0)
    response = visit().post(address, answers())
    assert response.status_code == 409
    assert "This invitation to Velo is over" in response.text
    Invitation.objects.update(withdrawn_at=None, expires_at=clock.now() - timedelta(seconds=1))
    assert visit().get(address).status_code == 409
    assert Membership.objects.count() == 1


def test_an_invitation_of_another_coop_is_none(founding: Coop, visit: Visit) -> None:
    address = invitation_to(founding)
    make_coop("rosa")
    assert visit().get(address.replace("/velo/", "/rosa/")).status_code == 404


def test_one_does_not_join_twice(founding: Coop, visit: Visit) -> None:
    address, browser = invitation_to(founding), visit()
    browser.post(address, answers())
    assert "You belong here already" in browser.get(address).text
    browser.post(address, {"engagement": "self_employed", "once_key": "another-key"})
    assert Membership.objects.count() == 2


def test_without_an_invitation_a_founding_is_closed_to_strangers(founding: Coop, visit: Visit) -> None:
    response = visit().get("/velo/join/")
    assert response.status_code == 409
    assert "Ask one of them for an invitation" in response.text


def test_a_person_with_an_account_applies_without_invitation(coop: Coop, visit: Visit) -> None:
    assert "I am new here" in visit().get("/velo/join/").text
    person = make_person("Bo")
    browser = Browser()
    assert person.user is not None
    browser.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    browser.post("/velo/join/", {"engagement": "volunteer", "once_key": KEY, "motivation": ""})
    assert Membership.objects.get().engagement == "volunteer"


def test_an_officer_writes_an_application_down(coordinator: Membership, visit: Visit) -> None:
    browser = visit(coordinator)
    asked = answers(kind="person", email="", phone="0470123456")
    for _tap in range(2):
        assert browser.post("/velo/members/new/", asked).status_code == 302
    assert Membership.objects.get(state="applied").party.name == "Amina"


def test_the_invitation_shows_a_code_to_scan_and_a_link(coordinator: Membership, visit: Visit) -> None:
    browser = visit(coordinator)
    assert browser.post("/velo/invitations/", {"days": "0", "once_key": KEY}).status_code == 422
    for _tap in range(2):
        response = browser.post("/velo/invitations/", {"days": "7", "once_key": KEY}, follow=True)
    made = Invitation.objects.get()
    assert f"/velo/join/{made.token}/" in response.text
    assert "<svg" in response.text
    assert "style=" not in response.text
    browser.post(f"/velo/invitations/{made.token}/withdrawal/")
    assert browser.get(f"/velo/invitations/{made.token}/").status_code == 409


def test_while_the_founding_is_open_every_member_invites(founding: Coop, visit: Visit) -> None:
    member = make_member(founding, "Bo")
    assert visit(member).get("/velo/invitations/").status_code == 200
    services.declare_founded(coop=founding, by=None, at=T0)
    assert visit(member).get("/velo/invitations/").status_code == 403


def test_leaving_is_checked_then_confirmed_with_the_number(member: Membership, visit: Visit) -> None:
    browser = visit(member)
    assert "Check what it means" in browser.get("/velo/leaving/").text
    member.refresh_from_db()
    assert member.state == "member"
    response = browser.post("/velo/leaving/", {"note": "Moving to Porto"}, follow=True)
    assert "You have left" in response.text
    assert f"number {member.number}" in response.text
    member.refresh_from_db()
    assert member.state == "left"
    assert browser.post("/velo/leaving/", {}).status_code == 404
