"""The pages about the tax office: the member's, and the treasurer's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marke.common import clock
from marke.common.asks import asks
from marke.jobs.models import Job
from marke.parties.models import Coop, Membership
from marke.parties.services import leave
from marke.sellers import services
from marke.sellers.models import Report, SellerDetails
from tests.factories.invoices import settled_job
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.rules import found
from tests.sellers.test_reporting import AMINA, JANUARY, ready, report, told

pytestmark = pytest.mark.django_db
POSTED = {
    "first_name": "Amina", "last_name": "Kaya", "street": "Sleepstraat 41", "postcode": "9000", "city": "Gent", "country": "be",
    "birth_date": "1985-07-30", "tin": "85.07.30-033.28", "tin_country": "BE",
}  # fmt: skip
IN_JANUARY = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def coop(db: None) -> Coop:
    coop = make_coop()
    found(coop, sellers__dac7=True, jobs__contribution=[10, 100], jobs__guarantee=[0, 100])
    coop.street, coop.postcode, coop.city = "Rue du Midi 12", "1000", "Brussels"
    coop.save()
    return coop


@pytest.fixture
def amina(coop: Coop) -> Membership:
    return make_member(coop, "Amina")


@pytest.fixture
def tess(coop: Coop) -> Membership:
    return make_member(coop, "Tess", offices=("treasurer",))


@pytest.fixture
def in_january(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: IN_JANUARY)


def browser_of(member: Membership) -> Browser:
    browser = Browser()
    assert member.party.user is not None
    browser.force_login(member.party.user, "django.contrib.auth.backends.ModelBackend")
    return browser


def path(name: str, *args: object) -> str:
    return reverse(f"sellers:{name}", args=["velo", *args])


def page(member: Membership, name: str, *args: object) -> str:
    response = browser_of(member).get(path(name, *args))
    assert response.status_code == 200
    return response.content.decode()


def test_a_member_fills_it_in_once_and_sees_what_is_missing(coop: Coop, amina: Membership) -> None:
    assert "There is no date of birth." in page(amina, "mine")
    response = browser_of(amina).post(path("mine"), POSTED)
    assert response.status_code == 302
    details = SellerDetails.objects.get()
    assert (details.tin, details.birth_date, details.told_by) == ("85073003328", date(1985, 7, 30), amina.party)
    assert "Nothing is missing." in page(amina, "mine")
    amina.party.refresh_from_db()
    assert (amina.party.city, amina.party.country) == ("Gent", "BE")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tin": "85073003329"}, "is not a tax number of BE"),
        ({"tin_country": ""}, "Write which country gave the number."),
        ({"has_no_tin": "on"}, "You wrote a tax number."),
        ({"country": "QQ"}, "is no country"),
        ({"country": "EU"}, "is no country"),
        ({"birth_date": "2999-01-01"}, "has not come yet"),
        ({"birth_date": "yesterday"}, "is not a date"),
    ],
)
def test_what_cannot_be_is_refused_beside_the_field(coop: Coop, amina: Membership, changes: dict[str, str], said: str) -> None:
    response = browser_of(amina).post(path("mine"), POSTED | changes)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not SellerDetails.objects.exists()


def test_an_organisation_is_asked_for_its_number_not_for_a_birthday(coop: Coop, amina: Membership) -> None:
    amina.party.kind = "organisation"
    amina.party.save()
    text = page(amina, "mine")
    assert "register of businesses" in text
    assert "Date of birth" not in text


def test_who_has_left_still_sees_their_copy(coop: Coop, amina: Membership) -> None:
    ready(coop, amina)
    report(coop)
    leave(membership=amina, by=amina.party, at=clock.now())
    text = page(amina, "mine")
    assert "About 2026" in text
    assert "85073003328 (BE)" in text


def test_nothing_is_shown_where_nothing_is_reported(db: None) -> None:
    coop = make_coop()
    found(coop, sellers__dac7=False)
    text = page(make_member(coop, "Tess", offices=("treasurer",)), "years")
    assert "The co-op reports nothing now" in text
    home = browser_of(make_member(coop)).get("/velo/money/mine/").content.decode()
    assert path("mine") not in home


def test_the_treasurer_sees_figures_what_is_missing_and_why(
    coop: Coop, amina: Membership, tess: Membership, in_january: None
) -> None:
    settled_job(coop, make_client(coop), amina, 10_000)
    text = page(tess, "year", 2026)
    assert "There is no date of birth." in text
    assert "€90.00" in text
    assert "What was credited for jobs" in text
    csv = browser_of(tess).get(path("year_csv", 2026))
    assert "Amina" in csv.content.decode()
    assert "There is no date of birth." in page(tess, "seller", amina.number)


def test_the_file_is_made_downloaded_and_the_same_the_second_time(
    coop: Coop, amina: Membership, tess: Membership, in_january: None
) -> None:
    ready(coop, amina)
    browser = browser_of(tess)
    for _time in (1, 2):
        assert browser.post(path("reporting", 2026)).status_code == 302
    [made] = Report.objects.all()
    assert made.made_by == tess.party
    response = browser.get(path("file", 1))
    assert response.content.decode() == made.content
    assert response["Content-Disposition"] == 'attachment; filename="velo-dac7-2026-1.xml"'
    assert "Everything is reported as it is now." in page(tess, "year", 2026)


def test_the_treasurer_must_know_what_is_missing(coop: Coop, amina: Membership, tess: Membership, in_january: None) -> None:
    ready(coop, amina)
    told(amina, tin="", tin_country="")
    response = browser_of(tess).post(path("reporting", 2026))
    assert response.status_code == 422
    assert "Something is missing of 1: Amina." in response.content.decode()
    assert not Report.objects.exists()
    assert browser_of(tess).post(path("reporting", 2026), {"knowing": "on"}).status_code == 302
    assert Report.objects.count() == 1


def test_years_that_cannot_be_are_not_there(coop: Coop, tess: Membership) -> None:
    for year in (2022, 2999):
        assert browser_of(tess).get(path("year", year)).status_code == 404
    assert browser_of(tess).get(path("file", 9)).status_code == 404
    assert browser_of(tess).get(path("seller", 99)).status_code == 404


def test_our_tax_number_is_told_once(coop: Coop, tess: Membership) -> None:
    assert browser_of(tess).post(path("platform"), {"tin": "417497107"}).status_code == 422
    assert browser_of(tess).post(path("platform"), {"tin": "0417.497.106"}).status_code == 302
    assert "0417497106" in page(tess, "platform")


def test_as_many_queries_for_three_sellers_as_for_one(coop: Coop, tess: Membership) -> None:
    counts = []
    for name in ("Amina", "Bram", "Carla"):
        ready(coop, make_member(coop, name))
        with CaptureQueriesContext(connection) as captured:
            page(tess, "year", 2026)
        counts.append(len(captured))
    assert counts[1] == counts[2]


def tasks(member: Membership, at: datetime) -> list[str]:
    ask = asks.get("sellers")
    assert ask.of_member is not None
    return [task.sentence for task in ask.of_member(member, at)]


def test_whoever_sells_is_asked_when_the_year_ends(coop: Coop, amina: Membership) -> None:
    assert tasks(amina, datetime(2026, 6, 1, tzinfo=UTC)) == []
    assert tasks(amina, datetime(2026, 10, 1, tzinfo=UTC)) == ["Fill in what the tax office asks of platforms"]
    assert tasks(amina, JANUARY) == ["Fill in what the tax office asks of platforms"]
    services.tell(membership=amina, told=AMINA, by=amina.party, at=T0)
    assert tasks(amina, JANUARY) == []


def test_the_treasurer_is_asked_until_it_is_reported(coop: Coop, amina: Membership) -> None:
    ask = asks.get("sellers")
    assert ask.of_offices is not None
    ready(coop, amina)
    assert Job.objects.exists()
    assert len(ask.of_offices(coop, frozenset({"treasurer"}), JANUARY)) == 1
    assert ask.of_offices(coop, frozenset({"secretary"}), JANUARY) == []
    report(coop)
    assert ask.of_offices(coop, frozenset({"treasurer"}), JANUARY + timedelta(days=1)) == []
