"""Questions about money that is asked for, comes in and goes out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import locale_of
from marke.ledger import owed as ledger_owed
from marke.ledger.owed import Owed
from marke.parties.models import Coop, Party
from marke.payments.conditions import PAY_RUN, latest_payday, next_payday
from marke.payments.models import BankAccount, Payment, PaymentRequest, PayRunLine
from marke.payments.payables import Payable, payables
from marke.rounds.models import Round
from marke.rounds.queries import prepared, rounds
from marke.rules.queries import rulebook
from marke_core.banking import BadReference, read_reference

EARNINGS = "earnings"
# Drafts are nobody's pay yet.
HIDDEN = (Round.State.DRAFT, Round.State.CANCELLED)


@dataclass(frozen=True)
class PayRunDue:
    """Members are to be paid now: what they earned before `until`."""

    until: date
    total: int
    members: int


def find_request(coop: Coop, text: str) -> PaymentRequest | None:
    """The request whose structured reference somebody typed. Raises: BadReference."""
    return PaymentRequest.objects.filter(coop=coop, reference=read_reference(text)).select_related("party").first()


def find_request_in(coop: Coop, text: str) -> PaymentRequest | None:
    """As `find_request`, but None for a text that is no reference."""
    try:
        return find_request(coop, text)
    except BadReference:
        return None


def requests(coop: Coop) -> QuerySet[PaymentRequest]:
    return PaymentRequest.objects.filter(coop=coop).with_paid().select_related("party").order_by("-number")


def open_requests(coop: Coop) -> QuerySet[PaymentRequest]:
    return PaymentRequest.objects.filter(coop=coop).open().select_related("party")


def paid_on(request: PaymentRequest) -> int:
    """What was paid on it so far."""
    return request.payments.filter(reversed_at=None).aggregate(paid=Sum("applied"))["paid"] or 0


def unmatched_payments(coop: Coop) -> QuerySet[Payment]:
    """Came in, not yet understood, not sent back."""
    return Payment.objects.filter(coop=coop, request=None, reversed_at=None, refunds=None).select_related("coop")


def payments(coop: Coop) -> QuerySet[Payment]:
    return Payment.objects.filter(coop=coop).select_related("request__party", "transaction", "recorded_by")


def usable_account(coop: Coop, party: Party, at: datetime) -> BankAccount | None:
    """Where this party is paid at the moment `at`."""
    return _usable(coop, at).filter(party=party).first()


def usable_accounts(coop: Coop, at: datetime) -> dict[int, BankAccount]:
    """Where everybody is paid, by the party's id; one query."""
    accounts: dict[int, BankAccount] = {}
    for account in _usable(coop, at):
        accounts.setdefault(account.party_id, account)
    return accounts


def _usable(coop: Coop, at: datetime) -> QuerySet[BankAccount]:
    rows = BankAccount.objects.filter(coop=coop, usable_from__lte=at, cancelled_at=None)
    return rows.order_by("-usable_from", "-id")


def latest_account(coop: Coop, party: Party) -> BankAccount | None:
    """The account that this party is paid on once every wait is over."""
    confirmed = BankAccount.objects.filter(coop=coop, party=party, usable_from__isnull=False, cancelled_at=None)
    return confirmed.order_by("-usable_from", "-id").first()


def coming_account(coop: Coop, party: Party, at: datetime) -> BankAccount | None:
    """The change that is under way: asked for, or confirmed and waiting."""
    rows = BankAccount.objects.filter(coop=coop, party=party, cancelled_at=None)
    return rows.filter(Q(confirmed_at=None) | Q(usable_from__gt=at)).order_by("-requested_at", "-id").first()


def parties_with_waiting_accounts(coop: Coop, at: datetime) -> frozenset[int]:
    """Whose confirmed account waits until it may be used."""
    rows = BankAccount.objects.filter(coop=coop, cancelled_at=None, usable_from__gt=at)
    return frozenset(rows.values_list("party_id", flat=True))


def owed(coop: Coop, until: date) -> list[Owed]:
    """What members earned before `until` and were not paid yet."""
    return ledger_owed.owed(coop, EARNINGS, until)


def owed_now(coop: Coop) -> dict[int, int]:
    return ledger_owed.owed_now(coop, EARNINGS)


def pay_run_due(coop: Coop, at: datetime) -> PayRunDue | None:
    """The pay run that the rule payments.rhythm asks for now; None when it is made already or nothing is owed."""
    today = clock.local_date(at, coop.timezone)
    until = latest_payday(rulebook(coop, at).value("payments.rhythm"), today)
    runs = rounds(coop, PAY_RUN).exclude(state=Round.State.CANCELLED)
    if runs.filter(Q(until__gte=until) | Q(state__in=Round.PREPARED)).exists():
        return None
    lines = owed(coop, until)
    if not lines:
        return None
    return PayRunDue(until, sum(line.amount for line in lines), len(lines))


@dataclass(frozen=True)
class AlsoDue:
    """What a pay run made now would pay beside pay, of one kind."""

    payable: Payable
    count: int
    total: int


def also_due(coop: Coop, at: datetime) -> list[AlsoDue]:
    rows = [(kind, [due.amount for due in kind.due(coop, at)]) for kind in payables if kind.pay]
    return [AlsoDue(kind, len(amounts), sum(amounts)) for kind, amounts in rows if amounts]


def next_pay_day(coop: Coop, at: datetime) -> date:
    """The day on which the next pay period begins, and what was earned before it is paid."""
    today = clock.local_date(at, coop.timezone)
    return next_payday(rulebook(coop, at).value("payments.rhythm"), today)


def proposed_until(coop: Coop, at: datetime) -> date:
    """Up to which day (exclusive) a pay run made now pays."""
    today = clock.local_date(at, coop.timezone)
    return latest_payday(rulebook(coop, at).value("payments.rhythm"), today)


def prepared_run(coop: Coop) -> Round | None:
    """The run that is being prepared; there is at most one."""
    return prepared(coop, PAY_RUN)


def pay_runs(coop: Coop) -> QuerySet[Round]:
    paid = Q(pay_lines__left_out="")
    return rounds(coop, PAY_RUN).annotate(total=Sum("pay_lines__amount", filter=paid)).order_by("-number")


def run_lines(run: Round) -> QuerySet[PayRunLine]:
    return PayRunLine.objects.filter(run=run).select_related("party", "account", "transaction")


def lines_of(coop: Coop, party: Party) -> QuerySet[PayRunLine]:
    """What one member was or is about to be paid; drafts are not shown to them."""
    rows = PayRunLine.objects.filter(coop=coop, party=party).exclude(run__state__in=HIDDEN)
    return rows.select_related("run", "account", "transaction").order_by("-run__number")


def what_for(line: PayRunLine) -> str:
    """Earned, or what else is paid, as people read it."""
    return _("Earned") if line.kind == PayRunLine.PAY else payables.get(line.kind).describe(line.subject)


def total(lines: Iterable[PayRunLine]) -> int:
    return sum(line.amount for line in lines if not line.left_out)


def local_moment(moment: datetime, coop: Coop) -> str:
    """A moment where the co-op is, in words of the active language."""
    local = moment.astimezone(ZoneInfo(coop.timezone))
    return format_datetime(local, "EEEE d MMMM y, HH:mm", locale=locale_of(get_language()))
