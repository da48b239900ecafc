"""Where things are, and where a member is who shares it."""

from django.db import models

from marke.parties.models import Coop, Membership
from marke.places.address_models import Address as Address
from marke.places.address_models import AddressWord as AddressWord


class LivePosition(models.Model):
    """A member shares where they are, until a moment that they chose. The last position only: there is no track of anybody."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    membership = models.OneToOneField(Membership, models.CASCADE, related_name="+")
    since = models.DateTimeField(help_text="when the member began to share")
    until = models.DateTimeField(help_text="when the sharing ends by itself")
    # What ends it earlier, as the app above calls it: job:17
    ends_with = models.CharField(max_length=40, blank=True)
    # Nothing was sent yet: null. WGS 84 degrees times 1e7.
    lat_e7 = models.BigIntegerField(null=True, blank=True)
    lon_e7 = models.BigIntegerField(null=True, blank=True)
    accuracy = models.PositiveIntegerField(null=True, blank=True, help_text="metres")
    at = models.DateTimeField(null=True, blank=True, help_text="when they were there")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="a_sharing_ends_after_it_begins"),
            models.CheckConstraint(
                condition=models.Q(lat_e7=None, lon_e7=None, at=None)
                | models.Q(lat_e7__isnull=False, lon_e7__isnull=False, at__isnull=False),
                name="a_position_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["until"], name="sharings_by_their_end")]
