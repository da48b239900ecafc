"""A PostgreSQL server of our own, for as long as a test run: a new cluster in a temporary folder, on a unix socket.

Run as a program, it starts one, runs a command with DATABASE_URL set, and stops it: python -m tests.postgresql pytest
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


class PostgreSQLMissing(Exception):
    """The programs of the PostgreSQL server are not installed."""


def programs() -> Path:
    """The folder of initdb and pg_ctl, the newest version first. Raises: PostgreSQLMissing."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    raise PostgreSQLMissing("The PostgreSQL server is not installed: apt-get install postgresql")


def _demote(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as its own user, or as nobody."""
    if os.getuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, user)
    return ["runuser", "-u", user, "--"]


@contextmanager
def temporary_postgresql() -> Iterator[str]:
    """Gives the address of an empty database, owned by a superuser, without fsync: fast, and lost at the end.

    Raises: PostgreSQLMissing.
    """
    binaries = programs()
    folder = Path(tempfile.mkdtemp(prefix="marke-pg-"))
    folder.chmod(0o755)
    prefix = _demote(folder)
    cluster = folder / "cluster"
    try:
        _run([*prefix, binaries / "initdb", "-D", cluster, "-U", "marke", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"])  # fmt: skip
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=60"
        log = folder / "log"
        _run([*prefix, binaries / "pg_ctl", "-D", cluster, "-w", "-t", "60", "-l", log, "-o", options, "start"])
        try:
            yield f"postgresql://marke@{quote(str(folder), safe='')}/postgres"
        finally:
            _run([*prefix, binaries / "pg_ctl", "-D", cluster, "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str | Path]) -> None:
    # Output goes to a file of its own, because the server would keep a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", check=False)
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{output.read().decode(errors='replace')}")


if __name__ == "__main__":
    with temporary_postgresql() as address:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": address}, check=False).returncode)
