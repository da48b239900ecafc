"""The treasurer corrects one member's line: looked at, given a reason, checked, and booked anew beside what was."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from marke.common import clock
from marke.ledger.models import Transaction
from marke.surplus import services
from marke.surplus.models import Correction
from tests.surplus.scene import LATER, balances, closed, make_year, start

pytestmark = pytest.mark.django_db
RIGHT = {"paid": "10.00", "withheld": "0.00", "kept": "8.16", "reason": "Two jobs were booked late.", "version": "2"}


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person.party.user)
    return client


def text(response) -> str:
    assert response.status_code == 200, response.content.decode()[:500]
    return " ".join(response.content.decode().split())


def make(jobs=(3, 2, 1)):
    coop, people = make_year(jobs=jobs, surplus__legal_reserve=[15, 100], surplus__workers=[1, 2], surplus__cash=[1, 5])
    return coop, people


def address(coop, position=2) -> str:
    return reverse("surplus:correction", args=[coop.slug, 1, position])


def test_it_is_shown_checked_and_booked_as_a_reversal_and_the_next_version():
    coop, people = make()
    closed(coop, people)
    browser = signed_in(people[0])
    page = text(browser.get(address(coop)))
    assert "€2.04" in page
    assert "€8.16" in page
    check = text(browser.post(address(coop), RIGHT))
    assert "€10.00, was €2.04" in check
    assert "€7.96" in check  # from what is carried forward
    assert not Correction.objects.exists()
    carried = balances(coop)["result", ""]
    assert browser.post(address(coop), {**RIGHT, "checked": "yes"}).status_code == 302
    keys = (
        Transaction.objects.filter(coop=coop, key__startswith="year_close:1.2:").order_by("number").values_list("key", flat=True)
    )
    assert list(keys) == ["year_close:1.2:1", "year_close:1.2:1:reversed", "year_close:1.2:2"]
    assert balances(coop)["result", ""] == carried - 7_96
    assert Correction.objects.get().by == people[0].party


def test_the_member_reads_it_with_their_year():
    coop, people = make()
    closed(coop, people)
    signed_in(people[0]).post(address(coop), {**RIGHT, "checked": "yes"})
    mine = text(signed_in(people[1]).get(reverse("surplus:mine", args=[coop.slug, 1])))
    assert "Two jobs were booked late." in mine
    assert "€10.00" in mine


def test_the_button_twice_corrects_once():
    coop, people = make()
    closed(coop, people)
    browser = signed_in(people[0])
    browser.post(address(coop), {**RIGHT, "checked": "yes"})
    assert "corrected meanwhile" in text(browser.post(address(coop), {**RIGHT, "checked": "yes"}))
    assert Correction.objects.count() == 1


def test_without_a_reason_nothing_is_corrected():
    coop, people = make()
    closed(coop, people)
    page = text(signed_in(people[0]).post(address(coop), {**RIGHT, "reason": "", "checked": "yes"}))
    assert "Fill in" in page
    assert not Correction.objects.exists()


def test_a_year_that_is_paid_is_not_corrected():
    coop, people = make()
    services.pay_year(year=closed(coop, people), by=None, at=LATER)
    assert "before it is paid" in text(signed_in(people[0]).post(address(coop), {**RIGHT, "checked": "yes"}))
    assert not Correction.objects.exists()


def test_only_who_handles_the_money_sees_lines_and_corrects_them():
    coop, people = make()
    closed(coop, people)
    browser = signed_in(people[1])
    assert browser.get(reverse("surplus:members", args=[coop.slug, 1])).status_code == 403
    assert browser.post(address(coop), {**RIGHT, "checked": "yes"}).status_code == 403
    assert not Correction.objects.exists()
    assert signed_in(people[0]).get(address(coop, 99)).status_code == 404


def test_lines_are_found_by_name_and_number():
    coop, people = make()
    closed(coop, people)
    browser, page = signed_in(people[0]), reverse("surplus:members", args=[coop.slug, 1])
    assert "Chen" in text(browser.get(page))
    found = text(browser.get(page, {"q": "bram"}))
    assert "€2.04" in found
    assert "€1.02" not in found
    assert "€1.02" in text(browser.get(page, {"q": str(people[2].number)}))
    assert "Nobody found" in text(browser.get(page, {"q": "zz"}))


def test_the_list_asks_as_much_for_three_as_for_one(django_assert_max_num_queries):
    counts = []
    for slug, jobs in (("one", (3,)), ("three", (3, 2, 1))):
        coop, people = make_year(slug, jobs=jobs, surplus__workers=[1, 2])
        start(coop, people[0])
        browser, page = signed_in(people[0]), reverse("surplus:members", args=[coop.slug, 1])
        browser.get(page)
        with django_assert_max_num_queries(40) as found:
            browser.get(page)
        counts.append(len(found.captured_queries))
    assert counts[0] == counts[1]
