"""What one activity of the co-op does for another: offered, agreed, and invoiced without VAT, because both are the same legal person."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marke.activities.models import Activity
from marke.parties.models import Coop, Party


class InternalOrder(models.Model):
    """Work of one activity for another, at a price that both agreed to."""

    class State(models.TextChoices):
        OFFERED = "offered", _("waits for an answer")
        ORDERED = "ordered", _("ordered")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        CLOSED = "closed", _("closed")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    seller = models.ForeignKey(Activity, models.PROTECT, related_name="internal_sales")
    buyer = models.ForeignKey(Activity, models.PROTECT, related_name="internal_purchases")
    what = models.CharField(max_length=200)
    amount = models.BigIntegerField(help_text="minor units")
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="an_internal_order_is_numbered_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="an_internal_offer_is_made_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_internal_order_is_for_something"),
            models.CheckConstraint(condition=~Q(seller=F("buyer")), name="no_activity_orders_from_itself"),
        ]


class InternalInvoice(models.Model):
    """An internal invoice, or the credit note that takes one back, whose amount is negative. Never changed."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    order = models.ForeignKey(InternalOrder, models.PROTECT, related_name="invoices")
    series = models.ForeignKey("invoices.Series", models.PROTECT, related_name="internal_invoices")
    serial = models.PositiveIntegerField(help_text="place in the series, from 1 without gaps")
    number = models.CharField(max_length=24)
    credits = models.OneToOneField("self", models.PROTECT, null=True, related_name="credit_note")
    issue_date = models.DateField()
    seller = models.JSONField()
    buyer = models.JSONField()
    text = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, blank=True, help_text="why it takes back")
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=8)
    net = models.BigIntegerField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    transaction = models.ForeignKey("ledger.Transaction", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-issue_date", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "serial"], name="a_place_in_the_internal_series_is_taken_once"),
            models.UniqueConstraint(fields=["coop", "number"], name="an_internal_number_is_used_once"),
            models.CheckConstraint(
                condition=Q(credits=None, net__gt=0) | Q(credits__isnull=False, net__lt=0),
                name="an_internal_credit_note_takes_back",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_credit_note(self) -> bool:
        return self.credits_id is not None
