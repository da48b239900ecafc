"""What the bank said, line by line, and what each line was understood as. Nothing here is money: that is in the ledger."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Party
from marke.rounds.models import Round


class BankLayout(models.Model):
    """How a bank's spreadsheet is to be read, as a person confirmed it: remembered for the next one with this header."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    header_digest = models.CharField(max_length=64)
    columns = models.JSONField(help_text="for each column the field that it holds")
    date_format = models.CharField(max_length=12)
    decimal = models.CharField(max_length=1)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coop", "header_digest"], name="a_bank_layout_is_kept_once")]


class BankStatement(models.Model):
    """A file from the bank: looked at first, then booked whole or thrown away."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("To be checked")
        BOOKED = "booked", _("Booked")
        DISCARDED = "discarded", _("Thrown away")

    class Format(models.TextChoices):
        CAMT053 = "camt053", _("camt.053")
        CODA = "coda", _("CODA")
        CSV = "csv", _("CSV")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="bank_statements")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEW)
    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    format = models.CharField(max_length=10, choices=Format)
    iban = models.CharField(max_length=34, blank=True)
    label = models.CharField(max_length=80, blank=True, help_text="the bank's own number")
    since = models.DateField(null=True, help_text="day of the first entry")
    until = models.DateField(null=True, help_text="day of the last entry, or of the closing balance (inclusive)")
    # In minor units; None where the file does not say.
    opening = models.BigIntegerField(null=True)
    closing = models.BigIntegerField(null=True)
    # The rows of a spreadsheet, until its columns are confirmed and it is booked or thrown away.
    header = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    lines = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    date_format = models.CharField(max_length=12, blank=True)
    decimal = models.CharField(max_length=1, blank=True)
    layout_confirmed = models.BooleanField(default=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    booked_at = models.DateTimeField(null=True)
    booked_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_bank_statement_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "digest"], condition=Q(state="booked"), name="a_bank_file_is_booked_once"),
            models.CheckConstraint(
                condition=~Q(state="booked") | Q(booked_at__isnull=False), name="a_booked_statement_says_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.filename}"


class BankEntry(models.Model):
    """One movement on the co-op's account. `meaning` is what it was understood as, `certain` whether that needs a yes."""

    class Meaning(models.TextChoices):
        KNOWN = "known", _("Known already")
        RECORDED = "recorded", _("Recorded by hand already")
        REQUEST = "request", _("Pays a request")
        PAY_RUN = "pay_run", _("A pay run left")
        RETURNED = "returned", _("A transfer of ours came back")
        TAKEN_BACK = "taken_back", _("A payment went back")
        REFUND = "refund", _("Sent back to a payer")
        OWED = "owed", _("Pays what we owe")
        GIVEN_BACK = "given_back", _("Given back to us")
        COST = "cost", _("Cost of the bank")
        UNKNOWN = "unknown", _("Not yet understood")

    class Why(models.TextChoices):
        REFERENCE = "reference", _("the reference says so")
        OWN_ID = "own_id", _("our own number in the transfer says so")
        NUMBER = "number", _("its number stands in the text")
        IBAN = "iban", _("the amount fits, and the account is known")
        NAME = "name", _("the amount and the name fit")
        AMOUNT = "amount", _("the amount and the day fit")
        KIND = "kind", _("the bank calls it a cost")
        SAME = "same", _("it stands in another statement too")

    coop = models.ForeignKey(Coop, models.CASCADE)
    statement = models.ForeignKey(BankStatement, models.CASCADE, related_name="entries")
    position = models.PositiveIntegerField(help_text="place in the statement, from 1")
    line = models.PositiveIntegerField(help_text="line of the file")
    booked_on = models.DateField()
    value_on = models.DateField(null=True)
    amount = models.BigIntegerField(help_text="minor units; positive when money came in")
    name = models.CharField(max_length=120, blank=True)
    iban = models.CharField(max_length=34, blank=True)
    text = models.CharField(max_length=280, blank=True)
    reference = models.CharField(max_length=35, blank=True)
    end_to_end_id = models.CharField(max_length=35, blank=True)
    batch_id = models.CharField(max_length=35, blank=True)
    bank_reference = models.CharField(max_length=45, blank=True)
    kind = models.CharField(max_length=10)
    reversal = models.BooleanField(default=False)

    meaning = models.CharField(max_length=12, choices=Meaning, default=Meaning.UNKNOWN)
    certain = models.BooleanField(default=False)
    why = models.CharField(max_length=12, choices=Why, blank=True)
    # What it is about.
    same_as = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")
    request = models.ForeignKey("payments.PaymentRequest", models.PROTECT, null=True, related_name="+")
    run = models.ForeignKey(Round, models.PROTECT, null=True, related_name="+")
    pay_line = models.ForeignKey("payments.PayRunLine", models.PROTECT, null=True, related_name="bank_entries")
    account = models.ForeignKey("ledger.Account", models.PROTECT, null=True, related_name="+", help_text="sent back from it")
    # What we owe, or is owed to us, and is paid by it: kind in the registry of payables, and which one.
    owed_kind = models.CharField(max_length=20, blank=True)
    owed_subject = models.CharField(max_length=40, blank=True)
    # In words that need no translation: whom it is about, for lists.
    about = models.CharField(max_length=140, blank=True)
    surplus = models.CharField(max_length=6, blank=True, help_text="what happens to what was paid too much")
    # A person said that it is not the one that is known or recorded already.
    not_same = models.BooleanField(default=False)
    # A person said yes, or said that it is something else.
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    # What was booked.
    fingerprint = models.CharField(max_length=64, blank=True)
    booked_at = models.DateTimeField(null=True)
    # Booked as what it means; until then it lies with what is not yet understood.
    settled_at = models.DateTimeField(null=True)
    payment = models.ForeignKey("payments.Payment", models.PROTECT, null=True, related_name="bank_entries")
    refund = models.ForeignKey("payments.Refund", models.PROTECT, null=True, related_name="bank_entries")
    transaction = models.ForeignKey("ledger.Transaction", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["coop", "booked_on"], name="bank_entries_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["statement", "position"], name="a_bank_entry_has_its_own_place"),
            models.UniqueConstraint(
                fields=["coop", "fingerprint"], condition=~Q(fingerprint=""), name="a_bank_entry_is_booked_once"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="a_bank_entry_moves_something"),
            models.CheckConstraint(
                condition=Q(booked_at=None) | ~Q(fingerprint="") | Q(meaning="known"),
                name="a_booked_bank_entry_is_known_again",
            ),
        ]

    @property
    def is_proposal(self) -> bool:
        """It needs a yes before it is booked as what it seems to be."""
        return not self.certain and self.decided_at is None and self.meaning not in (self.Meaning.UNKNOWN, self.Meaning.KNOWN)

    @property
    def waits(self) -> bool:
        """It is booked, and somebody still has to say what it is."""
        return self.booked_at is not None and self.settled_at is None
