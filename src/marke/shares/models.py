"""The share register, thin: requests and an append-only log of events from which holdings follow."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Membership, Party
from marke.payments.models import PaymentRequest


class ShareRequest(models.Model):
    """Somebody wants shares. Its events say how far it got."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="share_requests")
    number = models.PositiveIntegerField()
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="share_requests")
    shares = models.PositiveIntegerField()
    price = models.BigIntegerField(help_text="per share, minor units, by the rule in force when it was asked")
    rule_value = models.ForeignKey("rules.RuleValue", models.PROTECT, null=True, related_name="+")
    payment_request = models.OneToOneField(PaymentRequest, models.PROTECT, null=True, related_name="share_request")
    created_at = models.DateTimeField()
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_share_request_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_share_request_is_made_once"),
            models.CheckConstraint(condition=models.Q(shares__gt=0), name="a_share_request_asks_for_a_share"),
        ]


class ShareEvent(models.Model):
    """What happened to a request or a holding. Never changed, never deleted."""

    class Kind(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        PAID = "paid", _("Paid")
        ALLOTTED = "allotted", _("Allotted")
        REFUNDED = "refunded", _("Paid back")
        CANCELLED = "cancelled", _("Cancelled")
        OPENING = "opening", _("Held at the start")

    coop = models.ForeignKey(Coop, models.CASCADE)
    number = models.PositiveIntegerField(help_text="place in the register, from 1 per co-op without gaps")
    kind = models.CharField(max_length=10, choices=Kind)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="share_events")
    request = models.ForeignKey(ShareRequest, models.PROTECT, null=True, related_name="events")
    shares = models.IntegerField(help_text="change of the holding; 0 where it does not change")
    amount = models.BigIntegerField(help_text="minor units that moved; 0 where none did")
    at = models.DateTimeField()
    date = models.DateField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["coop", "number"], name="a_place_in_the_register_is_taken_once")]
