"""A job is called off: free while there is time, for a fee once somebody keeps their time free for it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.events import announce
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.jobs import mails
from marke.jobs.cancelling import fee_at, terms
from marke.jobs.events import JobCancelled
from marke.jobs.models import Door, Job, Offer
from marke.jobs.services.moves import locked_with_trip, move
from marke.jobs.services.offering import take_back
from marke.jobs.services.settlement import settle_locked
from marke.parties.models import Party

State = Job.State


class FeeNotAgreed(Refused):
    """Cancelling costs more by now than whoever cancels was shown."""


def cancel_job(
    *, job: Job, by: Party | None, at: datetime, door: str = Door.WEB, note: str = "", most_fee: int | None = None
) -> Job:
    """Called off before it is done. Whoever was asked or had accepted is told. A second click changes nothing.

    most_fee: the client calls it off, and agreed to pay so much at most, net. The fee that is due is settled like the price of
    work. None: the co-op calls it off, and nobody pays.
    Raises: MoveRefused when it is done: then it is confirmed, or disputed; FeeNotAgreed.
    """
    with transaction.atomic():
        jobs = locked_with_trip(job)
        job = jobs[0]
        if job.state == State.CANCELLED or job.called_off_at is not None:
            return job
        fee = 0 if most_fee is None else fee_at(job, at)
        if most_fee is not None and fee > most_fee:
            raise FeeNotAgreed(
                _("Cancelling job %(number)s costs %(fee)s by now, and you were shown %(shown)s. Look at it again, and decide.")
                % {
                    "number": job.number,
                    "fee": format_money(fee, job.coop.currency),
                    "shown": format_money(most_fee, job.coop.currency),
                }
            )
        if fee:
            _settle_fee(job, fee, by=by, at=at, door=door, note=note)
        else:
            move(job, State.CANCELLED, by=by, at=at, door=door, note=note)
        take_back(jobs, Offer.State.WITHDRAWN, by=by, at=at, door=door)
        mails.cancelled(job, at)
        announce(JobCancelled(job, fee, by, at))
        return job


def _settle_fee(job: Job, fee: int, *, by: Party | None, at: datetime, door: str, note: str) -> None:
    """The fee takes the place of the price, and is split by the rules that the worker was promised."""
    rule = terms(job).rule_value
    words = _("Cancelled late: a part of %(price)s") % {"price": format_money(job.price, job.coop.currency)}
    lines = [{"words": words, "amount": fee, "rule": str(rule.uid)}]
    move(
        job, State.CALLED_OFF, by=by, at=at, door=door, note=note,
        price=fee, surcharge=0, price_lines=lines, called_off_at=at, confirmed_at=at,
    )  # fmt: skip
    settle_locked(job, by=by, at=at, door=door)
