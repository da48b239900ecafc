"""`marke work`: turns every wheel of the clockwork again and again, one process at a time."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import close_old_connections, connection

from marke.common import clock
from marke.common.clockwork import wheels
from marke.common.refusal import Refused

logger = logging.getLogger("marke.work")
# "mark" as a number: the advisory lock of the clockwork in a PostgreSQL database.
CLOCKWORK_LOCK = 0x6D61726B


class AlreadyTurning(Refused):
    """Another process turns the wheels of this installation."""


@contextmanager
def sole_clockwork(folder: Path) -> Iterator[None]:
    """Raises: AlreadyTurning when another `marke work` runs on this installation; its end frees it, also kill -9."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "work.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyTurning("Another `marke work` already runs on this installation; one is enough.") from None
        yield
    finally:
        os.close(lock)


def turn_wheels(at: datetime) -> int:
    """Turns each wheel once and returns how many things were done. A wheel that fails does not stop the others."""
    done = 0
    for wheel in wheels:
        close_old_connections()
        try:
            with _one_turn() as mine:
                done += wheel.turn(at) if mine else 0
        except Exception:  # whatever one wheel runs into: the next turn tries again
            logger.exception("The wheel '%s' failed; it is tried again at the next turn.", wheel.kind)
    return done


@contextmanager
def _one_turn() -> Iterator[bool]:
    """Several machines may work on one PostgreSQL: the lock lives there, for as long as the connection."""
    if connection.vendor != "postgresql":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [CLOCKWORK_LOCK])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [CLOCKWORK_LOCK])


def keep_turning(*, seconds: float, parent: int | None = None, report: Callable[[str], None] = print) -> None:
    """Until SIGTERM or SIGINT, or until the process `parent`, which started this one, is gone."""
    stop = threading.Event()

    def ask_to_stop(*_: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    while not stop.is_set() and (parent is None or os.getppid() == parent):
        if done := turn_wheels(clock.now()):
            report(f"{clock.now():%H:%M:%S} did {done}")
        stop.wait(seconds)
