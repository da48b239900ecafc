"""Large writing goes on beside the computing of what is written next."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from django.db import connection

# Seconds after which Python lets another thread go on. A database comes back for its next statement every few milliseconds,
# and at the usual 0.005 would wait as long as it works.
_SWITCH = 0.0005


class Beside:
    """Does one thing at a time in a thread of its own: writes a chunk while the next one is computed.

    Databases do their work outside Python, so that both go on together. A connection serves one thread at a time: between
    `start` and `wait` nobody else uses it, and what is started uses cursors that were opened before. What goes wrong there
    comes out of `wait`, and nothing is running any more when the block is left.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="beside")
        self._running: Future[None] | None = None

    def __enter__(self) -> Self:
        self._usual = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._thread.shutdown(wait=True)
        sys.setswitchinterval(self._usual)

    def start(self, work: Callable[[], None]) -> None:
        assert self._running is None  # waited for before
        self._running = self._thread.submit(work)

    def wait(self) -> None:
        """Until what was started is done. Raises: what it raised, as Django says it."""
        running, self._running = self._running, None
        if running is not None:
            with connection.wrap_database_errors:
                running.result()
