"""A spreadsheet that was dropped in: kept as rows until it is booked or thrown away."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Membership, Party


class Batch(models.Model):
    class State(models.TextChoices):
        PREVIEW = "preview", _("To be checked")
        BOOKED = "booked", _("Booked")
        DISCARDED = "discarded", _("Thrown away")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    coop = models.ForeignKey(Coop, models.CASCADE, related_name="intake_batches")
    number = models.PositiveIntegerField(help_text="from 1 per co-op; the reference on the report")
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEW)
    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    # The header, and the rows below it: lists of texts as they stood in the file. The rows are emptied once they are
    # booked or thrown away, so that no second copy of people's data stays.
    header = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    first_line = models.PositiveIntegerField(default=2, help_text="line of the file in which the rows begin")
    # For each column the field it holds, "" where it is left out.
    mapping = models.JSONField(default=list)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Party, models.PROTECT, related_name="+")
    opening_date = models.DateField(null=True, blank=True)
    left_out = models.PositiveIntegerField(default=0, help_text="rows that were not booked")
    booked_at = models.DateTimeField(null=True, blank=True)
    booked_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_batch_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "digest"], condition=models.Q(state="booked"), name="a_file_is_booked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.filename}"


class BatchLine(models.Model):
    """What was booked of one row: the report."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField(help_text="line of the file")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    shares = models.PositiveIntegerField(default=0)
    share_amount = models.BigIntegerField(default=0, help_text="minor units paid for the shares")
    balance = models.BigIntegerField(default=0, help_text="minor units; positive: the co-op owes the member")

    class Meta:
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="a_line_is_booked_once")]
