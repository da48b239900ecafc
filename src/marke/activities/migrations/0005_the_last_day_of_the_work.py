"""On which day the work of an invoice ended; older ones name none. An empty column leaves the table and its triggers."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0004_internal_invoices'),
    ]

    operations = [
        migrations.AddField(
            model_name='entry',
            name='worked_on',
            field=models.DateField(help_text='the last day of the work, where what is invoiced names it', null=True),
        ),
    ]
