from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_what_is_owed_goes_with_the_run")]
    operations = [
        migrations.AlterField(
            "bankentry",
            "meaning",
            models.CharField(
                choices=[
                    ("known", "Known already"),
                    ("recorded", "Recorded by hand already"),
                    ("request", "Pays a request"),
                    ("pay_run", "A pay run left"),
                    ("returned", "A transfer of ours came back"),
                    ("taken_back", "A payment went back"),
                    ("refund", "Sent back to a payer"),
                    ("owed", "Pays what we owe"),
                    ("given_back", "Given back to us"),
                    ("cost", "Cost of the bank"),
                    ("unknown", "Not yet understood"),
                ],
                default="unknown",
                max_length=12,
            ),
        ),
    ]
