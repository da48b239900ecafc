"""The rulebook's tables: decisions, the values they set, and who signed which text. All three are append-only."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Party
from marke.rules.registry import get_rule


class Decision(models.Model):
    """An entry in the register of decisions. Entries are never changed or deleted."""

    class Kind(models.TextChoices):
        FOUNDING = "founding", _("Founding")
        VOTE = "vote", _("Vote")
        CONSENT = "consent", _("Consent")
        MANDATE = "mandate", _("Mandate")
        EMERGENCY = "emergency", _("Emergency")
        UPGRADE = "upgrade", _("Upgrade")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    coop = models.ForeignKey(Coop, models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField(help_text="from 1 per co-op, without gaps")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, help_text="what was decided and why")
    taken_at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", help_text="who recorded it")
    # How the votes fell, as numbers only: {"for": 12, "against": 3, "abstain": 1, "entitled": 20, "method": "majority"}
    tally = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_decision_number_is_used_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=("founding", "vote", "consent", "mandate", "emergency", "upgrade")),
                name="a_decision_is_of_a_known_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class RuleValue(models.Model):
    """A value of a rule from a moment on, in a scope, until the next value in that scope."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    coop = models.ForeignKey(Coop, models.CASCADE, related_name="rule_values")
    key = models.CharField(max_length=60)
    # The scope as "dimension=id" pairs joined by ";", "" for the whole co-op; e.g. "job_kind=delivery".
    scope = models.CharField(max_length=120, blank=True, default="")
    value = models.JSONField()
    valid_from = models.DateTimeField()
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="rule_values")
    # A later decision replaces a value that was not yet in force.
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="replaced_values")
    # Emergencies lapse; the value before them is in force again from here.
    lapses_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["key", "scope", "valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coop", "key", "scope", "valid_from"],
                condition=models.Q(replaced_at=None),
                name="a_rule_has_one_value_from_a_moment_on",
            ),
            models.CheckConstraint(
                condition=models.Q(replaced_at=None, replaced_by=None)
                | models.Q(replaced_at__isnull=False, replaced_by__isnull=False),
                name="a_replaced_value_names_the_decision_that_replaced_it",
            ),
            models.CheckConstraint(
                condition=models.Q(replaced_at=None) | models.Q(replaced_at__lte=models.F("valid_from")),
                name="a_value_is_replaced_only_before_it_is_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(lapses_at=None) | models.Q(lapses_at__gt=models.F("valid_from")),
                name="a_value_lapses_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} [{self.scope}] from {self.valid_from:%Y-%m-%d}: {self.value}"

    @property
    def decided_at(self) -> datetime | None:
        """When its decision was taken; read it only where the decision has been selected too."""
        return self.decision.taken_at

    @property
    def typed(self) -> Any:
        """The value as its rule's type reads it, e.g. a Fraction."""
        return get_rule(self.key).type.load(self.value)


class Attestation(models.Model):
    """Somebody agreed to a text, word for word: its hash is kept, and the text in the decision it belongs to."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="attestations")
    party = models.ForeignKey(Party, models.PROTECT, related_name="attestations")
    text_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "decision", "party"], name="a_text_is_agreed_to_once_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.party} agreed to decision {self.decision.number}"
