from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("selfbills", "0002_what_was_issued_stays")]
    operations = [
        migrations.AddField(
            "selfbill", "deducted", models.BigIntegerField(help_text="VAT that was taken off when it was booked", null=True)
        ),
        migrations.AddField(
            "selfbill",
            "own_vat",
            models.BigIntegerField(help_text="VAT that the co-op reckons itself (reverse charge)", null=True),
        ),
    ]
