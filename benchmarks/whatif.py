"""See before you vote, large: a year of 30,000 members and 2,000,000 jobs in SQLite, run again under another contribution.

The facts are rows of a real database of ours, read by the door that the pages use (`FactKind.read`), and replayed by the
scheme that books them. Beside it, in the same run: a sample of the facts computed and posted one by one, each committed,
scaled by the count. Equal means to the cent: every fact alone with Python's own integers gives each person's and each
line's sum, and the ledger holds after the sample what the scheme says of it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.machine import load, machine

HERE = Path(__file__).resolve().parent


def run(*, data: Path, quick: bool) -> dict[str, Any]:
    members, facts, sample = (300, 20_000, 200) if quick else (30_000, 2_000_000, 3_000)
    folder = data / "whatif"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    built = _in_a_process(folder, "build", members, facts)
    seen = _in_a_process(folder, "measure", sample)
    one_by_one = seen["posted_s"] / sample * facts
    _show(seen, built["seconds"], sample, one_by_one)
    shutil.rmtree(folder)
    return {
        "members": seen["members"],
        "facts": seen["facts"],
        "replay_s": round(seen["replay_s"], 2),
        "with_read_s": round(seen["read_s"] + seen["replay_s"], 2),
        "vs_one_by_one": round(one_by_one / seen["asked_s"]),
        "equal": seen["equal"],
        "peak_mb": round(seen["peak_mb"]),
    }


def _in_a_process(folder: Path, *words: object) -> dict[str, Any]:
    """Of its own, so that the memory of building is not counted as that of replaying."""
    variables = {**os.environ, "MARKE_DATA": str(folder), "MARKE_SECRET_KEY": "benchmark"}
    variables.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "benchmarks.year", *map(str, words)]
    done = subprocess.run(command, env=variables, cwd=HERE.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[-3:]} failed:\n{done.stderr[-3000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _show(seen: dict[str, Any], built: float, sample: int, one_by_one: float) -> None:
    table = Table(title=f"A year of {seen['members']:,} members and {seen['facts']:,} jobs. {machine()}; load {load()}")
    table.add_column("what")
    table.add_column("s", justify="right")
    for what, seconds in (
        ("reading the facts from SQLite", seen["read_s"]),
        ("replaying them under both values", seen["replay_s"]),
        ("the whole question, as a page asks it", seen["asked_s"]),
        ("the same, of the processor's time", seen["asked_cpu_s"]),
        (f"posting one by one: {sample:,} took {seen['posted_s']:.1f} s, so all of them", one_by_one),
        ("(writing the year into the database, once)", built),
    ):
        table.add_row(what, f"{seconds:,.2f}")
    Console(width=120).print(table)
