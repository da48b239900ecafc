"""What `marke doctor` asks of the ledger. Each check streams, so that a million postings need no memory."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, Sum

from marke.common.invariants import Invariant, Violation
from marke.ledger import closing_seals, sealing
from marke.ledger.models import Account, Basis, ChainHead, ClosedPeriod, Posting, Transaction
from marke.parties.models import Coop
from marke_core.closing import Closing, booked_in_closed, closing_faults
from marke_core.postings import GENESIS, Link, account_uid, check_chain, content_hash, encode_facts

_CHUNK = 2_000


class _Row(NamedTuple):
    pk: int
    number: int
    kind: str
    key: str
    date: Any
    sealed_at: Any
    by: Any
    basis: str | None
    facts: dict[str, Any]
    reverses: int | None
    content: str
    previous: str
    hash: str


def _at(coop: Coop, number: object) -> str:
    return f"transaction {number} of {coop.slug}"


def unbalanced(coop: Coop) -> Iterator[Violation]:
    """INV-LEDGER-1"""
    legs = Posting.objects.filter(Q(coop=coop) | Q(account__coop=coop) | Q(transaction__coop=coop)).order_by()
    for number, unit, total in (
        legs.values_list("transaction__number", "account__unit")
        .annotate(total=Sum("amount"))
        .exclude(total=0)
        .values_list("transaction__number", "account__unit", "total")
    ):
        yield Violation("INV-LEDGER-1", _at(coop, number), f"its postings in {unit} sum to {total}, not to 0")
    few = Transaction.objects.filter(coop=coop).annotate(legs=Count("postings")).filter(legs__lt=2)
    for number, count in few.values_list("number", "legs"):
        yield Violation("INV-LEDGER-1", _at(coop, number), f"has {count} postings, not at least two")
    sealed = Exists(Transaction.objects.filter(pk=OuterRef("transaction_id")))
    placed = Exists(Account.objects.filter(pk=OuterRef("account_id")))
    for pk in Posting.objects.filter(coop=coop).exclude(sealed, placed).values_list("pk", flat=True):
        yield Violation("INV-LEDGER-1", f"posting {pk} of {coop.slug}", "has no transaction or no account")


def changed(coop: Coop) -> Iterator[Violation]:
    """INV-LEDGER-2: the triggers stand; accounts are what their uids say. What postings say is INV-LEDGER-3's to prove."""
    for name in sealing.missing(connection):
        yield Violation(
            "INV-LEDGER-2",
            "the database",
            f"the trigger {name} is missing or switched off: restore a backup, or install the seals again",
        )
    for account in Account.objects.filter(coop=coop).select_related("party").iterator(_CHUNK):
        party = account.party.uid if account.party else None
        said = account_uid(coop=coop.uid, kind=account.kind, unit=account.unit, party=party, detail=account.detail)
        if said != account.uid:
            yield Violation(
                "INV-LEDGER-2", f"account {account.uid} of {coop.slug}", "its kind, unit, party or detail was changed"
            )
    for basis in Basis.objects.filter(coop=coop).iterator(_CHUNK):
        if basis.digest != basis.computed_digest():
            yield Violation("INV-LEDGER-2", f"basis {basis.digest[:12]} of {coop.slug}", "its rule values were changed")
    foreign = Posting.objects.filter(transaction__coop=coop).exclude(coop=coop, account__coop=coop)
    for number in foreign.values_list("transaction__number", flat=True):
        yield Violation("INV-LEDGER-2", _at(coop, number), "has a posting or account of another co-op")


def broken_chain(coop: Coop) -> Iterator[Violation]:
    """INV-LEDGER-3"""
    last = [0, GENESIS]
    for number, what in check_chain(_remembering(_links(coop), last)):
        yield Violation("INV-LEDGER-3", _at(coop, number), what)
    head = ChainHead.objects.filter(coop=coop).first()
    at = [head.number, head.hash] if head else [0, GENESIS]
    if at != last:
        yield Violation("INV-LEDGER-3", f"chain of {coop.slug}", f"its head is at {at[0]}, its last transaction is {last[0]}")


