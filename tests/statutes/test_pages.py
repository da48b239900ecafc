"""Our legal form, comparing, changing, the deed: what the pages show, to whom, and that a browser can do it all."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml.html import HtmlElement, document_fromstring

from marke.common import clock
from marke.common.clock import local_date
from marke.decisions.models import Proposal
from marke.parties.models import Coop, Membership
from marke.rules.services import record_decision
from marke.statutes.models import Adoption, Deed
from marke.statutes.services import adopt_form, record_deed, set_own_figure
from tests.factories.pages import browser_of
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
AGO = timedelta(days=10)


@pytest.fixture
def coop() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


def adopt(coop: Coop, form: str, *also: str, already: bool = False) -> None:
    at = clock.now() - AGO
    decision = record_decision(coop=coop, kind="vote", title="We become it", text="", by=None, at=at)
    adopt_form(
        coop=coop, form=form, also=also, holds_from=local_date(at, coop.timezone), take=[], already=already,
        decision=decision, by=None, at=at,
    )  # fmt: skip


def coordinator(coop: Coop) -> Membership:
    return make_member(coop, "Amina", offices=("coordinator",))


def read(browser: Browser, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


def filled_in(page: str) -> dict[str, Any]:
    """What a browser would send of the page's main form as it stands."""
    document = document_fromstring(page)
    assert isinstance(document, HtmlElement)
    return dict(next(form for form in document.forms if form.get("class") == "form").form_values())


def tomorrow_and_more(coop: Coop) -> str:
    return (local_date(clock.now(), coop.timezone) + timedelta(days=40)).isoformat()


def test_who_has_chosen_nothing_reads_what_it_is_for(coop: Coop) -> None:
    told = read(browser_of(None), "/velo/legal-form/")
    assert "The figures of our law are not here yet" in told  # it calls itself a co-operative
    Coop.objects.filter(pk=coop.pk).update(legal_form="none")
    told = read(browser_of(None), "/velo/legal-form/")
    assert "Nobody has said which form we follow" in told


def test_every_figure_stands_there_with_its_source_its_doubt_and_our_own_rule(coop: Coop) -> None:
    adopt(coop, "be_cv", "be_recognised", already=True)
    told = read(browser_of(coordinator(coop)), "/velo/legal-form/")
    for said in ("AR/KB 8-1-1962", "2026-09", "which holds today was not looked up", "Shares never bring more than", "decision"):
        assert said in told
    assert "the co-op sees to it itself" in told


def test_a_stranger_reads_the_figures_and_not_which_decision_it_was(coop: Coop) -> None:
    adopt(coop, "be_cv", already=True)
    book = reverse("rules:decision", args=["velo", Adoption.objects.get().decision.number])
    assert book not in read(browser_of(None), "/velo/legal-form/")
    assert book in read(browser_of(coordinator(coop)), "/velo/legal-form/")


def test_a_figure_of_our_own_keeps_saying_so(coop: Coop) -> None:
    adopt(coop, "es_cooperativa", already=True)
    at = clock.now() - timedelta(days=3)
    decision = record_decision(coop=coop, kind="vote", title="Our region", text="", by=None, at=at)
    set_own_figure(
        coop=coop, key="es.education", says="own", value=[2, 100], reason="Ley 11/2019 of Euskadi", holds_from=at.date(),
        decision=decision, at=at,
    )  # fmt: skip
    told = read(browser_of(coordinator(coop)), "/velo/legal-form/")
    assert "Ley 11/2019 of Euskadi" in told
    assert "Our own" in told


def test_the_figures_are_given_as_csv_and_json(coop: Coop) -> None:
    adopt(coop, "fr_scic", already=True)
    data = json.loads(read(browser_of(None), "/velo/legal-form/figures.json"))
    assert (data["form"], data["awaits_deed"]) == ("fr_scic", False)
    legal = next(row for row in data["figures"] if row["figure"] == "fr.reserve.legal")
    assert (legal["bound"], legal["value"], legal["keeps_to_it"]) == ("least", [15, 100], True)
    assert "les-scic.coop" in read(browser_of(None), "/velo/legal-form/figures.csv")
    assert "subchapter T" in read(browser_of(None), "/velo/legal-form/forms.csv")


def test_forms_of_ones_own_country_are_compared_and_the_others_are_one_tap_away(coop: Coop) -> None:
    near = read(browser_of(None), "/velo/legal-form/forms/")
    assert "CV / SC, co-operative company (Belgium)" in near
    assert "SCIC (France)" not in near
    assert "SCIC (France)" in read(browser_of(None), "/velo/legal-form/forms/?all=1")


def test_forms_are_compared_question_by_question(coop: Coop) -> None:
    page = read(browser_of(None), "/velo/legal-form/forms/")
    surplus = page.split("The surplus</summary>")[1].split("</details>")[0]
    assert "vzw / asbl (Belgium)" in surplus and "The part of founders: exactly 0%" in surplus
    assert "The members decide: a group without a legal form." in surplus


