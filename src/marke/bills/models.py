"""Suppliers' invoices as they came in, what was said to them, and how they were paid."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Party


class Supplier(models.Model):
    """Whoever sends the co-op bills. The party has name and address; here is by what the next bill is recognised."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="suppliers")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    vat_number = models.CharField(max_length=20, blank=True, help_text="letters and digits alone")
    registration = models.CharField(max_length=40, blank=True, help_text="the number of the enterprise, letters and digits alone")
    cost = models.CharField(max_length=40, blank=True, help_text="what the last bill was booked as: a word of bills.costs")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_supplier_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "party"], name="a_party_is_one_supplier_per_coop"),
            models.UniqueConstraint(
                fields=["coop", "vat_number"], condition=~Q(vat_number=""), name="a_vat_number_is_of_one_supplier"
            ),
        ]

    def __str__(self) -> str:
        return self.party.name


class SupplierAccount(models.Model):
    """A bank account of a supplier that somebody vouched for. The newest is the one that counts; none is changed."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="accounts")
    iban = models.CharField(max_length=34)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]


class BillQuerySet(models.QuerySet["Bill"]):
    def with_left(self) -> BillQuerySet:
        """Adds `paid`; `taken` and `given`: what other papers of the supplier took from it, and it from them; `came_back`: of a
        credit note, what the supplier transferred. Minor units."""

        def total(rows: models.QuerySet[models.Model], of: str) -> Coalesce:
            sums = rows.filter(**{of: OuterRef("pk")}).order_by().values(of).annotate(total=Sum("amount")).values("total")
            return Coalesce(Subquery(sums), 0, output_field=models.BigIntegerField())

        return self.annotate(
            paid=total(BillPayment.objects.all(), "bill"),
            taken=total(SetOff.objects.all(), "bill"),
            given=total(SetOff.objects.all(), "credit"),
            came_back=total(MoneyBack.objects.all(), "bill"),
        )


class Bill(models.Model):
    """An invoice or credit note of a supplier, or one that a client made out in our name: that is a sale, and only kept here. Amounts in minor units of `currency`; in a credit note they are below zero."""

    class State(models.TextChoices):
        INCOMPLETE = "incomplete", _("to be filled in")
        WAITING = "waiting", _("to be approved")
        DISPUTED = "disputed", _("asked about")
        REFUSED = "refused", _("refused")
        APPROVED = "approved", _("approved")
        SALE = "sale", _("a sale of our own")
        SOLD = "sold", _("a sale of our own, accepted")

    class Source(models.TextChoices):
        UPLOAD = "upload", _("uploaded")
        MAIL = "mail", _("by mail")
        NETWORK = "network", _("over the network")

    class PaidBy(models.TextChoices):
        TRANSFER = "transfer", _("we transfer it")
        DEBIT = "debit", _("the supplier collects it")

    class Own(models.TextChoices):
        """Why the VAT is ours to reckon (reverse charge): Directive 2006/112/EC, arts. 194-199a, 200 and 211."""

        DOMESTIC = "domestic", _("from here, VAT shifted to us")
        EU_GOODS = "eu_goods", _("goods from another country of the Union")
        EU_SERVICES = "eu_services", _("services from another country of the Union")
        OUTSIDE = "outside", _("services from outside the Union")
        IMPORT = "import", _("goods from outside the Union, VAT shifted to the return")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="bills")
    number = models.PositiveIntegerField(help_text="ours, from 1 per co-op without gaps")
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, related_name="bills")
    state = models.CharField(max_length=10, choices=State, default=State.INCOMPLETE)
    source = models.CharField(max_length=8, choices=Source)
    sender = models.CharField(max_length=254, blank=True, help_text="the mail address or participant that it came from")
    received_at = models.DateTimeField()
    entered_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", help_text="who brought it or typed it in")
    # What it says.
    name = models.CharField(max_length=120, blank=True, help_text="the supplier, as the paper names it")
    paper = models.CharField(max_length=60, blank=True, help_text="the supplier's number")
    type_code = models.CharField(max_length=3, blank=True, help_text="UNTDID 1001: 380 an invoice, 381 a credit note")
    is_credit_note = models.BooleanField(default=False)
    issue_date = models.DateField(null=True)
    due_date = models.DateField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    net = models.BigIntegerField(default=0)
    vat = models.BigIntegerField(default=0)
    payable = models.BigIntegerField(default=0, help_text="net and VAT, less what was paid before")
    iban = models.CharField(max_length=34, blank=True)
    reference = models.CharField(max_length=140, blank=True)
    paid_by = models.CharField(max_length=8, choices=PaidBy, default=PaidBy.TRANSFER)
    # What our check said when it came in; "" where there was nothing to check.
    verdict = models.CharField(max_length=7, blank=True)
    rules = models.CharField(max_length=40, blank=True, help_text="by which edition of the rules it was checked")
    # What we make of it.
    cost = models.CharField(max_length=40, blank=True, help_text="a word of bills.costs")
    deducted = models.BigIntegerField(default=0, help_text="VAT that is taken off ours")
    own_kind = models.CharField(
        max_length=12, choices=Own, blank=True, help_text="why we reckon VAT ourselves; nothing where we do not"
    )
    own_base = models.BigIntegerField(default=0)
    own_permille = models.PositiveSmallIntegerField(default=0)
    own_vat = models.BigIntegerField(default=0, help_text="VAT that we reckon ourselves and owe")
    activity = models.ForeignKey(
        "activities.Activity", models.PROTECT, null=True, related_name="+", help_text="that it is charged to"
    )
    booked_on = models.DateField(null=True, help_text="the day on which it was approved: in its period the VAT is taken off")
    transaction = models.ForeignKey("ledger.Transaction", models.PROTECT, null=True, related_name="+")

    objects = BillQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["coop", "state"], name="bills_by_state"),
            models.Index(fields=["coop", "booked_on"], name="bills_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_bill_number_is_used_once"),
            models.UniqueConstraint(
                fields=["coop", "supplier", "paper"],
                condition=Q(supplier__isnull=False) & ~Q(state="refused"),
                name="a_suppliers_paper_is_kept_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(booked_on__isnull=False, supplier__isnull=False),
                name="an_approved_bill_is_booked",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("sale", "sold")) | Q(supplier__isnull=True, transaction__isnull=True, deducted=0),
                name="a_sale_of_our_own_is_no_bill",
            ),
            models.CheckConstraint(
                condition=~Q(own_kind="") | Q(own_base=0, own_permille=0, own_vat=0), name="vat_that_we_reckon_has_a_reason"
            ),
        ]

    @property
    def gross(self) -> int:
        return self.net + self.vat

    @property
    def paid_before(self) -> int:
        """What the paper says was paid already, and what it rounds."""
        return self.gross - self.payable


class BillFile(models.Model):
    """A file exactly as it came. The same bytes are kept once per co-op."""

    class Kind(models.TextChoices):
        XML = "xml", _("e-invoice")
        PDF = "pdf", "PDF"
        IMAGE = "image", _("photo")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    bill = models.ForeignKey(Bill, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField(help_text="from 1; the first is what the bill was read from")
    kind = models.CharField(max_length=5, choices=Kind)
    name = models.CharField(max_length=120, blank=True)
    mime = models.CharField(max_length=40)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256")
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "position"], name="a_file_of_a_bill_has_its_own_place"),
            models.UniqueConstraint(fields=["coop", "digest"], name="the_same_file_is_kept_once"),
        ]


class BillMove(models.Model):
    """Who moved a bill to where, when, and what they said."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    bill = models.ForeignKey(Bill, models.CASCADE, related_name="moves")
    state = models.CharField(max_length=10, choices=Bill.State)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]


