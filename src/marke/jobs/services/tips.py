"""A client thanks whoever did the work. Nothing is booked before the money is there; then all of it is the worker's."""

from datetime import datetime

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.money import format_money
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.jobs.models import Job, Tip
from marke.jobs.services.moves import locked
from marke.ledger import services as ledger
from marke.ledger.closed_days import first_open_day
from marke.ledger.lookup import transaction_of
from marke.ledger.services import Account
from marke.parties.models import Party
from marke.payments import services as payments
from marke.payments.models import Payment, PaymentRequest
from marke.rules.queries import rulebook
from marke_core.schemes import Facts
from marke_core.schemes.tip import TIP

State = Job.State
PURPOSE = "tip"
WORKED = (State.DONE, State.CONFIRMED, State.SETTLED)
MOST = 100_000  # minor units; more is a slip of the finger


class NoTip(Refused):
    """A tip that cannot be given: nobody did anything yet, the co-op wants none, or there is one already."""


def can_tip(job: Job, at: datetime) -> bool:
    worked = job.state in WORKED and job.worker_id is not None and job.called_off_at is None
    return worked and rulebook(job.coop, at).value("jobs.tips", job_kind=job.service.job_kind) == "yes"


def tip_of(job: Job) -> Tip | None:
    return Tip.objects.filter(job=job, withdrawn_at=None).select_related("payment_request").first()


def give_tip(*, job: Job, amount: int, once_key: str, by: Party | None, at: datetime) -> Tip:
    """Asks the client to pay what they want to give. The same `once_key` gives once.

    Raises: NoTip.
    """
    with transaction.atomic():
        job = locked(job)
        if first := Tip.objects.filter(coop=job.coop, once_key=once_key).first():
            return first
        _check(job, amount, at)
        wait = rulebook(job.coop, at).value("jobs.tip_wait")
        number = next_number(Tip, job.coop)
        asked = payments.request_payment(
            coop=job.coop, purpose=PURPOSE, subject=f"{job.number}.{number}", party=job.client.party, amount=amount,
            account=_held(job, at), due_date=local_date(at + wait, job.coop.timezone), at=at,
        )  # fmt: skip
        return Tip.objects.create(
            coop=job.coop, job=job, number=number, amount=amount, payment_request=asked, given_at=at, once_key=once_key
        )


def withdraw_tip(*, tip: Tip, by: Party | None, at: datetime) -> Tip:
    """The client thought again, or did not pay in time. What was paid stays the worker's; the rest is not asked for any more."""
    with transaction.atomic():
        tip = Tip.objects.select_for_update(of=("self",)).select_related("payment_request").get(pk=tip.pk)
        if tip.withdrawn_at is None:
            tip.withdrawn_at = at
            tip.save(update_fields=["withdrawn_at"])
            payments.withdraw_request(request=tip.payment_request, by=by, at=at)
        return tip


def tip_paid(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """What came in goes on to the worker in the same transaction: nothing is left where it was received."""
    tip = _tip(request)
    job = tip.job
    assert job.worker is not None  # whoever did the work; the database keeps a worker with it
    fact = Facts(np.array([job.worker.party_id]), {"amount": np.array([payment.applied], dtype=np.int64)})
    amount = int(TIP.compute(fact)["tip"][0])
    day = local_date(payment.matched_at, job.coop.timezone) if payment.matched_at else payment.date
    earned = ledger.open_account(coop=job.coop, kind=Account.Kind.EARNINGS, party=job.worker.party, at=at)
    ledger.post(
        coop=job.coop,
        kind=PURPOSE,
        key=_key(tip, payment),
        date=max(first_open_day(job.coop, day), day),
        postings=[ledger.NewPosting(_held(job, at), amount, "received"), ledger.NewPosting(earned, -amount, "tip")],
        by=by,
        at=at,
        basis=ledger.record_basis(coop=job.coop, scheme=TIP.name, version=TIP.version, rule_values={}),
        facts={"job": job.number, "amount": amount},
    )


def tip_taken_back(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """The payment was booked in error, and so was what went on to the worker."""
    tip = _tip(request)
    key = _key(tip, payment)
    if booked := transaction_of(tip.coop, key):
        ledger.reverse(
            transaction=booked, key=f"{key}:reversed", date=local_date(at, tip.coop.timezone), by=by, at=at
        )  # fmt: skip


def lapse_tips(at: datetime) -> int:
    """Tips that nobody paid in time are not asked for any more."""
    due = Tip.objects.filter(withdrawn_at=None, payment_request__withdrawn_at=None).select_related("coop", "payment_request")
    lapsed = 0
    for tip in due.filter(payment_request__due_date__lt=at.date()).order_by("pk")[:500]:
        if tip.payment_request.due_date < local_date(at, tip.coop.timezone) and not _is_paid(tip):
            withdraw_tip(tip=tip, by=None, at=at)
            lapsed += 1
    return lapsed


def _is_paid(tip: Tip) -> bool:
    return not PaymentRequest.objects.open().filter(pk=tip.payment_request_id).exists()


def _tip(request: PaymentRequest) -> Tip:
    return Tip.objects.select_related("coop", "job__coop", "job__client__party", "job__worker__party").get(
        payment_request=request
    )


def _key(tip: Tip, payment: Payment) -> str:
    return f"{PURPOSE}:{tip.job.number}:{payment.number}"


def _held(job: Job, at: datetime) -> Account:
    """Where it is for the moment between coming in and going on."""
    return ledger.open_account(coop=job.coop, kind=Account.Kind.REFUNDS, party=job.client.party, at=at)


def _check(job: Job, amount: int, at: datetime) -> None:
    if not can_tip(job, at):
        raise NoTip(_("No tip can be given for job %(number)s.") % {"number": job.number})
    if not 0 < amount <= MOST:
        raise NoTip(
            _("A tip of %(amount)s is not possible. Give more than nothing and at most %(most)s.")
            % {"amount": format_money(min(amount, 10**15), job.coop.currency), "most": format_money(MOST, job.coop.currency)}
        )
    if tip := tip_of(job):
        raise NoTip(
            _("You gave a tip of %(amount)s for this job already. Take it back first if you want to give another one.")
            % {"amount": format_money(tip.amount, job.coop.currency)}
        )
