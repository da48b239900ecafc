"""One transaction that is much larger than others: an imported list, a year that moves in."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

MEBIBYTES = 256


@contextmanager
def room_for_much() -> Iterator[None]:
    """Gives SQLite more memory for the while. Past the size of its cache, each further page would take longer than the last.

    PostgreSQL keeps changed pages for all connections together and needs nothing.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{MEBIBYTES * 1024}")
    try:
        yield
    finally:
        if not connection.needs_rollback:  # what went wrong must come out, and a broken transaction answers nothing else
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA cache_size = {int(usual)}")


@contextmanager
def file_not_mapped() -> Iterator[None]:
    """Reads SQLite's file without mapping it into memory: in a walk through a million rows, all of it would count as ours."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA mmap_size").fetchone()[0]
        cursor.execute("PRAGMA mmap_size = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA mmap_size = {int(usual)}")
