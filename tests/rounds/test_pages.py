"""All rounds on one page, for every member."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marke.common.rounds import RoundKind
from marke.parties.models import Coop, Membership
from marke.rounds.services import begin_round, move_round
from tests.factories.pages import browser_of
from tests.factories.parties import T0, make_coop, make_member

pytestmark = pytest.mark.django_db


def test_an_empty_page_says_what_will_appear(velo: Coop, amina: Membership) -> None:
    assert "Nothing has been carried out yet" in browser_of(amina).get("/velo/rounds/").content.decode()


def test_members_see_what_rounds_there_are_and_who_did_what(
    velo: Coop, amina: Membership, bo: Membership, market: RoundKind
) -> None:
    round = begin_round(coop=velo, kind="market", title="Cargo bikes", by=amina.party, at=T0)
    move_round(round=round, to="open", by=bo.party, at=T0)
    begin_round(coop=velo, kind="pay_run", by=None, at=T0)
    browser = browser_of(amina)
    page = browser.get("/velo/rounds/").content.decode()
    for said in ("Market 1", "Cargo bikes", "Pay run 1", ", Bo</li>", ", Amina</li>"):
        assert said in page
    assert "Pay run 1" not in browser.get("/velo/rounds/?kind=market").content.decode()
    assert browser.get("/velo/rounds/?kind=nonsense&page=99").status_code == 200
    lines = browser.get("/velo/rounds.csv?kind=market").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "Market 1,Cargo bikes" in lines[1]


def test_a_page_for_officers_is_linked_for_officers(velo: Coop, amina: Membership) -> None:
    begin_round(coop=velo, kind="pay_run", by=None, at=T0)
    treasurer = make_member(velo, "Tess", offices=("treasurer",))
    assert "/velo/pay-runs/1/" not in browser_of(amina).get("/velo/rounds/").content.decode()
    assert "/velo/pay-runs/1/" in browser_of(treasurer).get("/velo/rounds/").content.decode()


def test_three_rounds_take_as_many_queries_as_one(velo: Coop, amina: Membership, market: RoundKind) -> None:
    counts, browser = [], browser_of(amina)
    for extra in (1, 2):
        for _ in range(extra):
            round = begin_round(coop=velo, kind="market", by=amina.party, at=T0)
            move_round(round=round, to="cancelled", by=amina.party, at=T0)
        browser.get("/velo/rounds/")
        with CaptureQueriesContext(connection) as captured:
            for path in ("rounds/", "rounds.csv"):
                assert browser.get(f"/velo/{path}").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_nobody_sees_rounds_of_another_co_op(velo: Coop, amina: Membership) -> None:
    other = make_coop("other")
    begin_round(coop=other, kind="pay_run", title="Secret", by=None, at=T0)
    assert "Secret" not in browser_of(amina).get("/velo/rounds/").content.decode()
    assert browser_of(amina).get("/other/rounds/").status_code == 403
