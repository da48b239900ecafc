"""Where a rule says so, whoever books sees what each member asks who agreed to be seen, and picks one or whoever comes first."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from marke.jobs.models import Job, Service
from marke.parties.models import Coop, Membership
from marke.rates.models import Showing
from marke.rates.services import hide_prices, set_member_fare, show_prices
from tests.factories.pages import browser_of
from tests.factories.parties import make_member
from tests.factories.rates import make_fare_coop, make_fare_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """The pages read the clock, so that what they see is set by it too."""
    return timezone.now()


@pytest.fixture
def velo() -> Coop:
    return make_fare_coop(rates__set_by="member", rates__choose=True)


@pytest.fixture
def service(velo: Coop) -> Service:
    return make_fare_service(velo)


@pytest.fixture
def amina(velo: Coop, now: datetime) -> Membership:
    member = make_member(velo, "Amina Peeters")
    set_member_fare(membership=member, job_kind="delivery", amounts={0: 700}, from_on=now.date(), by=None, at=now)
    show_prices(membership=member, at=now)
    return member


def ask(service: Service, **more: Any) -> str:
    wish = {
        "window": "soon", "pickup": "Gare du Midi", "place": "Rue Haute 5", "name": "Bakery Lund", "email": "lund@example.org",
        "once_key": "a-key-of-this-form", **more,
    }  # fmt: skip
    return Browser().post(f"/velo/book/{service.pk}/", wish, follow=True).content.decode()


def seen(page: str) -> str:
    return str(re.findall(r'name="seen" value="(\d+)"', page)[0])


def test_a_stranger_sees_first_names_and_prices_and_books_whom_they_picked_at_that_price(
    service: Service, amina: Membership
) -> None:
    make_member(service.coop, "Basile Claes")  # did not agree to be seen
    page = ask(service)
    assert "Who shall come?" in page and "Amina" in page and "Peeters" not in page and "Basile" not in page
    picked = ask(service, pick=amina.number)
    assert int(seen(picked)) > int(seen(page)) and "Peeters" not in picked
    followed = ask(service, pick=amina.number, seen=seen(picked), checked="yes")
    job = Job.objects.get()
    assert job.wanted == amina and str(job.price) == seen(picked)
    assert "Amina" in followed and "Peeters" not in followed


def test_whoever_comes_first_costs_the_common_fare(service: Service, amina: Membership) -> None:
    page = ask(service, pick=0)
    ask(service, pick=0, seen=seen(page), checked="yes")
    job = Job.objects.get()
    assert job.wanted is None and str(job.price) == seen(page)


def test_who_is_not_shown_any_more_cannot_be_picked_and_nothing_is_booked(
    service: Service, amina: Membership, now: datetime
) -> None:
    page = ask(service, pick=amina.number)
    hide_prices(membership=amina)
    show_prices(membership=make_member(service.coop, "Chen"), at=now)
    refused = ask(service, pick=amina.number, seen=seen(page), checked="yes")
    assert "does not take bookings like this any more" in refused and not Job.objects.exists()
    assert 'name="pick"' not in refused  # so that the next try is free of it


def test_without_the_rule_nobody_is_shown_and_no_pick_counts(amina: Membership, now: datetime) -> None:
    other = make_fare_coop("plain", rates__set_by="member")
    service = make_fare_service(other)
    member = make_member(other, "Dora")
    show_prices(membership=member, at=now)
    wish = {
        "window": "soon",
        "pickup": "A 1",
        "place": "B 2",
        "name": "X",
        "phone": "0471 00 00 00",
        "once_key": "a-key-of-this-form",
        "pick": member.number,
    }
    page = Browser().post(f"/plain/book/{service.pk}/", wish).content.decode()
    assert "Dora" not in page
    Browser().post(f"/plain/book/{service.pk}/", {**wish, "checked": "yes", "seen": seen(page)})
    assert Job.objects.get().wanted is None


def test_a_member_shows_themselves_and_takes_it_back(velo: Coop, service: Service) -> None:
    dora = make_member(velo, "Dora")
    browser, mine = browser_of(dora), "/velo/rates/mine/delivery/"
    assert "Whoever books does not see you." in browser.get(mine).content.decode()
    browser.post(f"{mine}shown/", {"move": "show"})
    assert Showing.objects.get().membership == dora
    assert "Whoever books sees your first name" in browser.get(mine).content.decode()
    browser.post(f"{mine}shown/", {"move": "hide"})
    assert not Showing.objects.exists()
