"""Calling a job off: free while there is time, and a fee that pays whoever kept their time free."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from marke.common.models import Mail
from marke.invoices.queries import drafts
from marke.jobs import services
from marke.jobs.cancelling import fee_at
from marke.jobs.conditions import MoveRefused
from marke.jobs.models import Job, JobEvent
from marke.jobs.wishes import Wishes
from marke.ledger.models import Account, Posting, Transaction
from marke.parties.models import Client, Coop, Membership
from tests.factories.jobs import T1, make_job, make_service, take, work_off
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
State = Job.State
TOMORROW = T1 + timedelta(days=1)


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo, "Amina")


@pytest.fixture
def bakery(velo: Coop) -> Client:
    return make_client(velo)


def accepted(velo: Coop, bakery: Client, amina: Membership, **fields: Any) -> Job:
    return take(make_job(velo, bakery, starts_at=TOMORROW, **fields), amina)


def test_nobody_pays_before_somebody_has_accepted(velo: Coop, bakery: Client) -> None:
    job = make_job(velo, bakery, starts_at=TOMORROW)
    cancelled = services.cancel_job(job=job, by=None, at=TOMORROW, most_fee=0)
    assert (cancelled.state, cancelled.called_off_at, Transaction.objects.count()) == (State.CANCELLED, None, 0)


def test_until_two_hours_before_it_starts_cancelling_is_free(velo: Coop, bakery: Client, amina: Membership) -> None:
    job = accepted(velo, bakery, amina)
    assert fee_at(job, TOMORROW - timedelta(hours=2)) == 0
    assert fee_at(job, TOMORROW - timedelta(hours=2) + timedelta(seconds=1)) == 625


def test_one_for_as_soon_as_possible_is_free_until_the_worker_sets_out(velo: Coop, bakery: Client, amina: Membership) -> None:
    job = take(make_job(velo, bakery, starts_at=T1, wishes=Wishes(from_at=T1)), amina)
    assert fee_at(job, T1 + timedelta(minutes=20)) == 0
    job = services.start_job(job=job, by=amina.party, at=T1 + timedelta(minutes=21))
    assert fee_at(job, T1 + timedelta(minutes=22)) == 625


def late(job: Job, at: datetime = TOMORROW, most_fee: int | None = 625) -> Job:
    return services.cancel_job(job=job, by=None, at=at, most_fee=most_fee)


def test_the_fee_is_settled_like_the_price_of_work_and_pays_the_worker(velo: Coop, bakery: Client, amina: Membership) -> None:
    job = late(accepted(velo, bakery, amina))
    assert (job.state, job.price, job.called_off_at) == (State.SETTLED, 625, TOMORROW)
    booked = Transaction.objects.get(key="job:1:1")
    lines = dict(Posting.objects.filter(transaction=booked).values_list("line", "amount"))
    assert lines == {"price": 625, "earnings": -537, "contribution": -75, "guarantee": -13}
    events = JobEvent.objects.filter(job=job).values_list("state", flat=True)
    assert list(events)[-2:] == ["called_off", "settled"]
    assert sum(line["amount"] for line in job.price_lines) == 625


def test_the_invoice_says_that_it_was_cancelled_late(velo: Coop, bakery: Client, amina: Membership) -> None:
    late(accepted(velo, bakery, amina))
    (line,) = drafts(velo, bakery)
    assert (line.text, line.net, line.date) == ("Cancelled late: Delivery in town · Rue du Midi 12", 625, TOMORROW.date())


def test_a_second_click_charges_nothing_more(velo: Coop, bakery: Client, amina: Membership) -> None:
    job = late(accepted(velo, bakery, amina))
    again = late(job, at=TOMORROW + timedelta(hours=1))
    assert (again.price, Transaction.objects.count()) == (625, 1)


def test_nobody_pays_more_than_they_were_shown(velo: Coop, bakery: Client, amina: Membership) -> None:
    job = accepted(velo, bakery, amina)
    before = list(JobEvent.objects.values()), Mail.objects.count()
    with pytest.raises(services.FeeNotAgreed, match=r"costs €6.25 by now, and you were shown €0.00"):
        late(job, most_fee=0)
    assert (list(JobEvent.objects.values()), Mail.objects.count()) == before
    assert Job.objects.get(pk=job.pk).state == State.ACCEPTED


def test_a_client_who_cancels_when_the_worker_is_under_way_pays_and_the_worker_is_told(
    velo: Coop, bakery: Client, amina: Membership
) -> None:
    amina.party.email = "amina@velo.example"
    amina.party.save()
    job = services.start_job(job=accepted(velo, bakery, amina), by=amina.party, at=T1 + timedelta(hours=1))
    job = late(job, at=T1 + timedelta(hours=2))
    assert (job.state, job.price) == (State.SETTLED, 625)
    assert "is cancelled" in Mail.objects.filter(to_address="amina@velo.example").latest("id").subject


def test_when_the_co_op_calls_it_off_nobody_pays(velo: Coop, bakery: Client, amina: Membership) -> None:
    job = late(accepted(velo, bakery, amina), most_fee=None)
    assert (job.state, Transaction.objects.count()) == (State.CANCELLED, 0)


def test_a_job_without_a_price_is_cancelled_without_a_fee(velo: Coop, bakery: Client, amina: Membership) -> None:
    free = make_service(velo, "Painting", price=0, needs_pickup=False)
    job = late(accepted(velo, bakery, amina, service=free), most_fee=0)
    assert job.state == State.CANCELLED


def test_a_done_job_is_not_cancelled(velo: Coop, bakery: Client, amina: Membership) -> None:
    job = work_off(make_job(velo, bakery), amina)
    with pytest.raises(MoveRefused):
        late(job, most_fee=10_000)
    assert Account.objects.count() == 0
