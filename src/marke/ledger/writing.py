"""How transactions get into the tables fast: rows by the thousand, one walk along the chain.

Posting is the hot path of every pay run, imported year and replayed day, so it writes rows and not model instances.
Nothing here may be called outside `services`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection
from django.db.models.base import ModelState
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.ledger.models import Account, Basis, ChainHead, Transaction
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
# Below this many rows one INSERT is quicker than starting a COPY.
FEW_ROWS = 40


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


@dataclass(slots=True)
class ChainEnd:
    number: int
    hash: str


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


def lock_chain(coop: Coop) -> ChainEnd:
    """Locks the end of the co-op's chain until the surrounding transaction ends.

    The lock is the co-op's row, which numbering locks too: with two locks, whoever numbers an invoice and then posts
    could block whoever posts and then numbers. "No key": a row that only points at the co-op need not wait. SQLite has
    locked the whole database when the transaction began.

    Raises: TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("The ledger is locked outside a transaction, where the lock would be gone at once")
    with connection.cursor() as cursor:
        head = "SELECT number, hash FROM ledger_chainhead WHERE coop_id = %s"
        if connection.vendor == "postgresql":
            # Two statements in one journey to the server; the second sees what was committed while the first waited.
            cursor.execute(f"SELECT 1 FROM parties_coop WHERE id = %s FOR NO KEY UPDATE; {head}", [coop.pk, coop.pk])  # noqa: S608  # noqa: S608
            cursor.nextset()
        else:
            cursor.execute(head, [coop.pk])
        found = cursor.fetchone()
    if found is None:
        ChainHead.objects.create(coop=coop)
        return ChainEnd(0, GENESIS)
    return ChainEnd(*found)


def write(
    *, coop: Coop, transactions: Iterable[NewTransaction], by: Party | None, at: dt.datetime, end: ChainEnd
) -> list[Transaction]:
    """Writes the batch behind the chain's end and moves its head. The caller holds the lock and the transaction."""
    written: list[Transaction] = []
    first = end.number
    remaining = iter(transactions)
    while chunk := list(islice(remaining, CHUNK)):
        written += _write_chunk(coop, chunk, by, at, end)
    if end.number != first:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE ledger_chainhead SET number = %s, hash = %s WHERE coop_id = %s", [end.number, end.hash, coop.pk]
            )
    return written


def _write_chunk(
    coop: Coop, chunk: Sequence[NewTransaction], by: Party | None, at: dt.datetime, end: ChainEnd
) -> list[Transaction]:
    there, ids = _look_up(coop, [new.key for new in chunk])
    checked = _check_all(coop, chunk, there)
    sealed = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    by_uid, by_id = (str(by.uid), by.pk) if by else ("", None)
    fresh: list[Transaction] = []
    for identity, (new, _legs, _facts, content) in zip(ids, checked.values(), strict=False):
        previous, number = end.hash, end.number + 1
        end.hash = chain_hash(previous=previous, number=number, sealed=sealed, by=by_uid, content=content)
        end.number = number
        row = there[new.key] = _as_stored(
            id=identity,
            coop_id=coop.pk,
            number=number,
            kind=new.kind,
            key=new.key,
            date=new.date,
            sealed_at=at,
            by_id=by_id,
            basis_id=new.basis.pk if new.basis else None,
            facts=dict(new.facts or {}),
            reverses_id=new.reverses.pk if new.reverses else None,
            content_hash=content,
            previous_hash=previous,
            hash=end.hash,
        )
        fresh.append(row)
    if fresh:
        _insert(fresh, [one.legs for one in checked.values()], [one.facts for one in checked.values()])
    return [there[new.key] for new in chunk]