def posted_twice(coop: Coop) -> Iterator[Violation]:
    """INV-LEDGER-4"""
    own = Transaction.objects.filter(coop=coop).order_by()
    for key, count in own.values_list("key").annotate(times=Count("id")).filter(times__gt=1):
        yield Violation("INV-LEDGER-4", f"key {key} of {coop.slug}", f"is posted {count} times")
    twice = own.exclude(reverses=None).values_list("reverses__number").annotate(times=Count("id")).filter(times__gt=1)
    for number, count in twice:
        yield Violation("INV-LEDGER-4", _at(coop, number), f"is taken back {count} times")


def booked_when_closed(coop: Coop) -> Iterator[Violation]:
    """INV-LEDGER-5"""
    for name in closing_seals.missing(connection):
        yield Violation(
            "INV-LEDGER-5",
            "the database",
            f"the trigger {name} is missing or switched off: restore a backup, or install the seals again",
        )
    rows = ClosedPeriod.objects.filter(coop=coop).order_by("number").values_list("last__number", "until", "reopened")
    closings = [Closing(last or 0, until, reopened) for last, until, reopened in rows]
    for place, what in closing_faults(closings):
        yield Violation("INV-LEDGER-5", f"closing {place} of {coop.slug}", what)
    if not closings:
        return
    after = Transaction.objects.filter(coop=coop, number__gt=closings[0].last).order_by("number")
    for late in booked_in_closed(after.values_list("number", "date").iterator(_CHUNK), closings):
        yield Violation(
            "INV-LEDGER-5",
            _at(coop, late.number),
            f"is dated {late.date}, and was booked when what is before {late.until} was closed",
        )


def _remembering(links: Iterable[Link], last: list[Any]) -> Iterator[Link]:
    for link in links:
        last[:] = [link.number, link.hash]
        yield link


def _links(coop: Coop) -> Iterator[Link]:
    rows = (
        Transaction.objects.filter(coop=coop)
        .order_by("number")
        .values_list(
            "id",
            "number",
            "kind",
            "key",
            "date",
            "sealed_at",
            "by__uid",
            "basis__digest",
            "facts",
            "reverses__number",
            "content_hash",
            "previous_hash",
            "hash",
        )
        .iterator(_CHUNK)
    )
    while chunk := list(itertools.islice(rows, _CHUNK)):
        legs = _legs(chunk[0][1], chunk[-1][1], coop)
        for values in chunk:
            yield _link(_Row(*values), legs.get(values[0], []))


def _legs(first: int, last: int, coop: Coop) -> dict[int, list[tuple[str, int, str]]]:
    legs: dict[int, list[tuple[str, int, str]]] = {}
    rows = Posting.objects.filter(
        transaction__coop=coop, transaction__number__gte=first, transaction__number__lte=last
    ).values_list("transaction_id", "account__uid", "amount", "line")
    for transaction, account, amount, line in rows:
        legs.setdefault(transaction, []).append((str(account), amount, line))
    return legs


def _link(row: _Row, legs: list[tuple[str, int, str]]) -> Link:
    content = content_hash(
        kind=row.kind,
        key=row.key,
        date=row.date.isoformat(),
        basis=row.basis or "",
        facts=encode_facts(row.facts),
        reverses=row.reverses,
        legs=legs,
    )
    sealed = row.sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    return Link(row.number, sealed, str(row.by or ""), content, row.content, row.previous, row.hash)


INVARIANTS = [
    Invariant("INV-LEDGER-1", "every transaction sums to zero in every unit; at least two postings", unbalanced),
    Invariant("INV-LEDGER-2", "a sealed transaction is never changed or deleted", changed),
    Invariant("INV-LEDGER-3", "the chain of hashes covers every sealed transaction in order", broken_chain),
    Invariant("INV-LEDGER-4", "one fact is posted once", posted_twice),
    Invariant("INV-LEDGER-5", "a closed period takes no transaction", booked_when_closed),
]
