"""Where a co-op only warns of who lacks what a job needs, the warning stands wherever work is given out, and with the worker."""

import pytest
from django.test import Client as Browser
from django.utils.timezone import now

from marke.jobs import services
from marke.jobs.models import Capability, Job, Offer
from marke.jobs.needs import warnings
from marke.jobs.wishes import NewStop, Wishes
from marke.parties.models import Coop, Membership
from tests.factories.jobs import make_job, make_service
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
WARNED = "lacks something that this job needs: Licence, 40 kg to carry, and 25 kg is written down"


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop, jobs__lacking="warn")
    return coop


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo, "Amina")


@pytest.fixture
def job(velo: Coop) -> Job:
    licence = Capability.objects.create(coop=velo, name="Licence", kind="skill")
    wishes = Wishes(stops=(NewStop("Quai 5"),), needs=(licence,), load_kg=40)
    service = make_service(velo, "Ride", needs_pickup=True, at=now())
    service.most_stops = 2
    service.save()
    return make_job(velo, make_client(velo), service, at=now(), starts_at=now(), pickup="Gare", wishes=wishes)


@pytest.fixture
def desk(velo: Coop) -> Browser:
    return browser_of(make_member(velo, "Carla", offices=("coordinator",)))


def page(browser: Browser, path: str) -> str:
    return browser.get(f"/velo/{path}").content.decode()


def test_the_list_of_who_could_do_it_says_what_each_lacks(job: Job, amina: Membership, desk: Browser) -> None:
    assert page(desk, f"jobs/{job.number}/give/").count("Licence, 40 kg to carry, and 25 kg is written down") == 2


def test_whoever_is_asked_and_whoever_gave_it_read_the_warning(job: Job, amina: Membership, desk: Browser) -> None:
    services.offer_job(job=job, membership=amina, by=None, at=now())
    assert f"Amina {WARNED}" in page(desk, f"jobs/{job.number}/")
    assert f"You {WARNED.replace('lacks', 'lack')}" in page(browser_of(amina), f"jobs/{job.number}/offer/")
    assert "Licence, 40 kg" in page(desk, "desk/")


def test_the_worker_reads_what_the_job_needs_and_over_which_stops_it_goes(job: Job, amina: Membership, desk: Browser) -> None:
    services.accept_offer(offer=services.offer_job(job=job, membership=amina, by=None, at=now()), by=amina.party, at=now())
    mine = page(browser_of(amina), f"jobs/{job.number}/")
    assert "You lack something" in mine and all(words in mine for words in ("Gare", "Quai 5", "40 kg", "Licence"))


def test_where_the_rule_leaves_out_nobody_is_warned(amina: Membership) -> None:
    strict = make_coop("strict")
    found(strict)
    needing = make_job(strict, make_client(strict), wishes=Wishes(load_kg=40))
    assert warnings([needing], [make_member(strict)], now()) == {}


def test_of_several_who_are_asked_the_coordinator_says_who_told_them(job: Job, amina: Membership, desk: Browser) -> None:
    services.offer_job(job=job, membership=amina, by=None, at=now())
    first = Offer.objects.get()
    basile = make_member(job.coop, "Basile")
    Offer.objects.create(
        coop=job.coop, job=job, asking=first.asking, membership=basile, made_at=now(), opens_at=now(), expires_at=first.expires_at
    )
    assert "Who told you?" in page(desk, f"jobs/{job.number}/")
    assert desk.post(f"/velo/jobs/{job.number}/answer/", {"answer": "accept", "for": "99", "door": "phone"}).status_code == 404
    desk.post(f"/velo/jobs/{job.number}/answer/", {"answer": "accept", "for": str(basile.number), "door": "phone"})
    job.refresh_from_db()
    assert job.worker == basile
