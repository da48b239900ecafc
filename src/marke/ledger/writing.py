"""How transactions get into the tables fast: rows by the thousand, one walk along the chain.

Posting is the hot path of every pay run, imported year and replayed day, so it writes rows and not model instances.
Nothing here may be called outside `services`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection
from django.db.models.base import ModelState
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext as _

from marke.common.db.rows import insert_rows
from marke.common.refusal import Refused
from marke.ledger import journeys
from marke.ledger.closed_days import refusing_closed
from marke.ledger.models import Account, Basis, Transaction
from marke.parties.models import Coop, Party
from marke_core.postings import (
    GENESIS,
    INT64_MAX,
    NotBalanced,
    NotEncodable,
    chain_hash,
    check_balanced,
    check_word,
    content_hash,
    encode_facts,
)

CHUNK = 5_000


class AlreadyPosted(Refused):
    """The key of a fact stands for something else already (INV-LEDGER-4)."""


class UnbalancedTransaction(Refused):
    """The postings do not sum to zero in every unit, or there are fewer than two (INV-LEDGER-1)."""


class NotOfThisCoop(Refused):
    """An account, basis or reversed transaction belongs to another co-op (INV-SCOPE-1)."""


class NotBookable(Refused):
    """A word, amount or fact that the ledger cannot keep."""


class NewPosting(NamedTuple):
    """One leg: debit positive, credit negative, in minor units of the account's unit."""

    account: Account
    amount: int
    line: str


class NewTransaction(NamedTuple):
    kind: str
    key: str
    date: dt.date
    postings: Sequence[NewPosting]
    basis: Basis | None = None
    facts: Mapping[str, Any] | None = None
    reverses: Transaction | None = None


class _Checked(NamedTuple):
    new: NewTransaction
    legs: list[tuple[int, int, str]]  # account id, amount, line
    facts: str
    content: str


class _Known(NamedTuple):
    """What is looked up once per account, not once per leg."""

    pk: int
    uid: str
    unit: str


class _Place(NamedTuple):
    """Where a chunk goes: behind the chain's end, beside what is there already under its keys, under these ids."""

    number: int
    hash: str
    there: dict[str, Transaction]
    ids: list[int]


def lock_chain(coop: Coop) -> None:
    """Locks the end of the co-op's chain until the surrounding transaction ends.

    The lock is the co-op's row, which numbering locks too: with two locks, whoever numbers an invoice and then posts
    could block whoever posts and then numbers. "No key": a row that only points at the co-op need not wait. SQLite has
    locked the whole database when the transaction began.

    Raises: TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("The ledger is locked outside a transaction, where the lock would be gone at once")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM parties_coop WHERE id = %s FOR NO KEY UPDATE", [coop.pk])


def write(*, coop: Coop, transactions: Iterable[NewTransaction], by: Party | None, at: dt.datetime) -> list[Transaction]:
    """Writes the batch behind the chain's end, whose head moves with the seal. The caller holds the transaction."""
    written: list[Transaction] = []
    remaining = iter(transactions)
    while chunk := list(islice(remaining, CHUNK)):
        written += _write_chunk(coop, chunk, by, at)
    return written


