"""Programs that do the same, each in an environment of its own, made when a benchmark first needs it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def environment(name: str, data: Path) -> Path:
    """The Python of a peer's environment below `data`; made anew when its locked requirements have changed."""
    lock = HERE / name / "requirements.lock"
    folder = data / "peers" / f"{name}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    python, done = folder / "bin" / "python", folder / "complete"
    if not done.exists():
        print(f"Making the environment of {name} in {folder} …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install: list[str | Path] = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            lock,
        ]
        subprocess.run(install, check=True)
        done.touch()
    return python
