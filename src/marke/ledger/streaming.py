"""A year closes with a transaction for every member, and there may be a million of them: nothing here grows with their number.

Accounts are columns of ids, not model instances; transactions come from a generator and leave in chunks. What is checked,
hashed, chained and sealed is the same as in `writing`. Nothing here may be called outside `services`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha1
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from marke.ledger.closed_days import refusing_closed
from marke.ledger.models import Basis
from marke.ledger.writing import (
    CHUNK,
    AlreadyPosted,
    NotBookable,
    UnbalancedTransaction,
    insert_rows,
    insert_together,
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

Leg = tuple[int, str, int, str]  # account id, its uid, minor units (debit positive), line


class Streamed(NamedTuple):
    """One transaction of a stream. `facts`: as `marke_core.postings.encode_facts` writes them."""

    key: str
    facts: str
    legs: Sequence[Leg]


@dataclass(frozen=True)
class AccountColumn:
    """The accounts of one kind of many parties, in the order in which the parties were given."""

    ids: NDArray[np.int64]
    _uids: str  # as they are written, 36 letters each

    def __getitem__(self, place: int) -> tuple[int, str]:
        return int(self.ids[place]), self._uids[place * 36 : place * 36 + 36]

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for start in range(0, len(self.ids), CHUNK):
            for place, identity in enumerate(self.ids[start : start + CHUNK].tolist(), start):
                yield identity, self._uids[place * 36 : place * 36 + 36]


def write_stream(
    *, coop: Coop, kind: str, date: dt.date, basis: Basis | None, rows: Iterable[Streamed], by: Party | None, at: dt.datetime
) -> int:
    """Writes transactions of one kind and day, all legs in the co-op's currency, behind the chain's end. Returns how many.

    What is there already with the same content is left as it is. The caller holds the transaction.

    Raises: AlreadyPosted, NotBookable, PeriodClosed, UnbalancedTransaction.
    """
    check_word("kind", kind, 40)
    remaining, count = iter(rows), 0
    stream = _Stream(coop, kind, date.isoformat(), basis, by, at)
    while chunk := list(islice(remaining, CHUNK)):
        stream.write(chunk)
        count += len(chunk)
    return count


class _Stream:
    """What every transaction of a stream shares, and the lines checked so far."""

    def __init__(self, coop: Coop, kind: str, day: str, basis: Basis | None, by: Party | None, at: dt.datetime) -> None:
        self.coop, self.kind, self.day, self.basis, self.unit = coop, kind, day, basis, coop.currency
        self.digest = basis.digest if basis else ""
        self.by_uid = str(by.uid) if by else ""
        self.by_id = by.pk if by else None
        self.sealed = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
        self.moment = str(connection.ops.adapt_datetimefield_value(at))
        self.lines: set[str] = set()

    def write(self, chunk: Sequence[Streamed]) -> None:
        number, last, there, ids = take_place(self.coop, [new.key for new in chunk])
        coop_id, basis_id = self.coop.pk, self.basis.pk if self.basis else None
        postings: list[tuple[Any, ...]] = []
        rows: list[tuple[Any, ...]] = []
        for identity, new in zip(ids, chunk, strict=False):
            content = self._content(new)
            if (earlier := there.get(new.key)) is not None:
                self._check_same(earlier.number, earlier.content_hash, new, content)
                continue
            number, previous = number + 1, last
            last = chain_hash(previous=previous, number=number, sealed=self.sealed, by=self.by_uid, content=content)
            postings += [(coop_id, identity, account, amount, line) for account, _uid, amount, line in new.legs]
            shared = (identity, coop_id, number, self.kind, new.key, self.day, self.moment, self.by_id, basis_id)
            rows.append((*shared, new.facts, None, content, previous, last))
        if rows:
            with refusing_closed(self.coop, lambda: dt.date.fromisoformat(self.day)):
                insert_rows(postings, rows)

    def _content(self, new: Streamed) -> str:
        """Raises: NotBookable, UnbalancedTransaction."""
        self._check(new)
        legs = [(uid, amount, line) for _account, uid, amount, line in new.legs]
        return content_hash(
            kind=self.kind, key=new.key, date=self.day, basis=self.digest, facts=new.facts, reverses=None, legs=legs
        )

    def _check(self, new: Streamed) -> None:
        total = 0
        try:
            check_word("key", new.key, 120)
            for _account, _uid, amount, line in new.legs:
                if type(amount) is not int or not -INT64_MAX <= amount <= INT64_MAX:
                    raise NotEncodable(f"The amount {amount!r} is not a whole number of 64 bits")
                if line not in self.lines:
                    check_word("line", line, 40)
                    self.lines.add(line)
                total += amount
            if total or len(new.legs) < 2:
                check_balanced([(self.unit, amount) for _account, _uid, amount, _line in new.legs])
        except NotEncodable as error:
            raise NotBookable(_("Transaction %(key)s: %(error)s.") % {"key": new.key, "error": error}) from error
        except NotBalanced as error:
            raise UnbalancedTransaction(_("Transaction %(key)s: %(error)s.") % {"key": new.key, "error": error}) from error

    def _check_same(self, number: int, stored: str, new: Streamed, content: str) -> None:
        if stored != content:
            raise AlreadyPosted(
                _(
                    "%(key)s is in the ledger already as transaction %(number)s, with other content. "
                    "To correct it, reverse that transaction and post the next version."
                )
                % {"key": new.key, "number": number}
            )


class AccountUids:
    """What `marke_core.postings.account_uid` gives for the accounts of one kind, written, in a tenth of its time."""

    def __init__(self, coop: Coop, kind: str, detail: str) -> None:
        self._before = coop.uid.bytes + f"{kind}\n{coop.currency}\n".encode()
        self._after = f"\n{detail}"

    def __call__(self, party: str) -> str:
        """`party`: the uid of the party, 32 hexadecimal digits. A uid of version 5 (RFC 9562)."""
        said = f"{party[:8]}-{party[8:12]}-{party[12:16]}-{party[16:20]}-{party[20:]}{self._after}"
        digest = sha1(self._before + said.encode(), usedforsecurity=False).hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{_VARIANT[digest[16]]}{digest[17:20]}-{digest[20:32]}"


# Its two highest bits say that a uid is one of RFC 9562.
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def open_column(
    *, coop: Coop, kind: str, parties: NDArray[np.int64], uids: bytes, at: dt.datetime, detail: str = ""
) -> AccountColumn:
    """The accounts of one kind of many parties in the co-op's currency; those that are missing are opened.

    parties: int64[n], ids of parties, no two the same · uids: their uids, 16 bytes each, in the same order.
    The caller holds the transaction and has locked the ledger, so that nobody opens one of them meanwhile.
    """
    ids, written, uid_of = np.zeros(len(parties), dtype=np.int64), [], AccountUids(coop, kind, detail)
    moment = str(connection.ops.adapt_datetimefield_value(at))
    for start in range(0, len(parties), CHUNK):
        some = parties[start : start + CHUNK].tolist()
        said = uids[start * 16 : (start + len(some)) * 16].hex()
        own = [uid_of(said[place : place + 32]) for place in range(0, len(said), 32)]
        there = _ids_of(coop, kind, some, own)
        missing = [(uid, party) for uid, party in zip(own, some, strict=True) if uid not in there]
        if missing:
            there |= _insert_accounts([(uid, coop.pk, kind, coop.currency, party, detail, moment) for uid, party in missing])
        ids[start : start + len(some)] = [there[uid] for uid in own]
        written.append("".join(own))
    return AccountColumn(ids, "".join(written))


def _ids_of(coop: Coop, kind: str, parties: Sequence[int], uids: Sequence[str]) -> dict[str, int]:
    """The accounts that are there, by uid: it says whose they are and what for."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # By party, for neighbours lie together in that index; a uid lies anywhere.
            cursor.execute(
                "SELECT uid, id FROM ledger_account"
                " WHERE coop_id = %s AND kind = %s AND party_id IN (SELECT value FROM json_each(%s))",
                [coop.pk, kind, json.dumps(parties)],
            )
            return {f"{u[:8]}-{u[8:12]}-{u[12:16]}-{u[16:20]}-{u[20:]}": pk for u, pk in cursor.fetchall()}
        return _ids_by_uid(cursor, uids)


