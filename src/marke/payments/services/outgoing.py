"""Money that is sent back, by hand or with a pay run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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
from marke.payments.models import Payment, PayRunLine, Refund
from marke.payments.services.incoming import PaymentInTheFuture, check_unmatched, lock_coop
from marke.rounds.models import Round


class NothingToSendBack(Refused):
    """The account does not hold that much."""


class StandsInARun(Refused):
    """It is on its way to the bank with a pay run."""


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
    seen_by_bank: bool = False,
) -> Refund:
    """Books that `amount` minor units were sent back from what `account` holds. The same `once_key` books once.

    seen_by_bank: the bank statement says so; what somebody only writes down is refused while a pay run is to pay it.

    Raises: NothingToSendBack when the account holds less; StandsInARun; PaymentInTheFuture.
    """
    number = next_number(Refund, coop)
    if (recorded := Refund.objects.filter(coop=coop, once_key=once_key).first()) is not None:
        return recorded
    if not seen_by_bank:
        _check_in_no_run(account)
    ledger.lock_ledger(coop)
    _check_held(coop, amount, -ledger_queries.balance(account))
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


def _check_in_no_run(account: Account) -> None:
    line = PayRunLine.objects.filter(account=account, left_out="", run__state__in=(Round.State.FINAL, Round.State.RELEASED))
    if (found := line.exclude(kind=PayRunLine.PAY).select_related("run").first()) is not None:
        raise StandsInARun(
            _("“%(run)s” is to pay this. Carry it out, or cancel it before you write down that it was paid in another way.")
            % {"run": found.run.name}
        )


def _check_held(coop: Coop, amount: int, held: int) -> None:
    if not 0 < amount <= held:
        raise NothingToSendBack(
            _("%(amount)s cannot be sent back: %(held)s is there to be sent back. Correct the amount.")
            % {"amount": format_money(amount, coop.currency), "held": format_money(held, coop.currency)}
        )


def send_lines(*, coop: Coop, lines: Sequence[PayRunLine], by: Party | None, at: datetime) -> list[Refund]:
    """Books lines of a pay run that pay something else than pay: from what their accounts hold, on its way to the bank.

    Inside the transaction of the run. Raises: NothingToSendBack.
    """
    first, today = next_number(Refund, coop), clock.local_date(at, coop.timezone)
    kinds = {line.account.kind for line in lines}
    held = {row.account.pk: -row.amount for kind in kinds for row in ledger_queries.balances(coop, kind=kind)}
    asked: Counter[int] = Counter()
    for line in lines:
        asked[line.account_id] += line.amount
    for account, amount in asked.items():
        _check_held(coop, amount, held.get(account, 0))
    transit = ledger.open_account(coop=coop, kind=Account.Kind.TRANSIT, at=at)
    booked = ledger.post_many(
        coop=coop,
        transactions=[
            ledger.NewTransaction(
                kind="refund",
                key=f"refund:{number}:1",
                date=today,
                postings=[
                    ledger.NewPosting(line.account, line.amount, "sent_back"),
                    ledger.NewPosting(transit, -line.amount, "on_its_way"),
                ],
                facts={"refund": number, "amount": line.amount, "pay_run": line.run.number, "line": line.position},
            )
            for number, line in enumerate(lines, first)
        ],
        by=by,
        at=at,
    )
    refunds = []
    for number, (line, posted) in enumerate(zip(lines, booked, strict=True), first):
        line.transaction = posted
        refunds.append(
            Refund(
                coop=coop,
                number=number,
                party=line.party,
                account=line.account,
                pay_line=line,
                amount=line.amount,
                date=today,
                note=line.run.name[:140],
                recorded_at=at,
                recorded_by=by,
                once_key=f"pay_run:{line.run.number}.{line.position}",
                transaction=posted,
            )
        )
    return Refund.objects.bulk_create(refunds, batch_size=500)


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
