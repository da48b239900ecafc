"""A PostgreSQL server for a benchmark, with the durability that a real one has: fsync and synchronous commits."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


class PostgreSQLMissing(Exception):
    """The programs of the PostgreSQL server are not installed."""


@dataclass(frozen=True)
class Server:
    socket: Path

    def address(self, database: str) -> str:
        return f"postgresql://marke@{quote(str(self.socket), safe='')}/{database}"

    def create(self, database: str) -> str:
        """Makes an empty database and gives its address."""
        import psycopg

        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"'.encode())
        return self.address(database)


def programs() -> Path:
    """The folder of initdb and pg_ctl. Raises: PostgreSQLMissing."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    if found := shutil.which("initdb"):
        folders.insert(0, Path(found).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise PostgreSQLMissing("The PostgreSQL server is not installed: apt-get install postgresql")


@contextmanager
def postgresql(settings: dict[str, str]) -> Iterator[Server]:
    """A new cluster on a unix socket, gone at the end. `settings`: what postgresql.conf would say.

    Raises: PostgreSQLMissing.
    """
    binaries = programs()
    folder = Path(tempfile.mkdtemp(prefix="marke-bench-"))
    prefix: list[str] = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"
        folder.chmod(0o755)
        shutil.chown(folder, user)
        prefix = ["runuser", "-u", user, "--"]
    cluster, log = folder / "cluster", folder / "log"
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    try:
        _run([*prefix, binaries / "initdb", "-D", cluster, "-U", "marke", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"])
        start = f"-k {folder} -c listen_addresses='' {options}"
        _run([*prefix, binaries / "pg_ctl", "-D", cluster, "-w", "-l", log, "-o", start, "start"])
        try:
            yield Server(folder)
        finally:
            _run([*prefix, binaries / "pg_ctl", "-D", cluster, "-m", "fast", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str | Path]) -> None:
    # Output goes to a file of its own, because the server would keep a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", check=False)
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{output.read().decode(errors='replace')}")
