"""Invoices: numbered when issued, without gaps, never changed."""

from django.db import models

from marke.activities.models import Activity
from marke.invoices.internal_models import InternalInvoice as InternalInvoice
from marke.invoices.internal_models import InternalOrder as InternalOrder
from marke.invoices.quote_models import Quote as Quote
from marke.invoices.quote_models import QuoteAnswer as QuoteAnswer
from marke.invoices.quote_models import QuoteLine as QuoteLine
from marke.invoices.quote_models import QuoteVersion as QuoteVersion
from marke.jobs.models import Job
from marke.parties.models import Client, Coop, Party
from marke.payments.models import PaymentRequest
from marke_core.einvoice.model import CREDIT_NOTE, INVOICE


class Series(models.Model):
    """A counter per co-op and year. The row is locked when a number is given, because a sequence leaves gaps."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    prefix = models.CharField(max_length=12, help_text="e.g. 2026- ; CN2026- for credit notes")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coop", "prefix"], name="a_series_is_kept_once")]

    @property
    def is_of_invoices(self) -> bool:
        """Not one of those that papers of other kinds have, whose prefix begins with other letters."""
        return self.prefix.removeprefix("CN")[:1].isdigit()


class Invoice(models.Model):
    """An issued invoice or credit note. Everything on it is copied, so that it never changes.

    The amounts of a credit note are negative: what stands on one page adds up.
    """

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="invoices")
    series = models.ForeignKey(Series, models.PROTECT, related_name="invoices")
    serial = models.PositiveIntegerField(help_text="place in the series, from 1 without gaps")
    number = models.CharField(max_length=24)
    client = models.ForeignKey(Client, models.PROTECT, related_name="invoices")
    credits = models.ForeignKey("self", models.PROTECT, null=True, related_name="credit_notes")
    # In whose name, where it is a member's or team's own business; and the order that it invoices.
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="invoices")
    order = models.ForeignKey(Quote, models.PROTECT, null=True, related_name="invoices")
    issue_date = models.DateField()
    due_date = models.DateField()
    delivery_date = models.DateField(null=True, help_text="when it was done or delivered, where that is one day")
    # Who sells, who buys, and the texts that VAT asks for, as they were when it was issued.
    seller = models.JSONField()
    buyer = models.JSONField()
    notes = models.JSONField(default=list)
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=8)
    reference = models.CharField(max_length=35, blank=True)
    # How many lines and rates belong to it: the database refuses more.
    lines_count = models.PositiveIntegerField()
    rates_count = models.PositiveIntegerField()
    net = models.BigIntegerField()
    vat = models.BigIntegerField()
    gross = models.BigIntegerField()
    payment_request = models.OneToOneField(PaymentRequest, models.PROTECT, null=True, related_name="invoice")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    transaction = models.ForeignKey("ledger.Transaction", models.PROTECT, related_name="+")
    # It was checked as an e-invoice when it was issued. Empty: issued before that was kept, or its currency allows none.
    rules = models.CharField(  # noqa: DJ001 - a column that may be empty is added without writing the table anew
        max_length=40, null=True, help_text="by which edition of the rules it was checked"
    )
    faults = models.PositiveSmallIntegerField(null=True, help_text="for how many reasons those rules refuse it")

    class Meta:
        ordering = ["-issue_date", "-id"]
        indexes = [models.Index(fields=["coop", "client"], name="invoices_by_client")]
        constraints = [
            models.UniqueConstraint(fields=["series", "serial"], name="a_place_in_a_series_is_taken_once"),
            models.UniqueConstraint(fields=["coop", "number"], name="an_invoice_number_is_used_once"),
            models.CheckConstraint(condition=models.Q(gross=models.F("net") + models.F("vat")), name="an_invoice_adds_up"),
            models.CheckConstraint(
                condition=models.Q(credits=None, gross__gt=0, payment_request__isnull=False)
                | models.Q(credits__isnull=False, gross__lt=0, payment_request=None),
                name="an_invoice_asks_and_a_credit_note_gives_back",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_credit_note(self) -> bool:
        return self.credits_id is not None

    @property
    def type_code(self) -> str:
        """UNTDID 1001."""
        return CREDIT_NOTE if self.is_credit_note else INVOICE

    def rates(self) -> "list[VatBreakdown]":
        return list(self.vat_breakdown.all())


class InvoiceLine(models.Model):
    coop = models.ForeignKey(Coop, models.CASCADE)
    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="invoice_lines")
    # Of a credit note: the line that it takes back, wholly or in part.
    credits = models.ForeignKey("self", models.PROTECT, null=True, related_name="credited_by")
    text = models.CharField(max_length=200)
    date = models.DateField()
    # How the net came about, where it is a quantity times a price; a job has one price.
    quantity_milli = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=3, blank=True, default="")
    unit_price = models.BigIntegerField(null=True)
    discount_permille = models.PositiveSmallIntegerField(default=0)
    net = models.BigIntegerField()
    vat_category = models.CharField(max_length=2)
    vat_permille = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["invoice", "position"], name="a_line_has_its_own_place")]

    @property
    def job_number(self) -> int | None:
        return self.job.number if self.job else None


class VatBreakdown(models.Model):
    """One row per category and rate, computed on the sum of its lines as EN 16931 has it."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="vat_breakdown")
    category = models.CharField(max_length=2)
    permille = models.PositiveSmallIntegerField()
    base = models.BigIntegerField()
    vat = models.BigIntegerField()
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["category", "-permille"]
        constraints = [models.UniqueConstraint(fields=["invoice", "category", "permille"], name="a_vat_rate_stands_once")]


class Reminder(models.Model):
    """A client was asked again to pay. What was owed then stands here, because it changes every day."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="reminders")
    step = models.PositiveSmallIntegerField(help_text="from 1 per invoice")
    sent_at = models.DateTimeField()
    owed = models.BigIntegerField(help_text="minor units, without interest")
    interest = models.BigIntegerField()
    lump_sum = models.BigIntegerField()
    sent_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", help_text="nobody: the clockwork")

    class Meta:
        ordering = ["step"]
        constraints = [models.UniqueConstraint(fields=["invoice", "step"], name="a_reminder_is_sent_once")]
