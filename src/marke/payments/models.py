"""Money that is asked for, comes in and goes out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.ledger.models import Account
from marke.parties.models import Coop, Party


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

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_payment_request_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "reference"], name="a_payment_reference_is_used_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_payment_request_asks_for_something"),
        ]


class Payment(models.Model):
    """Money that came in, as the bank reported it or a person wrote it down."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    number = models.PositiveIntegerField()
    request = models.ForeignKey(PaymentRequest, models.PROTECT, null=True, related_name="payments")
    amount = models.BigIntegerField()
    date = models.DateField()
    note = models.CharField(max_length=140, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    # The form's own key: a double click books once.
    once_key = models.CharField(max_length=64)
    # Booked in error: taken back by a reversal in the ledger.
    reversed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_payment_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_payment_is_recorded_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_payment_brings_something"),
        ]


class BankAccount(models.Model):
    """Where a member is paid. A change is confirmed by mail and waits a day before it counts."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    party = models.ForeignKey(Party, models.CASCADE, related_name="bank_accounts")
    iban = models.CharField(max_length=34)
    holder = models.CharField(max_length=70)
    token = models.CharField(max_length=40, unique=True)
    requested_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    usable_from = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at"]


class PayRun(models.Model):
    """Members are paid together: made by one person, released by another."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FINAL = "final", _("Final")
        RELEASED = "released", _("Released")
        SENT = "sent", _("Sent to the bank")
        CONFIRMED = "confirmed", _("Paid")
        CANCELLED = "cancelled", _("Cancelled")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="pay_runs")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    until = models.DateField(help_text="what was earned before this date is paid (exclusive)")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    finalised_at = models.DateTimeField(null=True, blank=True)
    finalised_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_pay_run_number_is_used_once"),
            models.CheckConstraint(
                condition=models.Q(released_by=None) | ~models.Q(released_by=models.F("finalised_by")),
                name="a_pay_run_is_released_by_a_second_person",
            ),
        ]


class PayRunLine(models.Model):
    """One member's pay in a run. IBAN and name are copied when the run becomes final."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    run = models.ForeignKey(PayRun, models.CASCADE, related_name="lines")
    party = models.ForeignKey(Party, models.PROTECT, related_name="pay_lines")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    iban = models.CharField(max_length=34, blank=True)
    holder = models.CharField(max_length=70, blank=True)
    reference = models.CharField(max_length=35, blank=True)
    left_out = models.CharField(max_length=40, blank=True, help_text="why this line is not paid, e.g. no bank account")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "party"], name="a_member_is_once_in_a_pay_run"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_pay_line_pays_something"),
        ]
