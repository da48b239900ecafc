import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='from 1 per co-op, without gaps')),
                ('year', models.PositiveSmallIntegerField()),
                ('type', models.CharField(choices=[('DPI401', 'new'), ('DPI402', 'corrections'), ('DPI403', 'nothing to report')], max_length=6)),
                ('ref', models.CharField(max_length=170)),
                ('currency', models.CharField(max_length=3)),
                ('operator', models.JSONField()),
                ('operator_type', models.CharField(choices=[('OECD0', 'as before'), ('OECD1', 'new'), ('OECD2', 'corrected')], max_length=5)),
                ('operator_ref', models.CharField(max_length=200)),
                ('sellers_count', models.PositiveIntegerField()),
                ('content', models.TextField(help_text='the file')),
                ('digest', models.CharField(help_text='SHA-256 of the file', max_length=64)),
                ('made_at', models.DateTimeField()),
                ('blanked_at', models.DateTimeField(null=True)),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.coop')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='ReportedSeller',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(help_text='from 1 in the file')),
                ('type', models.CharField(choices=[('OECD1', 'new'), ('OECD2', 'corrected'), ('OECD3', 'taken back')], max_length=5)),
                ('ref', models.CharField(max_length=200)),
                ('record', models.JSONField(help_text='as marke_core.dac7.records writes it; {} when it is blanked')),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.coop')),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='sellers.reportedseller')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.membership')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sellers', to='sellers.report')),
            ],
            options={
                'ordering': ['report', 'position'],
            },
        ),
        migrations.CreateModel(
            name='SellerDetails',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_name', models.CharField(blank=True, max_length=100)),
                ('last_name', models.CharField(blank=True, max_length=100)),
                ('birth_date', models.DateField(null=True)),
                ('birth_city', models.CharField(blank=True, max_length=100)),
                ('birth_country', models.CharField(blank=True, max_length=2)),
                ('tin', models.CharField(blank=True, max_length=40)),
                ('tin_country', models.CharField(blank=True, max_length=2)),
                ('has_no_tin', models.BooleanField(default=False)),
                ('registration_number', models.CharField(blank=True, max_length=40)),
                ('told_at', models.DateTimeField()),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.coop')),
                ('membership', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seller_details', to='parties.membership')),
                ('told_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
            ],
            options={
                'verbose_name_plural': 'seller details',
            },
        ),
        migrations.CreateModel(
            name='OperatorDetails',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tin', models.CharField(max_length=40)),
                ('sending_number', models.CharField(blank=True, help_text='by which the tax office knows who sends the file', max_length=60)),
                ('told_at', models.DateTimeField()),
                ('coop', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.coop')),
                ('told_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
            ],
            options={
                'verbose_name_plural': 'operator details',
                'constraints': [models.CheckConstraint(condition=models.Q(('tin', ''), _negated=True), name='an_operator_has_a_tax_number')],
            },
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('coop', 'number'), name='a_report_on_sellers_is_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('coop', 'ref'), name='the_reference_of_a_report_is_used_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('blanked_at', None), models.Q(('content', ''), _negated=True)), models.Q(('blanked_at__gte', models.F('made_at')), ('content', '')), _connector='OR'), name='a_report_has_its_content_until_it_is_blanked'),
        ),
        migrations.AddConstraint(
            model_name='reportedseller',
            constraint=models.UniqueConstraint(fields=('report', 'position'), name='a_reported_seller_has_its_own_place'),
        ),
        migrations.AddConstraint(
            model_name='reportedseller',
            constraint=models.UniqueConstraint(fields=('report', 'membership'), name='a_seller_stands_once_in_a_report'),
        ),
        migrations.AddConstraint(
            model_name='reportedseller',
            constraint=models.UniqueConstraint(fields=('coop', 'ref'), name='the_reference_of_a_reported_seller_is_used_once'),
        ),
        migrations.AddConstraint(
            model_name='reportedseller',
            constraint=models.UniqueConstraint(fields=('corrects',), name='what_was_reported_of_a_seller_is_corrected_once'),
        ),
        migrations.AddConstraint(
            model_name='reportedseller',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrects', None), ('type', 'OECD1')), models.Q(models.Q(('type', 'OECD1'), _negated=True), ('corrects__isnull', False)), _connector='OR'), name='a_correction_names_what_it_corrects'),
        ),
        migrations.AddConstraint(
            model_name='sellerdetails',
            constraint=models.CheckConstraint(condition=models.Q(('has_no_tin', False), ('tin', ''), _connector='OR'), name='who_has_no_tax_number_gives_none'),
        ),
    ]
