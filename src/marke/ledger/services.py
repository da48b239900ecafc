"""Writing to the ledger. Each function is one transaction; inside a larger one it is a part of it.

Everything that posts for a co-op queues at the end of its chain, which is locked first. So its accounts need no locks
of their own, and two posts in one transaction cannot block each other. Who reads a balance in order to pay it out
calls `lock_ledger` before reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection
from django.db import transaction as db
from django.db.models import Q
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.ledger.closed_days import PeriodClosed
from marke.ledger.models import Account, Basis, Posting, Transaction
from marke.ledger.streaming import Holders, Leg, Streamed, write_stream
from marke.ledger.writing import (
    AlreadyPosted,
    NewPosting,
    NewTransaction,
    NotBookable,
    NotOfThisCoop,
    UnbalancedTransaction,
    lock_chain,
    write,
    write_alone,
)
from marke.parties.models import Coop, Party
from marke_core.postings import account_uid, check_word

__all__ = [
    "Account",
    "AlreadyPosted",
    "AlreadyReversed",
    "Basis",
    "Holders",
    "Leg",
    "NewAccount",
    "NewPosting",
    "NewTransaction",
    "NotBookable",
    "NotOfThisCoop",
    "NotReversible",
    "PeriodClosed",
    "Streamed",
    "Transaction",
    "UnbalancedTransaction",
    "lock_ledger",
    "open_account",
    "open_accounts",
    "open_balances",
    "post",
    "post_many",
    "post_stream",
    "record_basis",
    "reverse",
]


MOST_IDS = 5_000
T = TypeVar("T")


class NewAccount(NamedTuple):
    """Which account; `unit` defaults to the co-op's currency."""

    kind: str
    party: Party | None = None
    unit: str | None = None
    detail: str = ""


class AlreadyReversed(Refused):
    """The transaction has been taken back before."""


class NotReversible(Refused):
    """A reversal is not itself reversed: post the fact again under its next version."""


def open_account(
    *, coop: Coop, kind: str, at: datetime, party: Party | None = None, unit: str | None = None, detail: str = ""
) -> Account:
    """The account for this kind, unit, party and detail; opened at the first use. `unit` defaults to the currency."""
    new = _new_account(coop, NewAccount(kind, party, unit, detail), at)
    what = {field: getattr(new, field) for field in ("coop", "kind", "unit", "party", "detail")}
    account, _opened = Account.objects.get_or_create(**what, defaults={"uid": new.uid, "created_at": at})
    return account


def open_accounts(*, coop: Coop, accounts: Sequence[NewAccount], at: datetime) -> list[Account]:
    """What `open_account` gives for each, in their order, with a few queries for all of them.

    New ones are opened kind by kind in the order in which the kinds are first named, so that two batches, or a batch and
    somebody who opens one by one in that order, do not wait for each other in a circle.
    """
    new = {account: _new_account(coop, account, at) for account in dict.fromkeys(accounts)}
    with db.atomic():
        found = _accounts_there(coop, list(new.values()))
        kinds = list(dict.fromkeys(account.kind for account in new.values()))
        missing = [account for account in new.values() if account.uid not in found]
        if missing:
            missing.sort(key=lambda account: (kinds.index(account.kind), account.uid))
            Account.objects.bulk_create(missing, batch_size=MOST_IDS, ignore_conflicts=True)
            found |= _accounts_there(coop, missing)  # somebody else may have been quicker
    return [found[new[account].uid] for account in accounts]


def _accounts_there(coop: Coop, wanted: Sequence[Account]) -> dict[UUID, Account]:
    """By uid, those of the accounts that are open. A database takes only so many values in one question."""
    found: dict[UUID, Account] = {}
    for start in range(0, len(wanted), MOST_IDS):
        parties: dict[tuple[str, str, str], list[int | None]] = defaultdict(list)
        for account in wanted[start : start + MOST_IDS]:
            parties[account.kind, account.unit, account.detail].append(account.party_id)
        any_of = Q()
        for (kind, unit, detail), whose in parties.items():
            alike = Q(coop=coop, kind=kind, unit=unit, detail=detail)
            if named := [party for party in whose if party is not None]:
                any_of |= alike & Q(party__in=named)
            if len(named) < len(whose):
                any_of |= alike & Q(party=None)
        found.update({account.uid: account for account in Account.objects.filter(any_of)})
    return found


def _new_account(coop: Coop, wanted: NewAccount, at: datetime) -> Account:
    """Not written yet. Raises: ValueError for a kind or word that the ledger cannot keep."""
    unit, kind, party, detail = wanted.unit or coop.currency, str(Account.Kind(wanted.kind)), wanted.party, wanted.detail
    check_word("unit", unit, 12)
    if detail:
        check_word("detail", detail, 40)
    uid = account_uid(coop=coop.uid, kind=kind, unit=unit, party=party.uid if party else None, detail=detail)
    return Account(uid=uid, coop=coop, kind=kind, unit=unit, party=party, detail=detail, created_at=at)


