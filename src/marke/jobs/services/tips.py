"""A client thanks whoever did the work. Nothing is booked before the money is there; then all of it is the worker's."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.money import format_money
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.jobs.models import Job, Tip
from marke.jobs.services import on_top
from marke.jobs.services.moves import locked
from marke.ledger import services as ledger
from marke.parties.models import Party
from marke.payments.models import Payment, PaymentRequest
from marke.rules.queries import rulebook
from marke_core.schemes.tip import TIP

PURPOSE = TIP.name


class NoTip(Refused):
    """A tip that cannot be given: nobody did anything yet, the co-op wants none, or there is one already."""


def can_tip(job: Job, at: datetime) -> bool:
    return on_top.was_worked(job) and rulebook(job.coop, at).value("jobs.tips", job_kind=job.service.job_kind) == "yes"


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
        number = next_number(Tip, job.coop)
        asked = on_top.ask_for(job, purpose=PURPOSE, number=number, amount=amount, at=at)
        return Tip.objects.create(
            coop=job.coop, job=job, number=number, amount=amount, payment_request=asked, given_at=at, once_key=once_key
        )


def withdraw_tip(*, tip: Tip, by: Party | None, at: datetime) -> Tip:
    """The client thought again, or did not pay in time. What was paid stays the worker's; the rest is not asked for any more."""
    return on_top.withdraw(Tip, tip, by=by, at=at)


def tip_paid(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """What came in goes on to the worker in the same transaction: nothing is left where it was received."""
    tip = _tip(request)
    assert tip.job.worker is not None  # whoever did the work; the database keeps a worker with it
    earned = ledger.open_account(coop=tip.coop, kind=ledger.Account.Kind.EARNINGS, party=tip.job.worker.party, at=at)
    on_top.pass_on(tip, payment, scheme=TIP, to=earned, rules={}, by=by, at=at)


def tip_taken_back(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """The payment was booked in error, and so was what went on to the worker."""
    on_top.take_back(_tip(request), payment, scheme=TIP, by=by, at=at)


def lapse_tips(at: datetime) -> int:
    """Tips that nobody paid in time are not asked for any more."""
    return on_top.lapse(Tip, at)


def _tip(request: PaymentRequest) -> Tip:
    return Tip.objects.select_related("coop", "job__coop", "job__client__party", "job__worker__party").get(
        payment_request=request
    )


def _check(job: Job, amount: int, at: datetime) -> None:
    if not can_tip(job, at):
        raise NoTip(_("No tip can be given for job %(number)s.") % {"number": job.number})
    most = rulebook(job.coop, at).value("jobs.tip_most")
    if not 0 < amount <= most:
        raise NoTip(
            _("A tip of %(amount)s is not possible. Give more than nothing and at most %(most)s.")
            % {"amount": format_money(min(amount, 10**15), job.coop.currency), "most": format_money(most, job.coop.currency)}
        )
    if tip := tip_of(job):
        raise NoTip(
            _("You gave a tip of %(amount)s for this job already. Take it back first if you want to give another one.")
            % {"amount": format_money(tip.amount, job.coop.currency)}
        )
