"""Quotes and orders of an own business; credit notes for a part."""

import django.db.models.deletion
import django.db.models.expressions
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from marke.common.db import triggers
from marke.invoices.sealing import REFUSALS
from marke.invoices.sealing_quotes import QUOTE_REFUSALS


def without(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, REFUSALS)


def again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, REFUSALS)


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, QUOTE_REFUSALS)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, QUOTE_REFUSALS)


def name_what_was_taken_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until now a credit note took back the whole invoice, line by line in the same places."""
    lines = apps.get_model("invoices", "InvoiceLine").objects
    notes = apps.get_model("invoices", "Invoice").objects.filter(credits__isnull=False)
    for note, invoice in notes.values_list("pk", "credits"):
        same = lines.filter(invoice=invoice, position=models.OuterRef("position"))
        lines.filter(invoice=note).update(credits=models.Subquery(same.values("pk")[:1]))


def nothing(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The column goes."""


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0001_initial'),
        ('invoices', '0003_an_issued_paper_never_changes'),
        ('parties', '0001_initial'),
    ]

    operations = [
        # SQLite writes the tables anew, and would lose them.
        migrations.RunPython(without, again),
        migrations.AddField(
            model_name='invoice',
            name='activity',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='activities.activity'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='delivery_date',
            field=models.DateField(help_text='when it was done or delivered, where that is one day', null=True),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='credits',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credited_by', to='invoices.invoiceline'),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='discount_permille',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='quantity_milli',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='unit',
            field=models.CharField(blank=True, default='', max_length=3),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='unit_price',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='credits',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='invoices.invoice'),
        ),
        migrations.CreateModel(
            name='Quote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='from 1 per co-op; the order has the same')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('sent', 'waits for the client'), ('ordered', 'ordered'), ('declined', 'declined'), ('withdrawn', 'withdrawn'), ('closed', 'closed')], default='draft', max_length=10)),
                ('token', models.CharField(help_text='the key in the link by which the client answers', max_length=40, unique=True)),
                ('created_at', models.DateTimeField()),
                ('once_key', models.CharField(max_length=64)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quotes', to='activities.activity')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quotes', to='parties.client')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quotes', to='parties.coop')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.AddField(
            model_name='invoice',
            name='order',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='invoices.quote'),
        ),
        migrations.CreateModel(
            name='QuoteVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(help_text='from 1 per quote')),
                ('title', models.CharField(max_length=120)),
                ('place', models.CharField(blank=True, max_length=160)),
                ('begins_on', models.DateField(blank=True, null=True)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('reference', models.CharField(blank=True, help_text='what the client wants to read on the invoice', max_length=60)),
                ('valid_until', models.DateField()),
                ('term_days', models.PositiveSmallIntegerField(help_text='days from the invoice until it is to be paid')),
                ('lines_count', models.PositiveSmallIntegerField(default=0, help_text='once it is fixed, the database refuses more')),
                ('net', models.BigIntegerField(default=0)),
                ('vat', models.BigIntegerField(default=0)),
                ('gross', models.BigIntegerField(default=0)),
                ('seller', models.JSONField(default=dict)),
                ('buyer', models.JSONField(default=dict)),
                ('language', models.CharField(max_length=8)),
                ('written_at', models.DateTimeField()),
                ('fixed_at', models.DateTimeField(blank=True, null=True)),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='parties.coop')),
                ('fixed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('quote', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='invoices.quote')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='QuoteLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=200)),
                ('quantity_milli', models.BigIntegerField(help_text='thousandths of the unit')),
                ('unit', models.CharField(help_text='UN/ECE Recommendation 20: HUR, DAY, C62 …', max_length=3)),
                ('unit_price', models.BigIntegerField(help_text='minor units, without VAT')),
                ('discount_permille', models.PositiveSmallIntegerField(default=0)),
                ('net', models.BigIntegerField()),
                ('vat_category', models.CharField(max_length=2)),
                ('vat_permille', models.PositiveSmallIntegerField()),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='parties.coop')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='invoices.quoteversion')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='QuoteAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('accepted', models.BooleanField()),
                ('door', models.CharField(choices=[('link', 'by the link in the letter'), ('told', 'told us'), ('direct', 'agreed without a quote')], max_length=6)),
                ('name', models.CharField(blank=True, help_text='who said it; emptied when they are erased', max_length=120)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='parties.coop')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='answer', to='invoices.quoteversion')),
            ],
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['coop', 'activity', 'state'], name='quotes_by_activity'),
        ),
        migrations.AddConstraint(
            model_name='quote',
            constraint=models.UniqueConstraint(fields=('coop', 'number'), name='a_quote_number_is_used_once'),
        ),
        migrations.AddConstraint(
            model_name='quote',
            constraint=models.UniqueConstraint(fields=('coop', 'once_key'), name='a_quote_is_made_once'),
        ),
        migrations.AddConstraint(
            model_name='quoteversion',
            constraint=models.UniqueConstraint(fields=('quote', 'number'), name='a_version_number_is_used_once'),
        ),
        migrations.AddConstraint(
            model_name='quoteversion',
            constraint=models.UniqueConstraint(condition=models.Q(('fixed_at', None)), fields=('quote',), name='one_version_is_written_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='quoteversion',
            constraint=models.CheckConstraint(condition=models.Q(('gross', django.db.models.expressions.CombinedExpression(models.F('net'), '+', models.F('vat')))), name='a_quote_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='quoteline',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='a_line_of_a_quote_has_its_own_place'),
        ),
        migrations.RunPython(name_what_was_taken_back, nothing),
        migrations.RunPython(again, without),
        migrations.RunPython(install, remove),
    ]
