"""Reverse charge: VAT on a bill that is ours to reckon stands in the books too."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

from marke.bills.sealing import REFUSALS
from marke.common.db import triggers


def without(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, REFUSALS)


def again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, REFUSALS)


class Migration(migrations.Migration):
    dependencies = [("bills", "0002_what_was_booked_stays")]
    operations = [
        # SQLite writes the table anew, and would lose them; and what they watch over has grown.
        migrations.RunPython(without, again),
        migrations.AddField(
            "bill",
            "own_kind",
            models.CharField(
                blank=True,
                choices=[
                    ("domestic", "from here, VAT shifted to us"),
                    ("eu_goods", "goods from another country of the Union"),
                    ("eu_services", "services from another country of the Union"),
                    ("outside", "services from outside the Union"),
                    ("import", "goods from outside the Union, VAT shifted to the return"),
                ],
                default="",
                help_text="why we reckon VAT ourselves; nothing where we do not",
                max_length=12,
            ),
            preserve_default=False,
        ),
        migrations.AddField("bill", "own_base", models.BigIntegerField(default=0)),
        migrations.AddField("bill", "own_permille", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("bill", "own_vat", models.BigIntegerField(default=0, help_text="VAT that we reckon ourselves and owe")),
        migrations.AddConstraint(
            "bill",
            models.CheckConstraint(
                condition=~Q(own_kind="") | Q(own_base=0, own_permille=0, own_vat=0), name="vat_that_we_reckon_has_a_reason"
            ),
        ),
        migrations.RunPython(again, without),
    ]
