"""Seals closed periods by triggers on both databases."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from marke.ledger import closing_seals


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    closing_seals.install(schema_editor.connection)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    closing_seals.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_closed_periods")]
    operations = [migrations.RunPython(install, remove)]
