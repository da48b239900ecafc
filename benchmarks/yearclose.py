"""A year closed for 30,000, 300,000 and 900,000 members: preview, figures fixed, booked, all in one database transaction.

The services as they are: two reserves, a capped return on capital with tax withheld, the rest by work, a fifth of it in
money; one sealed, chained transaction for every member. Naive rounding, each share to the cent by itself, stands beside it.
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

from benchmarks.cluster import postgresql
from benchmarks.machine import load, machine

HERE = Path(__file__).resolve().parent
SIZES = {"30k": 30_000, "300k": 300_000, "900k": 900_000}
ON_POSTGRESQL = ("30k", "300k")
SETTINGS = {"shared_buffers": "256MB", "max_wal_size": "4GB", "checkpoint_timeout": "30min"}


@dataclass(frozen=True)
class Closed:
    where: str
    members: int
    found: dict[str, Any]


def run(*, data: Path, quick: bool) -> dict[str, Any]:
    sizes = {"30k": 2_000, "300k": 20_000, "900k": 60_000} if quick else SIZES
    rows = {f"sqlite_{name}": _on_sqlite(count, data / "yearclose-sqlite") for name, count in sizes.items()}
    with postgresql(SETTINGS) as server:
        for name in ON_POSTGRESQL:
            rows[f"postgres_{name}"] = _closed("PostgreSQL", sizes[name], server.create(f"y{name}"), data)
    _show(list(rows.values()))
    return {
        **{f"{name}_s": round(row.found["seconds"], 2) for name, row in rows.items()},
        "peak_mb": round(max(row.found["peak_mb"] for row in rows.values())),
        "drift_cents": sum(row.found["drift"] for row in rows.values()),
        "naive_drift_cents": max((row.found["naive_drift"] for row in rows.values()), key=abs),
    }


def _on_sqlite(count: int, folder: Path) -> Closed:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        return _closed("SQLite", count, "", folder)
    finally:
        shutil.rmtree(folder)


def _closed(where: str, count: int, address: str, folder: Path) -> Closed:
    """Prepared in one process and closed in another, so that the peak of memory is that of closing."""
    variables = {
        **os.environ,
        "MARKE_DATA": str(folder),
        "DATABASE_URL": address,
        "MARKE_SECRET_KEY": "benchmark",
        "MALLOC_MMAP_THRESHOLD_": "1048576",  # as ./marke sets it
    }
    _last_line("prepare", count, variables)
    closed = Closed(where, count, _last_line("close", count, variables))
    print(f"{where}, {count:,} members: {closed.found['seconds']:.1f} s", flush=True)
    return closed


def _last_line(what: str, count: int, variables: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.closing_year", what, str(count)]
    done = subprocess.run(command, env=variables, cwd=HERE.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[-3:]} failed:\n{done.stderr[-3000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _show(rows: list[Closed]) -> None:
    table = Table(title=f"A year closed. {machine()}; load {load()}")
    for heading in ("where", "members", "s", "of it preview", "processor s", "µs a member", "peak MB", "drift", "naive drift"):
        table.add_column(heading, justify="left" if heading == "where" else "right")
    for row in rows:
        found = row.found
        table.add_row(
            row.where,
            f"{row.members:,}",
            f"{found['seconds']:.1f}",
            f"{found['preview']:.1f}",
            f"{found['cpu']:.1f}",
            f"{found['seconds'] / row.members * 1e6:.0f}",
            f"{found['peak_mb']:.0f}",
            f"{found['drift']}",
            f"{found['naive_drift']}",
        )
    Console(width=120).print(table)
