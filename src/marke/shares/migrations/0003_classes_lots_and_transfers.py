"""Shares are of a class, come in lots with their price, and can go to others."""

from importlib import import_module

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

first = import_module("marke.shares.migrations.0002_the_register_is_append_only")


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_sealing"),
        ("parties", "0001_initial"),
        ("payments", "0001_initial"),
        ("rules", "0002_what_was_decided_is_never_changed"),
        ("shares", "0002_the_register_is_append_only"),
    ]

    operations = [
        # They come back, with new ones beside them, when the tables are as they are to be.
        migrations.RunPython(first.remove, migrations.RunPython.noop),
        migrations.CreateModel(
            name="NoteAttestation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text_sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ShareClass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=24)),
                ("name", models.CharField(blank=True, help_text="empty for the class that every co-op has", max_length=60)),
                ("member_classes", models.JSONField(blank=True, default=list)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="ShareTransfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="from 1 per co-op, without gaps")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("sale", "Passed on"),
                            ("gift", "Gift"),
                            ("gift_to_coop", "Gift to the co-op"),
                            ("inheritance", "Inheritance"),
                            ("conversion", "Conversion"),
                        ],
                        max_length=12,
                    ),
                ),
                ("shares", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField()),
                ("once_key", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="TransferMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "waits for the one who takes them"),
                            ("agreed", "waits for consent"),
                            ("done", "done"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="shareevent",
            name="only_an_allotment_changes_a_holding",
        ),
        migrations.AddField(
            model_name="shareevent",
            name="counterparty",
            field=models.ForeignKey(
                help_text="to or from whom",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.membership",
            ),
        ),
        migrations.AddField(
            model_name="shareevent",
            name="lot",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="later", to="shares.shareevent"
            ),
        ),
        migrations.AddField(
            model_name="shareevent",
            name="price",
            field=models.BigIntegerField(default=0, help_text="at which they were issued, per share; 0 where that is not known"),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="entry_fee",
            field=models.BigIntegerField(default=0, help_text="minor units, once, for whoever takes the first shares"),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="paid_in",
            field=models.BigIntegerField(default=0, help_text="minor units; 0 where all of it"),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="payer",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.party"),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="reflection_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="year_of_use",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
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
        migrations.AlterField(
            model_name="sharerequest",
            name="payment_request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="share_requests", to="payments.paymentrequest"
            ),
        ),
        migrations.AddField(
            model_name="noteattestation",
            name="coop",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="parties.coop"),
        ),
        migrations.AddField(
            model_name="noteattestation",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="note_attestations", to="parties.party"
            ),
        ),
        migrations.AddField(
            model_name="noteattestation",
            name="rule_value",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="note_attestations", to="rules.rulevalue"
            ),
        ),
        migrations.AddField(
            model_name="shareclass",
            name="coop",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="share_classes", to="parties.coop"),
        ),
        migrations.AddField(
            model_name="shareclass",
            name="opened_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rules.decision"
            ),
        ),
        migrations.AddField(
            model_name="shareevent",
            name="share_class",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="events", to="shares.shareclass"
            ),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="share_class",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="shares.shareclass"
            ),
        ),
        migrations.AddConstraint(
            model_name="sharerequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("year_of_use__isnull", False)),
                fields=("coop", "membership", "share_class", "year_of_use"),
                name="a_year_of_use_asks_for_shares_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("entry_fee__gte", 0)), name="an_entry_fee_takes_and_never_gives"
            ),
        ),
        migrations.AddConstraint(
            model_name="sharerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paid_in__gte", 0),
                    ("paid_in__lte", django.db.models.expressions.CombinedExpression(models.F("shares"), "*", models.F("price"))),
                ),
                name="no_more_is_paid_in_than_shares_cost",
            ),
        ),
        migrations.AddField(
            model_name="sharetransfer",
            name="coop",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="share_transfers", to="parties.coop"
            ),
        ),
        migrations.AddField(
            model_name="sharetransfer",
            name="created_by",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.party"),
        ),
        migrations.AddField(
            model_name="sharetransfer",
            name="giver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="transfers_out", to="parties.membership"
            ),
        ),
        migrations.AddField(
            model_name="sharetransfer",
            name="receiver",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="transfers_in", to="parties.membership"
            ),
        ),
        migrations.AddField(
            model_name="sharetransfer",
            name="share_class",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="shares.shareclass"),
        ),
        migrations.AddField(
            model_name="sharetransfer",
            name="to_class",
            field=models.ForeignKey(
                help_text="another one where they are converted",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="shares.shareclass",
            ),
        ),
        migrations.AddField(
            model_name="shareevent",
            name="transfer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="events", to="shares.sharetransfer"
            ),
        ),
        migrations.AddConstraint(
            model_name="shareevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ["allotted", "converted_in", "inherited_in", "opening", "received", "transferred_in"]),
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
            constraint=models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="an_event_moves_no_less_than_nothing"),
        ),
        migrations.AddField(
            model_name="transfermove",
            name="by",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.party"),
        ),
        migrations.AddField(
            model_name="transfermove",
            name="coop",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="parties.coop"),
        ),
        migrations.AddField(
            model_name="transfermove",
            name="transfer",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="shares.sharetransfer"),
        ),
        migrations.AddConstraint(
            model_name="noteattestation",
            constraint=models.UniqueConstraint(
                fields=("coop", "rule_value", "party"), name="a_version_of_a_note_is_acknowledged_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="shareclass",
            constraint=models.UniqueConstraint(fields=("coop", "code"), name="a_share_class_has_its_own_code"),
        ),
        migrations.AddConstraint(
            model_name="sharetransfer",
            constraint=models.UniqueConstraint(fields=("coop", "number"), name="a_share_transfer_number_is_used_once"),
        ),
        migrations.AddConstraint(
            model_name="sharetransfer",
            constraint=models.UniqueConstraint(fields=("coop", "once_key"), name="a_share_transfer_is_asked_for_once"),
        ),
        migrations.AddConstraint(
            model_name="sharetransfer",
            constraint=models.CheckConstraint(condition=models.Q(("shares__gt", 0)), name="a_share_transfer_moves_a_share"),
        ),
        migrations.AddConstraint(
            model_name="sharetransfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("reason", "conversion"),
                        ("receiver", models.F("giver")),
                        models.Q(("share_class", models.F("to_class")), _negated=True),
                    ),
                    models.Q(("reason", "gift_to_coop"), ("receiver", None), ("share_class", models.F("to_class"))),
                    models.Q(
                        ("reason__in", ["sale", "gift", "inheritance"]),
                        ("receiver__isnull", False),
                        ("share_class", models.F("to_class")),
                        models.Q(("receiver", models.F("giver")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_share_transfer_goes_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfermove",
            constraint=models.UniqueConstraint(fields=("transfer", "state"), name="a_share_transfer_is_in_a_state_once"),
        ),
    ]
