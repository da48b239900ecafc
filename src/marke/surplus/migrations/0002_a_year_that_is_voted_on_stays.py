"""Installs the refusals of the database."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from marke.common.db import held, triggers
from marke.surplus.sealing import HELD, REFUSALS


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, REFUSALS)
    held.install(schema_editor.connection, HELD)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    held.remove(schema_editor.connection, HELD)
    triggers.remove(schema_editor.connection, REFUSALS)


class Migration(migrations.Migration):
    dependencies = [("surplus", "0001_initial"), ("rounds", "0002_what_is_final_stays")]
    operations = [migrations.RunPython(install, remove)]
