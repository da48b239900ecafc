"""A pay run pays what else is owed too, and a bank statement knows it again."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from marke.common.db import triggers
from marke.payments.sealing import OWED_REFUSALS, REFUSALS


def without(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, REFUSALS)


def again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, REFUSALS)


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, OWED_REFUSALS)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, OWED_REFUSALS)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_a_closed_period_takes_nothing"),
        ("parties", "0001_initial"),
        ("payments", "0003_bank_statements"),
        ("rounds", "0002_what_is_final_stays"),
    ]
    operations = [
        # SQLite writes the table anew, and would lose them.
        migrations.RunPython(without, again),
        migrations.AddField(
            "payrunline",
            "kind",
            models.CharField(default="pay", help_text="pay, or a kind in the registry of payables", max_length=20),
        ),
        migrations.AddField(
            "payrunline",
            "subject",
            models.CharField(
                blank=True,
                default="",
                help_text="the number of the exit; nothing where the party says it all",
                max_length=40,
            ),
            preserve_default=False,
        ),
        migrations.RemoveConstraint("payrunline", "a_member_is_once_in_a_pay_run"),
        migrations.AddConstraint(
            "payrunline",
            models.UniqueConstraint(fields=("run", "party", "kind", "subject"), name="the_same_is_once_in_a_pay_run"),
        ),
        migrations.AddField(
            "refund",
            "pay_line",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refund",
                to="payments.payrunline",
            ),
        ),
        migrations.AddField("bankentry", "owed_kind", models.CharField(blank=True, default="", max_length=20), preserve_default=False),
        migrations.AddField(
            "bankentry", "owed_subject", models.CharField(blank=True, default="", max_length=40), preserve_default=False
        ),
        migrations.AlterField(
            "bankentry",
            "meaning",
            models.CharField(
                choices=[
                    ("known", "Known already"),
                    ("recorded", "Recorded by hand already"),
                    ("request", "Pays a request"),
                    ("pay_run", "A pay run left"),
                    ("returned", "A transfer of ours came back"),
                    ("taken_back", "A payment went back"),
                    ("refund", "Sent back to a payer"),
                    ("owed", "Pays what we owe"),
                    ("cost", "Cost of the bank"),
                    ("unknown", "Not yet understood"),
                ],
                default="unknown",
                max_length=12,
            ),
        ),
        migrations.RunPython(again, without),
        migrations.RunPython(install, remove),
    ]
