from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sending', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='connection',
            name='collected_at',
            field=models.DateTimeField(blank=True, help_text='when it was last asked what came in', null=True),
        ),
    ]
