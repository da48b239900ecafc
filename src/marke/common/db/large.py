"""One transaction that is much larger than others: an imported list, a year that is divided among a million members."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def room_for_much() -> Iterator[None]:
    """Gives SQLite more memory for the while. Past the size of its cache, each further page would take longer than the last.

    PostgreSQL keeps changed pages for all connections together and needs nothing.
    """
    with _pragma("cache_size", -256 * 1024):
        yield


@contextmanager
def walking_through(*, mebibytes: int = 2) -> Iterator[None]:
    """For a walk through a million rows that are each read once: SQLite does not map its file into memory, all of which would
    count as ours, and keeps no more pages than are changed meanwhile.
    """
    with _pragma("mmap_size", 0), _pragma("cache_size", -mebibytes * 1024):
        yield


@contextmanager
def _pragma(name: str, value: int) -> Iterator[None]:
    """Past Django, which asks nothing of a broken transaction: what went wrong must come out, and this be as it was."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    sqlite = connection.connection
    usual = sqlite.execute(f"PRAGMA {name}").fetchone()[0]
    sqlite.execute(f"PRAGMA {name} = {value}")
    try:
        yield
    finally:
        sqlite.execute(f"PRAGMA {name} = {int(usual)}")
