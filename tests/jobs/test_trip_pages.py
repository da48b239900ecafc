"""A trip on the pages: offered with its pay, its order and why; done place by place; one row for whoever gives out the work."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marke.common.clock import local_date
from marke.jobs import services
from marke.jobs.models import Job, Offer
from marke.parties.models import Coop
from tests.factories.jobs import share_home
from tests.factories.parties import make_client, make_member
from tests.jobs.test_pages import signed_in, url
from tests.jobs.test_trips import START, couriers, loaf

pytestmark = pytest.mark.django_db


def on_offer(coop: Coop, at: datetime) -> tuple[Job, Job]:
    """Two loaves that somebody has to be asked for now."""
    bakery = make_client(coop)
    begins = (at + timedelta(minutes=31) - START) / timedelta(minutes=1)
    before = at - timedelta(hours=2)
    one, two = (loaf(coop, bakery, metres, begins, at=before) for metres in (800, 1000))  # type: ignore[arg-type]
    assert services.look(coop=coop, at=at, soon=True) == 2
    return one, two


def test_a_trip_from_the_question_to_the_last_door() -> None:
    velo, at = couriers(), timezone.now().replace(microsecond=0)
    near, far = share_home(make_member(velo, "Near"), 300), share_home(make_member(velo, "Far"), 5000)
    one, two = on_offer(velo, at)
    browser = signed_in(near)

    assert "2 jobs on one trip" in browser.get(url("jobs")).content.decode()
    page = browser.get(url("offer", two.number)).content.decode()
    assert "2 jobs on one trip" in page
    assert page.index("Oven 1") < page.index("Street 800") < page.index("Street 1000")
    assert "€21.50" in page  # twice 12.50 less 12 % and 2 %
    assert "minutes later than alone" in page
    assert f"on one trip with job {one.number}" in page
    assert "Accept all" in page
    assert signed_in(far).get(url("offer", one.number)).status_code == 404

    for _tap in range(2):
        answer = browser.post(url("answer", two.number), {"answer": "accept"}, follow=True)
    assert {offer.state for offer in Offer.objects.all()} == {"accepted"}
    assert "2 jobs on this trip" in answer.content.decode()

    browser.post(url("moves", two.number), {"move": "start"})
    assert set(Job.objects.values_list("state", flat=True)) == {"under_way"}
    places = []
    for _place in range(4):
        following = Job.objects.filter(state="under_way").order_by("number")[0]
        page = browser.get(url("job", following.number)).content.decode()
        step = page[page.index('aria-current="step"') :]
        places.append(step[step.index("<strong>") + 8 : step.index("</strong>")])
        job, position = next(
            (job, 0 if places[-1] == "Oven 1" else 1)
            for job in (one, two)
            if (places[-1] == "Oven 1" and places.count("Oven 1") == (1 if job is one else 2)) or places[-1] == job.place
        )
        browser.post(url("stop", job.number, position), {"move": "leave"})
    assert places == ["Oven 1", "Oven 1", "Street 800", "Street 1000"]
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_the_desk_shows_a_trip_as_one_row_while_it_is_offered_and_while_it_is_done() -> None:
    velo, at = couriers(), timezone.now().replace(microsecond=0)
    near, carla = share_home(make_member(velo, "Near"), 300), make_member(velo, "Carla", offices=("coordinator",))
    one, two = on_offer(velo, at)
    desk, browser = reverse("dispatch:desk", args=["velo"]), signed_in(carla)
    day = f"?day={local_date(one.starts_at, velo.timezone)}"
    page = browser.get(desk + day).content.decode()
    assert (page.count('class="desk-trip"'), page.count('class="desk-task"'), page.count("asked: Near")) == (1, 2, 1)
    assert "on the board" not in page
    assert f"with job {two.number}: one answer counts for both" in browser.get(url("job", one.number)).content.decode()

    services.accept_offer(offer=Offer.objects.get(job=one), by=near.party, at=at)
    page = browser.get(desk + day).content.decode()
    assert page.count('class="desk-trip"') == 1
    assert "2 jobs on this trip" in browser.get(url("job", one.number)).content.decode()
    assert "on a trip of several jobs" in browser.get(url("asked")).content.decode()
    report = browser.get(f"/velo/transparency/{at.year}/").content.decode()
    assert "about a trip of several jobs; 2 jobs" in report

    services.cancel_job(job=two, by=None, at=at)
    page = browser.get(desk + day).content.decode()
    assert (page.count('class="desk-trip"'), page.count('class="desk-task"')) == (0, 1)
