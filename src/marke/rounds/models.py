"""A window that opens, collects wishes, closes, is computed, becomes final and is carried out; and who moved it, when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.rounds import round_kinds
from marke.parties.models import Coop, Party


class Round(models.Model):
    """One round of a kind that a higher app registers. What the kind knows beyond this, its app keeps."""

    class State(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        OPEN = "open", gettext_lazy("Open")
        CLOSED = "closed", gettext_lazy("Closed")
        FINAL = "final", gettext_lazy("Final")
        RELEASED = "released", gettext_lazy("Released")
        SENT = "sent", gettext_lazy("Sent")
        SETTLED = "settled", gettext_lazy("Settled")
        CANCELLED = "cancelled", gettext_lazy("Cancelled")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="rounds")
    kind = models.CharField(max_length=30)
    number = models.PositiveIntegerField(help_text="from 1 per co-op and kind, without gaps")
    title = models.CharField(max_length=140, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    # What it is about, half-open: earned before `until`, consumed since `since`.
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="exclusive")
    # When wishes are taken.
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    parameters = models.JSONField(default=dict, blank=True, help_text="whole numbers and words")
    result_digest = models.CharField(max_length=64, blank=True, help_text="of what became final")
    # The kind's word when the round was begun, so that the database can hold it to that.
    alone = models.BooleanField(default=False)
    second_person = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=64, blank=True)

    # No longer prepared: it is computed and stands.
    FIXED = (State.FINAL, State.RELEASED, State.SENT, State.SETTLED)
    # While one of these, it is in the way of another round of a kind that is alone.
    PREPARED = (State.DRAFT, State.OPEN, State.CLOSED, State.FINAL, State.RELEASED)
    ENDED = (State.SETTLED, State.CANCELLED)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["kind", "state"], name="rounds_that_a_date_moves")]
        constraints = [
            models.UniqueConstraint(fields=["coop", "kind", "number"], name="a_round_number_is_used_once_per_kind"),
            models.UniqueConstraint(
                fields=["coop", "kind"],
                condition=Q(alone=True, state__in=["draft", "open", "closed", "final", "released"]),
                name="one_round_is_prepared_at_a_time",
            ),
            models.UniqueConstraint(fields=["coop", "once_key"], condition=~Q(once_key=""), name="a_round_is_begun_once"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(since__lt=models.F("until")), name="a_round_is_about_some_time"
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=models.F("closes_at")),
                name="a_round_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.state}"

    @property
    def name(self) -> str:
        """What it is called on pages: “Pay run 3”."""
        return _("%(kind)s %(number)s") % {"kind": round_kinds.get(self.kind).label, "number": self.number}

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # in the words of the kind
        return self.word_for(self.state)

    def word_for(self, state: str) -> str:
        """The word for a state on pages; a kind may have its own: a settled pay run is “paid”."""
        return str(round_kinds.get(self.kind).words.get(state) or self.State(state).label)


class RoundMove(models.Model):
    """Who brought a round into a state, and when. Never changed, never deleted."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    round = models.ForeignKey(Round, models.CASCADE, related_name="moves")
    state = models.CharField(max_length=12, choices=Round.State)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    date = models.DateField(null=True, blank=True, help_text="where it took effect on another day than it was told")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]

    @property
    def word(self) -> str:
        """The word for the state that was reached."""
        return self.round.word_for(self.state)


class Wish(models.Model):
    """What somebody wants of a round. It is changed by withdrawing it and making another."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    round = models.ForeignKey(Round, models.CASCADE, related_name="wishes")
    party = models.ForeignKey(Party, models.PROTECT, related_name="wishes")
    data = models.JSONField(default=dict, blank=True, help_text="whole numbers and words, as the kind reads them")
    amount = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "party"], condition=Q(withdrawn_at=None), name="one_wish_of_a_party_stands_in_a_round"
            ),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_wish_is_made_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="a_wish_is_for_nothing_or_more"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=models.F("made_at")),
                name="a_wish_is_withdrawn_after_it_was_made",
            ),
        ]
