"""Insurance policies of the co-op, and whom each of them covers from when to when. Both days are included."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Membership, Party


class Policy(models.Model):
    """A contract with an insurer: against what, under which number, whom to call."""

    class Against(models.TextChoices):
        ACCIDENT = "accident", _("accidents at work")
        LIABILITY = "liability", _("harm done to others")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    against = models.CharField(max_length=12, choices=Against.choices)
    insurer = models.CharField(max_length=120)
    reference = models.CharField(max_length=80, help_text="the number of the policy, as the insurer knows it")
    call = models.CharField(max_length=120, blank=True, help_text="whom to call when something has happened")
    everybody = models.BooleanField(help_text="every member is covered; else those who are named")
    first_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "policies"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_policy_has_a_number_of_its_own"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_policy_is_noted_once"),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=F("first_on")), name="a_policy_ends_after_it_begins"
            ),
        ]


class Covered(models.Model):
    """A member who is named in a policy."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    policy = models.ForeignKey(Policy, models.CASCADE, related_name="covered")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "covered"
        ordering = ["first_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "membership"], name="a_member_is_named_once_in_a_policy"),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=F("first_on")), name="a_cover_ends_after_it_begins"
            ),
        ]
