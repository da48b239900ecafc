"""Installs the refusals of the database about exits."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from marke.common.db import triggers
from marke.shares.exits.sealing import EXIT_REFUSALS


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, EXIT_REFUSALS)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, EXIT_REFUSALS)


class Migration(migrations.Migration):
    dependencies = [("shares", "0006_shares_are_given_back")]
    operations = [migrations.RunPython(install, remove)]
