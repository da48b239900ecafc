"""What was booked, and how it went."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.jobs.models.services import Service
from marke.parties.models import Client, Coop, Membership, Party


class Job(models.Model):
    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Done")
        CONFIRMED = "confirmed", _("Confirmed")
        SETTLED = "settled", _("Settled")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")
        DISPUTED = "disputed", _("Disputed")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="jobs")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    service = models.ForeignKey(Service, models.PROTECT, related_name="jobs")
    client = models.ForeignKey(Client, models.PROTECT, related_name="jobs")
    token = models.CharField(max_length=40, unique=True, help_text="the key in the client's link to follow the job")
    state = models.CharField(max_length=12, choices=State, default=State.REQUESTED)
    # What was promised when it was booked.
    price = models.BigIntegerField(help_text="net, minor units, with the surcharge in it")
    surcharge = models.BigIntegerField(default=0, help_text="what the rule for surcharges added to the price")
    vat_category = models.CharField(max_length=2)
    vat_permille = models.PositiveSmallIntegerField()
    minutes = models.PositiveIntegerField()
    note = models.TextField(blank=True)
    starts_at = models.DateTimeField(help_text="when it should start")
    pickup = models.CharField(max_length=200, blank=True)
    pickup_lat_e7 = models.BigIntegerField(null=True, blank=True)
    pickup_lon_e7 = models.BigIntegerField(null=True, blank=True)
    place = models.CharField(max_length=200, help_text="where the work is, or where it is delivered")
    place_lat_e7 = models.BigIntegerField(null=True, blank=True)
    place_lon_e7 = models.BigIntegerField(null=True, blank=True)
    worker = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="jobs")
    requested_at = models.DateTimeField()
    # The promise to the worker: the job settles by the rules in force at this moment.
    accepted_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    # How often it was settled: a correction is a reversal and the next version.
    version = models.PositiveSmallIntegerField(default=0)
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_job_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_job_is_booked_once"),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="a_job_has_no_negative_price"),
            models.CheckConstraint(
                condition=models.Q(surcharge__gte=0, surcharge__lte=models.F("price")), name="a_surcharge_is_part_of_the_price"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="settled") | models.Q(version__gt=0, settled_at__isnull=False),
                name="a_settled_job_names_its_version",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["requested", "offered", "cancelled", "expired", "disputed"])
                | models.Q(worker__isnull=False, accepted_at__isnull=False),
                name="a_job_at_work_has_a_worker_who_accepted",
            ),
        ]
        indexes = [
            models.Index(fields=["coop", "state", "starts_at"], name="jobs_by_state"),
            models.Index(fields=["coop", "accepted_at"], name="jobs_by_promise"),
            # All that a replay reads of a job, so that a year of them is read in the order of this index alone.
            models.Index(fields=["coop", "state", "accepted_at", "id", "worker", "price", "service"], name="jobs_as_facts"),
            models.Index(fields=["coop", "worker", "accepted_at"], name="jobs_by_worker"),
            models.Index(fields=["coop", "client", "requested_at"], name="jobs_by_client"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.service}"


class Door(models.TextChoices):
    WEB = "web", _("on the web")
    LINK = "link", _("by the client's link")
    CHAT = "chat", _("by chat")
    PHONE = "phone", _("by phone")
    PAPER = "paper", _("on paper")
    CLOCK = "clock", _("by the clock")


class JobEvent(models.Model):
    """Each move of a job: to which state, when, by whom, through which door."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    job = models.ForeignKey(Job, models.CASCADE, related_name="events")
    state = models.CharField(max_length=12, choices=Job.State)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    door = models.CharField(max_length=8, choices=Door, default=Door.WEB)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]
