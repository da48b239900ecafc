"""The pages of members: who sees what, search and paging, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from marke.parties import services
from marke.parties.models import Circle, Coop, Mandate, Membership, Party
from tests.factories.parties import T0, make_client, make_coop, make_member, make_person

Visit = Callable[..., Browser]
HOSTILE = "<script>alert(1)</script>"


def test_a_stranger_is_asked_to_sign_in_and_comes_back(coop: Coop, visit: Visit) -> None:
    response = visit().get("/velo/members/?q=amina")
    assert response.status_code == 302
    assert response.headers["Location"] == "/accounts/login/?next=%2Fvelo%2Fmembers%2F%3Fq%3Damina"


@pytest.mark.parametrize(
    "path",
    ["members/", "members/1/", "circles/", "mandates/", "invitations/", "details/", "members.csv", "members/new/", "home-base/"],
)
def test_a_member_of_another_coop_sees_no_page_of_members(member: Membership, visit: Visit, path: str) -> None:
    outsider = make_member(make_coop("rosa"), "Outsider", offices=("coordinator", "treasurer", "secretary"))
    response = visit(outsider).get(f"/velo/{path}")
    assert response.status_code == 403
    assert "Amina" not in response.text


@pytest.mark.parametrize(
    "path",
    ["members.csv", "members/new/", "details/", "circles/new/", "mandates/new/", "members/1/contact/", "invitations/"],
)  # fmt: skip
def test_a_member_without_office_is_told_whose_page_it_is(member: Membership, visit: Visit, path: str) -> None:
    response = visit(member).get(f"/velo/{path}")
    assert response.status_code == 403


def test_a_coop_that_is_not_there_is_not_found(db: None, visit: Visit) -> None:
    assert visit().get("/nowhere/members/").status_code == 404


def test_the_list_finds_by_name_and_number(member: Membership, visit: Visit) -> None:
    make_member(member.coop, "Çağla Öztürk")
    browser = visit(member)
    assert "Çağla Öztürk" in browser.get("/velo/members/", {"q": "öztürk"}).text
    assert "Çağla Öztürk" in browser.get("/velo/members/", {"q": "3"}).text
    assert "Cato" not in browser.get("/velo/members/", {"q": "Öztürk"}).text
    assert "Nobody found" in browser.get("/velo/members/", {"q": HOSTILE + "\x00"}).text


@pytest.mark.parametrize("address", ["?page=0", "?page=999", "?page=x", "?state=nonsense", "?q=" + "9" * 200])
def test_an_odd_address_shows_a_page_all_the_same(member: Membership, visit: Visit, address: str) -> None:
    assert visit(member).get(f"/velo/members/{address}").status_code == 200


@pytest.mark.parametrize("path", ["members/", "circles/", "mandates/", "members/1/"])
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(coordinator: Membership, visit: Visit, path: str) -> None:
    coop, browser = coordinator.coop, visit(coordinator)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert browser.get(f"/velo/{path}").status_code == 200
        return len(counted)

    def add(name: str) -> None:
        membership = make_member(coop, name, offices=("treasurer",))
        circle = services.create_circle(coop=coop, name=name, by=None, at=T0)
        services.join_circle(circle=circle, membership=membership, by=None, at=T0)
        services.join_circle(circle=circle, membership=coordinator, by=None, at=T0)
        make_member(coop, f"{name} applies", state="applied")

    add("A")
    queries()
    few = queries()
    add("B")
    add("C")
    assert queries() == few


def test_others_see_name_number_circles_and_offices_and_nothing_else(member: Membership, visit: Visit) -> None:
    other = make_member(member.coop, "Bo", offices=("treasurer",))
    services.change_person(party=other.party, by=None, at=T0, phone="+32470999888", street="Geheimstraat 7")
    page = visit(member).get(f"/velo/members/{other.number}/").text
    assert "Treasurer" in page
    for secret in ("470999888", "Geheimstraat", other.party.email):
        assert secret not in page


def test_i_see_everything_of_mine_and_an_officer_sees_it_too(member: Membership, coordinator: Membership, visit: Visit) -> None:
    services.change_person(party=member.party, by=None, at=T0, phone="+32470999888")
    for who in (member, coordinator):
        assert "470999888" in visit(who).get(f"/velo/members/{member.number}/").text


def test_members_do_not_see_who_was_refused(member: Membership, visit: Visit) -> None:
    refused = make_member(member.coop, "Bo", state="refused")
    assert visit(member).get(f"/velo/members/{refused.number}/").status_code == 403


def test_the_csv_follows_the_search_and_never_runs_as_a_formula(coordinator: Membership, visit: Visit) -> None:
    make_member(coordinator.coop, "=1+1 Bo", with_user=False)
    text = visit(coordinator).get("/velo/members.csv", {"q": "Bo"}).content.decode("utf-8-sig")
    assert len(text.splitlines()) == 2
    assert "'=1+1 Bo" in text


def test_a_suspended_member_looks_but_does_not_act(coordinator: Membership, visit: Visit) -> None:
    suspended = make_member(coordinator.coop, "Bo", state="suspended")
    circle = services.create_circle(coop=coordinator.coop, name="Bikes", by=None, at=T0)
    browser = visit(suspended)
    assert browser.get("/velo/members/").status_code == 200
    assert browser.post(f"/velo/circles/{circle.pk}/membership/").status_code == 403
    assert not circle.members.exists()


def test_the_notice_of_a_lapsed_office_stands_on_every_page_of_members(coordinator: Membership, visit: Visit) -> None:
    holder = make_member(coordinator.coop, "Bo", offices=("treasurer",))
    Mandate.objects.filter(membership=holder).update(ends_on="2026-02-01")
    for path in ("members/", "mandates/", "details/"):
        page = visit(coordinator).get(f"/velo/{path}").text
        assert "The mandate of Treasurer ended on" in page
        assert "Bo stays on as caretaker" in page


def test_a_mandate_is_given_with_a_term_and_a_reason(member: Membership, coordinator: Membership, visit: Visit) -> None:
    asked = {"membership": member.number, "office": "treasurer", "starts_on": "2026-11-01", "ends_on": "2028-11-01"}
    browser = visit(coordinator)
    assert browser.post("/velo/mandates/new/", asked).status_code == 422
    assert browser.post("/velo/mandates/new/", {**asked, "reason": "x", "ends_on": "2026-10-01"}).status_code == 422
    assert not Mandate.objects.filter(office="treasurer").exists()
    assert browser.post("/velo/mandates/new/", {**asked, "reason": "Chosen on 3 March"}).status_code == 302
    assert browser.post("/velo/mandates/new/", {**asked, "reason": "twice"}).status_code == 422
    mandate = Mandate.objects.get(office="treasurer")
    assert (mandate.membership, mandate.given_by) == (member, coordinator.party)


def test_the_holder_lays_an_office_down_and_others_may_not_take_it(coordinator: Membership, visit: Visit) -> None:
    holder = make_member(coordinator.coop, "Bo", offices=("treasurer",))
    other = make_member(coordinator.coop, "Cem")
    mandate = Mandate.objects.get(membership=holder)
    assert visit(other).post(f"/velo/mandates/{mandate.pk}/end/", {"reason": "no"}).status_code == 403
    assert visit(holder).post(f"/velo/mandates/{mandate.pk}/end/", {"reason": "Moving away"}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.ended_by == holder.party


def test_circles_are_started_by_officers_and_joined_by_members(member: Membership, coordinator: Membership, visit: Visit) -> None:
    officer = visit(coordinator)
    assert officer.post("/velo/circles/new/", {"name": "Bikes"}).status_code == 302
    assert officer.post("/velo/circles/new/", {"name": "BIKES"}).status_code == 422
    circle = Circle.objects.get()
    browser = visit(member)
    browser.post(f"/velo/circles/{circle.pk}/membership/")
    assert "Leave this circle" in browser.get(f"/velo/circles/{circle.pk}/").text
    assert browser.post(f"/velo/circles/{circle.pk}/closing/").status_code == 403
    officer.post(f"/velo/circles/{circle.pk}/closing/")
    circle.refresh_from_db()
    assert circle.closed_at is not None


def test_a_circle_of_another_coop_is_not_found(member: Membership, visit: Visit) -> None:
    other = services.create_circle(coop=make_coop("rosa"), name="Bikes", by=None, at=T0)
    assert visit(member).get(f"/velo/circles/{other.pk}/").status_code == 404
    assert visit(member).post(f"/velo/circles/{other.pk}/membership/").status_code == 404


def test_what_is_typed_is_shown_as_text(coordinator: Membership, visit: Visit) -> None:
    make_member(coordinator.coop, HOSTILE, with_user=False)
    page = visit(coordinator).get("/velo/members/").text
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def details(**changes: str) -> dict[str, str]:
    return {"name": "Velo", "language": "en", **changes}


def test_the_coordinator_says_who_the_coop_is(coordinator: Membership, visit: Visit) -> None:
    asked = details(
        vat_number="BE 0403.170.701", iban="be71 0961 2345 6769", accent="#1A5F4A", city="Gent", phone="+32 9 123 45 67"
    )
    assert visit(coordinator).post("/velo/details/", asked).status_code == 302
    coop = Coop.objects.get()
    assert (coop.vat_number, coop.iban, coop.accent, coop.city, coop.phone) == (
        "BE0403170701", "BE71096123456769", "#1a5f4a", "Gent", "+3291234567",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [("vat_number", "BE0403170702"), ("iban", "BE71096123456760"), ("accent", "red"), ("email", "nobody"), ("phone", "call me"),
     ("name", "  "), ("name", "!!!")],
)  # fmt: skip
def test_a_wrong_detail_is_named_and_nothing_is_saved(coordinator: Membership, visit: Visit, field: str, value: str) -> None:
    response = visit(coordinator).post("/velo/details/", details(city="Gent", **{field: value}) if field not in details() else
                                       {**details(city="Gent"), field: value})  # fmt: skip
    assert response.status_code == 422
    assert 'id="error-summary"' in response.text
    assert Coop.objects.get().city == ""


def test_the_legal_form_is_shown_with_the_page_that_decides_it_and_is_not_filled_in(
    coordinator: Membership, visit: Visit
) -> None:
    browser = visit(coordinator)
    page = browser.get("/velo/details/").text
    assert "Co-operative" in page
    assert 'href="/velo/legal-form/"' in page
    assert 'name="legal_form"' not in page
    assert browser.post("/velo/details/", details(legal_form="none", city="Gent")).status_code == 302
    coop = Coop.objects.get()
    assert (coop.city, coop.legal_form) == ("Gent", "cooperative")


def test_an_organisation_is_represented_by_a_person(coordinator: Membership, visit: Visit) -> None:
    coop = coordinator.coop
    party = services.create_party(kind=Party.Kind.ORGANISATION, name="Bakery", language="en", at=T0)
    membership = services.apply_for_membership(coop=coop, party=party, by=None, at=T0)
    services.admit_member(membership=membership, by=None, at=T0)
    baker = make_person("Bo")
    officer = visit(coordinator)
    address = f"/velo/members/{membership.number}/representatives/"
    assert officer.post(address, {"email": "unknown@example.org"}).status_code == 422
    assert officer.post(address, {"email": baker.email}).status_code == 302
    browser = Browser()
    assert baker.user is not None
    browser.force_login(baker.user, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get("/velo/acting/")
    assert "you act for Bakery now" in page.text
    assert browser.get("/velo/members/").status_code == 200
    row = baker.represents.get()
    officer.post(f"{address}{row.pk}/end/")
    assert browser.get("/velo/members/").status_code == 403


def test_one_chooses_for_whom_one_acts(coordinator: Membership, visit: Visit) -> None:
    bakery = make_client(coordinator.coop).party
    services.represent(party=bakery, person=coordinator.party, starts_on=T0.date(), by=None, at=T0)
    browser = visit(coordinator)
    assert browser.post("/velo/acting/", {"party": str(make_person("Cem").uid)}).status_code == 404
    assert browser.post("/velo/acting/", {"party": str(bakery.uid)}).status_code == 302


def test_the_home_base_is_shared_and_taken_back_by_the_member(member: Membership, visit: Visit) -> None:
    browser = visit(member)
    assert browser.post("/velo/home-base/", {"latitude": "91", "longitude": "x"}).status_code in (200, 422)
    browser.post("/velo/home-base/", {"latitude": "50.8466", "longitude": "4.3528"})
    member.refresh_from_db()
    assert (member.home_lat_e7, member.home_lon_e7) == (508466000, 43528000)
    browser.post("/velo/home-base/", {"forget": "1"})
    member.refresh_from_db()
    assert member.home_lat_e7 is None


def test_an_officer_of_one_coop_does_not_decide_who_somebody_is_in_another(coordinator: Membership, visit: Visit) -> None:
    here, elsewhere = coordinator.coop, make_coop("rosa")
    person = make_member(here, "Bo", with_user=False)
    organisation = services.create_party(kind=Party.Kind.ORGANISATION, name="Bakery", language="en", at=T0)
    bakery = services.apply_for_membership(coop=here, party=organisation, by=None, at=T0)
    for party in (person.party, organisation):
        services.ensure_client(coop=elsewhere, party=party, at=T0)
    browser = visit(coordinator)
    answers = {"name": "Bo", "language": "en", "email": coordinator.party.email}
    assert browser.post(f"/velo/members/{person.number}/contact/", answers).status_code == 403
    naming = {"email": coordinator.party.email}
    assert browser.post(f"/velo/members/{bakery.number}/representatives/", naming).status_code == 403
    person.party.refresh_from_db()
    assert person.party.email == "bo@velo.example"
    assert not organisation.representatives.exists()


def test_an_officer_keeps_the_contact_of_a_member_who_never_signed_in(coordinator: Membership, visit: Visit) -> None:
    person = make_member(coordinator.coop, "Bo", with_user=False)
    answers = {"name": "Bo Janssens", "language": "nl", "email": "new@example.org"}
    assert visit(coordinator).post(f"/velo/members/{person.number}/contact/", answers).status_code == 302
    person.party.refresh_from_db()
    assert (person.party.name, person.party.email) == ("Bo Janssens", "new@example.org")
    member = make_member(coordinator.coop, "Cem")
    assert visit(coordinator).post(f"/velo/members/{member.number}/contact/", answers).status_code == 403