class Approval(models.Model):
    """One person said that it may be paid."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    bill = models.ForeignKey(Bill, models.CASCADE, related_name="approvals")
    by = models.ForeignKey(Party, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["bill", "by"], name="a_person_approves_a_bill_once")]


class BillPayment(models.Model):
    """What was paid on a bill: with a pay run, or as the bank statement says."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="payments")
    amount = models.BigIntegerField()
    date = models.DateField()
    refund = models.OneToOneField("payments.Refund", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="a_payment_of_a_bill_pays_something")]


class SetOff(models.Model):
    """What a credit note takes from another bill of the same supplier; both are on one account, so nothing is booked."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    credit = models.ForeignKey(Bill, models.PROTECT, related_name="set_off_against")
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="set_off_by")
    amount = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="a_set_off_takes_something")]


class MoneyBack(models.Model):
    """What a supplier transferred to us for a credit note, as the bank statement says."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="money_back", help_text="the credit note")
    amount = models.BigIntegerField()
    date = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=64)
    transaction = models.ForeignKey("ledger.Transaction", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_number_of_money_back_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="money_back_is_booked_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="money_back_brings_something"),
        ]


class BillAnswer(models.Model):
    """What the supplier is told over the network (Peppol Invoice Response). Whoever has the access point sends it."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    bill = models.ForeignKey(Bill, models.CASCADE, related_name="answers")
    code = models.CharField(max_length=2, help_text="UNCL 4343")
    reason = models.CharField(max_length=10, blank=True, help_text="OPStatusReason")
    text = models.CharField(max_length=300, blank=True)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, blank=True, help_text="by the access point, last")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["bill", "code"], condition=~Q(code="UQ"), name="a_bill_is_answered_once")]


class BillAddress(models.Model):
    """The secret in the mail address to which suppliers send their bills, from one day to another."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    token = models.CharField(max_length=40, unique=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coop"], condition=Q(closed_at=None), name="a_co_op_has_one_address_for_bills"),
        ]


class Letter(models.Model):
    """A mail that came to the address for bills: who sent it, what was taken, and why the rest was not."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the mail: the same is read once")
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    taken = models.PositiveSmallIntegerField(default=0, help_text="how many bills came of it")
    refused = models.JSONField(default=list, help_text="[[name of the file, why it was not taken]]")
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["coop", "digest"], name="a_mail_is_read_once")]
