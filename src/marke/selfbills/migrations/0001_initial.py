import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('invoices', '0005_reminders'),
        ('ledger', '0005_members_own_businesses'),
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SelfBillAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='from 1 per co-op')),
                ('vat_category', models.CharField(max_length=2)),
                ('vat_permille', models.PositiveSmallIntegerField()),
                ('is_small', models.BooleanField(default=False, help_text='exempt as a small enterprise')),
                ('object_days', models.PositiveSmallIntegerField(help_text='within which the member may object to a paper')),
                ('since', models.DateField(help_text='work from this day on')),
                ('asked_at', models.DateTimeField()),
                ('agreed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.CharField(blank=True, max_length=300)),
                ('agreed_by', models.ForeignKey(help_text='for the co-op', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('asked_by', models.ForeignKey(help_text='the member, who agrees by asking', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.coop')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.membership')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='SelfBill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('serial', models.PositiveIntegerField(help_text="place in the member's own series, from 1 without gaps")),
                ('number', models.CharField(max_length=24)),
                ('issue_date', models.DateField()),
                ('due_date', models.DateField()),
                ('object_until', models.DateField(help_text='the last day on which the member may object')),
                ('seller', models.JSONField()),
                ('buyer', models.JSONField()),
                ('notes', models.JSONField(default=list)),
                ('currency', models.CharField(max_length=3)),
                ('language', models.CharField(max_length=8)),
                ('vat_category', models.CharField(max_length=2)),
                ('vat_permille', models.PositiveSmallIntegerField()),
                ('reason', models.CharField(blank=True, help_text='why no VAT is charged', max_length=400)),
                ('lines_count', models.PositiveIntegerField()),
                ('net', models.BigIntegerField()),
                ('vat', models.BigIntegerField()),
                ('deducted', models.BigIntegerField(help_text='VAT that was taken off when it was booked')),
                ('own_vat', models.BigIntegerField(help_text='VAT that the co-op reckons itself (reverse charge)')),
                ('gross', models.BigIntegerField()),
                ('issued_at', models.DateTimeField()),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.coop')),
                ('credits', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='selfbills.selfbill')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='self_bills', to='invoices.series')),
                ('transaction', models.ForeignKey(help_text='its VAT; the rest was booked with the work', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.transaction')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bills', to='selfbills.selfbillagreement')),
            ],
            options={
                'ordering': ['-issue_date', '-id'],
            },
        ),
        migrations.CreateModel(
            name='SelfBillLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('text', models.CharField(max_length=200)),
                ('date', models.DateField()),
                ('net', models.BigIntegerField()),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='selfbills.selfbill')),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.coop')),
                ('posting', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.posting')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='SelfBillReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_right', models.BooleanField()),
                ('text', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, choices=[('credited', 'taken back'), ('stands', 'it stands')], max_length=8)),
                ('answer_text', models.CharField(blank=True, max_length=500)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('bill', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reply', to='selfbills.selfbill')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.coop')),
            ],
        ),
        migrations.AddConstraint(
            model_name='selfbillagreement',
            constraint=models.UniqueConstraint(fields=('coop', 'number'), name='an_agreement_on_self_billing_is_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='selfbillagreement',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('membership',), name='a_member_has_one_agreement_on_self_billing'),
        ),
        migrations.AddConstraint(
            model_name='selfbillagreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('agreed_by', None)), ('agreed_at__gte', models.F('asked_at')), _connector='OR'), name='the_co_op_agrees_after_the_member'),
        ),
        migrations.AddConstraint(
            model_name='selfbill',
            constraint=models.UniqueConstraint(fields=('series', 'serial'), name='a_place_in_a_members_series_is_taken_once'),
        ),
        migrations.AddConstraint(
            model_name='selfbill',
            constraint=models.UniqueConstraint(fields=('coop', 'number'), name='a_self_billed_number_is_used_once'),
        ),
        migrations.AddConstraint(
            model_name='selfbill',
            constraint=models.CheckConstraint(condition=models.Q(('gross', django.db.models.expressions.CombinedExpression(models.F('net'), '+', models.F('vat')))), name='a_self_billed_invoice_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='selfbill',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credits', None), ('net__gt', 0)), models.Q(('credits__isnull', False), ('net__lt', 0)), _connector='OR'), name='a_self_billed_credit_note_takes_back'),
        ),
        migrations.AddConstraint(
            model_name='selfbillline',
            constraint=models.UniqueConstraint(fields=('bill', 'position'), name='a_line_of_a_self_bill_has_its_own_place'),
        ),
        migrations.AddConstraint(
            model_name='selfbillline',
            constraint=models.UniqueConstraint(fields=('bill', 'posting'), name='a_posting_stands_once_on_a_self_bill'),
        ),
        migrations.AddConstraint(
            model_name='selfbillreply',
            constraint=models.CheckConstraint(condition=models.Q(('is_right', True), models.Q(('text', ''), _negated=True), _connector='OR'), name='an_objection_says_why'),
        ),
        migrations.AddConstraint(
            model_name='selfbillreply',
            constraint=models.CheckConstraint(condition=models.Q(('answer', ''), ('is_right', False), _connector='OR'), name='only_an_objection_is_answered'),
        ),
    ]
