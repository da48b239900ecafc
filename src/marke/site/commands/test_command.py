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

from marke.common.refusal import Refused
from marke.site.commands.check_command import CHECKS

HELP = "Run all checks and tests, on SQLite and on PostgreSQL; other arguments go to pytest."
ROOT = Path(__file__).resolve().parents[4]
KINDS = ("failed", "passed", "skipped", "xfailed", "xpassed", "error")


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
    status = _pytest("SQLite", given, {}, counts) or status
    from tests.postgresql import temporary_postgresql

    with temporary_postgresql() as address:
        status = _pytest("PostgreSQL", given, {"DATABASE_URL": address}, counts) or status
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


def _pytest(database: str, given: list[str], environment: Mapping[str, str], counts: Counter[str]) -> int:
    """Runs pytest in a process of its own and adds what it counted. No test at all is no fault on the second database."""
    print(f"\n——— on {database} ———", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "counts.json"
        clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "MARKE_DATA", "MARKE_DEMO")}
        command = [sys.executable, "-m", "pytest", *given]
        done = subprocess.run(command, cwd=ROOT, env={**clean, **environment, "MARKE_TEST_COUNTS": str(path)}, check=False)
        if path.exists():
            counts.update(json.loads(path.read_text()))
        elif done.returncode:
            counts["error"] += 1
    nothing_to_run = done.returncode == 5 and database == "PostgreSQL"
    return 0 if nothing_to_run else done.returncode


def closing_line(counts: Mapping[str, int], seconds: float) -> str:
    """Pytest's own closing line, for the runs on both databases together."""
    counted = [(kind, counts.get(kind, 0)) for kind in KINDS]
    words = [f"{number} {kind}{'s' if kind == 'error' and number > 1 else ''}" for kind, number in counted if number]
    minutes, rest = divmod(int(seconds), 60)
    clock = f" ({minutes // 60}:{minutes % 60:02}:{rest:02})" if seconds >= 60 else ""
    return f" {', '.join(words) or 'no tests ran'} in {seconds:.2f}s{clock} ".center(80, "=")
