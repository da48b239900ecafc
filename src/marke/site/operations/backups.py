"""Backup and restore of a whole installation, while it runs."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection, connections

from marke.common.refusal import Refused
from marke.site.operations.archive import DamagedArchive, unpacked, write_archive

KIND = "backup"
VERSION = 1
SQLITE_FILE = "database.sqlite3"
POSTGRESQL_FILE = "database.dump"


class NotEmpty(Refused):
    """A restore would replace what is there."""


class OtherDatabase(Refused):
    """The backup is of the other database."""


class ToolFailed(Refused):
    """A program of PostgreSQL is missing or failed."""


def back_up(path: Path, *, data: Path, at: datetime) -> None:
    """One file with the database as it is at one moment, the uploaded files and the installation's key."""
    data.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=data, prefix=".backup-") as folder:
        database = _copy_database(Path(folder))
        files = [(database.name, database), *_kept_files(data)]
        about = {"made_at": at.isoformat(), "database": connection.vendor}
        write_archive(path, kind=KIND, version=VERSION, about=about, files=files)


def _kept_files(data: Path) -> list[tuple[str, Path]]:
    folder = data / "files"
    kept = [(f"files/{path.relative_to(folder).as_posix()}", path) for path in sorted(folder.rglob("*")) if path.is_file()]
    if (data / "secret-key").exists():
        kept.append(("secret-key", data / "secret-key"))
    if (data / "demo").exists():
        kept.append(("demo", data / "demo"))
    return kept


def _copy_database(folder: Path) -> Path:
    if connection.vendor == "sqlite":
        target = folder / SQLITE_FILE
        with (
            closing(sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=60)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
        return target
    target = folder / POSTGRESQL_FILE
    _postgresql("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    return target


def restore(path: Path, *, data: Path, replace: bool) -> None:
    """Puts back what `back_up` wrote: everything or nothing.

    Raises: NotEmpty when there are co-ops here and `replace` is not set; OtherDatabase; DamagedArchive.
    """
    if not replace and (found := _coops_here()):
        raise NotEmpty(
            f"This installation already holds {found} co-ops, which the backup would replace. Add --yes if that is "
            "what you want; make a backup of it first."
        )
    with unpacked(path, kind=KIND, version=VERSION, beside=data) as (manifest, folder):
        if manifest.get("database") != connection.vendor:
            raise OtherDatabase(
                f"This backup is of {manifest.get('database')}, and the installation runs on {connection.vendor}. Restore it "
                "there; to move a co-op between them, use ./marke export and ./marke import."
            )
        # Files first, because more of them than the database knows do no harm; the database is the moment of truth.
        _bring_files(folder, data)
        connections.close_all()  # of this process; what is open elsewhere reads the old file to its end
        if connection.vendor == "sqlite":
            _swap_sqlite(folder / SQLITE_FILE, Path(connection.settings_dict["NAME"]))
        else:
            dump = str(folder / POSTGRESQL_FILE)
            _postgresql("pg_restore", "--clean", "--if-exists", "--single-transaction", "--no-owner", dump, restore=True)


def _coops_here() -> int:
    """How many co-ops the present database holds; 0 when it is not there yet."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return 0
    try:
        if "parties_coop" not in connection.introspection.table_names():
            return 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM parties_coop")
            return int(cursor.fetchone()[0])
    finally:
        connections.close_all()


def _bring_files(folder: Path, data: Path) -> None:
    for source in sorted((folder / "files").rglob("*")) if (folder / "files").exists() else ():
        if source.is_file():
            target = data / "files" / source.relative_to(folder / "files")
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
    for name in ("secret-key", "demo"):
        if (folder / name).exists():
            (folder / name).replace(data / name)


def _swap_sqlite(copy: Path, target: Path) -> None:
    """The new database takes the old one's name in one rename, while no writer is at work."""
    _check_sqlite(copy)
    with _writers_waiting(target):
        if target.exists():
            with closing(sqlite3.connect(target, timeout=60, isolation_level=None)) as old:
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copy.replace(target)
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)


def _check_sqlite(copy: Path) -> None:
    try:
        with closing(sqlite3.connect(copy)) as database:
            verdict = database.execute("PRAGMA quick_check").fetchone()[0]
            database.execute("SELECT count(*) FROM parties_coop")
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise DamagedArchive(f"The database in the backup is damaged ({verdict}). Take another backup.")


@contextmanager
def _writers_waiting(target: Path) -> Iterator[None]:
    lock = os.open(f"{target}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


def _postgresql(program: str, *arguments: str, restore: bool = False) -> None:
    settings: dict[str, Any] = connection.settings_dict
    if shutil.which(program) is None:
        raise ToolFailed(f"{program} is not installed here. Install it with: sudo apt-get install postgresql-client")
    places = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    address = {variable: str(settings[key]) for variable, key in places.items() if settings.get(key)}
    command = [program, *(["--dbname", address["PGDATABASE"]] if restore else []), *arguments]
    done = subprocess.run(
        command, env={**os.environ, **address}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise ToolFailed(f"{program} failed: {reason}. The installation is as it was.")
