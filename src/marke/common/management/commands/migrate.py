"""Django's `migrate`, which lays out an empty database in one go instead of living through its history."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from marke.common.db.fresh import is_empty, lay_out


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        everything = not options["app_label"] and not options["plan"] and not options["check_unapplied"] and not options["fake"]
        if everything and is_empty(connection):
            lay_out(connection)
        super().handle(*args, **options)
