"""Three-leg transactions through our service one by one, through our batch path, and through django-hordak.

The same transactions on both sides, in the same run, each path on an empty database of the same PostgreSQL server:
a client owes 12.50, one of 50 workers earned 11.00, the co-op keeps 1.50. Ours are checked, sealed, hashed into the
chain and protected against being posted twice; hordak's are checked to balance.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.cluster import Server, postgresql
from benchmarks.machine import load, machine
from benchmarks.peers import environment

HERE = Path(__file__).resolve().parent
# A server as one would run it, on a machine that is not shared with the measuring: nothing is made less durable.
SETTINGS = {"shared_buffers": "256MB", "max_wal_size": "4GB", "checkpoint_timeout": "30min"}
# What the processor can do when no commit waits for the disk. Said beside the result, and the same for both.
RELAXED = {**SETTINGS, "synchronous_commit": "off"}
# Hordak's single posting is measured on a sample: the whole would take minutes and change no ratio.
SINGLE_SAMPLE = 6_000
# Each side's work is cut in as many parts, done turn about on empty databases, so that both meet the machine at the same times.
TURNS = 3


@dataclass(frozen=True)
class Measured:
    who: str
    what: str
    count: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.count / self.seconds


def run(*, data: Path, quick: bool) -> dict[str, Any]:
    count, singles, legs = (3_000, 300, 60_000) if quick else (100_000, 100_000, 1_000_000)
    turns = 1 if quick else TURNS
    peer = environment("hordak", data)
    rows: list[Measured] = []
    with postgresql(RELAXED) as server:
        rows += _turn_about(server, peer, turns, ("single", singles), ("single", min(SINGLE_SAMPLE, singles)))
        rows += _turn_about(server, peer, turns, ("batch", count), ("bulk", count))
        postgresql_balances = _ours("balances", server.create("balances"), legs // 3)
    with postgresql(SETTINGS) as server:
        waiting = min(1_000, singles)
        rows.append(_ours("single", server.create("single"), waiting, note=", each commit on disk"))
        rows.append(_theirs(peer, "single", server.create("hordak_single"), waiting, note=", each commit on disk"))
    rows.append(_ours("batch", "", count, folder=_emptied(data)))
    rows.append(_ours("single", "", min(2_000, singles), folder=_emptied(data), note=", each commit on disk"))
    sqlite_balances = _ours("balances", "", legs // 3, folder=_emptied(data))
    shutil.rmtree(_emptied(data))
    _show(rows, [postgresql_balances, sqlite_balances], legs)
    return {
        "single_vs_hordak": round(rows[0].per_second / rows[1].per_second, 2),
        "batch_vs_hordak_bulk": round(rows[2].per_second / rows[3].per_second, 2),
        "sqlite_batch_per_s": round(rows[6].per_second),
        "balances_1m_s": round(max(postgresql_balances.seconds, sqlite_balances.seconds), 3),
    }


def _turn_about(server: Server, peer: Path, turns: int, our: tuple[str, int], their: tuple[str, int]) -> list[Measured]:
    """Ours and theirs, (what, how many), each the sum of its turns."""
    ours, theirs = [], []
    for turn in range(turns):
        ours.append(_ours(our[0], server.create(f"{our[0]}_{turn}"), our[1] // turns))
        theirs.append(_theirs(peer, their[0], server.create(f"hordak_{their[0]}_{turn}"), their[1] // turns))
    return [
        Measured(parts[0].who, parts[0].what, sum(one.count for one in parts), sum(one.seconds for one in parts))
        for parts in (ours, theirs)
    ]


def _emptied(data: Path) -> Path:
    """The folder of the SQLite database, without the one before."""
    folder = data / "ledger-sqlite"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _ours(what: str, address: str, count: int, *, folder: Path | None = None, note: str = "") -> Measured:
    """In a process of its own, because settings name one database."""
    place = folder or HERE  # with a PostgreSQL address nothing is written there
    variables = {**os.environ, "MARKE_DATA": str(place), "DATABASE_URL": address, "MARKE_SECRET_KEY": "benchmark"}
    found = _last_line([sys.executable, "-m", "benchmarks.posting", what, str(count)], variables)
    return Measured("Marke on PostgreSQL" if address else "Marke on SQLite", what + note, count, found["seconds"])


def _theirs(python: Path, what: str, address: str, count: int, note: str = "") -> Measured:
    found = _last_line([python, HERE / "peers" / "hordak" / "bench.py", address, what, str(count)], dict(os.environ))
    return Measured("django-hordak on PostgreSQL", what + note, count, found["seconds"])


def _last_line(command: list[Any], variables: dict[str, str]) -> dict[str, float]:
    done = subprocess.run(command, env=variables, cwd=HERE.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[-3:]} failed:\n{done.stderr[-3000:]}")
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _show(rows: list[Measured], balances: list[Measured], legs: int) -> None:
    table = Table(title=f"Three-leg transactions. {machine()}; load {load()}")
    for heading, side in (("who", "left"), ("how", "left"), ("transactions", "right"), ("s", "right"), ("per second", "right")):
        table.add_column(heading, justify=side)  # type: ignore[arg-type]
    for row in rows:
        table.add_row(row.who, row.what, f"{row.count:,}", f"{row.seconds:.1f}", f"{row.per_second:,.0f}")
    for row in balances:
        table.add_row(row.who, f"all balances at {legs:,} legs", "", f"{row.seconds:.3f}", "")
    Console(width=120).print(table)
