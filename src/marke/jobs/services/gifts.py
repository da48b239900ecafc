"""A client rounds up what they pay, for a good cause that the members chose. When it is paid, all of it is in its fund."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.jobs.models import Gift, Job
from marke.jobs.pricing import vat_of
from marke.jobs.services import on_top
from marke.jobs.services.moves import locked
from marke.ledger import services as ledger
from marke.ledger.chart import FUND_OF_GIFTS
from marke.parties.models import Party
from marke.payments.models import Payment, PaymentRequest
from marke.rules.queries import rulebook
from marke_core.schemes.gift import GIFT

PURPOSE = GIFT.name
FURTHER = 5  # the second suggestion goes up to a multiple of so many steps


class NoGift(Refused):
    """A gift that cannot be given: nobody did anything yet, no rule names this cause, or there is one already."""


@dataclass(frozen=True)
class RoundedUp:
    """What the client would pay in all, and how much of it is the gift; minor units."""

    cause: str
    gift: int
    in_all: int


def round_ups(job: Job, at: datetime) -> list[RoundedUp]:
    """For each good cause up to the next step, and further up; empty where nothing can be given."""
    if not on_top.was_worked(job) or job.service.between_them:
        return []
    price = job.price + vat_of(job.price, job.vat_permille if job.coop.vat_number else 0)
    found = []
    for cause, step in rulebook(job.coop, at).value("jobs.round_up"):
        ups = dict.fromkeys((_above(price, step), _above(price, FURTHER * step)))
        found += [RoundedUp(cause, in_all - price, in_all) for in_all in ups]
    return found


def gift_of(job: Job) -> Gift | None:
    return Gift.objects.filter(job=job, withdrawn_at=None).select_related("payment_request").first()


def give_gift(*, job: Job, cause: str, amount: int, once_key: str, by: Party | None, at: datetime) -> Gift:
    """Asks the client to pay what they round up. The same `once_key` gives once.

    Raises: NoGift.
    """
    with transaction.atomic():
        job = locked(job)
        if first := Gift.objects.filter(coop=job.coop, once_key=once_key).first():
            return first
        _check(job, cause, amount, at)
        number = next_number(Gift, job.coop)
        asked = on_top.ask_for(job, purpose=PURPOSE, number=number, amount=amount, at=at)
        return Gift.objects.create(
            coop=job.coop, job=job, number=number, cause=cause, amount=amount, payment_request=asked, given_at=at, once_key=once_key
        )  # fmt: skip


def withdraw_gift(*, gift: Gift, by: Party | None, at: datetime) -> Gift:
    """The client thought again, or did not pay in time. What was paid stays with the good cause."""
    return on_top.withdraw(Gift, gift, by=by, at=at)


def gift_paid(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """What came in goes on into the fund of the good cause in the same transaction."""
    gift = _gift(request)
    fund = ledger.open_account(coop=gift.coop, kind=ledger.Account.Kind.FUND, detail=f"{FUND_OF_GIFTS}{gift.cause}", at=at)
    rules = rulebook(gift.coop, gift.given_at).uids("jobs.round_up")  # those of the moment of the promise
    on_top.pass_on(gift, payment, scheme=GIFT, to=fund, rules=rules, by=by, at=at)


def gift_taken_back(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """The payment was booked in error, and so was what went on into the fund."""
    on_top.take_back(_gift(request), payment, scheme=GIFT, by=by, at=at)


def lapse_gifts(at: datetime) -> int:
    """What nobody paid in time is not asked for any more."""
    return on_top.lapse(Gift, at)


def _above(price: int, step: int) -> int:
    """The first multiple of the step that is more than the price."""
    return (price // step + 1) * step


def _gift(request: PaymentRequest) -> Gift:
    return Gift.objects.select_related("coop", "job__coop", "job__client__party", "job__worker__party").get(
        payment_request=request
    )


def _check(job: Job, cause: str, amount: int, at: datetime) -> None:
    if (cause, amount) not in [(up.cause, up.gift) for up in round_ups(job, at)]:
        raise NoGift(
            _("Job %(number)s cannot be rounded up like this. Look at the page again, and choose what it offers.")
            % {"number": job.number}
        )
    if gift := gift_of(job):
        raise NoGift(
            _("You rounded this job up for %(cause)s already. Take that back first if you want to choose again.")
            % {"cause": gift.cause}
        )