def test_a_deed_that_came_before_its_form_begins_is_shown(coop: Coop) -> None:
    at = clock.now()
    decision = record_decision(coop=coop, kind="vote", title="We become it", text="", by=None, at=at)
    day = local_date(at, coop.timezone) + timedelta(days=40)
    adopt_form(coop=coop, form="be_cv", also=(), holds_from=day, take=[], already=False, decision=decision, by=None, at=at)
    record_deed(coop=coop, day=local_date(at, coop.timezone), number="2026/77", by=None, at=at)
    page = read(browser_of(None), "/velo/legal-form/")
    assert "2026/77" in page and "From that day on each rule says here" in page
    assert "The figures of our law are not here yet" not in page


def test_a_member_goes_from_choosing_to_a_proposal_in_three_pages(coop: Coop) -> None:
    browser = browser_of(coordinator(coop))
    day = tomorrow_and_more(coop)
    first = browser.get("/velo/legal-form/change/", {"regime": "be_cv", "also": ["be_social"], "from_date": day})
    assert first.status_code == 302
    seen = read(browser, first["Location"])
    assert "These must change" in seen
    assert "What is paid back for shares" in seen
    assert Proposal.objects.count() == 0
    second = browser.post(first["Location"], {"take": ["shares.exit_window", "shares.exit_effective"]})
    assert second.status_code == 302
    sent = filled_in(read(browser, second["Location"]))
    drafted = browser.post(second["Location"], sent)
    assert drafted.status_code == 302, drafted.content[:800]
    proposal = Proposal.objects.get()
    assert proposal.effect_data == {
        "regime": "be_cv", "also": ["be_social"], "take": ["shares.exit_effective", "shares.exit_window"],
        "already": False, "from": day,
    }  # fmt: skip
    assert "becomes" in read(browser, drafted["Location"])
    edited = read(browser, f"/velo/proposals/{proposal.number}/draft/")
    assert 'value="be_social"' in edited


def test_what_does_not_go_together_is_said_beside_the_question(coop: Coop) -> None:
    browser = browser_of(coordinator(coop))
    asked = {"regime": "be_vzw", "also": ["be_social"], "from_date": tomorrow_and_more(coop)}
    answer = browser.get("/velo/legal-form/change/", asked)
    assert answer.status_code == 422
    assert "does not go together" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    ["", "?regime=kibbutz", "?regime=be_cv&from_date=2020-01-01", "?regime=be_cv&also=%00,x&from_date=soon", "?regime=be_social"],
)
def test_a_hostile_address_of_the_preview_is_answered(coop: Coop, query: str) -> None:
    browser = browser_of(coordinator(coop))
    assert browser.get(f"/velo/legal-form/change/preview/{query}").status_code == 422
    assert browser.post(f"/velo/legal-form/change/preview/{query}", {"take": "x"}).status_code == 422


def test_a_figure_is_proposed_by_form_and_a_missing_value_is_asked_for(coop: Coop) -> None:
    adopt(coop, "fr_scic", already=True)
    browser = browser_of(coordinator(coop))
    address = "/velo/proposals/new/?effect=own_figure&figure=fr.reserve.legal"
    sent = filled_in(read(browser, address))
    answers = {**sent, "value": "", "reason": "Our statutes, art. 12", "from_date": tomorrow_and_more(coop)}
    assert browser.post(address, answers).status_code == 422
    assert browser.post(address, {**answers, "value": "10"}).status_code == 302
    assert Proposal.objects.get().effect_data["value"] == [1, 10]


def test_the_deed_is_looked_at_once_more_before_it_is_recorded(coop: Coop) -> None:
    adopt(coop, "be_cv")
    browser = browser_of(coordinator(coop))
    assert "Record the deed" in read(browser, "/velo/legal-form/")
    today = local_date(clock.now(), coop.timezone).isoformat()
    answers = {"day": today, "number": "2026/77", "drawn_up_by": "", "registration_number": "0123.456.749"}
    shown = browser.post("/velo/legal-form/deed/", answers)
    assert "Check before it is recorded" in shown.content.decode()
    assert not Deed.objects.exists()
    assert browser.post("/velo/legal-form/deed/", {**answers, "sure": "1"}).status_code == 302
    assert Deed.objects.get().number == "2026/77"
    assert "2026/77" in read(browser, "/velo/legal-form/")


def test_a_deed_of_tomorrow_keeps_what_was_typed_and_says_why(coop: Coop) -> None:
    adopt(coop, "be_cv")
    answers = {"day": tomorrow_and_more(coop), "number": "2026/77", "sure": "1"}
    answer = browser_of(coordinator(coop)).post("/velo/legal-form/deed/", answers)
    assert answer.status_code == 422
    assert "2026/77" in answer.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_figures(coop: Coop) -> None:
    adopt(coop, "nl_cooperatie", already=True)
    browser = browser_of(None)
    read(browser, "/velo/legal-form/")
    with CaptureQueriesContext(connection) as few:
        read(browser, "/velo/legal-form/")
    other = make_coop("other")
    found(other)
    adopt(other, "be_cv", "be_recognised", "be_social", "fairshares", already=True)
    read(browser, "/other/legal-form/")
    with CaptureQueriesContext(connection) as many:
        read(browser, "/other/legal-form/")
    assert len(many) == len(few)
