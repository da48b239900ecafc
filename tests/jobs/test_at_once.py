"""Two people, or one person clicking twice, at the very same moment: it happens once."""

import pytest

from marke.jobs import services
from marke.jobs.models import Job, JobEvent, Offer
from marke.ledger.models import Transaction
from tests.factories.jobs import T1, make_job, make_service, work_off
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.processes import PROCESSES, at_once
from tests.factories.rules import found

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_eight_clicks_on_accept_accept_once() -> None:
    velo = make_coop()
    found(velo)
    amina = make_member(velo)
    job = make_job(velo, make_client(velo))
    offer = services.offer_job(job=job, membership=amina, by=None, at=T1)
    assert at_once(lambda n: services.accept_offer(offer=offer, by=amina.party, at=T1)) == ["done"] * PROCESSES
    assert JobEvent.objects.filter(job=job, state="accepted").count() == 1


def test_accepting_declining_and_asking_somebody_else_at_once_leaves_one_outcome() -> None:
    velo = make_coop()
    found(velo)
    amina, basile = make_member(velo, "Amina"), make_member(velo, "Basile")
    job = make_job(velo, make_client(velo))
    offer = services.offer_job(job=job, membership=amina, by=None, at=T1)

    def act(number: int) -> object:
        if number % 3 == 0:
            return services.accept_offer(offer=offer, by=amina.party, at=T1)
        if number % 3 == 1:
            return services.decline_offer(offer=offer, by=amina.party, at=T1)
        return services.offer_job(job=job, membership=basile, by=None, at=T1)

    assert set(at_once(act)) <= {"done", "OfferIsOver", "MoveRefused"}
    job.refresh_from_db()
    accepted = Offer.objects.filter(job=job, state=Offer.State.ACCEPTED).count()
    assert accepted == (1 if job.state == Job.State.ACCEPTED else 0)
    assert Offer.objects.filter(job=job, state=Offer.State.OPEN).count() <= 1


def test_eight_confirmations_settle_once() -> None:
    velo = make_coop()
    found(velo)
    job = work_off(make_job(velo, make_client(velo)), make_member(velo))
    assert at_once(lambda n: services.confirm_job(job=job, by=None, at=T1)) == ["done"] * PROCESSES
    assert Transaction.objects.filter(coop=velo).count() == 1


def test_eight_bookings_get_eight_numbers_without_a_gap_and_one_form_books_once() -> None:
    velo = make_coop()
    found(velo)
    client, service = make_client(velo), make_service(velo)
    at_once(lambda n: make_job(velo, client, service, once_key=f"form-{n}"))
    at_once(lambda n: make_job(velo, client, service, once_key="one-form"))
    assert sorted(Job.objects.values_list("number", flat=True)) == list(range(1, PROCESSES + 2))
