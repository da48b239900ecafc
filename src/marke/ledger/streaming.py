"""A year closes with a transaction for every member, and there may be a million of them: nothing here grows with their number.

Chunks come one after the other. What each says is computed and hashed while the one before is written; its accounts are
opened with it. What is checked, hashed, chained and sealed is the same as in `writing`. Nothing here may be called outside
`services`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha1
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.utils.translation import gettext as _

from marke.common.db.beside import Beside
from marke.common.db.rows import insert_rows
from marke.ledger.closed_days import refusing_closed
from marke.ledger.models import Account, Basis, Transaction
from marke.ledger.writing import (
    POSTING,
    TRANSACTION,
    AlreadyPosted,
    NotBookable,
    UnbalancedTransaction,
    take_place,
)
from marke.parties.models import Coop, Party
from marke_core.postings import (
    INT64_MAX,
    NotBalanced,
    NotEncodable,
    chain_hash,
    check_balanced,
    check_word,
    content_hash,
)

Holder = tuple[int, str]  # id of a party, its uid as it is written
# Kind of the account, whose it is (None: the co-op's own), minor units (debit positive), line. Without a detail.
Leg = tuple[str, Holder | None, int, str]
_CO_OP: Holder = (0, "")
Rows = list[tuple[Any, ...]]
T = TypeVar("T")


class Streamed(NamedTuple):
    """One transaction of a stream. `facts`: as `marke_core.postings.encode_facts` writes them."""

    key: str
    facts: str
    legs: Sequence[Leg]


def write_stream(
    *,
    coop: Coop,
    kind: str,
    date: dt.date,
    basis: Basis | None,
    chunks: Iterable[T],
    transactions: Callable[[T], Iterable[Streamed]],
    by: Party | None,
    at: dt.datetime,
) -> int:
    """Writes transactions of one kind and day, all legs in the co-op's currency, behind the chain's end. Returns how many.

    chunks: may ask the database for what comes next · transactions: of one chunk, without asking it: it is being written to.
    What is there already with the same content is left as it is. The caller holds the transaction.

    Raises: AlreadyPosted, NotBookable, PeriodClosed, UnbalancedTransaction.
    """
    check_word("kind", kind, 40)
    stream = _Stream(coop, kind, date, basis, by, at)
    coming, count = iter(chunks), 0
    chunk = next(coming, None)
    with connection.cursor() as cursor, Beside() as beside:
        while chunk is not None:
            said = stream.say(transactions(chunk))
            with refusing_closed(coop, lambda: date):
                beside.wait()
            chunk = next(coming, None)
            if said.transactions:
                beside.start(partial(_write, cursor, *stream.placed(said)))
            count += len(said.transactions)
        with refusing_closed(coop, lambda: date):
            beside.wait()
    return count


@dataclass
class _Said:
    """A chunk as it was computed: transactions with the hash of their content, and by kind the accounts that they name."""

    transactions: list[tuple[Streamed, str]] = field(default_factory=list)
    # The uid by party; 0 for the co-op's own.
    accounts: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))


class _Stream:
    """What every transaction of a stream shares, and the lines checked so far."""

    def __init__(self, coop: Coop, kind: str, date: dt.date, basis: Basis | None, by: Party | None, at: dt.datetime) -> None:
        self.coop, self.kind, self.day, self.basis, self.unit = coop, kind, date.isoformat(), basis, coop.currency
        self.digest = basis.digest if basis else ""
        self.by_uid = str(by.uid) if by else ""
        self.by_id = by.pk if by else None
        self.sealed = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
        self.moment = str(connection.ops.adapt_datetimefield_value(at))
        self.lines: set[str] = set()
        self.uids = AccountUids(coop)

    def say(self, transactions: Iterable[Streamed]) -> _Said:
        """Raises: NotBookable, UnbalancedTransaction."""
        said = _Said()
        for new in transactions:
            legs, total = [], 0
            try:
                check_word("key", new.key, 120)
                for kind, holder, amount, line in new.legs:
                    if type(amount) is not int or not -INT64_MAX <= amount <= INT64_MAX:
                        raise NotEncodable(f"The amount {amount!r} is not a whole number of 64 bits")
                    if line not in self.lines:
                        self._learn(line)
                    total += amount
                    party, written = holder or _CO_OP
                    named = said.accounts[kind]
                    uid = named.get(party) or named.setdefault(party, self.uids[kind](written))
                    legs.append((uid, amount, line))
                if total or len(legs) < 2:
                    check_balanced([(self.unit, amount) for _uid, amount, _line in legs])
            except NotEncodable as error:
                raise NotBookable(_("Transaction %(key)s: %(error)s.") % {"key": new.key, "error": error}) from error
            except NotBalanced as error:
                raise UnbalancedTransaction(_("Transaction %(key)s: %(error)s.") % {"key": new.key, "error": error}) from error
            content = content_hash(
                kind=self.kind, key=new.key, date=self.day, basis=self.digest, facts=new.facts, reverses=None, legs=legs
            )
            said.transactions.append((new, content))
        return said

    def _learn(self, line: str) -> None:
        check_word("line", line, 40)
        self.lines.add(line)

    def placed(self, said: _Said) -> tuple[Rows, Rows, Rows]:
        """Gives accounts and transactions their ids, and the chain its links: the rows of accounts, postings, transactions.

        Raises: AlreadyPosted.
        """
        number, last, there, ids = take_place(self.coop, [new.key for new, _content in said.transactions])
        accounts, fresh = self._accounts(said)
        coop_id, basis_id = self.coop.pk, self.basis.pk if self.basis else None
        postings: Rows = []
        rows: Rows = []
        for identity, (new, content) in zip(ids, said.transactions, strict=False):
            if (earlier := there.get(new.key)) is not None:
                _check_same(earlier, new, content)
                continue
            number, previous = number + 1, last
            last = chain_hash(previous=previous, number=number, sealed=self.sealed, by=self.by_uid, content=content)
            for kind, holder, amount, line in new.legs:
                postings.append((coop_id, identity, accounts[kind][holder[0] if holder else 0], amount, line))
            shared = (identity, coop_id, number, self.kind, new.key, self.day, self.moment, self.by_id, basis_id)
            rows.append((*shared, new.facts, None, content, previous, last))
        return fresh, postings, rows

    def _accounts(self, said: _Said) -> tuple[dict[str, dict[int, int]], Rows]:
        """The id of each account, by kind and party; and the rows of those that are not there yet.

        Whoever opens such accounts has locked the ledger, as the caller has.
        """
        found = {kind: _ids_of(self.coop, kind, list(named)) for kind, named in said.accounts.items()}
        missing = [(k, party, uid) for k, named in said.accounts.items() for party, uid in named.items() if party not in found[k]]
        rows, sqlite = [], connection.vendor == "sqlite"
        for identity, (kind, party, uid) in zip(_new_ids(len(missing)), missing, strict=True):
            found[kind][party] = identity
            stored = uid.replace("-", "") if sqlite else uid  # as Django stores it there
            rows.append((identity, stored, self.coop.pk, kind, self.unit, party or None, "", self.moment))
        return found, rows


def _check_same(earlier: Transaction, new: Streamed, content: str) -> None:
    if earlier.content_hash != content:
        raise AlreadyPosted(
            _(
                "%(key)s is in the ledger already as transaction %(number)s, with other content. "
                "To correct it, reverse that transaction and post the next version."
            )
            % {"key": new.key, "number": earlier.number}
        )


class AccountUids(dict[str, Callable[[str], str]]):
    """By kind, what `marke_core.postings.account_uid` gives for accounts without detail, in a tenth of its time.

    Takes the uid of the party as it is written, or nothing; gives a uid of version 5 (RFC 9562), written.
    """

    def __init__(self, coop: Coop) -> None:
        super().__init__()
        self.coop = coop

    def __missing__(self, kind: str) -> Callable[[str], str]:
        before = self.coop.uid.bytes + f"{kind}\n{self.coop.currency}\n".encode()

        def uid_of(party: str) -> str:
            digest = sha1(before + party.encode() + b"\n", usedforsecurity=False).hexdigest()
            return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{_VARIANT[digest[16]]}{digest[17:20]}-{digest[20:32]}"

        self[kind] = uid_of
        return uid_of


# Its two highest bits say that a uid is one of RFC 9562.
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def _ids_of(coop: Coop, kind: str, parties: Iterable[int]) -> dict[int, int]:
    """The accounts of a kind that are there, by party; 0 for the co-op's own. Each is looked up by itself, by an index."""
    sqlite, asked = connection.vendor == "sqlite", [party for party in parties if party]
    found: dict[int, int] = {}
    if len(asked) < len(list(parties)):
        own = Account.objects.filter(coop=coop, kind=kind, unit=coop.currency, party=None, detail="")
        found.update((0, pk) for pk in own.values_list("pk", flat=True))
    named = "SELECT value AS party FROM json_each(%s)" if sqlite else "SELECT unnest(%s::bigint[]) AS party"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT n.party, (SELECT a.id FROM ledger_account a WHERE a.coop_id = %s AND a.kind = %s AND a.party_id = n.party"  # noqa: S608
            f" AND a.unit = %s AND a.detail = '') FROM ({named}) AS n",
            [coop.pk, kind, coop.currency, json.dumps(asked) if sqlite else asked],
        )
        return found | {party: pk for party, pk in cursor.fetchall() if pk is not None}


def _new_ids(count: int) -> Iterable[int]:
    """For accounts that are opened. On SQLite the write lock is held from BEGIN IMMEDIATE on, so nobody else takes these."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COALESCE(max(id), 0) + 1 FROM ledger_account")
            first: int = cursor.fetchone()[0]
            return range(first, first + count)
        cursor.execute("SELECT ARRAY(SELECT nextval('ledger_account_id_seq') FROM generate_series(1, %s))", [count])
        ids: list[int] = cursor.fetchone()[0]
        return ids


_ACCOUNT = "ledger_account (id, uid, coop_id, kind, unit, party_id, detail, created_at)"


def _write(cursor: Any, accounts: Rows, postings: Rows, transactions: Rows) -> None:
    """In the thread beside. Postings come before the transactions that seal them."""
    insert_rows(cursor, _ACCOUNT, accounts)
    insert_rows(cursor, POSTING, postings)
    insert_rows(cursor, TRANSACTION, transactions)
