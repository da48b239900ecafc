"""What a year earned, by account; and what earlier years left. Closing a year moves it to the result carried forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, Sum

from marke.ledger.models import Account, Posting, Transaction
from marke.ledger.position import RESULTS
from marke.parties.models import Coop

# The kind of transaction that closes a year; what it moves is not earned a second time.
YEAR_CLOSE = "year_close"


@dataclass(frozen=True)
class YearResult:
    """Minor units of the co-op's currency, as people read them: earned is positive.

    open: what stands on each account of the result and was not closed yet, debit less credit
    """

    result: int  # of the year itself
    gifts: int  # of it, gifts and subsidies
    earlier: int  # carried forward from earlier years, negative for losses
    open: tuple[tuple[Account, int], ...]


def year_result(coop: Coop, since: date, until: date) -> YearResult:
    """The result of the half-open period, and what earlier years carried to it; three queries."""
    own = Posting.objects.filter(account__coop=coop, account__kind__in=RESULTS, account__unit=coop.currency)
    earned = own.exclude(transaction__kind=YEAR_CLOSE).filter(transaction__date__lt=until)
    rows = (
        earned.order_by()
        .values_list("account", "account__kind")
        .annotate(
            own=Sum("amount", filter=Q(transaction__date__gte=since)), before=Sum("amount", filter=Q(transaction__date__lt=since))
        )
    )
    closed = dict(own.filter(transaction__kind=YEAR_CLOSE).order_by().values_list("account").annotate(total=Sum("amount")))
    result = gifts = unclosed = 0
    accounts: dict[int, int] = {}
    for account, kind, in_year, before in rows:
        result -= in_year or 0
        gifts -= (in_year or 0) if kind == Account.Kind.GIFT else 0
        moved = closed.pop(account, 0) + (before or 0)
        unclosed -= moved
        accounts[account] = moved + (in_year or 0)
    unclosed -= sum(closed.values())
    carried = Posting.objects.filter(account__coop=coop, account__kind=Account.Kind.RESULT, account__unit=coop.currency)
    earlier = -(carried.aggregate(total=Sum("amount"))["total"] or 0)
    known = Account.objects.in_bulk([account for account, left in accounts.items() if left])
    open_ = tuple((known[account], left) for account, left in sorted(accounts.items()) if left)
    return YearResult(result, gifts, earlier + unclosed, open_)


def stocks(coop: Coop) -> dict[tuple[str, str], int]:
    """What stands in shares, reserves, funds and members' names now, by (kind, detail); positive for what there is."""
    kinds = (Account.Kind.SHARES, Account.Kind.RESERVE, Account.Kind.FUND, Account.Kind.ALLOCATED)
    own = Posting.objects.filter(account__coop=coop, account__kind__in=kinds, account__unit=coop.currency)
    rows = own.order_by().values_list("account__kind", "account__detail").annotate(total=Sum("amount"))
    return {(kind, detail): -total for kind, detail, total in rows}


def standing_before(coop: Coop, until: date) -> tuple[int, int]:
    """How many transactions are dated before a day, and the last of them in the chain: whether something came since."""
    rows = Transaction.objects.filter(coop=coop, date__lt=until).aggregate(count=Count("pk"), last=Max("number"))
    return rows["count"], rows["last"] or 0


def booked_lines(coop: Coop, begins: str, ends: str) -> dict[str, int]:
    """What the transactions whose keys begin and end so credited on each line but the first, positive; by line."""
    own = Posting.objects.filter(coop=coop, transaction__coop=coop, transaction__key__startswith=begins)
    rows = own.filter(transaction__key__endswith=ends, transaction__kind=YEAR_CLOSE).exclude(line="share")
    return {line: -total for line, total in rows.order_by().values_list("line").annotate(total=Sum("amount")) if total}
