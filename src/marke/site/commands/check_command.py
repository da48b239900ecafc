"""`./marke check`: what can be checked without running the program's tests."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HELP = "Check style, types, imports, the architecture, templates, migrations and translations."
ROOT = Path(__file__).resolve().parents[4]

# Name → arguments of Python.
CHECKS = {
    "lint": ["-m", "ruff", "check", "--quiet", "."],
    "format": ["-m", "ruff", "format", "--check", "--quiet", "."],
    "types": ["-m", "mypy"],
    "imports": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "1"],
    "django": ["manage.py", "check", "--fail-level", "WARNING"],
    "architecture": ["-m", "pytest", "-q", "tests/architecture"],
}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("only", nargs="*", metavar="CHECK", help=f"some of: {', '.join(CHECKS)} (all)")


def run(arguments: argparse.Namespace) -> int:
    from marke.common.refusal import Refused

    if unknown := [name for name in arguments.only if name not in CHECKS]:
        raise Refused(f"There is no check {unknown[0][:60]!r}; there are: {', '.join(CHECKS)}.")
    failed = [name for name in arguments.only or CHECKS if not _passes(name)]
    if failed:
        print(f"Not right yet: {', '.join(failed)}.")
    return 1 if failed else 0


def _passes(name: str) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as data:
        clean = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "MARKE_DEMO")}
        environment = {**clean, "MARKE_DATA": data, "MARKE_SECRET_KEY": "for checks only"}
        command = [sys.executable, *CHECKS[name]]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    good = done.returncode == 0
    print(f"{'right' if good else 'WRONG'}  {name}  ({time.monotonic() - began:.1f} s)", flush=True)
    if not good:
        print(done.stdout.decode(errors="replace"), flush=True)
    return good
