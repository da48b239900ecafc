"""By which rules an invoice was checked as an e-invoice; older ones were not. Empty columns leave the table and its triggers."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('invoices', '0007_an_internal_invoice_never_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='invoice',
            name='faults',
            field=models.PositiveSmallIntegerField(help_text='for how many reasons those rules refuse it', null=True),
        ),
        migrations.AddField(
            model_name='invoice',
            name='rules',
            field=models.CharField(help_text='by which edition of the rules it was checked', max_length=40, null=True),
        ),
    ]
