"""`./marke test`: everything that must pass, on both databases."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from marke.common.refusal import Refused
from marke.site.commands.check_command import CHECKS

HELP = "Run all checks and tests, on SQLite and on PostgreSQL; other arguments go to pytest."
ROOT = Path(__file__).resolve().parents[4]
KINDS = ("failed", "passed", "skipped", "xfailed", "xpassed", "error", "rerun")


class ProgramsMissing(Refused):
    """The tests need programs that are not installed here."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="the long tests too")


def run(arguments: argparse.Namespace) -> int:
    install_programs()
    began = time.monotonic()
    given = list(arguments.others)
    everything = not given
    counts: Counter[str] = Counter()
    status = 0
    if everything:
        # The architecture is tested by pytest below, with everything else.
        checks = [name for name in CHECKS if name != "architecture"]
        checked = subprocess.run([sys.executable, "-P", "-m", "marke.site.cli", "check", *checks], check=False)
        counts["error"] += int(checked.returncode != 0)
        status = checked.returncode
    given = [*(["--all"] if arguments.all else []), *given]
    status = _on_both_databases(given, counts) or status
    print(closing_line(counts, time.monotonic() - began), flush=True)
    return status


def missing_programs() -> dict[str, str]:
    """Package of the distribution → what it is needed for, for those that are not there."""
    from tests.conftest import chromium
    from tests.postgresql import PostgreSQLMissing, programs

    missing = {}
    try:
        programs()
    except PostgreSQLMissing:
        missing["postgresql"] = "the second database"
    if chromium() is None:
        missing["chromium"] = "the journeys in a browser"
    if shutil.which("xgettext") is None:
        missing["gettext"] = "the check that every text is translated"
    return missing


def install_programs() -> None:
    """As root from the distribution's packages. Raises: ProgramsMissing when that is not possible."""
    missing = missing_programs()
    if not missing:
        return
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    if os.getuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(missing)} …", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
        subprocess.run(install, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
        missing = missing_programs()
    if missing:
        needed = "; ".join(f"{package} for {purpose}" for package, purpose in missing.items())
        raise ProgramsMissing(f"The tests need {needed}. Install them with: sudo {' '.join(install)}")


def _on_both_databases(given: list[str], counts: Counter[str]) -> int:
    """The two runs go side by side; what the second one says is shown when the first is done."""
    from marke.site.operations.translations import compile_translations
    from tests.postgresql import temporary_postgresql

    compile_translations()  # before both would
    with (
        tempfile.TemporaryDirectory() as folder,
        temporary_postgresql() as address,
        (Path(folder) / "postgresql.txt").open("w+") as said,
    ):
        second_counts, first_counts = Path(folder) / "second.json", Path(folder) / "first.json"
        # What needs no database runs beside PostgreSQL, unless somebody chose what runs.
        both = {} if set(given) - {"--all"} else {"MARKE_TEST_SHARED_OUT": "1"}
        with _pytest(given, {**both, "DATABASE_URL": address, "MARKE_TEST_COUNTS": str(second_counts)}, said) as second:
            try:
                print("\n——— on SQLite ———", flush=True)
                with _pytest(given, {**both, "MARKE_TEST_COUNTS": str(first_counts)}) as first:
                    status = first.wait()
                second.wait()
            finally:
                second.terminate()
        said.seek(0)
        print(f"\n——— on PostgreSQL ———\n{said.read()}", flush=True)
        _count(first_counts, status, counts)
        _count(second_counts, second.returncode, counts)
    nothing_to_run = second.returncode == 5
    return status or (0 if nothing_to_run else second.returncode)


def _pytest(given: list[str], environment: Mapping[str, str], output: IO[str] | None = None) -> subprocess.Popen[str]:
    """Starts pytest in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "MARKE_DATA", "MARKE_DEMO")}
    command = [sys.executable, "-m", "pytest", *given]
    return subprocess.Popen(command, cwd=ROOT, env={**clean, **environment}, stdout=output, stderr=output, text=True)


def _count(path: Path, status: int, counts: Counter[str]) -> None:
    if path.exists():
        counts.update(json.loads(path.read_text()))
    elif status:
        counts["error"] += 1


def closing_line(counts: Mapping[str, int], seconds: float) -> str:
    """Pytest's own closing line, for the runs on both databases together."""
    counted = [(kind, counts.get(kind, 0)) for kind in KINDS]
    words = [f"{number} {kind}{'s' if kind == 'error' and number > 1 else ''}" for kind, number in counted if number]
    minutes, rest = divmod(int(seconds), 60)
    clock = f" ({minutes // 60}:{minutes % 60:02}:{rest:02})" if seconds >= 60 else ""
    return f" {', '.join(words) or 'no tests ran'} in {seconds:.2f}s{clock} ".center(80, "=")
