"""Who was asked, and what was said about it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.jobs.models.jobs import Job
from marke.parties.models import Coop, Membership, Party


class Offer(models.Model):
    """A member was asked. The candidates and their scores are kept, so that why me and why not me can be answered."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Not answered in time")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    coop = models.ForeignKey(Coop, models.CASCADE)
    job = models.ForeignKey(Job, models.CASCADE, related_name="offers")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="offers")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    mode = models.CharField(max_length=20, help_text="the matching rule's value: by_hand, nearest, longest_idle")
    rule_value = models.ForeignKey("rules.RuleValue", models.PROTECT, null=True, related_name="+")
    # [{"member": 7, "score": 1830, "unit": "m", "out": ""}, …], best first; member numbers and integers only.
    candidates = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["job"], condition=models.Q(state="open"), name="a_job_is_offered_to_one_member_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["coop", "expires_at"], condition=models.Q(state="open"), name="offers_still_open")]


class Contest(models.Model):
    """A member contests an offer or settlement; a mandated human answers. Both stay."""

    class About(models.TextChoices):
        OFFER = "offer", _("Who was asked")
        SETTLEMENT = "settlement", _("What was paid")

    coop = models.ForeignKey(Coop, models.CASCADE)
    job = models.ForeignKey(Job, models.PROTECT, related_name="contests")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    about = models.CharField(max_length=12, choices=About)
    text = models.TextField()
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answer="") | models.Q(answered_at__isnull=False, answered_by__isnull=False),
                name="an_answer_names_who_gave_it",
            ),
        ]
