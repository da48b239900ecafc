"""The share register, thin: requests and an append-only log of events from which holdings follow."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Membership, Party
from marke.payments.models import Payment, PaymentRequest


class ShareRequest(models.Model):
    """Somebody wants shares. It never changes; its events say how far it got."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="share_requests")
    number = models.PositiveIntegerField()
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="share_requests")
    shares = models.PositiveIntegerField()
    price = models.BigIntegerField(help_text="per share, minor units, by the rule in force when it was asked")
    rule_value = models.ForeignKey("rules.RuleValue", models.PROTECT, null=True, related_name="+")
    payment_request = models.OneToOneField(PaymentRequest, models.PROTECT, related_name="share_request")
    created_at = models.DateTimeField()
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_share_request_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_share_request_is_made_once"),
            models.CheckConstraint(condition=models.Q(shares__gt=0), name="a_share_request_asks_for_a_share"),
            models.CheckConstraint(condition=models.Q(price__gt=0), name="a_share_has_a_price"),
        ]

    @property
    def amount(self) -> int:
        """What they cost together, in minor units."""
        return self.shares * self.price


class ShareEvent(models.Model):
    """What happened to a request or a holding. Never changed, never deleted."""

    class Kind(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        PAID = "paid", _("Paid")
        TAKEN_BACK = "taken_back", _("Payment taken back")
        ALLOTTED = "allotted", _("Allotted")
        UNALLOTTED = "unallotted", _("Allotment taken back")
        CANCELLED = "cancelled", _("Cancelled")
        REFUNDED = "refunded", _("Paid back")
        OPENING = "opening", _("Held at the start")

    coop = models.ForeignKey(Coop, models.CASCADE)
    number = models.PositiveIntegerField(help_text="place in the register, from 1 per co-op without gaps")
    kind = models.CharField(max_length=10, choices=Kind)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="share_events")
    request = models.ForeignKey(ShareRequest, models.PROTECT, null=True, related_name="events")
    shares = models.IntegerField(help_text="change of the holding; 0 where it does not change")
    amount = models.BigIntegerField(help_text="minor units that moved; 0 where none did")
    at = models.DateTimeField()
    date = models.DateField(help_text="where the co-op is; the register at a day follows from it")
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="+")
    transaction = models.ForeignKey("ledger.Transaction", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["coop", "membership"], name="share_events_by_member")]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_place_in_the_register_is_taken_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["allotted", "opening"], shares__gt=0)
                | models.Q(kind="unallotted", shares__lt=0)
                | models.Q(kind__in=["requested", "paid", "taken_back", "cancelled", "refunded"], shares=0),
                name="only_an_allotment_changes_a_holding",
            ),
        ]
