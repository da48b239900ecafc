"""Several processes at the very same moment, and sudden death in the middle of one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from django.db import connection, connections

from marke.common.refusal import Refused

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 8
Process = subprocess.Popen[str]


def _run(act: Callable[[int], object], number: int, barrier: Barrier, said: Any) -> None:
    connections.close_all()
    barrier.wait(30)
    try:
        act(number)
        said.put("done")
    except Refused as refusal:
        said.put(type(refusal).__name__)
    except Exception as error:
        said.put(f"{type(error).__name__}: {error}")
    finally:
        connections.close_all()


def at_once(act: Callable[[int], object]) -> list[str]:
    """Runs `act(0)` … `act(7)` in as many processes from the same moment on; what each of them said."""
    fork = multiprocessing.get_context("fork")
    barrier, said = fork.Barrier(PROCESSES), fork.Queue()
    connections.close_all()
    processes = [fork.Process(target=_run, args=(act, number, barrier, said)) for number in range(PROCESSES)]
    for process in processes:
        process.start()
    answers = [said.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(30)
    return sorted(answers)


def run_apart(module: str, *arguments: object) -> Process:
    """`python -m module <database> <arguments>`: it says "ready" when it has loaded, and waits for `begin`."""
    command = [sys.executable, "-m", module, str(connection.settings_dict["NAME"]), *map(str, arguments)]
    connection.close()
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def begin(processes: Sequence[Process]) -> None:
    """All at once, when all have loaded."""
    for process in processes:
        assert process.stdout and process.stdout.readline() == "ready\n", process.stderr and process.stderr.read()
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()


def kill_after(seconds: float, process: Process) -> str:
    """Begins it and kills it in its middle, as when the power fails; what it had said by then."""
    begin([process])
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    said = process.communicate(timeout=60)[0]
    _wait_for_what_the_server_was_told()
    return said


def _wait_for_what_the_server_was_told() -> None:
    """PostgreSQL carries out a COMMIT that had reached it, though whoever sent it is dead: until then, two looks may differ."""
    if connection.vendor != "postgresql":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    until = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(others)
            if not cursor.fetchone()[0]:
                break
            time.sleep(0.02)
    connection.close()
