"""Proposals, the frozen roll of who may vote, and ballots."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Membership, Party
from marke.rules.models import Decision
from marke.threads.models import Thread


class Proposal(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        DISCUSSING = "discussing", _("Being discussed")
        VOTING = "voting", _("Being voted on")
        ADOPTED = "adopted", _("Adopted")
        REJECTED = "rejected", _("Rejected")
        LAPSED = "lapsed", _("Lapsed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class EffectState(models.TextChoices):
        NONE = "none", _("Nothing to carry out")
        WAITING = "waiting", _("Waits for the decision")
        APPLIED = "applied", _("Carried out")
        FAILED = "failed", _("Could not be carried out")
        ASIDE = "aside", _("Set aside")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="proposals")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    author = models.ForeignKey(Party, models.PROTECT, related_name="proposals")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="proposal")
    # What happens when it is adopted: a kind in the registry of effects, and its data ("" is a resolution).
    effect_kind = models.CharField(max_length=30, blank=True)
    effect_data = models.JSONField(default=dict, blank=True)
    effect_state = models.CharField(max_length=8, choices=EffectState, default=EffectState.NONE)
    effect_error = models.TextField(blank=True, help_text="why it could not be carried out")
    # What a mandated person did about an effect that failed: tried again, or set it aside with a reason.
    effect_note = models.TextField(blank=True)
    effect_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    effect_at = models.DateTimeField(null=True, blank=True)
    # Frozen when voting opens.
    method = models.CharField(max_length=20, blank=True)
    quorum_numerator = models.PositiveIntegerField(default=0)
    quorum_denominator = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    discussed_from = models.DateTimeField(null=True, blank=True)
    votes_from = models.DateTimeField(null=True, blank=True, help_text="the discussion lasts at least until then")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="the record date: who was entitled then votes")
    closes_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, blank=True, related_name="proposal")
    once_key = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_proposal_number_is_used_once"),
            models.UniqueConstraint(
                fields=["coop", "once_key"], condition=~models.Q(once_key=""), name="a_proposal_is_made_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="voting")
                | models.Q(opened_at__isnull=False, closes_at__isnull=False) & ~models.Q(method=""),
                name="an_open_vote_has_a_method_and_a_close",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="adopted") | models.Q(decision__isnull=False),
                name="an_adopted_proposal_names_its_decision",
            ),
            models.CheckConstraint(
                condition=models.Q(quorum_denominator__gt=0) & models.Q(quorum_numerator__lte=models.F("quorum_denominator")),
                name="a_quorum_is_at_most_everybody",
            ),
        ]
        indexes = [
            models.Index(fields=["coop", "state", "closes_at"], name="proposals_by_state"),
        ]

    def __str__(self) -> str:
        return self.title


class RollEntry(models.Model):
    """Entitled to vote on this proposal, on the record date."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="roll")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "membership"], name="a_membership_is_on_the_roll_once")]


class Ballot(models.Model):
    class Choice(models.TextChoices):
        FOR = "for", _("For")
        AGAINST = "against", _("Against")
        ABSTAIN = "abstain", _("Abstain")

    coop = models.ForeignKey(Coop, models.CASCADE)
    entry = models.OneToOneField(RollEntry, models.PROTECT, related_name="ballot")
    choice = models.CharField(max_length=8, choices=Choice)
    reason = models.TextField(blank=True)
    cast_at = models.DateTimeField()
    cast_by = models.ForeignKey(Party, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(choice__in=["for", "against", "abstain"]), name="a_ballot_is_for_against_or_abstain"
            ),
        ]

    def __str__(self) -> str:
        return self.get_choice_display()