def _as_stored(**columns: Any) -> Transaction:
    """The row as it was written. Filled directly: `Model.__init__` takes longer than hashing and writing together."""
    row = Transaction.__new__(Transaction)
    state = ModelState()
    state.adding, state.db = False, connection.alias
    row.__dict__.update(columns, _state=state)
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
        self.words: set[tuple[str, str]] = set()

    def __call__(self, new: NewTransaction) -> _Checked:
        """Raises: NotOfThisCoop, NotBookable, UnbalancedTransaction."""
        try:
            legs = [(self._known(leg.account), leg.amount, leg.line) for leg in new.postings if leg.amount]
            self._check_words(new, legs)
            facts = encode_facts(new.facts or {})
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
        known = self.accounts.get(id(account))
        if known is None:
            if account.coop_id != self.coop.pk:
                raise NotOfThisCoop(
                    _("Account %(account)s belongs to another co-op than %(coop)s.")
                    % {"account": account.uid, "coop": self.coop.slug}
                )
            known = self.accounts[id(account)] = _Known(account.pk, str(account.uid), account.unit)
        return known

    def _check_words(self, new: NewTransaction, legs: Sequence[tuple[_Known, int, str]]) -> None:
        check_word("key", new.key, 120)
        self._check_word("kind", new.kind)
        for _account, amount, line in legs:
            if type(amount) is not int or not -INT64_MAX <= amount <= INT64_MAX:
                raise NotEncodable(f"The amount {amount!r} is not a whole number of 64 bits")
            self._check_word("line", line)

    def _check_word(self, name: str, word: str) -> None:
        if (name, word) not in self.words:
            check_word(name, word, 40)
            self.words.add((name, word))


def _check_same(number: int | None, content: str, new: _Checked) -> None:
    if content != new.content:
        raise AlreadyPosted(
            _(
                "%(key)s is in the ledger already as transaction %(number)s, with other content. "
                "To correct it, reverse that transaction and post the next version."
            )
            % {"key": new.new.key, "number": number or _("of the same batch")}
        )


def _look_up(coop: Coop, keys: list[str]) -> tuple[dict[str, Transaction], list[int]]:
    """What is there already under these keys, and as many ids for new rows: postings come first, so ids must be known."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT id FROM ledger_transaction WHERE coop_id = %s AND key = ANY(%s);"
                " SELECT nextval(pg_get_serial_sequence('ledger_transaction', 'id')) FROM generate_series(1, %s)",
                [coop.pk, keys, len(keys)],
            )
            found = [row[0] for row in cursor.fetchall()]
            cursor.nextset()
            ids = [row[0] for row in cursor.fetchall()]
        else:
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
    return {row.key: row for row in there}, ids


_POSTING = "ledger_posting (coop_id, transaction_id, account_id, amount, line)"
_TRANSACTION = (
    "ledger_transaction (id, coop_id, number, kind, key, date, sealed_at, by_id, basis_id, facts, reverses_id,"
    " content_hash, previous_hash, hash)"
)


def _insert(fresh: Sequence[Transaction], legs: Sequence[list[tuple[int, int, str]]], facts: Sequence[str]) -> None:
    """Postings first; the transactions seal them."""
    postings = [
        (row.coop_id, row.pk, account, amount, line)
        for row, own in zip(fresh, legs, strict=True)
        for account, amount, line in own
    ]
    adapt_date, adapt_moment = connection.ops.adapt_datefield_value, connection.ops.adapt_datetimefield_value
    moment = adapt_moment(fresh[0].sealed_at)
    transactions = [
        (
            row.pk,
            row.coop_id,
            row.number,
            row.kind,
            row.key,
            adapt_date(row.date),
            moment,
            row.by_id,
            row.basis_id,
            said,
            row.reverses_id,
            row.content_hash,
            row.previous_hash,
            row.hash,
        )
        for row, said in zip(fresh, facts, strict=True)
    ]
    if connection.vendor == "postgresql" and len(postings) <= FEW_ROWS:
        first, values = _insertion(_POSTING, postings)
        then, others = _insertion(_TRANSACTION, transactions)
        with connection.cursor() as cursor:
            cursor.execute(f"{first}; {then}", values + others)
        return
    _insert_rows(_POSTING, postings)
    _insert_rows(_TRANSACTION, transactions)


def _insertion(into: str, rows: Sequence[tuple[Any, ...]]) -> tuple[str, list[Any]]:
    """One INSERT of all rows, and its values."""
    marks = f"({', '.join(['%s'] * len(rows[0]))})"
    return f"INSERT INTO {into} VALUES {', '.join([marks] * len(rows))}", [value for row in rows for value in row]  # noqa: S608


def _insert_rows(into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = f"({', '.join(['%s'] * len(rows[0]))})"
            cursor.executemany(f"INSERT INTO {into} VALUES {marks}", rows)  # noqa: S608 words of our own
        else:
            with cursor.cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
