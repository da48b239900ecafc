from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0003_votes_and_grants'),
    ]

    operations = [
        migrations.AlterField(
            model_name='entry',
            name='kind',
            field=models.CharField(choices=[('invoice', 'Invoice'), ('grant', 'Grant'), ('credit', 'Credit note'), ('month', 'End of the month'), ('expense', 'Expense'), ('shared', 'Shared in the team'), ('payout', 'Paid out'), ('payroll', 'Paid as wages'), ('write_off', 'The client did not pay'), ('closing', 'Reserve set free'), ('internal', 'Internal invoice')], max_length=10),
        ),
    ]
