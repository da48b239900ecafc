"""The accounts that a stream of transactions names: which are there, which are opened, and the uid that each one has.

Accounts without a detail, in the co-op's currency. Nothing here may be called outside `services`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from hashlib import sha1
from itertools import count, islice
from typing import NamedTuple

from django.db import connection

from marke.ledger.models import Account
from marke.parties.models import Coop, Party

_AT_ONCE = 5_000


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


class Found(NamedTuple):
    """The id of each account by party, 0 for the co-op's own; and whose of them are to be opened."""

    ids: dict[int, int]
    opened: list[int]


class AccountIds:
    """Finds accounts, and gives ids to those that are to be opened. Whoever asks has locked the ledger.

    Who has an account is marked, a byte each, so that only they are looked up: in the first year nobody is. What was opened
    for one question need not be written yet at the next, but at the one after.
    """

    def __init__(self, coop: Coop) -> None:
        self.coop = coop
        self._marks: dict[str, bytearray] = {}
        self._recent: dict[str, dict[int, int]] = {}
        self._fresh = _fresh_ids()

    def look_up(self, kind: str, parties: Iterable[int]) -> Found:
        """Once for each kind and chunk. `parties`: ids, 0 for the co-op itself."""
        if kind not in self._marks:
            self._marks[kind], self._recent[kind] = _marks(self.coop, kind), {}
        wanted, marks, recent = list(dict.fromkeys(parties)), self._marks[kind], self._recent[kind]
        ids = {party: recent[party] for party in wanted if party in recent}
        there = [party for party in wanted if marks[party] and party not in ids]
        if there:
            ids |= _ids_of(self.coop, kind, there)
        opened = [party for party in wanted if party not in ids]
        fresh = self._recent[kind] = dict(zip(opened, self._fresh(len(opened)), strict=True))
        for party in opened:
            marks[party] = 1
        return Found(ids | fresh, opened)


def _fresh_ids() -> Callable[[int], Iterable[int]]:
    """Gives ids for so many accounts. On SQLite the write lock is held from BEGIN IMMEDIATE on, so nobody else takes these."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COALESCE(max(id), 0) + 1 FROM ledger_account")
            following = count(cursor.fetchone()[0])
            return lambda wanted: islice(following, wanted)

    def drawn(wanted: int) -> Iterable[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ARRAY(SELECT nextval('ledger_account_id_seq') FROM generate_series(1, %s))", [wanted])
            ids: list[int] = cursor.fetchone()[0]
            return ids

    return drawn


def _marks(coop: Coop, kind: str) -> bytearray:
    """1 at the id of every party that has such an account; at 0 for the co-op itself."""
    last = Party.objects.order_by("-pk").values_list("pk", flat=True).first()
    marks = bytearray((last or 0) + 1)
    there = Account.objects.filter(coop=coop, kind=kind, unit=coop.currency, detail="").values_list("party_id", flat=True)
    for party in there.iterator(_AT_ONCE):
        marks[party or 0] = 1
    return marks


def _ids_of(coop: Coop, kind: str, parties: list[int]) -> dict[int, int]:
    """Of who is marked. Each is looked up by itself, by an index."""
    found: dict[int, int] = {}
    if 0 in parties:
        own = Account.objects.filter(coop=coop, kind=kind, unit=coop.currency, party=None, detail="")
        found.update((0, pk) for pk in own.values_list("pk", flat=True))
    sqlite, asked = connection.vendor == "sqlite", json.dumps([party for party in parties if party])
    named = "SELECT value AS party FROM json_each(%s)" if sqlite else "SELECT unnest(%s::bigint[]) AS party"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT n.party, (SELECT a.id FROM ledger_account a WHERE a.coop_id = %s AND a.kind = %s AND a.party_id = n.party"  # noqa: S608
            f" AND a.unit = %s AND a.detail = '') FROM ({named}) AS n",
            [coop.pk, kind, coop.currency, asked if sqlite else f"{{{asked[1:-1]}}}"],
        )
        return found | dict(cursor.fetchall())
