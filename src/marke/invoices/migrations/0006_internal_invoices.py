import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0004_internal_invoices'),
        ('invoices', '0005_reminders'),
        ('ledger', '0005_members_own_businesses'),
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='InternalOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='from 1 per co-op')),
                ('what', models.CharField(max_length=200)),
                ('amount', models.BigIntegerField(help_text='minor units')),
                ('state', models.CharField(choices=[('offered', 'waits for an answer'), ('ordered', 'ordered'), ('declined', 'declined'), ('withdrawn', 'withdrawn'), ('closed', 'closed')], default='offered', max_length=10)),
                ('offered_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('once_key', models.CharField(max_length=64)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='internal_purchases', to='activities.activity')),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.coop')),
                ('offered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='internal_sales', to='activities.activity')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='InternalInvoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('serial', models.PositiveIntegerField(help_text='place in the series, from 1 without gaps')),
                ('number', models.CharField(max_length=24)),
                ('issue_date', models.DateField()),
                ('seller', models.JSONField()),
                ('buyer', models.JSONField()),
                ('text', models.CharField(max_length=200)),
                ('reason', models.CharField(blank=True, help_text='why it takes back', max_length=300)),
                ('currency', models.CharField(max_length=3)),
                ('language', models.CharField(max_length=8)),
                ('net', models.BigIntegerField()),
                ('issued_at', models.DateTimeField()),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.coop')),
                ('credits', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_note', to='invoices.internalinvoice')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='internal_invoices', to='invoices.series')),
                ('transaction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.transaction')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='invoices.internalorder')),
            ],
            options={
                'ordering': ['-issue_date', '-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='internalorder',
            constraint=models.UniqueConstraint(fields=('coop', 'number'), name='an_internal_order_is_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='internalorder',
            constraint=models.UniqueConstraint(fields=('coop', 'once_key'), name='an_internal_offer_is_made_once'),
        ),
        migrations.AddConstraint(
            model_name='internalorder',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='an_internal_order_is_for_something'),
        ),
        migrations.AddConstraint(
            model_name='internalorder',
            constraint=models.CheckConstraint(condition=models.Q(('seller', models.F('buyer')), _negated=True), name='no_activity_orders_from_itself'),
        ),
        migrations.AddConstraint(
            model_name='internalinvoice',
            constraint=models.UniqueConstraint(fields=('series', 'serial'), name='a_place_in_the_internal_series_is_taken_once'),
        ),
        migrations.AddConstraint(
            model_name='internalinvoice',
            constraint=models.UniqueConstraint(fields=('coop', 'number'), name='an_internal_number_is_used_once'),
        ),
        migrations.AddConstraint(
            model_name='internalinvoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credits', None), ('net__gt', 0)), models.Q(('credits__isnull', False), ('net__lt', 0)), _connector='OR'), name='an_internal_credit_note_takes_back'),
        ),
    ]
