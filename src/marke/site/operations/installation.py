"""Opening the installation that MARKE_DATA and DATABASE_URL name."""

from __future__ import annotations

import os
from pathlib import Path

from marke.common.refusal import Refused
from marke.site.operations.translations import compile_translations


class NoInstallation(Refused):
    """There is no database here, or not one of ours."""


class NewerInstallation(Refused):
    """The database was written by a newer release."""


def data_folder() -> Path:
    from django.conf import settings

    return Path(settings.DATA)


def open_installation(*, create: bool) -> None:
    """Sets Django up on the installation's database and brings its tables up to date.

    `create`: make the installation when there is none. Raises: NoInstallation when there is none and none may be
    made, or when the database cannot be reached; NewerInstallation when this program is older than the database.
    """
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, connection

    _check_address()
    compile_translations()
    try:
        django.setup()
    except (ImproperlyConfigured, OSError) as error:
        raise NoInstallation(f"The installation cannot be opened: {error}") from None
    if connection.vendor == "sqlite" and not create and not Path(connection.settings_dict["NAME"]).exists():
        raise NoInstallation(
            f"There is no installation in {data_folder()} yet. Make one with ./marke found or ./marke demo, "
            "or name the folder of another: MARKE_DATA=/path/to/data"
        )
    try:
        data_folder().mkdir(parents=True, exist_ok=True)
        _bring_up_to_date(create=create)
    except (DatabaseError, OSError) as error:
        raise NoInstallation(f"The database cannot be used: {str(error).strip()}") from None


def _check_address() -> None:
    url = os.environ.get("DATABASE_URL", "")
    if url and not url.startswith(("postgres://", "postgresql://")):
        raise NoInstallation(
            f"DATABASE_URL={url!r} is not an address of a PostgreSQL database. Write it as "
            "postgresql://name:password@host:5432/database, or leave it out to use SQLite in MARKE_DATA."
        )


def _bring_up_to_date(*, create: bool) -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    connection.ensure_connection()
    executor = MigrationExecutor(connection)
    applied = executor.loader.applied_migrations
    if not applied and not create:
        raise NoInstallation("The database is empty. Make an installation with ./marke found or ./marke demo.")
    ours = {app for app, _ in executor.loader.disk_migrations}
    if unknown := sorted(f"{app}.{name}" for app, name in applied if app in ours and (app, name) not in executor.loader.disk_migrations):  # fmt: skip
        raise NewerInstallation(
            f"The database was written by a newer release (it knows {', '.join(unknown[:3])}). Use that release, or "
            "restore a backup made before."
        )
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    _record_new_rules()


def _record_new_rules() -> None:
    """A release that adds a rule records its default as a decision, which members can see and change."""
    from marke.common import clock
    from marke.rules.services import upgrade_rulebooks

    upgrade_rulebooks(at=clock.now())
