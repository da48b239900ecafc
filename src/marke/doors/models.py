"""What opens the co-op to programs: keys, bookings that came by one, addresses that are told what happens, calendars, files."""

import uuid
from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.jobs.models import Job, Service
from marke.parties.models import Client, Coop, Membership, Party


class ApiKey(models.Model):
    """A program may act by it: for one client, or for the co-op's own use. Only what is left of the key by SHA-256 is kept."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    name = models.CharField(max_length=80)
    client = models.ForeignKey(Client, models.CASCADE, null=True, blank=True, related_name="+")
    scopes = models.JSONField(default=list, help_text="names of what it may do, see scopes.py")
    digest = models.CharField(max_length=64, unique=True)
    begins = models.CharField(max_length=16, help_text="the first letters of the key, by which people know it")
    once_key = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_key_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_key_is_made_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class ApiBooking(models.Model):
    """A job that came by a key: under which idempotency key, with what in it, and what the client calls it."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="bookings")
    job = models.OneToOneField(Job, models.CASCADE, related_name="by_key")
    idempotency = models.CharField(max_length=64, help_text="SHA-256 of the idempotency key")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was asked for")
    reference = models.CharField(max_length=80, blank=True, help_text="the client's own name for it")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "idempotency"], name="an_idempotency_key_books_once")]


class Webhook(models.Model):
    """An address that is told what happens to jobs: to all, or to those of one client."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    url = models.URLField(max_length=500)
    client = models.ForeignKey(Client, models.CASCADE, null=True, blank=True, related_name="+")
    events = models.JSONField(default=list, help_text="what it is told, see happenings.py")
    secret = models.CharField(max_length=80, help_text="signs what is sent; whsec_ and base64")
    once_key = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    failures = models.PositiveIntegerField(default=0, help_text="attempts in a row that failed")
    paused_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_webhook_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_webhook_is_made_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.url}"

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


class Delivery(models.Model):
    """One thing that happened, on its way to one address. Numbers and states only: no names, no addresses of people."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.CharField(max_length=30)
    job = models.ForeignKey(Job, models.CASCADE, related_name="+")
    body = models.TextField(help_text="JSON, as it is signed and sent")
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_answer = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(next_attempt_at__isnull=False), name="deliveries_due")
        ]


class CalendarFeed(models.Model):
    """A secret address under which a member's calendar reads their jobs and shifts."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    membership = models.OneToOneField(Membership, models.CASCADE, related_name="+")
    token = models.CharField(max_length=64, unique=True)
    with_places = models.BooleanField(default=False, help_text="addresses of clients too")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)


class DeliveryFile(models.Model):
    """A spreadsheet of deliveries in CoopCycle's columns: kept as rows until it is booked or thrown away."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("To be checked")
        BOOKED = "booked", _("Booked")
        DISCARDED = "discarded", _("Thrown away")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEW)
    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    # Emptied once they are booked or thrown away, so that no second copy of people's data stays.
    header = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    first_line = models.PositiveIntegerField(default=2, help_text="line of the file in which the rows begin")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    booked_at = models.DateTimeField(null=True, blank=True)
    booked_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_file_of_deliveries_has_a_number_of_its_own"),
            models.UniqueConstraint(
                fields=["coop", "client", "digest"],
                condition=models.Q(state="booked"),
                name="a_file_of_deliveries_is_booked_once",
            ),
        ]


class FileJob(models.Model):
    """Which line of a file became which job."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    file = models.ForeignKey(DeliveryFile, models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField(help_text="line of the file")
    job = models.OneToOneField(Job, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="a_line_of_deliveries_is_booked_once")]
