"""One day at work on a phone: set out, arrive, the code, the photo, done; a call for help, a friend's link, keeping apart."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from marke.common import clock
from marke.jobs import services as jobs
from marke.jobs.codes import code_of
from marke.jobs.models import Incident, Job, Photo, Proof
from marke.parties.models import Coop, Membership
from marke.places.models import LivePosition
from marke.safety.models import Alarm, Block
from tests.browser.people import click, latest_mail, sign_in
from tests.factories.jobs import make_job, make_service
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NewContext = Callable[..., "BrowserContext"]
Faults = Callable[["Page"], list[str]]
HOUR = timedelta(hours=1)


@pytest.fixture
def job(transactional_db: None) -> Job:
    """Offered to Amina: fetched at one place with a photo, brought to another with the client's code."""
    coop = make_coop()
    found(coop, jobs__proof="code", jobs__proof_pickup="photo", safety__lone_work=True)
    make_member(coop, "Cleo", offices=("coordinator",))
    amina = make_member(coop)
    at = clock.now()
    service = make_service(coop, needs_pickup=True, at=at - HOUR)
    job = make_job(coop, make_client(coop), service, at=at - HOUR, starts_at=at + HOUR, pickup="Rue Haute 1", note="ring twice")
    jobs.offer_job(job=job, membership=amina, by=None, at=at)
    return Job.objects.get(pk=job.pk)


def member(name: str) -> Membership:
    return Membership.objects.get(coop=Coop.objects.get(), party__name=name)


def a_photo() -> dict[str, object]:
    file = io.BytesIO()
    Image.new("RGB", (2400, 1800), "teal").save(file, "JPEG")
    return {"name": "box.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def phone_of(new_context: NewContext, name: str) -> Page:
    page = new_context(phone=True).new_page()
    sign_in(page, f"{name}@velo.example")
    return page


def test_a_delivery_is_done_with_one_hand(new_context: NewContext, job: Job, serious_faults: Faults) -> None:
    page = phone_of(new_context, "amina")
    page.goto(f"/velo/jobs/{job.number}/offer/")
    page.get_by_role("button", name="Accept").click()

    # Today shows what is next, with one large button.
    page.goto("/velo/jobs/")
    assert page.locator(".next-place").inner_text().endswith("Rue Haute 1")
    assert serious_faults(page) == []
    button = page.get_by_role("button", name=re.compile("^I am on it"))
    box = button.bounding_box()
    assert box is not None and box["height"] >= 44 and box["width"] > 250
    button.click()
    page.get_by_role("link", name=re.compile("^At the pickup")).wait_for()
    assert serious_faults(page) == []
    assert page.get_by_role("link", name="Navigate").get_attribute("href") == "geo:0,0?q=Rue%20Haute%201"

    # At the pickup: there, and a photo.
    page.get_by_role("link", name=re.compile("^At the pickup")).click()
    page.get_by_role("button", name="I am there").click()
    page.get_by_text(re.compile("^You are there since")).wait_for()
    page.get_by_role("button", name="Picked up").click()
    page.get_by_text("Take a photo at Rue Haute 1.").first.wait_for()
    assert serious_faults(page) == []
    page.get_by_label("Photo").set_input_files(a_photo())  # type: ignore[arg-type]
    page.get_by_role("button", name="Picked up").click()
    page.get_by_role("heading", name="Rue du Midi 12").wait_for()
    photo = Photo.objects.get()
    assert (photo.width, photo.height) == (1280, 960)

    # At the door: a wrong code keeps what was typed; without a network the page stays.
    page.get_by_label("Code of the client").fill("12")
    page.get_by_role("button", name="Delivered").click()
    page.get_by_text("That is not the code on the client’s page.").first.wait_for()
    client = new_context(phone=True).new_page()
    client.goto(f"/velo/follow/{job.token}/")
    code = client.locator(".big-code").inner_text()
    assert code == code_of(job, 1)
    assert serious_faults(client) == []
    page.get_by_label("Code of the client").fill(code)
    page.context.set_offline(True)
    page.get_by_role("button", name="Delivered").click()
    page.get_by_text("No network. What you filled in stays here").wait_for()
    assert page.get_by_label("Code of the client").input_value() == code
    page.context.set_offline(False)
    page.get_by_role("button", name="Delivered").click()
    page.get_by_text(f"Job {job.number} is done.").wait_for()
    assert "My hours and pay" in page.inner_text("main")
    assert serious_faults(page) == []
    assert Job.objects.get().state == Job.State.DONE
    assert list(Proof.objects.values_list("kind", flat=True)) == ["photo", "code"]

    # The client sees the photo.
    client.reload()
    assert client.locator("img.proof").count() == 1
    assert client.locator(".big-code").count() == 0
    assert serious_faults(client) == []


def test_whoever_is_not_safe_reaches_a_human_with_one_tap(new_context: NewContext, job: Job, serious_faults: Faults) -> None:
    amina = member("Amina")
    at = clock.now()
    jobs.start_job(job=jobs.accept_offer(offer=job.offers.get(), by=amina.party, at=at), by=amina.party, at=at)
    context = new_context(phone=True)
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 50.8466, "longitude": 4.3528})
    page = context.new_page()
    sign_in(page, "amina@velo.example")
    page.goto(f"/velo/jobs/{job.number}/")
    assert serious_faults(page) == []
    page.get_by_role("button", name="Until this job is done").click()
    page.get_by_text("Sent.", exact=True).wait_for()
    assert LivePosition.objects.get().lat_e7 == 508_466_000

    # A friend follows by a link.
    page.get_by_text("Let a friend follow").click()
    click(page.get_by_role("button", name="Make a link"))
    link = page.locator(".trip-link").get_attribute("href")
    assert link is not None
    friend = new_context(phone=True).new_page()
    friend.goto(link)
    friend.locator(".map-mark").wait_for()
    assert "Rue" not in friend.inner_text("body")
    assert serious_faults(friend) == []

    # The call.
    page.get_by_role("button", name="I am not safe").click()
    page.get_by_role("heading", name="You called. We know.").wait_for()
    assert page.get_by_role("link", name="Danger of life: call 112").get_attribute("href") == "tel:112"
    assert serious_faults(page) == []
    assert latest_mail("cleo@velo.example").subject == "Velo: a call for help"

    cleo = new_context().new_page()
    sign_in(cleo, "cleo@velo.example")
    cleo.goto("/velo/")
    cleo.get_by_role("link", name="Amina is not safe. Call now").click()
    cleo.locator(".map-mark").wait_for()
    assert serious_faults(cleo) == []
    click(cleo.get_by_role("button", name="I see to it"))
    page.reload()
    assert "Cleo" in page.locator("#who").inner_text()
    cleo.get_by_label("How did it end?").fill("She is with a neighbour.")
    cleo.get_by_role("button", name="Close it").click()
    cleo.get_by_text("Closed. It stays written down.").wait_for()
    assert not Alarm.objects.get().rings
    page.goto("/velo/safety/")
    assert serious_faults(page) == []


