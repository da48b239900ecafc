"""The yearly report on automated decisions counts what happened, names the rules, and costs the same however much there is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marke.dispatch.transparency import csv_rows, report
from marke.jobs import services
from marke.jobs.models import Contest, Offer
from marke.parties.models import Coop
from tests.factories.jobs import HOME, T1, make_job, open_offer, share_home
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop, jobs__matching="nearest")
    return coop


def test_decisions_of_rules_and_of_humans_are_counted_apart_with_what_became_of_them(velo: Coop) -> None:
    client = make_client(velo)
    near, far = share_home(make_member(velo, "Near"), 500), share_home(make_member(velo, "Far"), 900)
    first = make_job(velo, client, place_point=HOME)
    services.decline_offer(offer=open_offer(first), by=near.party, at=T1)
    services.accept_offer(offer=open_offer(first), by=far.party, at=T1)
    by_hand = make_job(velo, client, place="Nowhere 5")
    services.offer_job(job=by_hand, membership=near, by=None, at=T1)
    shown = report(velo, 2026)
    assert [(row.mode, row.automated, row.decisions, row.offers, row.accepted, row.declined) for row in shown.modes] == [
        ("by_hand", False, 1, 1, 0, 0),
        ("nearest", True, 2, 2, 1, 1),
    ]
    assert (shown.automated, shown.by_humans) == (2, 1)
    assert report(velo, 2025).modes == []


def test_contests_stand_with_their_outcome_and_how_long_they_took(velo: Coop) -> None:
    amina, carla = make_member(velo, "Amina"), make_member(velo, "Carla", offices=("coordinator",))
    job = make_job(velo, make_client(velo))
    asked = [
        services.contest(job=job, membership=amina, about="offer", text=f"Why {n}?", by=amina.party, at=T1) for n in range(3)
    ]
    for question, outcome, days in zip(asked, ("refused", "changed"), (4, 20), strict=False):
        services.answer_contest(contest=question, outcome=outcome, answer="Because", by=carla.party, at=T1 + timedelta(days=days))
    shown = report(velo, 2026)
    assert {(row.outcome, row.count) for row in shown.contests} == {("refused", 1), ("changed", 1), ("", 1)}
    assert (shown.contested, shown.answered_late, shown.days_to_answer) == (3, 1, 12)
    assert Contest.objects.filter(answered_at=None).get().due_at == T1 + timedelta(days=14)


def test_the_rules_that_weighed_stand_in_it_with_their_decisions(velo: Coop) -> None:
    sentences = [rule.sentence for _since, rule in report(velo, 2026).rules]
    assert any("nearest is asked first" in sentence for sentence in sentences)
    assert any("minutes further away" in sentence for sentence in sentences)


def test_it_costs_as_many_queries_however_much_was_decided(velo: Coop) -> None:
    client, near = make_client(velo), share_home(make_member(velo, "Near"), 500)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            list(csv_rows(report(velo, 2026)))
        return len(queries)

    services.decline_offer(offer=open_offer(make_job(velo, client, place_point=HOME)), by=near.party, at=T1)
    few = cost()
    for n in range(5):
        make_job(velo, client, place_point=HOME, at=T1 + timedelta(days=n))
    assert Offer.objects.count() > 3
    assert cost() == few


def test_every_member_reads_it_prints_it_and_takes_the_table_along(velo: Coop) -> None:
    amina = make_member(velo)
    make_job(velo, make_client(velo))
    browser = browser_of(amina)
    assert browser.get("/velo/transparency/").status_code == 302
    assert "Automated decisions about work in 2026" in browser.get("/velo/transparency/2026/").content.decode()
    assert browser.get("/velo/transparency/2026/csv/").content.decode().lstrip("\ufeff").startswith("what,name")
    assert browser.get("/velo/transparency/1/").status_code == 404
    assert browser_of(None).get("/velo/transparency/2026/").status_code == 302
