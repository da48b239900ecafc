"""Every member's line of a year: written by the chunk, read one by one, and the fingerprint of them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import sha256
from itertools import chain, islice
from typing import Any, NamedTuple

from django.db import connection

from marke.common.db.beside import Beside
from marke.common.db.rows import rows_to_insert
from marke.ledger.services import Holders
from marke.surplus.computing import Computed
from marke.surplus.models import YearClose
from marke_core.postings import encode_facts

# What PostgreSQL keeps of one for its triggers stays in the memory that it has for that.
CHUNK = 2_500
_INTO = "surplus_memberyear (position, membership_id, facts, paid, withheld, kept)"
HEAD = ("result", "earlier", "divided", "carried", "members", "paid", "withheld", "kept")


class Line(NamedTuple):
    """As it stands in the table, with who it is."""

    position: int
    number: int  # of the member
    facts: str
    paid: int
    withheld: int
    kept: int
    party_id: int
    party_uid: str


class Columns(NamedTuple):
    """Many lines, as columns; `Line` says what each is."""

    positions: Sequence[int]
    numbers: Sequence[int]
    facts: Sequence[str]
    paid: Sequence[int]
    withheld: Sequence[int]
    kept: Sequence[int]

    def written(self) -> Iterator[str]:
        """Each line, as it stands in the text of the year."""
        return map(
            _WRITTEN.__mod__, zip(self.positions, self.numbers, self.paid, self.withheld, self.kept, self.facts, strict=True)
        )


_WRITTEN = "\n%d %d %d %d %d %s"


class Fingerprint:
    """Of a year: its figures and steps, then every line in order. Holds member numbers and integers, never names or ids."""

    def __init__(self, year: YearClose) -> None:
        self._hash = sha256(head_of(year).encode())

    def add(self, lines: Columns) -> None:
        """In order."""
        self._hash.update("".join(lines.written()).encode())

    def hex(self) -> str:
        return self._hash.hexdigest()


def head_of(year: YearClose) -> str:
    """What stands above the lines, as text: figures, steps, and which values of the rules were followed."""
    said: dict[str, Any] = {name: getattr(year, name) for name in HEAD}
    said |= {"figures": year.figures, "steps": year.steps, "rule_values": year.rule_values}
    said |= {"since": str(year.round.since), "until": str(year.round.until)}
    return encode_facts(said)


def write_lines(year: YearClose, computed: Computed) -> str:
    """Replaces the lines of a draft. Returns the fingerprint."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM surplus_memberyear WHERE year_id = %s", [year.pk])
    paid, members, facts = computed.paid, computed.members, computed.facts()
    fingerprint, same = Fingerprint(year), {"coop_id": year.coop_id, "year_id": year.pk}
    with Beside() as beside, connection.cursor() as cursor:
        for start in range(0, len(members), CHUNK):
            part = slice(start, start + CHUNK)
            numbers, *amounts = (column[part].tolist() for column in (members.numbers, paid.cash, paid.withheld, paid.kept))
            lines = Columns(range(start + 1, start + len(numbers) + 1), numbers, list(islice(facts, len(numbers))), *amounts)
            rows = list(zip(lines.positions, members.ids[part].tolist(), *lines[2:], strict=True))
            insert = rows_to_insert(_INTO, rows, same)
            beside.wait()
            beside.start(partial(insert, cursor))
            fingerprint.add(lines)
        beside.wait()
    return fingerprint.hex()


def _lines() -> str:
    """Every line of a part of a year, and the uid of each party as it is written."""
    written = "p.uid::text"
    if connection.vendor == "sqlite":
        written = " || '-' || ".join(f"substr(p.uid, {place}, {count})" for place, count in _PARTS_OF_UID)
    return f"""SELECT l.position, m.number, l.facts, l.paid, l.withheld, l.kept, m.party_id, {written} FROM surplus_memberyear l
      JOIN parties_membership m ON m.id = l.membership_id JOIN parties_party p ON p.id = m.party_id
      WHERE l.year_id = %s AND l.position >= %s AND l.position < %s ORDER BY l.position"""  # noqa: S608


_PARTS_OF_UID = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))


def read_chunks(year: YearClose) -> Iterator[list[tuple[Any, ...]]]:
    """Rows as `Line` has them, in order; memory does not grow. A chunk at a time, because a book that is written to is not read
    on meanwhile.
    """
    start = 1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_lines(), [year.pk, start, start + CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        start += CHUNK
        yield rows


def read_lines(year: YearClose) -> Iterator[Line]:
    """In order, one by one."""
    return map(Line._make, chain.from_iterable(read_chunks(year)))


def columns_of(rows: Sequence[Sequence[Any]]) -> tuple[Columns, Holders]:
    """Of a chunk of lines, and whose they are."""
    *columns, parties, uids = zip(*rows, strict=True)
    return Columns(*columns), Holders(parties, uids)


def written_lines(year: YearClose) -> Iterator[str]:
    """The text of which the fingerprint is the SHA-256."""
    yield head_of(year)
    for rows in read_chunks(year):
        yield from columns_of(rows)[0].written()


def fingerprint_of(year: YearClose) -> str:
    """Computed anew from what is stored."""
    found = Fingerprint(year)
    for rows in read_chunks(year):
        found.add(columns_of(rows)[0])
    return found.hex()
