"""A paper that a client made out in our name is a sale, and no bill."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

from marke.bills.sealing import REFUSALS
from marke.common.db import triggers

STATES = [
    ("incomplete", "to be filled in"), ("waiting", "to be approved"), ("disputed", "asked about"), ("refused", "refused"),
    ("approved", "approved"), ("sale", "a sale of our own"), ("sold", "a sale of our own, accepted"),
]  # fmt: skip


def without(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, REFUSALS)


def again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, REFUSALS)


class Migration(migrations.Migration):
    dependencies = [("bills", "0004_money_back")]
    operations = [
        migrations.RunPython(without, again),  # SQLite writes the table anew, and would lose them
        migrations.AlterField("bill", "state", models.CharField(choices=STATES, default="incomplete", max_length=10)),
        migrations.AlterField("billmove", "state", models.CharField(choices=STATES, max_length=10)),
        migrations.AddConstraint(
            "bill",
            models.CheckConstraint(
                condition=~Q(state__in=("sale", "sold")) | Q(supplier__isnull=True, transaction__isnull=True, deducted=0),
                name="a_sale_of_our_own_is_no_bill",
            ),
        ),
        migrations.RunPython(again, without),
    ]
