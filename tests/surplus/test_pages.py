"""The pages of a year: everybody looks, who handles the money acts."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marke.common import clock
from marke.surplus import services
from marke.surplus.models import YearClose
from tests.surplus.scene import AFTER, LATER, closed, earn, make_year, propose, start, vote

pytestmark = pytest.mark.django_db
SHARED: dict[str, Any] = {"surplus__legal_reserve": [15, 100], "surplus__workers": [1, 2], "surplus__cash": [1, 5]}


@pytest.fixture(autouse=True)
def _february(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person.party.user)
    return client


def url(name, coop, *args):
    return reverse(f"surplus:{name}", args=[coop.slug, *args])


def text(response) -> str:
    assert response.status_code == 200, response.content.decode()[:500]
    return " ".join(response.content.decode().split())


def test_a_year_that_is_over_is_offered_to_who_handles_the_money():
    coop, people = make_year(**SHARED)
    assert "2025 is over" in text(signed_in(people[0]).get(url("years", coop)))
    assert "No year has been closed yet" in text(signed_in(people[1]).get(url("years", coop)))
    response = signed_in(people[1]).post(url("years", coop), {"once_key": "k"})
    assert response.status_code == 403
    assert not YearClose.objects.exists()


def test_the_button_twice_makes_one_preview():
    coop, people = make_year(**SHARED)
    browser = signed_in(people[0])
    for _ in range(2):
        response = browser.post(url("years", coop), {"once_key": "a" * 32})
        assert response.status_code in (302, 409)
    assert YearClose.objects.count() == 1


def test_every_member_sees_the_year_and_their_own_part_in_the_preview():
    coop, people = make_year(**SHARED)
    start(coop, people[0])
    page = text(signed_in(people[1]).get(url("year", coop, 1)))
    for said in (
        "€72.00",
        "Set aside, as the law asks",
        "legal reserve",
        "€10.80",
        "My 2025",
        "You get",
        "€10.20",
        "Left for later years",
    ):
        assert said in page, said
    assert "Propose it" not in page
    mine = text(signed_in(people[1]).get(url("mine", coop, 1)))
    for said in ("€10.20", "€200.00 of €600.00", "€30.60", "Nothing is decided yet", "€2.04", "€8.16"):
        assert said in mine, said


def test_the_years_page_asks_as_much_for_three_as_for_one(django_assert_max_num_queries):
    coop, people = make_year(**SHARED)
    services.pay_year(year=closed(coop, people), by=None, at=LATER)
    browser = signed_in(people[1])
    browser.get(url("years", coop))
    with django_assert_max_num_queries(40) as one:
        browser.get(url("years", coop))
    services.start_year(coop=coop, since=datetime(2026, 1, 1).date(), until=datetime(2026, 2, 1).date(), by=None, at=LATER)
    with django_assert_max_num_queries(len(one.captured_queries)):
        browser.get(url("years", coop))


def test_it_is_proposed_on_the_page_and_the_proposal_says_what_would_happen():
    coop, people = make_year(**SHARED)
    year = start(coop, people[0])
    browser = signed_in(people[0])
    assert "computed once more" in text(browser.get(url("proposal", coop, 1)))
    response = browser.post(url("proposal", coop, 1), {"title": "Close 2025", "text": "A good year.", "once_key": "b" * 32})
    assert response.status_code == 302
    proposal = text(browser.get(response["Location"]))
    assert "A good year." in proposal
    year.refresh_from_db()
    assert year.digest in proposal
    assert "€6.12 is paid to members" in proposal


def test_what_was_decided_is_paid_on_the_page_after_the_report():
    coop, people = make_year(surplus__liquidity=12, **SHARED)
    closed(coop, people)
    browser = signed_in(people[0])
    assert "€6.12" in text(browser.get(url("payment", coop, 1)))
    assert "12 months" in text(browser.post(url("payment", coop, 1), {"report": ""}))
    assert browser.post(url("payment", coop, 1), {"report": "I looked at the bank."}).status_code == 302
    assert "went to your pay" in text(signed_in(people[1]).get(url("mine", coop, 1)))


def test_a_lost_vote_offers_to_look_again():
    coop, people = make_year(**SHARED)
    vote(propose(start(coop, people[0]), people[0]), people, "against")
    browser = signed_in(people[0])
    assert "It was not adopted" in text(browser.get(url("year", coop, 1)))
    assert browser.post(url("preview", coop, 1)).status_code == 302
    assert browser.post(url("cancellation", coop, 1)).status_code == 302
    assert YearClose.objects.get().round.state == "cancelled"


def test_a_loss_is_shown_as_one():
    coop, people = make_year(**SHARED)
    earn(coop, -100_00, kind="expense")
    start(coop, people[0])
    page = text(signed_in(people[1]).get(url("year", coop, 1)))
    assert "−€28.00" in page
    assert "cost more than it brought" in page


def test_papers_and_lists():
    coop, people = make_year(**SHARED)
    start(coop, people[0])
    paper = signed_in(people[1]).get(url("statement", coop, 1))
    assert paper.content.startswith(b"%PDF")
    browser = signed_in(people[0])
    archive = zipfile.ZipFile(io.BytesIO(browser.get(url("statements", coop, 1)).content))
    assert archive.namelist() == ["000001.pdf", "000002.pdf", "000003.pdf"]
    lines = browser.get(url("members_csv", coop, 1)).content.decode().splitlines()
    assert len(lines) == 4
    assert "15.30" in lines[1]
    assert "30.60" in browser.get(url("steps_csv", coop, 1)).content.decode()
    assert signed_in(people[1]).get(url("members_csv", coop, 1)).status_code == 403


def test_a_small_group_whose_rules_ask_nothing_is_not_reminded():
    from marke.surplus.tasks import of_offices

    coop, _people = make_year()
    assert of_offices(coop, frozenset({"treasurer"}), AFTER) == []
    coop, people = make_year("other", **SHARED)
    assert [task.sentence for task in of_offices(coop, frozenset({"treasurer"}), AFTER)] == ["2025 is over. Look at its result."]
    start(coop, people[0])
    assert "can be proposed" in of_offices(coop, frozenset({"treasurer"}), AFTER)[0].sentence
    assert of_offices(coop, frozenset({"secretary"}), AFTER) == []


def test_next_year_is_offered_only_when_it_is_over(monkeypatch):
    coop, people = make_year()
    closed(coop, people)
    assert "is over" not in text(signed_in(people[0]).get(url("years", coop)))
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 1, 2, tzinfo=UTC))
    assert "2026 is over" in text(signed_in(people[0]).get(url("years", coop)))
