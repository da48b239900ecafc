"""What the treasurer did with a month, with VAT, and what they wrote for whoever comes after. Rows are only ever added."""

from django.db import models
from django.db.models import F, Q

from marke.parties.models import Coop, Party


class MonthClose(models.Model):
    """How the co-op stood when a period was closed: what the books said, and what the bank said."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    closing = models.OneToOneField("ledger.ClosedPeriod", models.PROTECT, related_name="+")
    period = models.CharField(max_length=10, help_text="2026-03, 2026-q1 or 2026")
    since = models.DateField()
    until = models.DateField(help_text="exclusive")
    # At the end of the period, in minor units of the co-op's currency.
    bank_booked = models.BigIntegerField(help_text="what the books say is in the bank")
    bank_said = models.BigIntegerField(null=True, help_text="what the bank's statement says")
    receivable = models.BigIntegerField(help_text="what clients owed")
    owed = models.BigIntegerField(help_text="what members were owed for their work")
    unmatched = models.PositiveIntegerField(help_text="payments that nobody understood yet")
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-closed_at", "-id"]
        indexes = [models.Index(fields=["coop", "until"], name="month_closes_by_day")]
        constraints = [
            models.CheckConstraint(condition=Q(since__lt=F("until")), name="a_closed_month_begins_before_it_ends"),
        ]

    @property
    def difference(self) -> int | None:
        """What the bank has more than the books."""
        return None if self.bank_said is None else self.bank_said - self.bank_booked


class VatReturn(models.Model):
    """The VAT of a period as it was handed in. Handed in again, it is another row; the newest holds."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    number = models.PositiveIntegerField(help_text="from 1 per co-op, without gaps")
    period = models.CharField(max_length=10)
    since = models.DateField()
    until = models.DateField(help_text="exclusive")
    # [{"category": "S", "permille": 210, "base": …, "vat": …}], credit notes taken off.
    lines = models.JSONField(default=list)
    vat = models.BigIntegerField(help_text="charged to clients, minor units")
    deductible = models.BigIntegerField(default=0, help_text="paid to suppliers, and taken off")
    from_bills = models.BigIntegerField(null=True, help_text="VAT on suppliers' bills, booked with each of them")
    from_members = models.BigIntegerField(null=True, help_text="VAT on papers in members' names, booked with each of them")
    own_vat = models.BigIntegerField(
        null=True, help_text="VAT that we reckoned ourselves (reverse charge), booked with each paper"
    )
    # [{"kind": "eu_services", "base": …, "credited": …, "own": …, "deducted": …}], from bills and members' papers.
    bought = models.JSONField(null=True)
    note = models.CharField(max_length=400, blank=True)
    handed_in_at = models.DateTimeField()
    handed_in_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=64)
    # The booking of what was taken off.
    transaction = models.ForeignKey("ledger.Transaction", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_vat_return_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_vat_return_is_handed_in_once"),
            models.CheckConstraint(condition=Q(deductible__gte=0), name="vat_taken_off_is_not_negative"),
            models.CheckConstraint(condition=Q(deductible=0) | Q(transaction__isnull=False), name="vat_taken_off_is_booked"),
        ]

    @property
    def due(self) -> int:
        """To be paid for the period; below zero, to be got back."""
        return self.vat + (self.own_vat or 0) - self.taken_off - self.deductible

    @property
    def taken_off(self) -> int:
        """VAT on papers that we received, taken off when each was booked."""
        return (self.from_bills or 0) + (self.from_members or 0)


class VatPayment(models.Model):
    """VAT of a period that was paid to the tax office from the bank, or came back from it."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    number = models.PositiveIntegerField()
    vat_return = models.ForeignKey(VatReturn, models.PROTECT, related_name="payments")
    amount = models.BigIntegerField(help_text="paid; below zero, it came back")
    date = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=64)
    transaction = models.ForeignKey("ledger.Transaction", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_vat_payment_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_vat_payment_is_recorded_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="a_vat_payment_moves_something"),
        ]


class HandoverNote(models.Model):
    """What the treasurer wrote for whoever comes after: who keeps the books, where things are. The newest holds."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["coop", "number"], name="a_handover_note_number_is_used_once")]
