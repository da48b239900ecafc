from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("treasury", "0003_vat_on_suppliers_bills")]
    operations = [
        migrations.AddField(
            "vatreturn",
            "from_members",
            models.BigIntegerField(help_text="VAT on papers in members' names, booked with each of them", null=True),
        ),
        migrations.AddField(
            "vatreturn",
            "own_vat",
            models.BigIntegerField(
                help_text="VAT that we reckoned ourselves (reverse charge), booked with each paper", null=True
            ),
        ),
        migrations.AddField("vatreturn", "bought", models.JSONField(null=True)),
    ]
