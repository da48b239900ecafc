"""Money that is asked for and comes in."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account
from marke.parties.models import Coop, Party
from marke.payments.models import Payment, PaymentRequest
from marke.payments.purposes import purposes
from marke.payments.queries import paid_on
from marke_core.banking import show_reference, structured_reference


class AmountRefused(Refused):
    """Nobody can ask for or pay this amount."""


class Overpaid(Refused):
    """More was paid than was asked for, and nobody said yet what to do with the rest."""

    def __init__(self, message: object, surplus: int) -> None:
        super().__init__(message)
        self.surplus = surplus


class PaidAlready(Refused):
    """Nothing is left to pay on this request."""


class RequestWithdrawn(Refused):
    """The request is not to be paid any more."""


class PaymentInTheFuture(Refused):
    """Money cannot have come in tomorrow."""


class TakenBackAlready(Refused):
    """The payment was reversed before."""


class MatchedAlready(Refused):
    """The payment is known to be for something."""


class SentBackAlready(Refused):
    """The money went back to where it came from."""


@transaction.atomic
def request_payment(
    *,
    coop: Coop,
    purpose: str,
    subject: str,
    party: Party,
    account: Account,
    amount: int,
    due_date: date,
    at: datetime,
) -> PaymentRequest:
    """Asks `party` to pay `amount` minor units, with a structured reference of its own.

    Raises: UnknownKind for a purpose nobody registered; AmountRefused.
    """
    purposes.get(purpose)
    if amount <= 0:
        raise AmountRefused(
            _("%(amount)s cannot be asked for. A payment request is for more than nothing.")
            % {"amount": format_money(amount, coop.currency)}
        )
    number = next_number(PaymentRequest, coop)
    return PaymentRequest.objects.create(
        coop=coop,
        number=number,
        purpose=purpose,
        subject=subject,
        party=party,
        account=account,
        amount=amount,
        reference=structured_reference(coop.country, number),
        due_date=due_date,
        created_at=at,
    )


@transaction.atomic
def withdraw_request(*, request: PaymentRequest, by: Party | None, at: datetime) -> PaymentRequest:
    """It is not to be paid any more. Withdrawing twice changes nothing."""
    request = PaymentRequest.objects.select_for_update().get(pk=request.pk)
    if request.withdrawn_at is None:
        request.withdrawn_at = at
        request.save(update_fields=["withdrawn_at"])
    return request


@transaction.atomic
def lower_request(*, request: PaymentRequest, amount: int, by: Party | None, at: datetime) -> PaymentRequest:
    """Less is to be paid than was asked for: `amount` now, in minor units. What was paid too much then, the caller books.

    Raises: AmountRefused for nothing (withdraw it instead) or more than was asked for.
    """
    request = PaymentRequest.objects.select_for_update(of=("self",)).select_related("coop").get(pk=request.pk)
    if not 0 < amount <= request.amount:
        currency = request.coop.currency
        raise AmountRefused(
            _("%(amount)s cannot be asked for instead of %(asked)s. Ask for something less, or withdraw the request.")
            % {"amount": format_money(amount, currency), "asked": format_money(request.amount, currency)}
        )
    request.amount = amount
    request.save(update_fields=["amount"])
    return request


@transaction.atomic
def record_payment(
    *,
    coop: Coop,
    request: PaymentRequest | None,
    amount: int,
    date: date,
    note: str = "",
    once_key: str,
    by: Party | None,
    at: datetime,
    surplus: str = "",
) -> Payment:
    """Books money that came in. Without a request it waits, not yet understood, for `match_payment`.

    Less than was asked for is a part payment. More is refused with Overpaid, until `surplus` says whether the rest is
    to be sent back or kept as a gift. The same `once_key` returns the payment that was recorded first.

    Raises: AmountRefused, Overpaid, PaidAlready, RequestWithdrawn, PaymentInTheFuture; what the purpose raises.
    """
    number = next_number(Payment, coop)  # locks the co-op, so that a double click waits here
    if (recorded := Payment.objects.filter(coop=coop, once_key=once_key).first()) is not None:
        return recorded
    _check_amount_and_date(coop, amount, date, at)
    applied = 0
    if request is not None:
        request = _lock(coop, request)
        applied = check_applies(request, request.amount - paid_on(request), amount, surplus)
    postings = [ledger.NewPosting(_account(coop, Account.Kind.BANK, at), amount, "received")]
    postings += credits(coop, request, amount, applied, surplus, at)
    booked = ledger.post(
        coop=coop,
        kind="payment",
        key=f"payment:{number}:1",
        date=date,
        postings=postings,
        by=by,
        at=at,
        facts=payment_facts(number, request, amount),
    )
    payment = Payment.objects.create(
        coop=coop,
        number=number,
        request=request,
        amount=amount,
        applied=applied,
        surplus=surplus if request is not None and applied < amount else "",
        date=date,
        note=" ".join(note.split())[:140],
        recorded_at=at,
        recorded_by=by,
        once_key=once_key,
        transaction=booked,
    )
    if request is not None:
        purposes.get(request.purpose).paid(request=request, payment=payment, by=by, at=at)
    return payment


@transaction.atomic
def match_payment(*, payment: Payment, request: PaymentRequest, by: Party | None, at: datetime, surplus: str = "") -> Payment:
    """A payment that came in without a known reference turns out to be for `request`.

    Raises: TakenBackAlready, MatchedAlready, SentBackAlready, Overpaid, PaidAlready, RequestWithdrawn.
    """
    lock_coop(payment.coop_id)
    payment = Payment.objects.select_for_update(of=("self",)).select_related("coop").get(pk=payment.pk)
    coop = payment.coop
    check_unmatched(payment)
    request = _lock(coop, request)
    applied = check_applies(request, request.amount - paid_on(request), payment.amount, surplus)
    postings = [ledger.NewPosting(_account(coop, Account.Kind.UNMATCHED, at), payment.amount, "understood")]
    postings += credits(coop, request, payment.amount, applied, surplus, at)
    payment.matching = ledger.post(
        coop=coop,
        kind="payment_match",
        key=f"payment_match:{payment.number}:1",
        date=clock.local_date(at, coop.timezone),
        postings=postings,
        by=by,
        at=at,
        facts=payment_facts(payment.number, request, payment.amount),
    )
    payment.request, payment.applied, payment.matched_at, payment.matched_by = request, applied, at, by
    payment.surplus = surplus if applied < payment.amount else ""
    payment.save()
    purposes.get(request.purpose).paid(request=request, payment=payment, by=by, at=at)
    return payment


@transaction.atomic
def reverse_payment(*, payment: Payment, reason: str, date: date | None = None, by: Party | None, at: datetime) -> Payment:
    """Takes back a payment that was booked in error, on `date` (today, if nobody says otherwise); what it had paid for is
    open again.

    Raises: TakenBackAlready, SentBackAlready; what the purpose raises when it cannot be undone.
    """
    lock_coop(payment.coop_id)
    payment = (
        Payment.objects.select_for_update(of=("self",))
        .select_related("coop", "transaction__coop", "matching__coop", "request")
        .get(pk=payment.pk)
    )
    if payment.reversed_at is not None:
        raise TakenBackAlready(_("Payment %(number)s was taken back already.") % {"number": payment.number})
    _check_not_sent_back(payment)
    payment.reversed_at, payment.reversed_by = at, by
    payment.reversal_reason = " ".join(reason.split())[:200]
    payment.save(update_fields=["reversed_at", "reversed_by", "reversal_reason"])
    if payment.request is not None:
        request = _lock_row(payment.request)
        purposes.get(request.purpose).taken_back(request=request, payment=payment, by=by, at=at)
    day = date or clock.local_date(at, payment.coop.timezone)
    for name, booked in (("payment_match", payment.matching), ("payment", payment.transaction)):
        if booked is not None:
            ledger.reverse(transaction=booked, key=f"{name}:{payment.number}:1:reversed", date=day, by=by, at=at)
    return payment


def lock_coop(pk: int) -> None:
    """First in every service here that books: numbers and the ledger are locked after it, never the other way round."""
    list(Coop.objects.select_for_update(no_key=True).filter(pk=pk).values_list("pk"))


def _check_amount_and_date(coop: Coop, amount: int, day: date, at: datetime) -> None:
    if amount <= 0:
        raise AmountRefused(
            _("A payment of %(amount)s cannot be booked. Write what came in, more than nothing.")
            % {"amount": format_money(amount, coop.currency)}
        )
    today = clock.local_date(at, coop.timezone)
    if day > today:
        raise PaymentInTheFuture(
            _("%(day)s has not come yet; today is %(today)s. Write the day on which the bank received the money.")
            % {"day": day.isoformat(), "today": today.isoformat()}
        )


def _lock_row(request: PaymentRequest) -> PaymentRequest:
    return PaymentRequest.objects.select_for_update(of=("self",)).select_related("account", "party").get(pk=request.pk)


def _lock(coop: Coop, request: PaymentRequest) -> PaymentRequest:
    if request.coop_id != coop.pk:
        raise ValueError(f"Payment request {request.pk} belongs to another co-op than {coop.slug}")
    return _lock_row(request)


def check_applies(request: PaymentRequest, left: int, amount: int, surplus: str) -> int:
    """How much of `amount` counts for a request on which `left` is still to be paid.

    Raises: RequestWithdrawn, PaidAlready, Overpaid.
    """
    names = {
        "what": purposes.get(request.purpose).describe(request),
        "amount": format_money(amount, request.coop.currency),
        "asked": format_money(request.amount, request.coop.currency),
        "reference": show_reference(request.reference),
    }
    if request.withdrawn_at is not None:
        raise RequestWithdrawn(
            _(
                "%(what)s (%(reference)s) was withdrawn and is not to be paid any more. Book these %(amount)s without a "
                "reference, and send them back."
            )
            % names
        )
    if left <= 0:
        raise PaidAlready(
            _(
                "%(what)s (%(reference)s) asks for %(asked)s and is paid already. Book these %(amount)s without a "
                "reference, and find out what they are for or send them back."
            )
            % names
        )
    if amount <= left:
        return amount
    if surplus not in Payment.Surplus.values:
        names |= {
            "left": format_money(left, request.coop.currency),
            "over": format_money(amount - left, request.coop.currency),
        }
        raise Overpaid(
            _(
                "This payment of %(amount)s does not match %(what)s (%(reference)s), on which %(left)s is still to be "
                "paid. Choose what happens to the %(over)s too much: send it back, or keep it as a gift."
            )
            % names,
            amount - left,
        )
    return left


def credits(
    coop: Coop, request: PaymentRequest | None, amount: int, applied: int, surplus: str, at: datetime
) -> list[ledger.NewPosting]:
    """What a payment is credited to: the request's account, and where the rest goes."""
    if request is None:
        return [ledger.NewPosting(_account(coop, Account.Kind.UNMATCHED, at), -amount, "unmatched")]
    postings = [ledger.NewPosting(request.account, -applied, "paid")]
    if amount > applied:
        if surplus == Payment.Surplus.GIFT:
            account, line = _account(coop, Account.Kind.GIFT, at), "gift"
        else:
            account, line = _account(coop, Account.Kind.REFUNDS, at, request.party), "too_much"
        postings.append(ledger.NewPosting(account, applied - amount, line))
    return postings


def _account(coop: Coop, kind: str, at: datetime, party: Party | None = None) -> Account:
    return ledger.open_account(coop=coop, kind=kind, party=party, at=at)


def payment_facts(number: int, request: PaymentRequest | None, amount: int) -> dict[str, int]:
    facts = {"payment": number, "amount": amount}
    if request is not None:
        facts |= {"request": request.number, "asked": request.amount}
    return facts


def check_unmatched(payment: Payment) -> None:
    if payment.reversed_at is not None:
        raise TakenBackAlready(_("Payment %(number)s was taken back already.") % {"number": payment.number})
    if payment.request_id is not None:
        raise MatchedAlready(
            _("Payment %(number)s is matched already. If that is wrong, take the payment back and record it again.")
            % {"number": payment.number}
        )
    _check_not_sent_back(payment)


def _check_not_sent_back(payment: Payment) -> None:
    if payment.refunds.exists():
        raise SentBackAlready(_("Payment %(number)s was sent back to the payer already.") % {"number": payment.number})
