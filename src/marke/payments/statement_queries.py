"""What the pages about bank statements ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet, Sum

from marke.ledger.position import position
from marke.ledger.services import Account
from marke.parties.models import Coop
from marke.payments.models import PaymentRequest
from marke.payments.statement_models import BankEntry, BankStatement

Meaning = BankEntry.Meaning
_PROPOSED = Q(certain=False, decided_at=None) & ~Q(meaning__in=(Meaning.UNKNOWN, Meaning.KNOWN))
_KNOWN = Q(meaning__in=(Meaning.KNOWN, Meaning.RECORDED))
# How entries are shown, before they are booked.
GROUPS = {
    "proposed": _PROPOSED,
    "unknown": Q(meaning=Meaning.UNKNOWN),
    "known": _KNOWN & ~_PROPOSED,
    "matched": ~_PROPOSED & ~_KNOWN & ~Q(meaning=Meaning.UNKNOWN),
}
WAITS = Q(booked_at__isnull=False, settled_at=None)


@dataclass(frozen=True)
class Balances:
    """What the bank says the account held at the end, and what the books say; minor units."""

    bank: int | None
    books: int  # with everything of this statement booked
    before: int | None  # how far they were apart before this statement
    missing_since: BankStatement | None  # the statement before, when this one does not begin where that one ended

    @property
    def difference(self) -> int | None:
        return None if self.bank is None else self.bank - self.books


@dataclass(frozen=True)
class Overview:
    counts: dict[str, int]
    came_in: int
    went_out: int
    waiting: int

    @property
    def total(self) -> int:
        return self.counts["all"]


def statements(coop: Coop) -> QuerySet[BankStatement]:
    """The newest first, each with how many entries it has and how many of them wait for an answer."""
    rows = BankStatement.objects.filter(coop=coop).select_related("uploaded_by").defer("rows", "lines", "header")
    waits = Q(entries__booked_at__isnull=False, entries__settled_at=None)
    return rows.annotate(count=Count("entries"), waiting=Count("entries", filter=waits)).order_by("-number")


def waiting_statements(coop: Coop) -> QuerySet[BankStatement]:
    """Dropped in and neither booked nor thrown away."""
    return BankStatement.objects.filter(coop=coop, state=BankStatement.State.PREVIEW).order_by("number")


def waiting_entries(coop: Coop) -> QuerySet[BankEntry]:
    """Booked, and not yet understood."""
    return BankEntry.objects.filter(WAITS, coop=coop)


def overview(statement: BankStatement) -> Overview:
    """One query over the entries, however many."""
    found = statement.entries.aggregate(
        all=Count("id"),
        came_in=Sum("amount", filter=Q(amount__gt=0)),
        went_out=Sum("amount", filter=Q(amount__lt=0)),
        waiting=Count("id", filter=WAITS),
        **{name: Count("id", filter=condition) for name, condition in GROUPS.items()},
    )
    counts = {name: found[name] for name in ("all", *GROUPS)}
    return Overview(counts, found["came_in"] or 0, found["went_out"] or 0, found["waiting"])


def entries(statement: BankStatement, show: str = "") -> QuerySet[BankEntry]:
    rows = statement.entries.select_related("request__party", "payment", "refund", "same_as__statement", "run", "transaction")
    if show == "waiting":
        return rows.filter(WAITS).order_by("position")
    return (rows.filter(GROUPS[show]) if show in GROUPS else rows).order_by("position")


def left_on(rows: Sequence[BankEntry]) -> dict[int, int]:
    """What is still to be paid on the requests that these entries seem to pay; one query."""
    ids = {row.request_id for row in rows if row.request_id}
    asked = PaymentRequest.objects.filter(pk__in=ids).with_paid() if ids else ()
    return {one.pk: one.amount - one.paid for one in asked}  # type: ignore[attr-defined]


def last_account_for(coop: Coop, kind: str) -> str:
    """The account to which something that we owe was paid the last time, as a statement said; "" where none did."""
    paid = BankEntry.objects.filter(coop=coop, owed_kind=kind, settled_at__isnull=False).exclude(iban="")
    return paid.order_by("-booked_on", "-id").values_list("iban", flat=True).first() or ""


def balances(statement: BankStatement) -> Balances | None:
    """None for a statement without entries."""
    if statement.until is None or statement.since is None:
        return None
    booked = statement.state == BankStatement.State.BOOKED
    fresh = 0 if booked else statement.entries.exclude(_KNOWN).aggregate(sum=Sum("amount"))["sum"] or 0
    books = position(statement.coop, statement.until).totals.get(Account.Kind.BANK, 0) + fresh
    before = None
    if statement.opening is not None:
        day_before = statement.since - timedelta(days=1)
        before = statement.opening - position(statement.coop, day_before).totals.get(Account.Kind.BANK, 0)
    return Balances(statement.closing, books, before, _gap(statement))


def _gap(statement: BankStatement) -> BankStatement | None:
    """The statement before this one, when it ended with another balance than this one begins with."""
    if statement.opening is None:
        return None
    booked = BankStatement.objects.filter(
        coop=statement.coop, state=BankStatement.State.BOOKED, iban=statement.iban, closing__isnull=False
    )
    last = booked.filter(until__lt=statement.since).order_by("-until", "-number").first()
    return last if last is not None and last.closing != statement.opening else None
