"""A year that is closed: what became of its result, and what every member got of it."""

from __future__ import annotations

from django.db import models

from marke.decisions.models import Proposal
from marke.parties.models import Coop, Membership, Party
from marke.rounds.models import Round


class YearClose(models.Model):
    """What a round of the kind year_close computed. Computed again and again until it is proposed; final, it stays."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="year_closes")
    round = models.OneToOneField(Round, models.PROTECT, related_name="year_close")
    # By which it is voted on; another one when the first did not pass.
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="+")
    result = models.BigIntegerField(default=0, help_text="of the year, minor units; negative for a loss")
    earlier = models.BigIntegerField(default=0, help_text="carried forward by earlier years; negative for losses")
    divided = models.BigIntegerField(default=0, help_text="what ran down the steps")
    carried = models.BigIntegerField(default=0, help_text="what is carried forward after it; negative for losses")
    # Whole numbers and words: what the steps started from, the steps in order, and their rules.
    figures = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    # {"surplus.workers": "<uid of the rule value>", …}
    rule_values = models.JSONField(default=dict)
    members = models.PositiveIntegerField(default=0)
    paid = models.BigIntegerField(default=0, help_text="to members in money")
    withheld = models.BigIntegerField(default=0, help_text="as tax")
    kept = models.BigIntegerField(default=0, help_text="in members' names")
    digest = models.CharField(max_length=64, blank=True, help_text="fingerprint of everything here and of every member's line")
    # What the books held of the year when it was computed: how many transactions, and the last of them.
    seen_count = models.PositiveBigIntegerField(default=0)
    seen_last = models.PositiveBigIntegerField(default=0)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["-round__since"]
        constraints = [
            models.CheckConstraint(condition=models.Q(divided__gte=0), name="no_loss_runs_down_the_steps"),
            models.CheckConstraint(
                condition=models.Q(paid__gte=0, withheld__gte=0), name="a_year_pays_and_withholds_nothing_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}"

    @property
    def to_members(self) -> int:
        """All that members get, in money, as tax or in their names."""
        return self.paid + self.withheld + self.kept


class MemberYear(models.Model):
    """One member's year: what they did, what they get of each part, and what becomes of it."""

    # The year is there and of this co-op, as INV-SCOPE-1 demands, and is never deleted: no foreign key looks again.
    coop = models.ForeignKey(Coop, models.CASCADE, db_index=False, db_constraint=False)
    year = models.ForeignKey(YearClose, models.CASCADE, related_name="lines", db_index=False, db_constraint=False)
    position = models.PositiveIntegerField(help_text="place in the year, from 1")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="years", db_index=False)
    # {"did_jobs":12,"did_pay":340000,"workers":1234}: as it stands in the ledger, letter by letter.
    facts = models.TextField()
    paid = models.BigIntegerField(help_text="in money, tax taken off")
    withheld = models.BigIntegerField()
    kept = models.BigIntegerField(help_text="in the member's name; negative for a part of a loss")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["year", "position"], name="a_place_in_a_year_is_taken_once"),
            models.UniqueConstraint(fields=["membership", "year"], name="a_member_is_once_in_a_year"),
            models.CheckConstraint(condition=models.Q(paid__gte=0, withheld__gte=0), name="a_member_is_paid_nothing_negative"),
        ]

    @property
    def total(self) -> int:
        """All that this member gets, in minor units."""
        return self.paid + self.withheld + self.kept

    @property
    def now(self) -> MemberYear | Correction:
        """What stands: the last correction, or else the line itself."""
        return max(self.corrections.all(), key=lambda each: each.version, default=self)


class Correction(models.Model):
    """What a member got of a closed year was wrong: taken back and booked anew. Both stay to be seen."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    line = models.ForeignKey(MemberYear, models.PROTECT, related_name="corrections")
    version = models.PositiveIntegerField(help_text="2 for the first correction")
    paid = models.BigIntegerField()
    withheld = models.BigIntegerField()
    kept = models.BigIntegerField()
    reason = models.CharField(max_length=400)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["line", "version"], name="a_version_of_a_line_is_made_once"),
            models.CheckConstraint(
                condition=models.Q(paid__gte=0, withheld__gte=0, kept__gte=0), name="a_correction_gives_nothing_negative"
            ),
        ]


class KeptRepaid(models.Model):
    """What was kept of a year in members' names fell due, and went to their pay: once for every year."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    year = models.OneToOneField(YearClose, models.PROTECT, related_name="kept_repaid")
    amount = models.BigIntegerField(help_text="minor units; less than was kept where a loss took some, or it became shares")
    members = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gte=0), name="what_was_kept_is_never_taken_by_repaying")]
