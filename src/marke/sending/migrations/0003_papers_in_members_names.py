"""Papers in members' names go over the network too, to the member."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0001_initial"),
        ("selfbills", "0001_initial"),
        ("sending", "0002_when_it_was_last_collected"),
    ]
    operations = [
        migrations.AlterField(
            "recipient",
            "client",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="e_invoices", to="parties.client"
            ),
        ),
        migrations.AddField(
            "recipient",
            "membership",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="e_invoices", to="parties.membership"
            ),
        ),
        migrations.AddConstraint(
            "recipient",
            models.CheckConstraint(
                condition=Q(client__isnull=False, membership=None) | Q(client=None, membership__isnull=False),
                name="an_e_invoice_goes_to_a_client_or_to_a_member",
            ),
        ),
        migrations.AlterField(
            "transmission",
            "invoice",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="transmission", to="invoices.invoice"
            ),
        ),
        migrations.AddField(
            "transmission",
            "self_bill",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="transmission", to="selfbills.selfbill"
            ),
        ),
        migrations.AddConstraint(
            "transmission",
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, self_bill=None) | Q(invoice=None, self_bill__isnull=False),
                name="a_transmission_carries_one_paper",
            ),
        ),
    ]