def _write_chunk(coop: Coop, chunk: Sequence[NewTransaction], by: Party | None, at: dt.datetime) -> list[Transaction]:
    number, last, there, ids = take_place(coop, [new.key for new in chunk])
    sealed = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    moment = str(connection.ops.adapt_datetimefield_value(at))
    by_uid, by_id = (str(by.uid), by.pk) if by else ("", None)
    coop_id, alias = coop.pk, connection.alias
    postings: list[tuple[Any, ...]] = []
    rows: list[tuple[Any, ...]] = []
    for identity, (new, legs, facts, content) in zip(ids, _check_all(coop, chunk, there).values(), strict=False):
        number, previous = number + 1, last
        last = chain_hash(previous=previous, number=number, sealed=sealed, by=by_uid, content=content)
        basis_id = new.basis.id if new.basis else None
        reverses_id = new.reverses.id if new.reverses else None
        postings += [(coop_id, identity, account, amount, line) for account, amount, line in legs]
        day = new.date.isoformat()
        rows.append(
            (
                identity,
                coop_id,
                number,
                new.kind,
                new.key,
                day,
                moment,
                by_id,
                basis_id,
                facts,
                reverses_id,
                content,
                previous,
                last,
            )
        )
        there[new.key] = _as_stored(new, identity, coop_id, number, at, by_id, content, previous, last, alias)
    if rows:
        earliest = min(row[5] for row in rows)
        with refusing_closed(coop, lambda: dt.date.fromisoformat(earliest)), connection.cursor() as cursor:
            insert_rows(cursor, POSTING, postings)
            insert_rows(cursor, TRANSACTION, rows)
    return [there[new.key] for new in chunk]


def write_alone(*, coop: Coop, new: NewTransaction, by: Party | None, at: dt.datetime) -> Transaction:
    """As `write` of one, on PostgreSQL: one statement, which is a transaction by itself where there is none around it."""
    _new, legs, facts, content = one = _Checker(coop)(new)
    sealed = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    by_uid, by_id = (str(by.uid), by.pk) if by else ("", None)
    basis_id = new.basis.id if new.basis else None
    reverses_id = new.reverses.id if new.reverses else None
    values = (coop.pk, new.kind, new.key, new.date, sealed, by_id, by_uid, basis_id, facts, reverses_id, content)
    with refusing_closed(coop, lambda: new.date):
        identity, number, previous, link = journeys.post(values, legs)
    if link is None:
        there = Transaction.objects.get(pk=identity)
        _check_same(there.number, there.content_hash, one)
        return there
    return _as_stored(new, identity, coop.pk, number, at, by_id, content, previous, link, connection.alias)


def _as_stored(
    new: NewTransaction,
    identity: int,
    coop_id: int,
    number: int,
    at: dt.datetime,
    by_id: int | None,
    content: str,
    previous: str,
    link: str,
    alias: str,
) -> Transaction:
    """The row as it was written. Filled directly: `Model.__init__` takes longer than hashing and writing together."""
    state = ModelState()
    state.adding, state.db = False, alias
    row = Transaction.__new__(Transaction)
    row.__dict__ = {
        "_state": state,
        "id": identity,
        "coop_id": coop_id,
        "number": number,
        "kind": new.kind,
        "key": new.key,
        "date": new.date,
        "sealed_at": at,
        "by_id": by_id,
        "basis_id": new.basis.id if new.basis else None,
        "facts": dict(new.facts or {}),
        "reverses_id": new.reverses.id if new.reverses else None,
        "content_hash": content,
        "previous_hash": previous,
        "hash": link,
    }
    return row


def _check_all(coop: Coop, chunk: Sequence[NewTransaction], there: Mapping[str, Transaction]) -> dict[str, _Checked]:
    """Checks each transaction; leaves out what is there already, also earlier in the same batch."""
    checked: dict[str, _Checked] = {}
    check = _Checker(coop)
    for new in chunk:
        one = check(new)
        earlier = there.get(new.key)
        if earlier is not None:
            _check_same(earlier.number, earlier.content_hash, one)
        elif new.key in checked:
            _check_same(None, checked[new.key].content, one)
        else:
            checked[new.key] = one
    return checked


