"""Classes of shares, who wants some, and what happened."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Membership, Party
from marke.payments.models import Payment, PaymentRequest
from marke.rules.models import Decision, RuleValue
from marke_core.share_register import GROWING, SHRINKING

# The class that every co-op has.
ORDINARY = "ordinary"


class ShareClass(models.Model):
    """A kind of share. What it costs, brings and allows are rules that vary by `share_class`, whose id is the code."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="share_classes")
    code = models.SlugField(max_length=24)
    name = models.CharField(max_length=60, blank=True, help_text="empty for the class that every co-op has")
    # For which kinds of member it is; [] is for everybody.
    member_classes = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    # No new shares from here; those there are stay.
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["coop", "code"], name="a_share_class_has_its_own_code")]

    def __str__(self) -> str:
        return self.name or str(_("Ordinary shares"))

    @property
    def detail(self) -> str:
        """What tells its capital apart in the ledger; the ordinary one needs no word."""
        return "" if self.code == ORDINARY else self.code


class ShareRequest(models.Model):
    """Somebody wants shares. It never changes; its events say how far it got."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="share_requests")
    number = models.PositiveIntegerField()
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="share_requests")
    share_class = models.ForeignKey(ShareClass, models.PROTECT, related_name="requests")
    # Who pays, where that is not the holder: the shares are a gift.
    payer = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    shares = models.PositiveIntegerField()
    price = models.BigIntegerField(help_text="per share, minor units, by the rule in force when it was asked")
    entry_fee = models.BigIntegerField(default=0, help_text="minor units, once, for whoever takes the first shares")
    # So much of the price is paid before the shares are allotted; the rest when it is called.
    paid_in = models.BigIntegerField(default=0, help_text="minor units; 0 where all of it")
    rule_value = models.ForeignKey(RuleValue, models.PROTECT, null=True, related_name="+")
    # What is asked for in one sitting is paid by one payment.
    payment_request = models.ForeignKey(PaymentRequest, models.PROTECT, related_name="share_requests")
    # Until then the subscriber may withdraw, and nothing is allotted.
    reflection_until = models.DateTimeField(null=True, blank=True)
    # For which year of use it is due, where a rule asks for a share per year of use.
    year_of_use = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_share_request_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_share_request_is_made_once"),
            models.UniqueConstraint(
                fields=["coop", "membership", "share_class", "year_of_use"],
                condition=Q(year_of_use__isnull=False),
                name="a_year_of_use_asks_for_shares_once",
            ),
            models.CheckConstraint(condition=Q(shares__gt=0), name="a_share_request_asks_for_a_share"),
            models.CheckConstraint(condition=Q(price__gt=0), name="a_share_has_a_price"),
            models.CheckConstraint(condition=Q(entry_fee__gte=0), name="an_entry_fee_takes_and_never_gives"),
            models.CheckConstraint(
                condition=Q(paid_in__gte=0, paid_in__lte=F("shares") * F("price")), name="no_more_is_paid_in_than_shares_cost"
            ),
        ]

    @property
    def cost(self) -> int:
        """The shares alone, in minor units."""
        return self.shares * self.price

    @property
    def amount(self) -> int:
        """What is to be paid in all, in minor units: the shares and the entry fee."""
        return self.cost + self.entry_fee

    @property
    def needed(self) -> int:
        """What is to be paid before the shares are allotted, in minor units."""
        return (self.paid_in or self.cost) + self.entry_fee


class ShareEvent(models.Model):
    """What happened to a request or a holding. Never changed, never deleted."""

    class Kind(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        PAID = "paid", _("Paid")
        TAKEN_BACK = "taken_back", _("Payment taken back")
        ALLOTTED = "allotted", _("Given out")
        UNALLOTTED = "unallotted", _("Giving out undone")
        CANCELLED = "cancelled", _("Cancelled")
        REFUNDED = "refunded", _("Paid back")
        OPENING = "opening", _("Held at the start")
        FROM_SURPLUS = "from_surplus", _("Made of a year’s surplus")
        ENTRY_FEE = "entry_fee", _("Entry fee")
        ENTRY_FEE_BACK = "entry_fee_back", _("Entry fee taken back")
        CALLED = "called", _("The rest is called")
        PAID_UP = "paid_up", _("Paid up")
        UNPAID = "unpaid", _("Paying up taken back")
        TRANSFERRED_OUT = "transferred_out", _("Passed on")
        TRANSFERRED_IN = "transferred_in", _("Taken over")
        GIVEN = "given", _("Given away")
        RECEIVED = "received", _("Received as a gift")
        GIVEN_TO_COOP = "given_to_coop", _("Given to the co-op")
        INHERITED_OUT = "inherited_out", _("Left to an heir")
        INHERITED_IN = "inherited_in", _("Inherited")
        CONVERTED_OUT = "converted_out", _("Changed into another kind")
        CONVERTED_IN = "converted_in", _("Changed from another kind")
        REDEMPTION_REQUESTED = "redemption_requested", _("Repayment asked for")
        REDEMPTION_WITHDRAWN = "redemption_withdrawn", _("Repayment not wanted any more")
        SUSPENDED = "suspended", _("Repayment suspended")
        REDEEMED = "redeemed", _("Ended, to be paid back")

    coop = models.ForeignKey(Coop, models.CASCADE)
    number = models.PositiveIntegerField(help_text="place in the register, from 1 per co-op without gaps")
    kind = models.CharField(max_length=24, choices=Kind)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="share_events")
    share_class = models.ForeignKey(ShareClass, models.PROTECT, related_name="events")
    request = models.ForeignKey(ShareRequest, models.PROTECT, null=True, related_name="events")
    transfer = models.ForeignKey("shares.ShareTransfer", models.PROTECT, null=True, related_name="events")
    # The event by which these shares came to their holder; growing events begin a lot of their own.
    lot = models.ForeignKey("self", models.PROTECT, null=True, related_name="later")
    counterparty = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", help_text="to or from whom")
    shares = models.IntegerField(help_text="change of the holding; 0 where it does not change")
    price = models.BigIntegerField(default=0, help_text="at which they were issued, per share; 0 where that is not known")
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
                condition=Q(kind__in=sorted(GROWING), shares__gt=0)
                | Q(kind__in=sorted(SHRINKING), shares__lt=0)
                | (~Q(kind__in=sorted(GROWING | SHRINKING)) & Q(shares=0)),
                name="only_what_gives_or_takes_shares_changes_a_holding",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="an_event_moves_no_less_than_nothing"),
            models.UniqueConstraint(
                fields=["transaction"], condition=Q(kind="from_surplus"), name="a_part_of_a_surplus_becomes_shares_once"
            ),
        ]


class NoteAttestation(models.Model):
    """Somebody acknowledged the information note of a class, word for word as this rule value has it."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    rule_value = models.ForeignKey(RuleValue, models.PROTECT, related_name="note_attestations")
    party = models.ForeignKey(Party, models.PROTECT, related_name="note_attestations")
    text_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "rule_value", "party"], name="a_version_of_a_note_is_acknowledged_once")
        ]