def test_something_goes_wrong_and_two_keep_apart(new_context: NewContext, job: Job, serious_faults: Faults) -> None:
    amina = member("Amina")
    at = clock.now()
    jobs.start_job(job=jobs.accept_offer(offer=job.offers.get(), by=amina.party, at=at), by=amina.party, at=at)
    page = phone_of(new_context, "amina")
    page.goto(f"/velo/jobs/{job.number}/incidents/")
    page.get_by_label("Nobody was there").check()
    page.get_by_label("What happened?").fill("I rang twice.")
    assert serious_faults(page) == []
    page.get_by_role("button", name="Report it").click()
    page.get_by_text("It is written down.").wait_for()

    cleo = new_context().new_page()
    sign_in(cleo, "cleo@velo.example")
    cleo.goto("/velo/")
    click(cleo.get_by_role("link", name="Nobody was there, job 1"))
    assert serious_faults(cleo) == []
    cleo.get_by_label("Your answer").fill("Leave it with the neighbour.")
    cleo.get_by_role("button", name="Send the answer").click()
    cleo.get_by_text("Your answer is kept and sent.").wait_for()
    assert Incident.objects.get().answered_at is not None

    page.goto(f"/velo/safety/apart/{job.number}/")
    assert "it is under way: finish it, or call the coordinator" in page.inner_text("main")
    assert serious_faults(page) == []
    page.get_by_role("button", name="Keep us apart").click()
    page.get_by_text("You are not brought together again.").wait_for()
    assert Block.objects.get().by_client is False
    client = new_context(phone=True).new_page()
    client.goto(f"/velo/follow/{job.token}/")
    assert "apart" not in client.inner_text("main")
