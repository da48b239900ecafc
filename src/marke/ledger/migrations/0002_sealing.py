"""Seals the ledger by triggers on both databases."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from marke.ledger import journeys, sealing


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sealing.install(schema_editor.connection)
    journeys.install(schema_editor.connection)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    journeys.remove(schema_editor.connection)
    sealing.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