def record_basis(*, coop: Coop, scheme: str, version: int, rule_values: Mapping[str, str]) -> Basis:
    """The shared row that says which scheme and which rule values a posting followed. `rule_values`: key → uid."""
    check_word("scheme", scheme, 40)
    new = Basis(coop=coop, scheme=scheme, version=version, rule_values=dict(rule_values))
    basis, _recorded = Basis.objects.get_or_create(
        coop=coop,
        digest=new.computed_digest(),
        defaults={"scheme": scheme, "version": version, "rule_values": new.rule_values},
    )
    return basis


def lock_ledger(coop: Coop) -> None:
    """Nobody else posts for this co-op until the surrounding transaction ends. Call before reading what is paid out."""
    lock_chain(coop)


def post(
    *,
    coop: Coop,
    kind: str,
    key: str,
    date: date,
    postings: Sequence[NewPosting],
    by: Party | None,
    at: datetime,
    basis: Basis | None = None,
    facts: Mapping[str, Any] | None = None,
    reverses: Transaction | None = None,
) -> Transaction:
    """Posts one transaction and seals it. `key` is "kind:number:version"; postings of 0 are left out.

    The same key with the same content gives the transaction that is there (INV-LEDGER-4).

    Raises: AlreadyPosted when the key stands for something else; PeriodClosed when the books of that day are closed;
    UnbalancedTransaction; NotOfThisCoop.
    """
    new = NewTransaction(kind, key, date, postings, basis, facts, reverses)
    if connection.vendor == "postgresql":
        return write_alone(coop=coop, new=new, by=by, at=at)
    return post_many(coop=coop, transactions=(new,), by=by, at=at)[0]


def post_many(*, coop: Coop, transactions: Iterable[NewTransaction], by: Party | None, at: datetime) -> list[Transaction]:
    """Posts a batch in order, whole or not at all; returns one transaction for each, as `post` would.

    Raises: as `post`.
    """
    with db.atomic():
        return write(coop=coop, transactions=transactions, by=by, at=at)


def post_stream(
    *,
    coop: Coop,
    kind: str,
    date: date,
    chunks: Iterable[T],
    transactions: Callable[[T], Streamed],
    basis: Basis | None = None,
    by: Party | None,
    at: datetime,
) -> int:
    """Posts very many transactions of one kind and day, in the co-op's currency; memory does not grow with their number.

    chunks: some thousand facts each, read from the database · transactions: of one chunk, computed without asking it, for
    the chunk before is being written meanwhile. Accounts that are not there yet are opened.

    Whole or not at all; what is there already with the same content is left as it is. Returns how many there were.

    Raises: as `post`.
    """
    with db.atomic():
        return write_stream(coop=coop, kind=kind, date=date, basis=basis, chunks=chunks, transactions=transactions, by=by, at=at)


def reverse(
    *,
    transaction: Transaction,
    key: str,
    date: date,
    by: Party | None,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> Transaction:
    """Takes a transaction back by posting its opposite. The same key again gives the reversal that is there.

    Raises: AlreadyReversed, NotReversible, PeriodClosed.
    """
    if transaction.reverses_id is not None:
        raise NotReversible(
            _("Transaction %(number)s is itself a reversal. Book the fact again under its next version.")
            % {"number": transaction.number}
        )
    with db.atomic():
        lock_chain(transaction.coop)
        earlier = Transaction.objects.filter(reverses=transaction).first()
        if earlier and earlier.key != key:
            raise AlreadyReversed(
                _("Transaction %(number)s has been taken back before, by transaction %(earlier)s.")
                % {"number": transaction.number, "earlier": earlier.number}
            )
        legs = Posting.objects.filter(transaction=transaction).select_related("account").order_by("id")
        return post(
            coop=transaction.coop,
            kind=transaction.kind,
            key=key,
            date=date,
            postings=[NewPosting(leg.account, -leg.amount, leg.line) for leg in legs],
            by=by,
            at=at,
            basis=transaction.basis,
            facts=transaction.facts if facts is None else facts,
            reverses=transaction,
        )


def open_balances(
    *, coop: Coop, key: str, date: date, balances: Sequence[tuple[Account, int]], by: Party | None, at: datetime
) -> Transaction:
    """Books what there was on `date`, before Marke: each balance against the opening account of its unit."""
    postings = [NewPosting(account, amount, "opening") for account, amount in balances]
    totals: dict[str, int] = {}
    for account, amount in balances:
        totals[account.unit] = totals.get(account.unit, 0) + amount
    postings += [
        NewPosting(open_account(coop=coop, kind=Account.Kind.OPENING, unit=unit, at=at), -total, "opening")
        for unit, total in sorted(totals.items())
        if total
    ]
    return post(coop=coop, kind="opening", key=key, date=date, postings=postings, by=by, at=at)
