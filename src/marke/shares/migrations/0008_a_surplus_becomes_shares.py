"""What is kept of a surplus can become shares: a kind of event of its own."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from marke.common.db import triggers
from marke.shares.sealing import REFUSALS


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, REFUSALS)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite makes the table anew for another constraint, and its triggers with it."""
    triggers.remove(schema_editor.connection, REFUSALS)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_a_closed_period_takes_nothing"),
        ("parties", "0001_initial"),
        ("payments", "0003_bank_statements"),
        ("shares", "0007_exits_are_append_only"),
    ]

    operations = [
        migrations.RunPython(remove, install),
        migrations.RemoveConstraint(
            model_name="shareevent",
            name="only_what_gives_or_takes_shares_changes_a_holding",
        ),
        migrations.AlterField(
            model_name="shareevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("requested", "Requested"),
                    ("paid", "Paid"),
                    ("taken_back", "Payment taken back"),
                    ("allotted", "Given out"),
                    ("unallotted", "Giving out undone"),
                    ("cancelled", "Cancelled"),
                    ("refunded", "Paid back"),
                    ("opening", "Held at the start"),
                    ("from_surplus", "Made of a year’s surplus"),
                    ("entry_fee", "Entry fee"),
                    ("entry_fee_back", "Entry fee taken back"),
                    ("called", "The rest is called"),
                    ("paid_up", "Paid up"),
                    ("unpaid", "Paying up taken back"),
                    ("transferred_out", "Passed on"),
                    ("transferred_in", "Taken over"),
                    ("given", "Given away"),
                    ("received", "Received as a gift"),
                    ("given_to_coop", "Given to the co-op"),
                    ("inherited_out", "Left to an heir"),
                    ("inherited_in", "Inherited"),
                    ("converted_out", "Changed into another kind"),
                    ("converted_in", "Changed from another kind"),
                    ("redemption_requested", "Repayment asked for"),
                    ("redemption_withdrawn", "Repayment not wanted any more"),
                    ("suspended", "Repayment suspended"),
                    ("redeemed", "Ended, to be paid back"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddConstraint(
            model_name="shareevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "kind__in",
                            ["allotted", "converted_in", "from_surplus", "inherited_in", "opening", "received", "transferred_in"],
                        ),
                        ("shares__gt", 0),
                    ),
                    models.Q(
                        (
                            "kind__in",
                            [
                                "converted_out",
                                "given",
                                "given_to_coop",
                                "inherited_out",
                                "redeemed",
                                "transferred_out",
                                "unallotted",
                            ],
                        ),
                        ("shares__lt", 0),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "kind__in",
                                [
                                    "allotted",
                                    "converted_in",
                                    "converted_out",
                                    "from_surplus",
                                    "given",
                                    "given_to_coop",
                                    "inherited_in",
                                    "inherited_out",
                                    "opening",
                                    "received",
                                    "redeemed",
                                    "transferred_in",
                                    "transferred_out",
                                    "unallotted",
                                ],
                            ),
                            _negated=True,
                        ),
                        ("shares", 0),
                    ),
                    _connector="OR",
                ),
                name="only_what_gives_or_takes_shares_changes_a_holding",
            ),
        ),
        migrations.AddConstraint(
            model_name="shareevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "from_surplus")),
                fields=("transaction",),
                name="a_part_of_a_surplus_becomes_shares_once",
            ),
        ),
        migrations.RunPython(install, remove),
    ]
