"""What can be booked."""

from fractions import Fraction

from django.db import models

from marke.jobs.kinds import between_them
from marke.parties.models import Coop


class Service(models.Model):
    """Something a client can book. Prices are net of VAT, in minor units."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="services")
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    job_kind = models.CharField(max_length=20, help_text="a job kind of the co-op's pack: visit, delivery")
    price = models.BigIntegerField()
    per = models.CharField(max_length=8, default="job", help_text="job or hour")
    minutes = models.PositiveIntegerField(default=60, help_text="how long it takes, if nobody says otherwise")
    needs_pickup = models.BooleanField(default=False, help_text="something is fetched at one place and brought to another")
    needs = models.ManyToManyField("jobs.Capability", through="jobs.ServiceNeed", related_name="+")
    asks_load = models.BooleanField(default=False, help_text="the client is asked how heavy it is")
    most_stops = models.PositiveSmallIntegerField(default=0, help_text="how many stops between a client may add")
    vat_category = models.CharField(max_length=2, default="S", help_text="EN 16931 code: S, Z, E, O")
    vat_permille = models.PositiveSmallIntegerField(default=0, help_text="the rate in thousandths: 210 is 21 %")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(price__gte=0), name="a_service_has_no_negative_price"),
            models.CheckConstraint(
                condition=models.Q(vat_category="S", vat_permille__gt=0)
                | (~models.Q(vat_category="S") & models.Q(vat_permille=0)),
                name="a_vat_rate_goes_with_its_category",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def between_them(self) -> bool:
        """Client and member agree on the price themselves; no price stands here."""
        return between_them(self.job_kind)

    @property
    def vat_ratio(self) -> Fraction:
        return Fraction(self.vat_permille, 1000)
