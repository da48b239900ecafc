"""Shares that go to somebody else, to the co-op, or become shares of another class."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Membership, Party
from marke.shares.models.register import ShareClass


class ShareTransfer(models.Model):
    """Somebody wants shares to move. It never changes; its moves say how far it got, its events what came of it."""

    class Reason(models.TextChoices):
        SALE = "sale", _("Passed on")
        GIFT = "gift", _("Gift")
        GIFT_TO_COOP = "gift_to_coop", _("Gift to the co-op")
        INHERITANCE = "inheritance", _("Inheritance")
        CONVERSION = "conversion", _("Conversion")

    class State(models.TextChoices):
        ASKED = "asked", _("waits for the one who takes them")
        AGREED = "agreed", _("waits for consent")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="share_transfers")
    number = models.PositiveIntegerField(help_text="from 1 per co-op, without gaps")
    reason = models.CharField(max_length=12, choices=Reason)
    giver = models.ForeignKey(Membership, models.PROTECT, related_name="transfers_out")
    # Nobody where the co-op takes them; the giver where they are converted.
    receiver = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="transfers_in")
    share_class = models.ForeignKey(ShareClass, models.PROTECT, related_name="+")
    to_class = models.ForeignKey(ShareClass, models.PROTECT, related_name="+", help_text="another one where they are converted")
    shares = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=64)
    state: str  # its last move; queries.transfers reads it with the row

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_share_transfer_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_share_transfer_is_asked_for_once"),
            models.CheckConstraint(condition=Q(shares__gt=0), name="a_share_transfer_moves_a_share"),
            models.CheckConstraint(
                condition=Q(reason="conversion", receiver=F("giver")) & ~Q(share_class=F("to_class"))
                | Q(reason="gift_to_coop", receiver=None, share_class=F("to_class"))
                | Q(reason__in=["sale", "gift", "inheritance"], share_class=F("to_class"), receiver__isnull=False)
                & ~Q(receiver=F("giver")),
                name="a_share_transfer_goes_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.reason}"


class TransferMove(models.Model):
    """Who brought a transfer into which state, when and why. Never changed, never deleted."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    transfer = models.ForeignKey(ShareTransfer, models.PROTECT, related_name="moves")
    state = models.CharField(max_length=10, choices=ShareTransfer.State)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["transfer", "state"], name="a_share_transfer_is_in_a_state_once")]
