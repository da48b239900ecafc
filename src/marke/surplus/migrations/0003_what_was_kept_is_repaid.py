"""What was kept of a year in members' names is paid back once."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from marke.common.db import triggers
from marke.surplus.sealing import REPAID_REFUSALS


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection, REPAID_REFUSALS)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(schema_editor.connection, REPAID_REFUSALS)


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0001_initial'),
        ('surplus', '0002_a_year_that_is_voted_on_stays'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptRepaid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField(help_text='minor units; less than was kept where a loss took some, or it became shares')),
                ('members', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('coop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.coop')),
                ('year', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='kept_repaid', to='surplus.yearclose')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='what_was_kept_is_never_taken_by_repaying')],
            },
        ),
        migrations.RunPython(install, remove),
    ]
