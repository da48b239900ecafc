"""What was booked, and how it went."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.jobs.models.services import Service
from marke.parties.models import Client, Coop, Membership, Party
from marke_core.matching import Place


@dataclass(frozen=True)
class Stop:
    """One place of a job's route. `position` counts from 0, where the route begins."""

    position: int
    place: str
    point: Place | None
    note: str = ""
    contact: str = ""


class Job(models.Model):
    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Done")
        CONFIRMED = "confirmed", _("Confirmed")
        CALLED_OFF = "called_off", _("Cancelled late")
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
    # [{"words": "Delivery in town", "amount": 1250, "rule": "uid of the rule's value, or empty"}, …]: they sum to the price.
    price_lines = models.JSONField(default=list)
    minutes = models.PositiveIntegerField()
    note = models.TextField(blank=True)
    starts_at = models.DateTimeField(help_text="when it should start")
    # Both empty: at `starts_at`. From, without until: as soon as possible. Both: any time between, and over by then.
    from_at = models.DateTimeField(null=True, blank=True, help_text="the earliest moment at which it may start")
    until_at = models.DateTimeField(null=True, blank=True, help_text="the moment by which it has to be over")
    needs = models.ManyToManyField("jobs.Capability", through="jobs.JobNeed", related_name="+")
    load_kg = models.PositiveIntegerField(default=0)
    items = models.PositiveSmallIntegerField(null=True, blank=True, help_text="how many things; empty: not asked, which is one")
    pickup = models.CharField(max_length=200, blank=True)
    pickup_lat_e7 = models.BigIntegerField(null=True, blank=True)
    pickup_lon_e7 = models.BigIntegerField(null=True, blank=True)
    place = models.CharField(max_length=200, help_text="where the work is, or where it is delivered")
    place_lat_e7 = models.BigIntegerField(null=True, blank=True)
    place_lon_e7 = models.BigIntegerField(null=True, blank=True)
    worker = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="jobs")
    wanted = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", help_text="whom the client asked for"
    )
    chain = models.CharField(max_length=40, blank=True, help_text="the key of the first of the bookings made one from another")
    requested_at = models.DateTimeField()
    # The promise to the worker: the job settles by the rules in force at this moment.
    accepted_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    # Cancelled so late that the price is the fee for it.
    called_off_at = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=models.Q(until_at=None) | models.Q(from_at__isnull=False, until_at__gt=models.F("from_at")),
                name="a_window_ends_after_it_begins",
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

    @property
    def state_for_client(self) -> str:
        """Who was asked, and what is in the books, is our own affair."""
        told = {"requested": _("Asked for"), "offered": _("Asked for"), "settled": _("Done"), "expired": _("Nobody could come")}
        return str(told.get(self.state, self.get_state_display()))

    @property
    def route(self) -> list[Stop]:
        """Where the job goes, in order: pickup, extra stops, place. One query, none where `extra_stops` are prefetched."""
        rows = [(self.pickup, self.pickup_lat_e7, self.pickup_lon_e7, "", "")] if self.pickup else []
        rows += [(stop.place, stop.lat_e7, stop.lon_e7, stop.note, stop.contact) for stop in self.extra_stops.all()]
        rows += [(self.place, self.place_lat_e7, self.place_lon_e7, "", "")]
        return [Stop(at, place, point(lat, lon), note, contact) for at, (place, lat, lon, note, contact) in enumerate(rows)]


def point(lat_e7: int | None, lon_e7: int | None) -> Place | None:
    """Two columns as a place; None where it was never put on the map."""
    return None if lat_e7 is None or lon_e7 is None else Place(lat_e7, lon_e7)


class Door(models.TextChoices):
    WEB = "web", _("on the web")
    LINK = "link", _("by the client's link")
    CHAT = "chat", _("by chat")
    PHONE = "phone", _("by phone")
    PAPER = "paper", _("on paper")
    API = "api", _("by a program")
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
