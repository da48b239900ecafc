"""What work can need of whoever does it, and who has it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.jobs.models.jobs import Job
from marke.jobs.models.services import Service
from marke.parties.models import Coop, Membership, Party


class Capability(models.Model):
    """A skill, a tool or a fitting: first aid, a cargo bike, room for a wheelchair."""

    class Kind(models.TextChoices):
        SKILL = "skill", _("Skill")
        EQUIPMENT = "equipment", _("Tool or vehicle")
        # What a client may ask for at the booking.
        ACCESS = "access", _("What clients can ask for")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="capabilities")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coop", "name"], condition=models.Q(ended_at=None), name="a_capability_has_a_name_of_its_own"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Held(models.Model):
    """A member has a capability, from one day to another; somebody looked at the paper or the vehicle."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="held")
    capability = models.ForeignKey(Capability, models.CASCADE, related_name="held")
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="the first day without it; null: it lasts")
    carries_kg = models.PositiveIntegerField(null=True, blank=True, help_text="how much a member carries with it")
    checked_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["membership", "capability"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "membership", "capability"], name="a_member_has_a_capability_once"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")), name="a_capability_ends_after_it_begins"
            ),
        ]


class ServiceNeed(models.Model):
    """Whoever does this service has to have this."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    service = models.ForeignKey(Service, models.CASCADE, related_name="needed")
    capability = models.ForeignKey(Capability, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coop", "service", "capability"], name="a_service_needs_a_thing_once")]


class JobNeed(models.Model):
    """Whoever does this job has to have this: what its service needs, and what the client asked for."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    job = models.ForeignKey(Job, models.CASCADE, related_name="needed")
    capability = models.ForeignKey(Capability, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coop", "job", "capability"], name="a_job_needs_a_thing_once")]
