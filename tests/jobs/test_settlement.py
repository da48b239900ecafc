"""The price splits by the rules that were in force when the worker accepted, to the last cent, once."""

from datetime import date, timedelta
from typing import Any

import pytest

from marke.common.clock import local_midnight
from marke.jobs import services
from marke.jobs.conditions import MoveRefused
from marke.jobs.models import Job, JobEvent
from marke.ledger.models import Account, Posting, Transaction
from marke.parties.models import Coop, Membership
from marke.rules.services import record_decision, set_rule
from tests.factories.jobs import T1, make_job, make_service, settle, take, work_off
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

TOMORROW = date(2026, 3, 3)
pytestmark = pytest.mark.django_db


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo)


def booked(job: Job) -> dict[str, int]:
    """The postings of the job that still stand, by line."""
    key = services.settlement_key(job, job.version)
    return dict(Posting.objects.filter(transaction__coop=job.coop, transaction__key=key).values_list("line", "amount"))


def lower_the_contribution(coop: Coop, day: date, to: list[int], scope: str = "") -> None:
    """Decided on the eve, in force from the beginning of that day."""
    midnight = local_midnight(day, coop.timezone)
    eve = midnight - timedelta(hours=5)
    decision = record_decision(coop=coop, kind="vote", title="Less for the co-op", by=None, at=eve)
    set_rule(coop=coop, key="jobs.contribution", value=to, scope=scope, valid_from=midnight, decision=decision, at=eve)


def test_a_job_of_12_50_earns_10_75_and_leaves_1_50_and_25_cents(velo: Coop, amina: Membership) -> None:
    job = settle(make_job(velo, make_client(velo)), amina)
    assert job.state == Job.State.SETTLED
    assert booked(job) == {"price": 1250, "earnings": -1075, "contribution": -150, "guarantee": -25}


def test_each_line_goes_to_its_own_account(velo: Coop, amina: Membership) -> None:
    client = make_client(velo)
    settle(make_job(velo, client), amina)
    accounts = {(a.kind, a.party_id, a.detail) for a in Account.objects.filter(coop=velo)}
    assert accounts == {
        ("unbilled", client.party_id, ""),
        ("earnings", amina.party_id, ""),
        ("contribution", None, ""),
        ("fund", None, "guarantee"),
    }


def test_the_settlement_names_price_and_the_rule_values_it_followed(velo: Coop, amina: Membership) -> None:
    job = settle(make_job(velo, make_client(velo)), amina)
    transaction = Transaction.objects.get(coop=velo, key=f"job:{job.number}:1")
    assert transaction.facts == {"price": 1250}
    assert transaction.basis is not None
    assert set(transaction.basis.rule_values) == {"jobs.contribution", "jobs.guarantee"}


def test_it_settles_by_the_rules_at_acceptance_not_at_settlement(velo: Coop, amina: Membership) -> None:
    job = take(make_job(velo, make_client(velo)), amina, at=T1)
    lower_the_contribution(velo, TOMORROW, [10, 100])
    later = T1 + timedelta(days=40)
    services.start_job(job=job, by=amina.party, at=later)
    services.finish_job(job=job, by=amina.party, at=later)
    job = services.confirm_job(job=job, by=None, at=later)
    assert booked(job)["contribution"] == -150


def test_a_job_accepted_after_the_change_follows_it(velo: Coop, amina: Membership) -> None:
    job = make_job(velo, make_client(velo))
    lower_the_contribution(velo, TOMORROW, [10, 100])
    assert booked(settle(job, amina, at=T1 + timedelta(days=1)))["contribution"] == -125


def test_the_value_for_the_kind_of_work_comes_before_the_general_one(velo: Coop, amina: Membership) -> None:
    lower_the_contribution(velo, date(2026, 3, 1), [20, 100], scope="job_kind=cargo")
    cargo = make_service(velo, "Cargo", job_kind="cargo")
    plain = make_service(velo, "Plain", job_kind="delivery")
    client = make_client(velo)
    assert booked(settle(make_job(velo, client, cargo), amina))["contribution"] == -250
    assert booked(settle(make_job(velo, client, plain), amina))["contribution"] == -150


def test_confirming_twice_settles_once(velo: Coop, amina: Membership) -> None:
    job = settle(make_job(velo, make_client(velo)), amina)
    services.confirm_job(job=job, by=None, at=T1 + timedelta(days=1))
    services.settle_job(job=job, by=None, at=T1 + timedelta(days=1))
    assert Transaction.objects.filter(coop=velo).count() == 1


def test_a_job_for_nothing_settles_without_a_booking(velo: Coop, amina: Membership) -> None:
    job = settle(make_job(velo, make_client(velo), make_service(velo, price=0)), amina)
    assert job.state == Job.State.SETTLED
    assert not Transaction.objects.filter(coop=velo).exists()


