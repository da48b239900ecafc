"""A member lends to the co-op: agreed, paid in, paid back year by year with interest, or given."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.utils.translation import gettext as _

from marke.capital.conditions import LOAN
from marke.capital.models import LoanInstalment, MemberLoan
from marke.common import clock
from marke.common.money import MOST_MINOR_UNITS, format_money
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account, Basis, NewPosting
from marke.parties.models import Membership, Party
from marke.payments import queries as payments
from marke.payments.models import Payment, PaymentRequest
from marke.payments.services import lock_coop, request_payment, withdraw_request
from marke.rules.queries import rulebook
from marke_core.loans import NoSuchLoan, Repayment, due_date, schedule


class LoanRefused(Refused):
    """Such a loan is not agreed."""


class LoanRuns(Refused):
    """What was paid in is not taken back or cancelled like this."""


class NothingToWaive(Refused):
    """There is nothing left that could be given."""


@transaction.atomic
def agree_loan(
    *,
    membership: Membership,
    amount: int,
    rate: Fraction,
    years: int,
    repayment: str,
    purpose: str,
    once_key: str,
    by: Party | None,
    at: datetime,
) -> MemberLoan:
    """Writes down what was agreed with a member, and asks for the sum. The same `once_key` agrees once.

    Raises: LoanRefused.
    """
    coop = membership.coop
    lock_coop(coop.pk)
    if first := MemberLoan.objects.filter(coop=coop, once_key=once_key).first():
        return first
    _check(membership, amount, rate, years, repayment, at)
    number = next_number(MemberLoan, coop)
    return MemberLoan.objects.create(
        coop=coop,
        number=number,
        membership=membership,
        amount=amount,
        rate_numerator=rate.numerator,
        rate_denominator=rate.denominator,
        years=years,
        repayment=repayment,
        purpose=purpose,
        payment_request=_ask_for(amount, membership, number, at),
        agreed_at=at,
        agreed_by=by,
        once_key=once_key,
    )


def _ask_for(amount: int, membership: Membership, number: int, at: datetime) -> PaymentRequest:
    return request_payment(
        coop=membership.coop,
        purpose=LOAN,
        subject=str(number),
        party=membership.party,
        account=account_of(membership, number, at),
        amount=amount,
        due_date=clock.local_date(at, membership.coop.timezone),
        at=at,
    )


def _check(membership: Membership, amount: int, rate: Fraction, years: int, repayment: str, at: datetime) -> None:
    if membership.state != Membership.State.MEMBER:
        raise LoanRefused(_("%(name)s is not a member. Loans are agreed with members.") % {"name": membership.party.name})
    currency = membership.coop.currency
    if amount > MOST_MINOR_UNITS:
        raise LoanRefused(
            _("%(amount)s is more than can be lent: at most %(most)s. Write down what was agreed.")
            % {"amount": format_money(amount, currency), "most": format_money(MOST_MINOR_UNITS, currency)}
        )
    most = rulebook(membership.coop, at).value("capital.loan_rate")
    if rate > most:
        raise LoanRefused(
            _("%(rate)s %% is more than the rules allow: at most %(most)s %% a year. Agree on less, or propose another rule.")
            % {"rate": _percent(rate), "most": _percent(most)}
        )
    try:
        schedule(amount, rate=rate, years=years, repayment=Repayment(repayment))
    except NoSuchLoan:
        raise LoanRefused(
            _("%(amount)s for %(years)s years is no loan. Take more than nothing, for 1 to 100 years.")
            % {"amount": format_money(amount, currency), "years": years}
        ) from None


def _percent(rate: Fraction) -> str:
    return f"{float(rate * 100):.4f}".rstrip("0").rstrip(".")  # for the sentence only


def account_of(membership: Membership, number: int, at: datetime) -> Account:
    """What the co-op owes on this loan."""
    return ledger.open_account(
        coop=membership.coop, kind=Account.Kind.LOAN, party=membership.party, detail=f"loan_{number}", at=at
    )


@transaction.atomic
def cancel_loan(*, loan: MemberLoan, by: Party | None, at: datetime) -> MemberLoan:
    """It does not come to it. Cancelling twice changes nothing. Raises: LoanRuns once something is paid."""
    lock_coop(loan.coop_id)
    loan = _fresh(loan)
    if loan.cancelled_at is None:
        if payments.paid_on(loan.payment_request):
            raise LoanRuns(
                _("Something is paid on loan %(number)s already. Take that payment back first.") % {"number": loan.number}
            )
        withdraw_request(request=loan.payment_request, by=by, at=at)
        loan.cancelled_at = at
        loan.save(update_fields=["cancelled_at"])
    return loan


def loan_paid(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """The purpose's reaction: when all of it is paid, the loan runs, and its plan is written."""
    loan = MemberLoan.objects.select_related("coop").get(payment_request=request)
    if payments.paid_on(request) < loan.amount:
        return
    loan.started_on = payment.date
    loan.save(update_fields=["started_on"])
    plan = schedule(loan.amount, rate=loan.rate, years=loan.years, repayment=Repayment(loan.repayment))
    LoanInstalment.objects.bulk_create(
        LoanInstalment(
            coop=loan.coop,
            loan=loan,
            year=row.year,
            due_date=due_date(payment.date, row.year),
            owed_before=row.owed_before,
            interest=row.interest,
            repayment=row.repayment,
        )
        for row in plan
    )


