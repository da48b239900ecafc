"""Every member's line of a year: written by the chunk, read one by one, and the fingerprint of them all."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection

from marke.ledger.writing import insert_together
from marke.surplus.computing import Computed, rows_of
from marke.surplus.models import YearClose
from marke_core.postings import encode_facts

CHUNK = 5_000
_INTO = "surplus_memberyear (coop_id, year_id, position, membership_id, facts, paid, withheld, kept)"
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
    party_uid: bytes


class Fingerprint:
    """Of a year: its figures and steps, then every line in order. Holds member numbers and integers, never names or ids."""

    def __init__(self, year: YearClose) -> None:
        self._hash = sha256(head_of(year).encode())

    def add(self, position: int, number: int, facts: str, paid: int, withheld: int, kept: int) -> None:
        self._hash.update(_written(position, number, facts, paid, withheld, kept).encode())

    def hex(self) -> str:
        return self._hash.hexdigest()


def _written(position: int, number: int, facts: str, paid: int, withheld: int, kept: int) -> str:
    return f"\n{position} {number} {paid} {withheld} {kept} {facts}"


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
    paid, members = computed.paid, computed.members
    numbers = rows_of([members.ids, members.numbers, paid.cash, paid.withheld, paid.kept])
    fingerprint, coop_id, year_id = Fingerprint(year), year.coop_id, year.pk

    def rows() -> Iterator[tuple[Any, ...]]:
        for position, ((member, number, cash, withheld, kept), facts) in enumerate(
            zip(numbers, computed.facts(), strict=True), 1
        ):
            fingerprint.add(position, number, facts, cash, withheld, kept)
            yield coop_id, year_id, position, member, facts, cash, withheld, kept

    remaining = rows()
    while chunk := list(islice(remaining, CHUNK)):
        _insert(chunk)
    return fingerprint.hex()


def _insert(rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            insert_together(cursor, _INTO, rows)
        else:
            with cursor.cursor.copy(f"COPY {_INTO} FROM STDIN") as copy:
                copy.write("".join("\t".join(map(str, row)) + "\n" for row in rows))


_LINES = """SELECT l.position, m.number, l.facts, l.paid, l.withheld, l.kept, m.party_id, p.uid FROM surplus_memberyear l
  JOIN parties_membership m ON m.id = l.membership_id JOIN parties_party p ON p.id = m.party_id
  WHERE l.year_id = %s AND l.position >= %s AND l.position < %s ORDER BY l.position"""


def read_lines(year: YearClose) -> Iterator[Line]:
    """In order; memory does not grow."""
    for chunk in read_chunks(year):
        yield from chunk


def read_chunks(year: YearClose) -> Iterator[list[Line]]:
    """In order. A chunk at a time, because a book that is written to is not read on meanwhile."""
    sqlite, start = connection.vendor == "sqlite", 1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_LINES, [year.pk, start, start + CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        start += CHUNK
        yield [Line._make((*row[:-1], bytes.fromhex(row[-1]) if sqlite else row[-1].bytes)) for row in rows]


def written_lines(year: YearClose) -> Iterator[str]:
    """The text of which the fingerprint is the SHA-256."""
    yield head_of(year)
    for line in read_lines(year):
        yield _written(line.position, line.number, line.facts, line.paid, line.withheld, line.kept)


def fingerprint_of(year: YearClose) -> str:
    """Computed anew from what is stored."""
    found = Fingerprint(year)
    for line in read_lines(year):
        found.add(line.position, line.number, line.facts, line.paid, line.withheld, line.kept)
    return found.hex()
