"""Rows by the thousand, as the database takes them fastest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import chain
from sqlite3 import Cursor
from typing import Any

from django.db import connection

# SQLite takes 32,766 values in a statement, and is quickest with a few hundred rows.
_MOST_VALUES = 5_000
_NOTHING = "\x01"


def insert_rows(cursor: Any, into: str, rows: Sequence[tuple[Any, ...]], same: Mapping[str, Any] | None = None) -> None:
    """`into`: "table (columns)"; `same`: further columns, whose value all rows share. No value holds a control character."""
    rows_to_insert(into, rows, same)(cursor)


def rows_to_insert(into: str, rows: Sequence[tuple[Any, ...]], same: Mapping[str, Any] | None = None) -> Callable[[Any], None]:
    """As `insert_rows`, with all done but the database's part: that is left to what is returned, which takes a cursor.

    It may be called in another thread, with a cursor that was opened before, where the connection is.
    """
    same = same or {}
    into = into.replace("(", "".join(["(", *(f"{column}, " for column in same)]), 1)
    written = _together if connection.vendor == "sqlite" else _copied
    return written(into, list(same.values()), rows) if rows else lambda cursor: None


def _copied(into: str, same: list[Any], rows: Sequence[tuple[Any, ...]]) -> Callable[[Any], None]:
    lines = _written(same, rows).replace("\\", "\\\\").encode()

    def insert(cursor: Any) -> None:
        with connection.wrap_database_errors, cursor.cursor.copy(f"COPY {into} FROM STDIN WITH (NULL '{_NOTHING}')") as copy:
            copy.write(lines)

    return insert


def _written(same: Sequence[Any], rows: Sequence[tuple[Any, ...]]) -> str:
    """A line for each row."""
    begins = "".join([f"{_NOTHING if part is None else part}\t" for part in same])
    lines: Any = map("\t".join(["%s"] * len(rows[0])).__mod__, rows)
    if any(None in row for row in rows):
        lines = ["\t".join([_NOTHING if part is None else str(part) for part in row]) for row in rows]
    return begins + f"\n{begins}".join(lines)


def _together(into: str, same: list[Any], rows: Sequence[tuple[Any, ...]]) -> Callable[[Any], None]:
    """Many rows by one statement: SQLite makes ready to take back each *statement*, so a row each costs most of all.

    Sent as SQLite reads it: looking for the marks of Django in thousands of values takes a fifth as long as writing them.
    """
    size = max(_MOST_VALUES // len(rows[0]), 1)
    parts = [rows[start : start + size] for start in range(0, len(rows), size)]
    statements = [(_insertion(into, len(same), len(part[0]), len(part)), [*same, *chain.from_iterable(part)]) for part in parts]

    def insert(cursor: Any) -> None:
        with connection.wrap_database_errors:
            for insertion, values in statements:
                Cursor.execute(cursor.cursor, insertion, values)

    return insert


@cache
def _insertion(into: str, same: int, width: int, count: int) -> str:
    """What is the same has a number, by which every row says it."""
    shared = [f"?{place}, " for place in range(1, same + 1)]
    row = f"({''.join(shared)}{', '.join('?' * width)})"
    return f"INSERT INTO {into} VALUES {', '.join([row] * count)}"  # noqa: S608 words of our own
