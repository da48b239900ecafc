"""Money that is sent back."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.ledger import queries as ledger_queries
from marke.ledger import services as ledger
from marke.ledger.services import Account
from marke.parties.models import Coop, Party
from marke.payments.models import Payment, Refund
from marke.payments.services.incoming import PaymentInTheFuture, check_unmatched, lock_coop


class NothingToSendBack(Refused):
    """The account does not hold that much."""


@transaction.atomic
def record_refund(
    *,
    coop: Coop,
    party: Party | None,
    account: Account,
    amount: int,
    date: date,
    note: str = "",
    once_key: str,
    by: Party | None,
    at: datetime,
    payment: Payment | None = None,
) -> Refund:
    """Books that `amount` minor units were sent back from what `account` holds. The same `once_key` books once.

    Raises: NothingToSendBack when the account holds less; PaymentInTheFuture.
    """
    number = next_number(Refund, coop)
    if (recorded := Refund.objects.filter(coop=coop, once_key=once_key).first()) is not None:
        return recorded
    ledger.lock_ledger(coop)
    held = -ledger_queries.balance(account)
    if not 0 < amount <= held:
        raise NothingToSendBack(
            _("%(amount)s cannot be sent back: %(held)s is there to be sent back. Correct the amount.")
            % {"amount": format_money(amount, coop.currency), "held": format_money(held, coop.currency)}
        )
    today = clock.local_date(at, coop.timezone)
    if date > today:
        raise PaymentInTheFuture(
            _("%(day)s has not come yet; today is %(today)s. Write the day on which the money left the bank.")
            % {"day": date.isoformat(), "today": today.isoformat()}
        )
    booked = ledger.post(
        coop=coop,
        kind="refund",
        key=f"refund:{number}:1",
        date=date,
        postings=[
            ledger.NewPosting(account, amount, "sent_back"),
            ledger.NewPosting(ledger.open_account(coop=coop, kind=Account.Kind.BANK, at=at), -amount, "paid_out"),
        ],
        by=by,
        at=at,
        facts={"refund": number, "amount": amount},
    )
    return Refund.objects.create(
        coop=coop,
        number=number,
        party=party,
        account=account,
        payment=payment,
        amount=amount,
        date=date,
        note=" ".join(note.split())[:140],
        recorded_at=at,
        recorded_by=by,
        once_key=once_key,
        transaction=booked,
    )


@transaction.atomic
def send_back_payment(*, payment: Payment, date: date, note: str = "", once_key: str, by: Party | None, at: datetime) -> Refund:
    """A payment that nobody understands goes back to where it came from.

    Raises: TakenBackAlready, MatchedAlready, SentBackAlready.
    """
    lock_coop(payment.coop_id)
    payment = Payment.objects.select_for_update(of=("self",)).select_related("coop").get(pk=payment.pk)
    done = Refund.objects.filter(coop=payment.coop, once_key=once_key, payment=payment).first()
    if done is not None:
        return done
    check_unmatched(payment)
    return record_refund(
        coop=payment.coop,
        party=None,
        account=ledger.open_account(coop=payment.coop, kind=Account.Kind.UNMATCHED, at=at),
        amount=payment.amount,
        date=date,
        note=note,
        once_key=once_key,
        by=by,
        at=at,
        payment=payment,
    )