def loan_payment_taken_back(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """The purpose's reaction: before the loan runs, a payment may be taken back. Raises: LoanRuns."""
    loan = MemberLoan.objects.get(payment_request=request)
    if loan.started_on is not None:
        raise LoanRuns(
            _(
                "Loan %(number)s runs since it was paid, so the payment stays as it is. Book what is wrong as a payment of its own."
            )
            % {"number": loan.number}
        )


@transaction.atomic
def book_instalment(*, instalment: LoanInstalment, by: Party | None, at: datetime) -> bool:
    """What is due becomes owed to the lender, interest and repayment; waived interest is a gift. False if it was booked."""
    lock_coop(instalment.coop_id)
    instalment = LoanInstalment.objects.select_related("loan__membership__party", "loan__membership__coop", "coop").get(
        pk=instalment.pk
    )
    loan, coop = instalment.loan, instalment.coop
    if instalment.transaction_id is not None or loan.waived_at is not None:
        return False
    postings = _postings_of(instalment, at)
    if postings:
        instalment.transaction = ledger.post(
            coop=coop,
            kind="loan_year",
            key=f"loan_year:{loan.number}.{instalment.year}:1",
            date=clock.local_date(at, coop.timezone),
            postings=postings,
            by=by,
            at=at,
            basis=_basis(loan),
            facts={
                "loan": loan.number,
                "year": instalment.year,
                "owed": instalment.owed_before,
                "rate": [loan.rate_numerator, loan.rate_denominator],
                "interest": instalment.interest,
                "repayment": instalment.repayment,
            },
        )
        instalment.save(update_fields=["transaction"])
    return bool(postings)


def _postings_of(instalment: LoanInstalment, at: datetime) -> list[NewPosting]:
    loan, coop = instalment.loan, instalment.coop
    owed = ledger.open_account(coop=coop, kind=Account.Kind.REFUNDS, party=loan.membership.party, at=at)
    postings = [NewPosting(owed, -instalment.paid_out, "to_pay_back")] if instalment.paid_out else []
    if instalment.repayment:
        postings.append(NewPosting(account_of(loan.membership, loan.number, at), instalment.repayment, "repaid"))
    if instalment.interest:
        cost = ledger.open_account(coop=coop, kind=Account.Kind.INTEREST, at=at)
        postings.append(NewPosting(cost, instalment.interest, "interest"))
        if instalment.interest_waived_at is not None:
            gift = ledger.open_account(coop=coop, kind=Account.Kind.GIFT, at=at)
            postings.append(NewPosting(gift, -instalment.interest, "waived"))
    return postings


def _basis(loan: MemberLoan) -> Basis:
    followed = rulebook(loan.coop, loan.agreed_at).uids("capital.loan_rate")
    return ledger.record_basis(coop=loan.coop, scheme="loan", version=1, rule_values=followed)


@transaction.atomic
def waive_interest(*, instalment: LoanInstalment, by: Party | None, at: datetime) -> LoanInstalment:
    """The lender gives the interest of a year that is not booked yet. Giving twice changes nothing. Raises: NothingToWaive."""
    lock_coop(instalment.coop_id)
    instalment = LoanInstalment.objects.select_related("loan").get(pk=instalment.pk)
    if instalment.interest_waived_at is not None:
        return instalment
    if instalment.transaction_id is not None or not instalment.interest or instalment.loan.waived_at is not None:
        raise NothingToWaive(
            _("The interest of year %(year)s is booked already, or there is none. Choose a later year.")
            % {"year": instalment.year}
        )
    instalment.interest_waived_at = at
    instalment.save(update_fields=["interest_waived_at"])
    return instalment


@transaction.atomic
def waive_loan(*, loan: MemberLoan, by: Party | None, at: datetime) -> MemberLoan:
    """The lender gives what is still owed to the co-op; nothing more falls due. Raises: NothingToWaive."""
    lock_coop(loan.coop_id)
    loan = _fresh(loan)
    left = owed_on(loan)
    if loan.started_on is None or loan.waived_at is not None or not left:
        raise NothingToWaive(_("Nothing is owed on loan %(number)s, so nothing can be given.") % {"number": loan.number})
    ledger.post(
        coop=loan.coop,
        kind="loan_waived",
        key=f"loan_waived:{loan.number}:1",
        date=clock.local_date(at, loan.coop.timezone),
        postings=[
            NewPosting(account_of(loan.membership, loan.number, at), left, "given"),
            NewPosting(ledger.open_account(coop=loan.coop, kind=Account.Kind.GIFT, at=at), -left, "gift"),
        ],
        by=by,
        at=at,
        basis=_basis(loan),
        facts={"loan": loan.number, "owed": left},
    )
    loan.waived_at = at
    loan.save(update_fields=["waived_at"])
    return loan


def owed_on(loan: MemberLoan) -> int:
    """What is still lent: the sum, less what was booked as repaid."""
    if loan.started_on is None or loan.waived_at is not None:
        return 0
    return sum(row.repayment for row in loan.instalments.filter(transaction=None))


def _fresh(loan: MemberLoan) -> MemberLoan:
    rows = MemberLoan.objects.select_related("coop", "membership__party", "membership__coop", "payment_request")
    return rows.get(pk=loan.pk)
