"""Files, payments and booked bills are never changed or deleted, on both databases."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from marke.bills.sealing import REFUSALS
from marke.common.db import triggers


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, REFUSALS)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, REFUSALS)


class Migration(migrations.Migration):
    dependencies = [("bills", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
