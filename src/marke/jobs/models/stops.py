"""What lies on the way of a job between its pickup and its place."""

from django.db import models

from marke.jobs.models.jobs import Job
from marke.parties.models import Coop


class ExtraStop(models.Model):
    """A stop between. Its position in the route of the job counts from where the route begins: 0 is the pickup."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    job = models.ForeignKey(Job, models.CASCADE, related_name="extra_stops")
    position = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200)
    lat_e7 = models.BigIntegerField(null=True, blank=True)
    lon_e7 = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["job", "position"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "job", "position"], name="a_stop_has_a_position_of_its_own"),
            models.CheckConstraint(condition=~models.Q(place=""), name="a_stop_is_somewhere"),
        ]