def test_a_correction_takes_the_first_settlement_back_and_books_the_next_version(velo: Coop, amina: Membership) -> None:
    job = settle(make_job(velo, make_client(velo)), amina)
    lower_the_contribution(velo, date(2026, 3, 4), [10, 100])
    job = services.correct_settlement(job=job, price=1000, reason="Half the way", by=None, at=T1 + timedelta(days=3))
    keys = list(Transaction.objects.filter(coop=velo).values_list("key", flat=True))
    assert keys == ["job:1:1", "job:1:1:reversed", "job:1:2"]
    assert (job.version, job.price) == (2, 1000)
    assert booked(job) == {"price": 1000, "earnings": -860, "contribution": -120, "guarantee": -20}
    totals = Posting.objects.filter(coop=velo, account__kind="earnings").values_list("amount", flat=True)
    assert sum(totals) == -860
    assert JobEvent.objects.filter(job=job, note="Half the way").exists()


@pytest.mark.parametrize(("price", "reason"), [(1250, "Same"), (-1, "Less than nothing"), (10**15, "All the money"), (900, "  ")])
def test_a_correction_that_cannot_be_is_refused_and_nothing_changes(
    velo: Coop, amina: Membership, price: int, reason: str
) -> None:
    job = settle(make_job(velo, make_client(velo)), amina)
    with pytest.raises(services.CannotBeCorrected):
        services.correct_settlement(job=job, price=price, reason=reason, by=None, at=T1 + timedelta(days=3))
    job.refresh_from_db()
    assert (job.version, job.price) == (1, 1250)
    assert Transaction.objects.filter(coop=velo).count() == 1


def test_what_is_not_settled_cannot_be_corrected(velo: Coop, amina: Membership) -> None:
    job = work_off(make_job(velo, make_client(velo)), amina)
    with pytest.raises(services.CannotBeCorrected, match="Done"):
        services.correct_settlement(job=job, price=900, reason="Why not", by=None, at=T1 + timedelta(days=3))
    assert not Transaction.objects.filter(coop=velo).exists()


def confirmed_jobs(coop: Coop, worker: Membership, number: int) -> list[Job]:
    """As an import leaves them: confirmed, not yet settled."""
    client = make_client(coop)
    service = make_service(coop)
    jobs = [
        take(make_job(coop, client, service, at=T1 + timedelta(days=n)), worker, at=T1 + timedelta(days=n)) for n in range(number)
    ]
    for job in jobs:
        job.state, job.confirmed_at = Job.State.CONFIRMED, job.starts_at
        job.save()
    return jobs


def test_a_batch_books_the_same_as_one_by_one(velo: Coop, amina: Membership) -> None:
    lower_the_contribution(velo, date(2026, 3, 4), [10, 100])
    jobs = confirmed_jobs(velo, amina, 4)
    services.settle_jobs(jobs=jobs, by=None, at=T1 + timedelta(days=9))
    settled = Job.objects.filter(coop=velo).order_by("number")
    assert [booked(job)["contribution"] for job in settled] == [-150, -150, -125, -125]
    dates = Transaction.objects.filter(coop=velo).order_by("number").values_list("date", flat=True)
    assert list(dates) == [date(2026, 3, 2) + timedelta(days=n) for n in range(4)]
    services.settle_jobs(jobs=jobs, by=None, at=T1 + timedelta(days=9))
    assert Transaction.objects.filter(coop=velo).count() == 4


def test_a_batch_with_one_job_that_cannot_be_settled_settles_none(velo: Coop, amina: Membership) -> None:
    jobs = [*confirmed_jobs(velo, amina, 2), make_job(velo, make_client(velo, "Other"))]
    with pytest.raises(MoveRefused):
        services.settle_jobs(jobs=jobs, by=None, at=T1 + timedelta(days=9))
    assert not Transaction.objects.filter(coop=velo).exists()
    assert not Job.objects.filter(coop=velo, state=Job.State.SETTLED).exists()


def test_a_batch_needs_few_queries_whatever_its_size(velo: Coop, amina: Membership, django_assert_max_num_queries: Any) -> None:
    jobs = confirmed_jobs(velo, amina, 12)
    with django_assert_max_num_queries(40):
        services.settle_jobs(jobs=jobs, by=None, at=T1 + timedelta(days=20))


def test_replay_reads_settled_jobs_with_the_rules_of_their_promise(velo: Coop, amina: Membership) -> None:
    from marke.common.facts import fact_kinds

    client = make_client(velo)
    lower_the_contribution(velo, TOMORROW, [10, 100])
    settle(make_job(velo, client), amina, at=T1)
    settle(make_job(velo, client, at=T1 + timedelta(days=2)), amina, at=T1 + timedelta(days=2))
    make_job(velo, client)
    kind = fact_kinds.get("job")
    facts = kind.read(velo, T1 - timedelta(days=1), T1 + timedelta(days=30))
    assert facts.columns["price"].tolist() == [1250, 1250]
    assert facts.party.tolist() == [amina.party_id, amina.party_id]
    above, below = facts.rules["jobs.contribution"]
    assert (above / below).tolist() == [0.12, 0.1]
    assert kind.scheme.compute(facts)["contribution"].tolist() == [150, 125]
    nothing = kind.read(velo, T1 + timedelta(days=30), T1 + timedelta(days=60))
    assert len(nothing) == 0
