"""Mutual aid: who takes part, what was put together, who asked for help. The money itself is in the ledger."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Membership, Party
from marke.rules.models import Decision


class AidParticipation(models.Model):
    """A member takes part in mutual aid, where members choose."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="aid_participations")
    since = models.DateField()
    until = models.DateField(null=True, help_text="exclusive")

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["membership"], condition=Q(until=None), name="a_member_takes_part_in_aid_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="taking_part_in_aid_ends_after_it_began"
            ),
        ]


class AidCollection(models.Model):
    """What was put together for a month."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    month = models.DateField(help_text="its first day")
    total = models.BigIntegerField()
    members = models.PositiveIntegerField()
    collected_at = models.DateTimeField()
    collected_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(fields=["coop", "month"], name="aid_is_collected_once_a_month")]


class AidClaim(models.Model):
    """A member asks for help. Only the member and those who decide read it."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="aid_claims")
    number = models.PositiveIntegerField()
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="aid_claims")
    claimant = models.ForeignKey(Party, models.PROTECT, related_name="+")
    amount = models.BigIntegerField(help_text="asked for, minor units")
    reason = models.TextField(max_length=2_000)
    paper = models.CharField(max_length=200, blank=True, help_text="which paper shows it, and who has it")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    once_key = models.CharField(max_length=64)
    granted = models.BigIntegerField(default=0)
    note = models.CharField(max_length=500, blank=True, help_text="why, from whoever decided")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    transaction = models.ForeignKey("ledger.Transaction", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="an_aid_claim_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="an_aid_claim_is_made_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_aid_claim_asks_for_something"),
            models.CheckConstraint(condition=Q(granted__gte=0, granted__lte=F("amount")), name="no_more_aid_than_was_asked_for"),
            models.CheckConstraint(
                condition=Q(state="granted", granted__gt=0, transaction__isnull=False) | (~Q(state="granted") & Q(granted=0)),
                name="granted_aid_is_booked",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(decision__isnull=False) | ~Q(decided_by=F("claimant")),
                name="nobody_decides_on_help_for_themselves",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"
