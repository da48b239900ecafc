"""A hearing: what a member is said to have done, what they say, what was decided, and what it did to their membership."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Membership, Party
from marke.rules.models import Decision


class Case(models.Model):
    """What it is about and how far it got. What was said at each step is in CaseStep."""

    class State(models.TextChoices):
        SIGNING = "signing", _("Waiting for signatures")
        OPEN = "open", _("Open")
        DECIDED = "decided", _("Decided, can be appealed")
        APPEALED = "appealed", _("Appealed")
        FINAL = "final", _("Final")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Outcome(models.TextChoices):
        NONE = "none", _("Nothing follows")
        WARNING = "warning", _("A warning")
        SUSPENDED = "suspended", _("Suspended for a time")
        EXCLUDED = "excluded", _("Excluded")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="hearings")
    number = models.PositiveIntegerField()
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="hearings", help_text="whom it is about")
    opened_by = models.ForeignKey(Party, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # What is said to be broken: a rule of the rulebook, or else what was agreed, in words.
    rule_key = models.CharField(max_length=60, blank=True)
    agreed = models.CharField(max_length=200, blank=True)
    notice_at = models.DateTimeField(null=True, help_text="when the member was told")
    statement_until = models.DateTimeField(null=True)
    # Who speaks for the member: another member, or anybody by name.
    speaker = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    speaker_name = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    suspension_days = models.PositiveSmallIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", help_text="empty: by a vote")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    appeal_until = models.DateTimeField(null=True)
    appealed_at = models.DateTimeField(null=True)
    upheld = models.BooleanField(null=True, help_text="what the appeal came to")
    appeal_decided_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    final_at = models.DateTimeField(null=True)
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_case_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_case_is_opened_once"),
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(state__in=["signing", "open", "decided", "appealed"]),
                name="a_member_has_one_open_case_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["signing", "withdrawn"]) | Q(notice_at__isnull=False, statement_until__gt=F("notice_at")),
                name="a_case_goes_on_only_with_a_notice",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["decided", "appealed", "final"]) | Q(decided_at__isnull=False) & ~Q(outcome=""),
                name="a_decided_case_names_its_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="suspended") | Q(suspension_days__gt=0), name="a_suspension_says_how_many_days"
            ),
            models.CheckConstraint(condition=~Q(rule_key="") | ~Q(agreed=""), name="a_case_says_what_is_said_to_be_broken"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("opened_by")), name="nobody_decides_a_case_that_they_opened"
            ),
            models.CheckConstraint(
                condition=Q(appeal_decided_by=None)
                | ~Q(appeal_decided_by=F("opened_by")) & (Q(decided_by=None) | ~Q(appeal_decided_by=F("decided_by"))),
                name="an_appeal_is_decided_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.membership}"


class CaseStep(models.Model):
    """What was done in a case, when, by whom, in which words. A step stays."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Asked for a hearing")
        SIGNED = "signed", _("Signed")
        NOTICE = "notice", _("The member was told")
        SPEAKER = "speaker", _("Somebody speaks for the member")
        STATEMENT = "statement", _("What the member says")
        INTERIM = "interim", _("Suspended meanwhile, for safety")
        ENDED = "ended", _("The suspension ended")
        DECIDED = "decided", _("Decided")
        APPEALED = "appealed", _("Appealed")
        ANSWERED = "answered", _("The appeal was decided")
        EFFECT = "effect", _("It takes effect")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    coop = models.ForeignKey(Coop, models.CASCADE)
    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", help_text="empty: the date, or a vote")
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]


class StatementPhoto(models.Model):
    """What the member shows with a statement: a letter, a message, a place. It goes when its time is over."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="photos")
    step = models.OneToOneField(CaseStep, models.CASCADE, related_name="photo")
    content = models.BinaryField(help_text="JPEG")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    at = models.DateTimeField()


class Signature(models.Model):
    """A member who asks for the hearing too, where members open one together."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    case = models.ForeignKey(Case, models.CASCADE, related_name="signatures")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "membership"], name="a_case_is_signed_once_per_member")]


class Suspension(models.Model):
    """A membership rests because of a case: meanwhile, or as its outcome. It ends by itself."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    case = models.ForeignKey(Case, models.PROTECT, related_name="suspensions")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="suspensions")
    interim = models.BooleanField()
    since = models.DateTimeField()
    until = models.DateTimeField(help_text="exclusive")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(ended_at=None), name="a_membership_rests_for_one_reason_at_a_time"
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(interim=True), name="a_case_suspends_meanwhile_once"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="a_suspension_ends_after_it_began"),
        ]
