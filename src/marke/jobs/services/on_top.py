"""What tips and gifts have in common: asked for on top of the price, booked when the money is there, and passed on whole."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

import numpy as np
from django.db import transaction

from marke.common.clock import local_date
from marke.jobs.models import Gift, Job, Tip
from marke.ledger import services as ledger
from marke.ledger.closed_days import first_open_day
from marke.ledger.lookup import transaction_of
from marke.ledger.services import Account
from marke.parties.models import Party
from marke.payments import services as payments
from marke.payments.models import Payment, PaymentRequest
from marke.rules.queries import rulebook
from marke_core.schemes import Facts, Scheme

State = Job.State
FINISHED = (State.DONE, State.CONFIRMED, State.SETTLED)
OnTop = Tip | Gift
Given = TypeVar("Given", Tip, Gift)


def was_worked(job: Job) -> bool:
    return job.state in FINISHED and job.worker_id is not None and job.called_off_at is None


def ask_for(job: Job, *, purpose: str, number: int, amount: int, at: datetime) -> PaymentRequest:
    wait = rulebook(job.coop, at).value("jobs.tip_wait")
    return payments.request_payment(
        coop=job.coop, purpose=purpose, subject=f"{job.number}.{number}", party=job.client.party, amount=amount,
        account=_held(job, at), due_date=local_date(at + wait, job.coop.timezone), at=at,
    )  # fmt: skip


def withdraw(model: type[Given], given: Given, *, by: Party | None, at: datetime) -> Given:
    """The client thought again, or did not pay in time. What was paid went on; the rest is not asked for any more."""
    with transaction.atomic():
        row = model.objects.select_for_update(of=("self",)).select_related("payment_request").get(pk=given.pk)
        if row.withdrawn_at is None:
            row.withdrawn_at = at
            row.save(update_fields=["withdrawn_at"])
            payments.withdraw_request(request=row.payment_request, by=by, at=at)
        return row


def pass_on(
    given: OnTop, payment: Payment, *, scheme: Scheme, to: Account, rules: Mapping[str, str], by: Party | None, at: datetime
) -> None:
    """What came in goes on in the same transaction: nothing is left where it was received."""
    job = given.job
    assert job.worker is not None  # whoever did the work; the database keeps a worker with it
    fact = Facts(np.array([job.worker.party_id]), {"amount": np.array([payment.applied], dtype=np.int64)})
    amount = int(scheme.compute(fact)[scheme.name][0])
    day = local_date(payment.matched_at, job.coop.timezone) if payment.matched_at else payment.date
    ledger.post(
        coop=job.coop,
        kind=scheme.name,
        key=_key(scheme, given, payment),
        date=max(first_open_day(job.coop, day), day),
        postings=[ledger.NewPosting(_held(job, at), amount, "received"), ledger.NewPosting(to, -amount, scheme.name)],
        by=by,
        at=at,
        basis=ledger.record_basis(coop=job.coop, scheme=scheme.name, version=scheme.version, rule_values=dict(rules)),
        facts={"job": job.number, "amount": amount},
    )


def take_back(given: OnTop, payment: Payment, *, scheme: Scheme, by: Party | None, at: datetime) -> None:
    """The payment was booked in error, and so was what went on."""
    key = _key(scheme, given, payment)
    if booked := transaction_of(given.coop, key):
        ledger.reverse(
            transaction=booked, key=f"{key}:reversed", date=local_date(at, given.coop.timezone), by=by, at=at
        )  # fmt: skip


def lapse(model: type[Given], at: datetime) -> int:
    """What nobody paid in time is not asked for any more."""
    due = model.objects.filter(withdrawn_at=None, payment_request__withdrawn_at=None).select_related("coop", "payment_request")
    lapsed = 0
    for row in due.filter(payment_request__due_date__lt=at.date()).order_by("pk")[:500]:
        if row.payment_request.due_date < local_date(at, row.coop.timezone) and not _is_paid(row):
            withdraw(model, row, by=None, at=at)
            lapsed += 1
    return lapsed


def _is_paid(given: OnTop) -> bool:
    return not PaymentRequest.objects.open().filter(pk=given.payment_request_id).exists()


def _key(scheme: Scheme, given: OnTop, payment: Payment) -> str:
    return f"{scheme.name}:{given.job.number}:{payment.number}"


def _held(job: Job, at: datetime) -> Account:
    """Where it is for the moment between coming in and going on."""
    return ledger.open_account(coop=job.coop, kind=Account.Kind.REFUNDS, party=job.client.party, at=at)
