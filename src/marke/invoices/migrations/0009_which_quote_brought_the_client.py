"""By which quote a client came to the co-op; of older ones nobody knows. An empty column leaves the table as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('invoices', '0008_by_which_rules_it_was_checked'),
    ]

    operations = [
        migrations.AddField(
            model_name='quote',
            name='brought_client',
            field=models.BooleanField(help_text='the co-op knew nobody by this address: the quote made the client', null=True),
        ),
    ]
