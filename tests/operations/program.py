"""Runs `./marke` as its users do: as a program of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [sys.executable, "-P", "-m", "marke.site.cli"]


def environment(data: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MARKE_") and name != "DATABASE_URL"}
    path = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    return {**clean, "PYTHONPATH": path, "MARKE_DATA": str(data), "MARKE_SECRET_KEY": "for tests", "COLUMNS": "120", **more}


def marke(*arguments: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ARGUMENTS, *arguments],
        env=environment(data, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
