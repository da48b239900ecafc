"""A paper that a client made out in our name is a sale, and no bill."""

from django.db import migrations, models
from django.db.models import Q

STATES = [
    ("incomplete", "to be filled in"), ("waiting", "to be approved"), ("disputed", "asked about"), ("refused", "refused"),
    ("approved", "approved"), ("sale", "a sale of our own"), ("sold", "a sale of our own, accepted"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("bills", "0004_money_back")]
    operations = [
        migrations.AlterField("bill", "state", models.CharField(choices=STATES, default="incomplete", max_length=10)),
        migrations.AlterField("billmove", "state", models.CharField(choices=STATES, max_length=10)),
        migrations.AddConstraint(
            "bill",
            models.CheckConstraint(
                condition=~Q(state__in=("sale", "sold")) | Q(supplier__isnull=True, transaction__isnull=True, deducted=0),
                name="a_sale_of_our_own_is_no_bill",
            ),
        ),
    ]
