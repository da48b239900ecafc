"""Invoices that the co-op writes in the name of a member who works on their own account, and what was agreed about them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marke.invoices.models import Series, VatBreakdown
from marke.parties.models import Coop, Membership, Party
from marke_core.einvoice.model import SELF_BILLED_CREDIT_NOTE, SELF_BILLED_INVOICE


class SelfBillAgreement(models.Model):
    """Member and co-op agree that the co-op writes the member's invoices. The law wants it before the first one."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    vat_category = models.CharField(max_length=2)
    vat_permille = models.PositiveSmallIntegerField()
    is_small = models.BooleanField(default=False, help_text="exempt as a small enterprise")
    object_days = models.PositiveSmallIntegerField(help_text="within which the member may object to a paper")
    since = models.DateField(help_text="work from this day on")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Party, models.PROTECT, related_name="+", help_text="the member, who agrees by asking")
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", help_text="for the co-op")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="an_agreement_on_self_billing_is_numbered_once"),
            models.UniqueConstraint(
                fields=["membership"], condition=Q(ended_at=None), name="a_member_has_one_agreement_on_self_billing"
            ),
            models.CheckConstraint(
                condition=Q(agreed_at=None, agreed_by=None) | Q(agreed_at__gte=F("asked_at")),
                name="the_co_op_agrees_after_the_member",
            ),
        ]

    @property
    def is_in_force(self) -> bool:
        return self.agreed_at is not None and self.ended_at is None


class SelfBill(models.Model):
    """An invoice of a member to the co-op, or the credit note that takes one back. Never changed; its amounts are signed."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    agreement = models.ForeignKey(SelfBillAgreement, models.PROTECT, related_name="bills")
    series = models.ForeignKey(Series, models.PROTECT, related_name="self_bills")
    serial = models.PositiveIntegerField(help_text="place in the member's own series, from 1 without gaps")
    number = models.CharField(max_length=24)
    credits = models.ForeignKey("self", models.PROTECT, null=True, related_name="credit_notes")
    issue_date = models.DateField()
    due_date = models.DateField()
    object_until = models.DateField(help_text="the last day on which the member may object")
    seller = models.JSONField()
    buyer = models.JSONField()
    notes = models.JSONField(default=list)
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=8)
    vat_category = models.CharField(max_length=2)
    vat_permille = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=400, blank=True, help_text="why no VAT is charged")
    lines_count = models.PositiveIntegerField()
    net = models.BigIntegerField()
    vat = models.BigIntegerField()
    gross = models.BigIntegerField()
    # How the VAT was booked.
    deducted = models.BigIntegerField(help_text="VAT that was taken off when it was booked")
    own_vat = models.BigIntegerField(help_text="VAT that the co-op reckons itself (reverse charge)")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    transaction = models.ForeignKey(
        "ledger.Transaction", models.PROTECT, null=True, related_name="+", help_text="its VAT; the rest was booked with the work"
    )

    class Meta:
        ordering = ["-issue_date", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "serial"], name="a_place_in_a_members_series_is_taken_once"),
            models.UniqueConstraint(fields=["coop", "number"], name="a_self_billed_number_is_used_once"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("vat")), name="a_self_billed_invoice_adds_up"),
            models.CheckConstraint(
                condition=Q(credits=None, net__gt=0) | Q(credits__isnull=False, net__lt=0),
                name="a_self_billed_credit_note_takes_back",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_credit_note(self) -> bool:
        return self.credits_id is not None

    @property
    def type_code(self) -> str:
        return SELF_BILLED_CREDIT_NOTE if self.is_credit_note else SELF_BILLED_INVOICE

    # What `invoices.documents` asks of any paper.
    delivery_date = None

    @property
    def reference(self) -> str:
        return self.number

    def rates(self) -> list[VatBreakdown]:
        """All its lines have the rate that was agreed."""
        return [
            VatBreakdown(category=self.vat_category, permille=self.vat_permille, base=self.net, vat=self.vat, reason=self.reason)
        ]


class SelfBillLine(models.Model):
    """What the co-op owed the member anyway: a credit of the ledger, billed once however it is corrected."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    bill = models.ForeignKey(SelfBill, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    posting = models.ForeignKey("ledger.Posting", models.PROTECT, related_name="+", db_constraint=False)
    text = models.CharField(max_length=200)
    date = models.DateField()
    net = models.BigIntegerField()

    # What `invoices.documents` asks of any line: one thing at one price.
    quantity_milli: int | None = None
    unit_price: int | None = None
    unit = ""
    discount_permille = 0

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "position"], name="a_line_of_a_self_bill_has_its_own_place"),
            models.UniqueConstraint(fields=["bill", "posting"], name="a_posting_stands_once_on_a_self_bill"),
        ]

    @property
    def vat_category(self) -> str:
        return self.bill.vat_category

    @property
    def vat_permille(self) -> int:
        return self.bill.vat_permille


class SelfBillReply(models.Model):
    """What the member said to a paper in their name: that it is right, or why not; and what became of that."""

    class Answer(models.TextChoices):
        CREDITED = "credited", _("taken back")
        STANDS = "stands", _("it stands")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    bill = models.OneToOneField(SelfBill, models.PROTECT, related_name="reply")
    is_right = models.BooleanField()
    text = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    answer_text = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(is_right=True) | ~Q(text=""), name="an_objection_says_why"),
            models.CheckConstraint(condition=Q(answer="") | Q(is_right=False), name="only_an_objection_is_answered"),
        ]
