"""Reading the ledger. Amounts are debit positive, credit negative, in minor units of the account's unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, F, Func, OuterRef, Q, QuerySet, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce, TruncMonth

from marke.ledger.explaining import explain_postings
from marke.ledger.flow import Flow, FlowPart, euro_flow
from marke.ledger.lookup import transaction_of
from marke.ledger.models import Account, Posting, Transaction
from marke.parties.models import Coop, Party

__all__ = [
    "AccountBalance",
    "Flow",
    "FlowPart",
    "KindTotal",
    "balance",
    "balances",
    "euro_flow",
    "explain_postings",
    "monthly_sums",
    "party_balance",
    "postings_of_party",
    "statement",
    "sums_by_detail",
    "totals_by_kind",
    "transaction_of",
    "with_balance",
]


@dataclass(frozen=True)
class AccountBalance:
    account: Account
    amount: int


@dataclass(frozen=True)
class KindTotal:
    kind: str
    unit: str
    amount: int
    accounts: int


def balance(account: Account) -> int:
    """Debit minus credit."""
    return Posting.objects.filter(account=account).aggregate(total=Sum("amount"))["total"] or 0


def with_balance(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Adds `.balance`, summed from the index of each account."""
    # A plain function, because Django would group the postings of one account by their account again.
    total = Func("amount", function="SUM", output_field=BigIntegerField())
    own = Posting.objects.filter(account=OuterRef("pk")).order_by().annotate(total=total)
    return accounts.annotate(balance=Coalesce(Subquery(own.values("total")), 0))


def balances(coop: Coop, kind: str | None = None, party: Party | None = None) -> list[AccountBalance]:
    """Every account of the co-op (of a kind, of a party) with its balance; one query."""
    accounts = Account.objects.filter(coop=coop).select_related("party").order_by("kind", "id")
    if kind is not None:
        accounts = accounts.filter(kind=kind)
    if party is not None:
        accounts = accounts.filter(party=party)
    return [AccountBalance(account, account.balance) for account in with_balance(accounts)]  # type: ignore[attr-defined]


def totals_by_kind(coop: Coop) -> list[KindTotal]:
    """What all accounts of each kind hold together, per unit."""
    accounts = Account.objects.filter(coop=coop).values("id", "kind", "unit")
    sums = {account["id"]: account for account in accounts}
    totals: dict[tuple[str, str], list[int]] = {}
    for account_id, amount in sum_by_account(coop):
        account = sums[account_id]
        total = totals.setdefault((account["kind"], account["unit"]), [0, 0])
        total[0] += amount
        total[1] += 1
    order = list(Account.Kind.values)
    return [
        KindTotal(kind, unit, amount, count)
        for (kind, unit), (amount, count) in sorted(totals.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    ]


def sums_by_detail(coop: Coop, kinds: Sequence[str], until: date | None = None) -> dict[tuple[str, str], int]:
    """Debit less credit by (kind, detail) in the co-op's currency, of all that is booked or dated before `until`; one query."""
    own = Posting.objects.filter(account__coop=coop, account__kind__in=kinds, account__unit=coop.currency)
    if until is not None:
        own = own.filter(transaction__date__lt=until)
    rows = own.order_by().values_list("account__kind", "account__detail").annotate(total=Sum("amount"))
    return {(kind, detail): total for kind, detail, total in rows}


def monthly_sums(coop: Coop, kinds: Sequence[str], since: date, until: date) -> dict[tuple[date, str], tuple[int, int]]:
    """(debit, credit) by (first of the month, kind) in the co-op's currency, of the half-open period; one query."""
    own = Posting.objects.filter(
        account__coop=coop,
        account__kind__in=kinds,
        account__unit=coop.currency,
        transaction__date__gte=since,
        transaction__date__lt=until,
    )
    rows = (
        own.order_by()
        .annotate(month=TruncMonth("transaction__date"))
        .values_list("month", "account__kind")
        .annotate(
            debit=Coalesce(Sum("amount", filter=Q(amount__gt=0)), 0),
            credit=Coalesce(Sum("amount", filter=Q(amount__lt=0)), 0),
        )
    )
    return {(month, kind): (debit, -credit) for month, kind, debit, credit in rows}


def sum_by_account(coop: Coop) -> list[tuple[int, int]]:
    """(account id, balance) of every account that has postings; read from the index alone."""
    own = Posting.objects.filter(account__in=Account.objects.filter(coop=coop))
    return list(own.order_by().values_list("account").annotate(total=Sum("amount")).values_list("account_id", "total"))


def party_balance(coop: Coop, kind: str, party: Party) -> int:
    """What a party's accounts of a kind hold together, in the co-op's currency."""
    own = Posting.objects.filter(account__coop=coop, account__kind=kind, account__party=party, account__unit=coop.currency)
    return own.aggregate(total=Sum("amount"))["total"] or 0


def statement(account: Account, since: date | None = None, until: date | None = None) -> QuerySet[Posting]:
    """The postings of an account in the half-open period, newest first, each with `.running`: the balance after it.

    The order is that of the book: by date, then by place in the chain. Page it with a slice.
    """
    postings = Posting.objects.filter(account=account)
    opening = 0
    if since is not None:
        opening = postings.filter(transaction__date__lt=since).aggregate(total=Sum("amount"))["total"] or 0
        postings = postings.filter(transaction__date__gte=since)
    if until is not None:
        postings = postings.filter(transaction__date__lt=until)
    in_order = (F("transaction__date"), F("transaction__number"), F("id"))
    running = Value(opening) + Window(Sum("amount"), order_by=[part.asc() for part in in_order])
    return (
        postings.annotate(running=running)
        .select_related("transaction", "transaction__basis")
        .order_by(*[part.desc() for part in in_order])
    )


def postings_of_party(coop: Coop, party: Party, kinds: Sequence[str] = (Account.Kind.EARNINGS,)) -> QuerySet[Posting]:
    """What moved on a party's accounts, newest first."""
    return (
        Posting.objects.filter(account__coop=coop, account__party=party, account__kind__in=kinds)
        .select_related("transaction", "transaction__basis", "account")
        .order_by("-transaction__date", "-transaction__number", "-id")
    )


def in_order(coop: Coop) -> Iterator[Transaction]:
    """Every transaction of the co-op in the order of the chain; memory does not grow."""
    return Transaction.objects.filter(coop=coop).order_by("number").iterator(2_000)
