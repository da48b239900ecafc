"""A year closes with a transaction for every member, and there may be a million of them: nothing here grows with their number.

Accounts are columns of ids, not model instances; transactions come from a generator and leave in chunks. What is checked,
hashed, chained and sealed is the same as in `writing`. Nothing here may be called outside `services`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha1
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from marke.ledger.closed_days import refusing_closed
from marke.ledger.models import Account, Basis
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
    _uids: bytes

    def __getitem__(self, place: int) -> tuple[int, str]:
        return int(self.ids[place]), written_uid(self._uids[place * 16 : place * 16 + 16])


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
        try:
            check_word("key", new.key, 120)
            for _account, _uid, amount, line in new.legs:
                if type(amount) is not int or not -INT64_MAX <= amount <= INT64_MAX:
                    raise NotEncodable(f"The amount {amount!r} is not a whole number of 64 bits")
                if line not in self.lines:
                    check_word("line", line, 40)
                    self.lines.add(line)
            check_balanced([(self.unit, amount) for _account, _uid, amount, _line in new.legs])
        except NotEncodable as error:
            raise NotBookable(_("Transaction %(key)s: %(error)s.") % {"key": new.key, "error": error}) from error
        except NotBalanced as error:
            raise UnbalancedTransaction(_("Transaction %(key)s: %(error)s.") % {"key": new.key, "error": error}) from error
        return content_hash(
            kind=self.kind,
            key=new.key,
            date=self.day,
            basis=self.basis.digest if self.basis else "",
            facts=new.facts,
            reverses=None,
            legs=[(uid, amount, line) for _account, uid, amount, line in new.legs],
        )

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
    """What `marke_core.postings.account_uid` gives for the accounts of one kind, as 16 bytes, in a tenth of its time."""

    def __init__(self, coop: Coop, kind: str, detail: str) -> None:
        self._before = coop.uid.bytes + f"{kind}\n{coop.currency}\n".encode()
        self._after = f"\n{detail}".encode()

    def __call__(self, party: bytes) -> bytes:
        """`party`: the uid of the party, 16 bytes. A uid of version 5 (RFC 9562)."""
        digest = sha1(self._before + written_uid(party).encode() + self._after, usedforsecurity=False).digest()
        return digest[:6] + bytes((digest[6] & 0x0F | 0x50, digest[7], digest[8] & 0x3F | 0x80)) + digest[9:16]


def written_uid(uid: bytes) -> str:
    said = uid.hex()
    return f"{said[:8]}-{said[8:12]}-{said[12:16]}-{said[16:20]}-{said[20:]}"


def open_column(
    *, coop: Coop, kind: str, parties: NDArray[np.int64], uids: Sequence[bytes] | bytes, at: dt.datetime, detail: str = ""
) -> AccountColumn:
    """The accounts of one kind of many parties in the co-op's currency; those that are missing are opened.

    parties: int64[n], ids of parties, no two the same · uids: their uids, 16 bytes each, in the same order.
    The caller holds the transaction and has locked the ledger, so that nobody opens one of them meanwhile.
    """
    joined = uids if isinstance(uids, bytes) else b"".join(uids)
    found = np.full(len(parties), -1, dtype=np.int64)
    order = np.argsort(parties, kind="stable")
    _find(coop, kind, detail, parties, order, found)
    own = bytearray(16 * len(parties))
    missing = found < 0
    new: list[tuple[Any, ...]] = []
    moment = str(connection.ops.adapt_datetimefield_value(at))
    uid_of = AccountUids(coop, kind, detail)
    for place in range(len(parties)):
        start = place * 16
        uid = own[start : start + 16] = uid_of(joined[start : start + 16])
        if missing[place]:
            new.append((uid.hex(), coop.pk, kind, coop.currency, int(parties[place]), detail, moment))
            if len(new) >= CHUNK:
                _insert_accounts(new)
                new.clear()
    _insert_accounts(new)
    if missing.any():
        _find(coop, kind, detail, parties, order, found)
    return AccountColumn(found, bytes(own))


def _find(
    coop: Coop, kind: str, detail: str, parties: NDArray[np.int64], order: NDArray[np.intp], found: NDArray[np.int64]
) -> None:
    """Fills in the ids of the accounts that are there, a chunk at a time."""
    rows = Account.objects.filter(coop=coop, kind=kind, unit=coop.currency, detail=detail, party__isnull=False)
    remaining = rows.values_list("party_id", "id").iterator(CHUNK)
    ordered = parties[order]
    while chunk := list(islice(remaining, CHUNK)):
        pairs = np.array(chunk, dtype=np.int64)
        places = np.minimum(np.searchsorted(ordered, pairs[:, 0]), max(len(ordered) - 1, 0))
        here = ordered[places] == pairs[:, 0] if len(ordered) else np.zeros(len(pairs), dtype=bool)
        found[order[places[here]]] = pairs[here, 1]


def _insert_accounts(rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        into = "ledger_account (uid, coop_id, kind, unit, party_id, detail, created_at)"
        if connection.vendor == "sqlite":
            insert_together(cursor, into, rows)
        else:
            with cursor.cursor.copy(f"COPY {into} FROM STDIN") as copy:
                copy.write("".join("\t".join(map(str, row)) + "\n" for row in rows))
