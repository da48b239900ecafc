"""Money that is asked for, comes in and goes out."""

from __future__ import annotations

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Party
from marke.payments.statement_models import BankEntry as BankEntry
from marke.payments.statement_models import BankLayout as BankLayout
from marke.payments.statement_models import BankStatement as BankStatement
from marke.rounds.models import Round


class PaymentRequestQuerySet(models.QuerySet["PaymentRequest"]):
    def with_paid(self) -> PaymentRequestQuerySet:
        """Adds `paid`: what was paid on it so far, in minor units."""
        paid = (
            Payment.objects.filter(request=OuterRef("pk"), reversed_at=None)
            .order_by()
            .values("request")
            .annotate(paid=Sum("applied"))
            .values("paid")
        )
        return self.annotate(paid=Coalesce(Subquery(paid), 0, output_field=models.BigIntegerField()))

    def open(self) -> PaymentRequestQuerySet:
        """What is still to be paid, the oldest due date first."""
        unpaid = self.with_paid().filter(withdrawn_at=None, paid__lt=F("amount"))  # type: ignore[misc]
        return unpaid.order_by("due_date", "number")


class PaymentRequest(models.Model):
    """Please pay this much, with this reference. What it is for, the app that made it knows."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="payment_requests")
    number = models.PositiveIntegerField(help_text="from 1 per co-op; the structured reference is made of it")
    purpose = models.CharField(max_length=20, help_text="kind in the registry of purposes: share, invoice")
    subject = models.CharField(max_length=40, help_text="the number of the share request or invoice")
    party = models.ForeignKey(Party, models.PROTECT, related_name="payment_requests")
    # The account that a payment is credited to.
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+")
    amount = models.BigIntegerField(help_text="minor units of the co-op's currency")
    reference = models.CharField(max_length=35)
    due_date = models.DateField()
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentRequestQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_payment_request_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "reference"], name="a_payment_reference_is_used_once"),
            models.UniqueConstraint(
                fields=["coop", "purpose", "subject"],
                condition=Q(withdrawn_at=None),
                name="a_thing_is_asked_to_be_paid_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payment_request_asks_for_something"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.purpose} {self.subject}"


class Payment(models.Model):
    """Money that came in, as the bank reported it or a person wrote it down."""

    class Surplus(models.TextChoices):
        REFUND = "refund", _("Send back what was paid too much")
        GIFT = "gift", _("Keep what was paid too much as a gift")

    coop = models.ForeignKey(Coop, models.CASCADE)
    number = models.PositiveIntegerField()
    request = models.ForeignKey(PaymentRequest, models.PROTECT, null=True, related_name="payments")
    amount = models.BigIntegerField()
    # What of it counted for the request; the rest is to be sent back, a gift, or not yet understood.
    applied = models.BigIntegerField(default=0)
    surplus = models.CharField(max_length=6, choices=Surplus, blank=True)
    date = models.DateField()
    note = models.CharField(max_length=140, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    # The form's own key: a double click books once.
    once_key = models.CharField(max_length=64)
    transaction = models.ForeignKey("ledger.Transaction", models.PROTECT, related_name="+")
    # It came in without a known reference and was understood later.
    matched_at = models.DateTimeField(null=True, blank=True)
    matched_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    matching = models.ForeignKey("ledger.Transaction", models.PROTECT, null=True, related_name="+")
    # Booked in error: taken back by a reversal in the ledger.
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    reversal_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_payment_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_payment_is_recorded_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payment_brings_something"),
            models.CheckConstraint(
                condition=Q(applied__gte=0, applied__lte=F("amount")) & (Q(applied=0) | Q(request__isnull=False)),
                name="a_payment_counts_for_no_more_than_it_brings",
            ),
        ]


class Refund(models.Model):
    """Money that was sent back: paid too much, paid for shares of somebody not admitted, or not ours at all."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    number = models.PositiveIntegerField()
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="refunds")
    # The account that held it: refunds, shares_pending, redemption or unmatched.
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+")
    # The payment that is sent back, where it was never understood.
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="refunds")
    # The line of the pay run with which it went out; None where somebody paid it by hand.
    pay_line = models.OneToOneField("payments.PayRunLine", models.PROTECT, null=True, related_name="refund")
    amount = models.BigIntegerField()
    date = models.DateField()
    note = models.CharField(max_length=140, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=64)
    transaction = models.ForeignKey("ledger.Transaction", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_refund_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_refund_is_recorded_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_refund_sends_something"),
        ]


class BankAccount(models.Model):
    """Where a member is paid. A change is confirmed by mail and waits a day before it counts."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    party = models.ForeignKey(Party, models.CASCADE, related_name="bank_accounts")
    iban = models.CharField(max_length=34)
    holder = models.CharField(max_length=70)
    # Where the mail that asks to confirm went: a later change is told there too.
    email = models.EmailField(blank=True)
    token = models.CharField(max_length=40, unique=True)
    requested_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    usable_from = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at", "-id"]
        indexes = [models.Index(fields=["coop", "party"], name="bank_accounts_by_party")]
        constraints = [
            models.CheckConstraint(
                condition=Q(usable_from=None) | Q(confirmed_at__isnull=False),
                name="a_bank_account_is_used_after_it_was_confirmed",
            ),
        ]


class PayRunLine(models.Model):
    """One payment in a round of the kind pay_run: a member's pay, or what else is owed. IBAN and name are copied."""

    PAY = "pay"

    class LeftOut(models.TextChoices):
        NO_ACCOUNT = "no_account", _("no confirmed bank account")
        WAITING = "waiting", _("the bank account is new and waits")
        BELOW_MINIMUM = "below_minimum", _("less than the least amount that is paid out")

    coop = models.ForeignKey(Coop, models.CASCADE)
    run = models.ForeignKey(Round, models.CASCADE, related_name="pay_lines")
    position = models.PositiveIntegerField(help_text="place in the run, from 1")
    kind = models.CharField(max_length=20, default=PAY, help_text="pay, or a kind in the registry of payables")
    subject = models.CharField(max_length=40, blank=True, help_text="the number of the exit; nothing where the party says it all")
    party = models.ForeignKey(Party, models.PROTECT, related_name="pay_lines")
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    iban = models.CharField(max_length=34, blank=True)
    holder = models.CharField(max_length=70, blank=True)
    reference = models.CharField(max_length=35, blank=True)
    left_out = models.CharField(max_length=40, choices=LeftOut, blank=True, help_text="why this line is not paid")
    transaction = models.ForeignKey("ledger.Transaction", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "party", "kind", "subject"], name="the_same_is_once_in_a_pay_run"),
            models.UniqueConstraint(fields=["run", "position"], name="a_pay_line_has_its_own_place"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_pay_line_pays_something"),
        ]