class _Checker:
    """Checks transactions of one chunk; what many of them share (accounts, words) is checked once."""

    def __init__(self, coop: Coop) -> None:
        self.coop = coop
        # By identity: the chunk holds the account objects as long as this lives.
        self.accounts: dict[int, _Known] = {}
        self.words: set[str] = set()

    def __call__(self, new: NewTransaction) -> _Checked:
        """Raises: NotOfThisCoop, NotBookable, UnbalancedTransaction."""
        try:
            legs = self._legs(new)
            facts = encode_facts(new.facts) if new.facts else "{}"
            check_balanced([(account.unit, amount) for account, amount, _line in legs])
        except NotEncodable as error:
            raise NotBookable(_("Transaction %(key)s: %(error)s.") % {"key": new.key, "error": error}) from error
        except NotBalanced as error:
            raise UnbalancedTransaction(_("Transaction %(key)s: %(error)s.") % {"key": new.key, "error": error}) from error
        basis, reverses = new.basis, new.reverses
        for other in (basis, reverses):
            if other is not None and other.coop_id != self.coop.pk:
                raise NotOfThisCoop(_("Transaction %(key)s names a basis or a transaction of another co-op.") % {"key": new.key})
        content = content_hash(
            kind=new.kind,
            key=new.key,
            date=new.date.isoformat(),
            basis=basis.digest if basis else "",
            facts=facts,
            reverses=reverses.number if reverses else None,
            legs=[(account.uid, amount, line) for account, amount, line in legs],
        )
        return _Checked(new, [(account.pk, amount, line) for account, amount, line in legs], facts, content)

    def _known(self, account: Account) -> _Known:
        if account.coop_id != self.coop.pk:
            raise NotOfThisCoop(
                _("Account %(account)s belongs to another co-op than %(coop)s.")
                % {"account": account.uid, "coop": self.coop.slug}
            )
        known = self.accounts[id(account)] = _Known(account.pk, str(account.uid), account.unit)
        return known

    def _legs(self, new: NewTransaction) -> list[tuple[_Known, int, str]]:
        check_word("key", new.key, 120)
        self._check_word("kind", new.kind)
        legs = []
        for account, amount, line in new.postings:
            if not amount:
                continue
            if type(amount) is not int or not -INT64_MAX <= amount <= INT64_MAX:
                raise NotEncodable(f"The amount {amount!r} is not a whole number of 64 bits")
            self._check_word("line", line)
            legs.append((self.accounts.get(id(account)) or self._known(account), amount, line))
        return legs

    def _check_word(self, name: str, word: str) -> None:
        if word not in self.words:
            check_word(name, word, 40)
            self.words.add(word)


def _check_same(number: int | None, content: str, new: _Checked) -> None:
    if content != new.content:
        raise AlreadyPosted(
            _(
                "%(key)s is in the ledger already as transaction %(number)s, with other content. "
                "To correct it, reverse that transaction and post the next version."
            )
            % {"key": new.new.key, "number": number or _("of the same batch")}
        )


def take_place(coop: Coop, keys: list[str]) -> _Place:
    """Locks the chain and looks at its end. Postings come before their transaction, so its id must be known."""
    if connection.vendor == "postgresql":
        number, last, found, ids = journeys.place(coop.pk, keys)
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT number, hash FROM ledger_chainhead WHERE coop_id = %s", [coop.pk])
            number, last = cursor.fetchone() or (0, GENESIS)
            cursor.execute(
                "SELECT id FROM ledger_transaction WHERE coop_id = %s AND key IN (SELECT value FROM json_each(%s))",
                [coop.pk, json.dumps(keys)],
            )
            found = [row[0] for row in cursor.fetchall()]
            # The write lock is held from BEGIN IMMEDIATE on, so nobody else takes these.
            cursor.execute("SELECT COALESCE(max(id), 0) + 1 FROM ledger_transaction")
            start: int = cursor.fetchone()[0]
            ids = list(range(start, start + len(keys)))
    there = Transaction.objects.filter(pk__in=found) if found else ()
    return _Place(number or 0, last or GENESIS, {row.key: row for row in there}, ids)


# Postings come before the transactions that seal them.
POSTING = "ledger_posting (coop_id, transaction_id, account_id, amount, line)"
TRANSACTION = (
    "ledger_transaction (id, coop_id, number, kind, key, date, sealed_at, by_id, basis_id, facts, reverses_id,"
    " content_hash, previous_hash, hash)"
)
