"""An index of postings to which a year is appended, in place of one in which its rows come anywhere."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_members_own_businesses")]
    operations = [
        migrations.RemoveIndex(model_name="posting", name="postings_by_account"),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["account", "id", "amount"], name="postings_by_account_in_order"),
        ),
    ]
