"""From here every share is of a class, and the refusals of the database know of lots."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from marke.common.db import triggers
from marke.shares.sealing import REFUSALS


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, REFUSALS)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, REFUSALS)


class Migration(migrations.Migration):
    dependencies = [
        ("shares", "0004_what_there_was_is_ordinary"),
    ]

    operations = [
        migrations.AlterField(
            model_name="shareevent",
            name="share_class",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="events", to="shares.shareclass"),
        ),
        migrations.AlterField(
            model_name="sharerequest",
            name="share_class",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="shares.shareclass"),
        ),
        migrations.RunPython(install, remove),
    ]
