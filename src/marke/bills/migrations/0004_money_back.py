"""What suppliers transferred to us for a credit note."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

from marke.bills.sealing import MONEY_BACK_REFUSALS
from marke.common.db import triggers


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, MONEY_BACK_REFUSALS)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, MONEY_BACK_REFUSALS)


class Migration(migrations.Migration):
    dependencies = [
        ("bills", "0003_vat_that_we_reckon_ourselves"),
        ("ledger", "0004_a_closed_period_takes_nothing"),
        ("parties", "0001_initial"),
    ]
    operations = [
        migrations.CreateModel(
            name="MoneyBack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="from 1 per co-op")),
                ("amount", models.BigIntegerField()),
                ("date", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("once_key", models.CharField(max_length=64)),
                (
                    "bill",
                    models.ForeignKey(
                        help_text="the credit note",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="money_back",
                        to="bills.bill",
                    ),
                ),
                (
                    "coop",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="parties.coop"),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.party"
                    ),
                ),
                (
                    "transaction",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transaction"),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=["coop", "number"], name="a_number_of_money_back_is_used_once"),
                    models.UniqueConstraint(fields=["coop", "once_key"], name="money_back_is_booked_once"),
                    models.CheckConstraint(condition=Q(amount__gt=0), name="money_back_brings_something"),
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
