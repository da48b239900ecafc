"""A year closes with a transaction for every member, and there may be a million of them: nothing here grows with their number.

Chunks come one after the other, as columns. While one is written by a thread beside, the next is checked, hashed and chained,
and the one after it is put into columns. What is checked, hashed, chained and sealed is the same as in `writing`. Nothing here
may be called outside `services`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, compress, repeat
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.utils.translation import gettext as _

from marke.common.db.beside import Beside
from marke.common.db.rows import rows_to_insert
from marke.ledger.accounts_there import AccountIds, AccountUids, Found
from marke.ledger.closed_days import refusing_closed
from marke.ledger.models import Basis, Transaction
from marke.ledger.writing import AlreadyPosted, NotBookable, UnbalancedTransaction, take_place
from marke.parties.models import Coop, Party
from marke_core.postings import (
    INT64_MAX,
    NotBalanced,
    NotEncodable,
    chain_hashes,
    check_balanced,
    check_word,
    content_hashes,
)

Rows = list[tuple[Any, ...]]
T = TypeVar("T")


class Holders(NamedTuple):
    """Whose accounts: ids of parties, and their uids as they are written."""

    parties: Sequence[int]
    uids: Sequence[str]


class Leg(NamedTuple):
    """One leg of many transactions. `amounts`: minor units, debit positive; 0 where a transaction has no such leg.

    Of the accounts of `holders`, or of the co-op's own; without a detail.
    """

    kind: str
    line: str
    amounts: Sequence[int]
    holders: Holders | None = None


class Streamed(NamedTuple):
    """Transactions as columns. `facts`: as `marke_core.postings.encode_facts` writes them."""

    keys: Sequence[str]
    facts: Sequence[str]
    legs: Sequence[Leg]

    def only(self, chosen: Sequence[bool]) -> Streamed:
        def some(column: Sequence[Any]) -> list[Any]:
            return list(compress(column, chosen))

        legs = [
            leg._replace(amounts=some(leg.amounts), holders=leg.holders and Holders(*map(some, leg.holders))) for leg in self.legs
        ]
        return Streamed(some(self.keys), some(self.facts), legs)


def write_stream(
    *,
    coop: Coop,
    kind: str,
    date: dt.date,
    basis: Basis | None,
    chunks: Iterable[T],
    transactions: Callable[[T], Streamed],
    by: Party | None,
    at: dt.datetime,
) -> int:
    """Writes transactions of one kind and day, all legs in the co-op's currency, behind the chain's end. Returns how many.

    chunks: may ask the database for what comes next · transactions: of one chunk, without asking it: it is being written to.
    What is there already with the same content is left as it is. The caller holds the transaction.

    Raises: AlreadyPosted, NotBookable, PeriodClosed, UnbalancedTransaction.
    """
    check_word("kind", kind, 40)
    stream, coming, count = _Stream(coop, kind, date, basis, by, at), iter(chunks), 0
    chunk = next(coming, None)
    new, ready = None if chunk is None else transactions(chunk), None
    with refusing_closed(coop, lambda: date), connection.cursor() as cursor, Beside() as beside:
        while new is not None or ready is not None:
            beside.wait()
            places = stream.look_up(new) if new else None
            chunk = next(coming, None)
            if ready is not None:
                beside.start(partial(_write, cursor, ready))
            ready = stream.ready(new, places) if new and places else None
            count += len(new.keys) if new else 0
            new = None if chunk is None else transactions(chunk)
        beside.wait()
    return count


def _write(cursor: Any, ready: list[Callable[[Any], None]]) -> None:
    """In the thread beside."""
    for insert in ready:
        insert(cursor)


class _Places(NamedTuple):
    """What is there already by key, ids for what is not, and the accounts of each kind."""

    there: Mapping[str, Transaction]
    ids: Sequence[int]
    accounts: Mapping[str, Found]


class _Stream:
    """What every transaction of a stream shares, the end of the chain, and the lines checked so far."""

    def __init__(self, coop: Coop, kind: str, date: dt.date, basis: Basis | None, by: Party | None, at: dt.datetime) -> None:
        self.coop, self.kind, self.day, self.unit = coop, kind, date.isoformat(), coop.currency
        self.digest = basis.digest if basis else ""
        self.by_uid = str(by.uid) if by else ""
        self.sealed = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
        self.moment = str(connection.ops.adapt_datetimefield_value(at))
        self.by_id, self.basis_id = by.pk if by else None, basis.pk if basis else None
        self.lines: set[str] = set()
        self.uids, self.ids = AccountUids(coop), AccountIds(coop)
        self.end: tuple[int, str] | None = None
        self.last_id = 0

    def look_up(self, new: Streamed) -> _Places | None:
        """Asks the database; the chunk before need not be written yet."""
        if not new.keys:
            return None
        number, last, there, ids = take_place(self.coop, list(new.keys))
        self.end = self.end or (number, last)
        if connection.vendor == "sqlite":  # which knows nothing yet of those that are to be written
            ids = list(range(max(ids[0], self.last_id + 1), max(ids[0], self.last_id + 1) + len(ids)))
            self.last_id = ids[-1]
        wanted: dict[str, list[int]] = defaultdict(list)
        for leg in new.legs:
            wanted[leg.kind] += compress(leg.holders.parties if leg.holders else repeat(0), leg.amounts)
        return _Places(there, ids, {kind: self.ids.look_up(kind, parties) for kind, parties in wanted.items()})

    def ready(self, new: Streamed, places: _Places) -> list[Callable[[Any], None]]:
        """What writes it, one after the other, each with a cursor. Raises: AlreadyPosted, NotBookable, UnbalancedTransaction."""
        self._check(new)
        uids = [self._uids_of(leg) for leg in new.legs]
        contents = content_hashes(
            kind=self.kind, date=self.day, basis=self.digest, keys=new.keys, facts=new.facts, legs=_written(new, uids)
        )
        accounts = self._accounts(new, uids, places)
        if places.there:
            fresh = [_is_fresh(places.there.get(key), key, content) for key, content in zip(new.keys, contents, strict=True)]
            new, contents = new.only(fresh), list(compress(contents, fresh))
        assert self.end is not None  # looked up
        number, last = self.end
        hashes = chain_hashes(previous=last, number=number, sealed=self.sealed, by=self.by_uid, contents=contents)
        self.end = number + len(hashes), [last, *hashes][-1]
        numbers, before = range(number + 1, self.end[0] + 1), chain([last], hashes)
        rows = list(zip(places.ids, numbers, new.keys, new.facts, contents, before, hashes, strict=False))
        return self._to_write(accounts, _postings(new, places), rows)

    def _check(self, new: Streamed) -> None:
        """Raises: NotBookable, UnbalancedTransaction."""
        key = ""
        try:
            for leg in new.legs:
                if leg.line not in self.lines:
                    check_word("line", leg.line, 40)
                    self.lines.add(leg.line)
            for key, *amounts in zip(new.keys, *(leg.amounts for leg in new.legs), strict=True):
                check_word("key", key, 120)
                for amount in amounts:
                    if type(amount) is not int or not -INT64_MAX <= amount <= INT64_MAX:
                        raise NotEncodable(f"The amount {amount!r} is not a whole number of 64 bits")
                if sum(amounts) or not any(amounts):
                    check_balanced([(self.unit, amount) for amount in amounts if amount])
        except NotEncodable as error:
            raise NotBookable(_("Transaction %(key)s: %(error)s.") % {"key": key, "error": error}) from error
        except NotBalanced as error:
            raise UnbalancedTransaction(_("Transaction %(key)s: %(error)s.") % {"key": key, "error": error}) from error

    def _uids_of(self, leg: Leg) -> Sequence[str]:
        uid_of = self.uids[leg.kind]
        return list(map(uid_of, leg.holders.uids)) if leg.holders else [uid_of("")] * len(leg.amounts)

    def _accounts(self, new: Streamed, uids: Sequence[Sequence[str]], places: _Places) -> dict[str, Rows]:
        """By kind, the rows of those that are not there yet."""
        named: dict[str, dict[int, str]] = defaultdict(dict)
        for leg, written in zip(new.legs, uids, strict=True):
            if places.accounts[leg.kind].opened:
                named[leg.kind].update(zip(leg.holders.parties if leg.holders else (0,), written, strict=False))
        rows, dash = {}, "" if connection.vendor == "sqlite" else "-"  # as Django stores it there
        for kind, uid_of in named.items():
            ids, opened = places.accounts[kind]
            rows[kind] = [(ids[party], uid_of[party].replace("-", dash), party or None) for party in opened]
        return rows

    def _to_write(self, accounts: Mapping[str, Rows], postings: Rows, transactions: Rows) -> list[Callable[[Any], None]]:
        """Postings come before the transactions that seal them."""
        coop = {"coop_id": self.coop.pk}
        opened = coop | {"unit": self.unit, "detail": "", "created_at": self.moment}
        shared = {"kind": self.kind, "date": self.day, "sealed_at": self.moment, "by_id": self.by_id, "basis_id": self.basis_id}
        return [
            *(rows_to_insert(_ACCOUNT, rows, opened | {"kind": kind}) for kind, rows in accounts.items()),
            rows_to_insert(_POSTING, postings, coop),
            rows_to_insert(_TRANSACTION, transactions, coop | shared),
        ]


_ACCOUNT = "ledger_account (id, uid, party_id)"
_POSTING = "ledger_posting (transaction_id, account_id, amount, line)"
_TRANSACTION = "ledger_transaction (id, number, key, facts, content_hash, previous_hash, hash)"


def _written(new: Streamed, uids: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    """The legs of each transaction, as the hash of its content says them."""
    columns = [
        [f"{uid} {amount} {leg.line}" if amount else "" for uid, amount in zip(of, leg.amounts, strict=True)]
        for leg, of in zip(new.legs, uids, strict=True)
    ]
    rows = zip(*columns, strict=True)
    return (list(filter(None, row)) for row in rows) if _has_gaps(new) else rows


def _postings(new: Streamed, places: _Places) -> Rows:
    """The legs of each transaction beside each other."""
    columns = []
    for leg in new.legs:
        ids = places.accounts[leg.kind].ids
        accounts = map(ids.get, leg.holders.parties) if leg.holders else repeat(ids.get(0))
        columns.append(zip(places.ids, accounts, leg.amounts, repeat(leg.line), strict=False))
    rows: Iterator[tuple[Any, ...]] = chain.from_iterable(zip(*columns, strict=True))
    return [row for row in rows if row[2]] if _has_gaps(new) else list(rows)


def _has_gaps(new: Streamed) -> bool:
    return any(0 in leg.amounts for leg in new.legs)


def _is_fresh(earlier: Transaction | None, key: str, content: str) -> bool:
    """Whether it is still to be written. Raises: AlreadyPosted."""
    if earlier is not None and earlier.content_hash != content:
        raise AlreadyPosted(
            _(
                "%(key)s is in the ledger already as transaction %(number)s, with other content. "
                "To correct it, reverse that transaction and post the next version."
            )
            % {"key": key, "number": earlier.number}
        )
    return earlier is None
