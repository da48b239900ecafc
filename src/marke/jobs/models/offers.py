"""Who was asked, by which row, and what was said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marke.jobs.models.jobs import Job
from marke.jobs.models.trips import Trip
from marke.parties.models import Coop, Membership, Party

if TYPE_CHECKING:
    from marke.rules.models import RuleValue


class Asking(models.Model):
    """Somebody was looked for: by which rule, and who stood in the row. Kept, so that why me and why not me can be answered."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    job = models.ForeignKey(Job, models.CASCADE, related_name="askings")
    mode = models.CharField(max_length=20, help_text="the matching rule's value: by_hand, nearest, staged, …")
    rule_value = models.ForeignKey("rules.RuleValue", models.PROTECT, null=True, related_name="+")
    # The price of fairness, where it weighed.
    fairness_value = models.ForeignKey("rules.RuleValue", models.PROTECT, null=True, related_name="+")
    # [{"member": 7, "score": 1830, "unit": "m", "out": ""}, …], best first; member numbers, integers and reasons only.
    # Where costs were weighed: "unit": "cost", score and parts in seconds, "earned" in minor units, "logged" in minutes.
    candidates = models.JSONField(default=list)
    left_out = models.PositiveIntegerField(default=0, help_text="members further away than all in the row")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", help_text="nobody: the rule did it")

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [
            models.Index(fields=["coop", "made_at"], name="askings_by_date"),
            models.Index(fields=["job", "made_at"], name="askings_of_a_job"),
        ]


class Offer(models.Model):
    """A member was asked, or given a job that they had agreed to be given."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Not answered in time")
        TAKEN = "taken", _("A colleague was first")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    coop = models.ForeignKey(Coop, models.CASCADE)
    job = models.ForeignKey(Job, models.CASCADE, related_name="offers")
    asking = models.ForeignKey(Asking, models.CASCADE, related_name="offers")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="offers")
    # Several are asked about as one: their offers are answered together.
    trip = models.ForeignKey(Trip, models.PROTECT, null=True, blank=True, related_name="offers")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    given = models.BooleanField(default=False, help_text="given to who had agreed to be given work, not asked")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    # From when on the member may answer: those who are nearer may earlier. Told: the letter is written.
    opens_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["job"], condition=Q(state="accepted"), name="one_member_at_most_has_said_yes_to_a_job"
            ),
            models.UniqueConstraint(
                fields=["job", "membership"], condition=Q(state="open"), name="a_member_is_asked_once_at_a_time"
            ),
            models.UniqueConstraint(fields=["trip", "job"], condition=Q(trip__isnull=False), name="a_job_stands_on_a_trip_once"),
            models.CheckConstraint(condition=Q(opens_at__gte=models.F("made_at")), name="an_offer_opens_after_it_is_made"),
        ]
        indexes = [
            models.Index(fields=["coop", "expires_at"], condition=Q(state="open"), name="offers_still_open"),
            models.Index(fields=["opens_at"], condition=Q(state="open", told_at=None), name="offers_to_be_told"),
        ]

    @property
    def mode(self) -> str:
        return self.asking.mode

    @property
    def rule_value(self) -> RuleValue | None:
        return self.asking.rule_value

    @property
    def candidates(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.asking.candidates
        return rows


class Contest(models.Model):
    """A member contests an offer or settlement; a mandated human answers within the time of the rule. Both stay."""

    class About(models.TextChoices):
        OFFER = "offer", _("Who was asked")
        SETTLEMENT = "settlement", _("What was paid")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("You are right; it cannot be undone any more")
        CHANGED = "changed", _("You are right; it is changed")
        REFUSED = "refused", _("It stays as it was")

    coop = models.ForeignKey(Coop, models.CASCADE)
    job = models.ForeignKey(Job, models.PROTECT, related_name="contests")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    about = models.CharField(max_length=12, choices=About)
    text = models.TextField()
    at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="answered by then at the latest, by the rule in force when it was asked")
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="", outcome="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(outcome="")),
                name="an_answer_names_who_gave_it",
            ),
        ]
        indexes = [models.Index(fields=["coop", "due_at"], condition=Q(answered_at=None), name="contests_still_open")]
