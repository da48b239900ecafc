"""Every member's line of a year: written by the chunk, read one by one, and the fingerprint of them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from itertools import chain, islice
from typing import Any, NamedTuple

from django.db import connection

from marke.common.db.beside import Beside
from marke.common.db.rows import insert_rows
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
    party_uid: str


class Fingerprint:
    """Of a year: its figures and steps, then every line in order. Holds member numbers and integers, never names or ids."""

    def __init__(self, year: YearClose) -> None:
        self._hash = sha256(head_of(year).encode())

    def add(self, lines: Iterable[Sequence[Any]]) -> None:
        """`lines`: as `Line` has them, in order; what stands behind `kept` is not looked at."""
        self._hash.update("".join(_written(lines)).encode())

    def hex(self) -> str:
        return self._hash.hexdigest()


def _written(lines: Iterable[Sequence[Any]]) -> list[str]:
    return [f"\n{place} {number} {paid} {off} {kept} {facts}" for place, number, facts, paid, off, kept, *_who in lines]


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
    numbers = rows_of([members.numbers, paid.cash, paid.withheld, paid.kept, members.ids])
    fingerprint, coop, pk, start = Fingerprint(year), year.coop_id, year.pk, 1
    with Beside() as beside, connection.cursor() as cursor:
        while chunk := list(islice(numbers, CHUNK)):
            lines = [
                (place, *row[:1], fact, *row[1:]) for place, (row, fact) in enumerate(zip(chunk, facts, strict=False), start)
            ]
            fingerprint.add(lines)
            rows = [(coop, pk, place, member, *said) for place, _number, *said, member in lines]
            start += len(chunk)
            beside.wait()
            beside.start(partial(insert_rows, cursor, _INTO, rows))
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


def read_chunks(year: YearClose) -> Iterator[list[Line]]:
    """In order; memory does not grow. A chunk at a time, because a book that is written to is not read on meanwhile."""
    start = 1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_lines(), [year.pk, start, start + CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        start += CHUNK
        yield list(map(Line._make, rows))


def read_lines(year: YearClose) -> Iterator[Line]:
    """In order, one by one."""
    return chain.from_iterable(read_chunks(year))


def written_lines(year: YearClose) -> Iterator[str]:
    """The text of which the fingerprint is the SHA-256."""
    yield head_of(year)
    for lines in read_chunks(year):
        yield from _written(lines)


def fingerprint_of(year: YearClose) -> str:
    """Computed anew from what is stored."""
    found = Fingerprint(year)
    for lines in read_chunks(year):
        found.add(lines)
    return found.hex()