def _ids_by_uid(cursor: Any, uids: Sequence[str]) -> dict[str, int]:
    """As PostgreSQL finds them."""
    cursor.execute("SELECT uid::text, id FROM ledger_account WHERE uid = ANY(%s::uuid[])", [list(uids)])
    return dict(cursor.fetchall())


_ACCOUNT = "uid, coop_id, kind, unit, party_id, detail, created_at"


def _insert_accounts(rows: Sequence[tuple[Any, ...]]) -> dict[str, int]:
    """Opens them. Returns the id of each uid."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # The write lock is held from BEGIN IMMEDIATE on, so nobody else takes these.
            cursor.execute("SELECT COALESCE(max(id), 0) + 1 FROM ledger_account")
            first: int = cursor.fetchone()[0]
            insert_together(
                cursor,
                f"ledger_account (id, {_ACCOUNT})",
                [(identity, row[0].replace("-", ""), *row[1:]) for identity, row in enumerate(rows, first)],
            )
            return {row[0]: identity for identity, row in enumerate(rows, first)}
        with cursor.cursor.copy(f"COPY ledger_account ({_ACCOUNT}) FROM STDIN") as copy:
            copy.write("".join("\t".join(map(str, row)) + "\n" for row in rows))
        return _ids_by_uid(cursor, [row[0] for row in rows])
