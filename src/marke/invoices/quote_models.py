"""What is offered to a client in the name of an activity, and what was agreed."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.activities.models import Activity
from marke.parties.models import Client, Coop, Party


class Quote(models.Model):
    """An offer to a client. What it says stands in its versions; accepted, it is the order."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("waits for the client")
        ORDERED = "ordered", _("ordered")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        CLOSED = "closed", _("closed")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="quotes")
    number = models.PositiveIntegerField(help_text="from 1 per co-op; the order has the same")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="quotes")
    client = models.ForeignKey(Client, models.PROTECT, related_name="quotes")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    token = models.CharField(max_length=40, unique=True, help_text="the key in the link by which the client answers")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Party, models.PROTECT, related_name="+")
    once_key = models.CharField(max_length=64)
    # Whoever brought a client may mend what is written of them. Empty: made before that was kept.
    brought_client = models.BooleanField(null=True, help_text="the co-op knew nobody by this address: the quote made the client")
    # It is not to be invoiced any further: when, and who said so.
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        indexes = [models.Index(fields=["coop", "activity", "state"], name="quotes_by_activity")]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_quote_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_quote_is_made_once"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class QuoteVersion(models.Model):
    """What a quote says. From `fixed_at` on (sent, or ordered at once) it never changes; a change is a new version."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    quote = models.ForeignKey(Quote, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(help_text="from 1 per quote")
    title = models.CharField(max_length=120)
    place = models.CharField(max_length=160, blank=True)
    begins_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    reference = models.CharField(max_length=60, blank=True, help_text="what the client wants to read on the invoice")
    valid_until = models.DateField()
    term_days = models.PositiveSmallIntegerField(help_text="days from the invoice until it is to be paid")
    lines_count = models.PositiveSmallIntegerField(default=0, help_text="once it is fixed, the database refuses more")
    net = models.BigIntegerField(default=0)
    vat = models.BigIntegerField(default=0)
    gross = models.BigIntegerField(default=0)
    # Both parties as they were when it was fixed. The buyer's is emptied when they are erased.
    seller = models.JSONField(default=dict)
    buyer = models.JSONField(default=dict)
    language = models.CharField(max_length=8)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Party, models.PROTECT, related_name="+")
    fixed_at = models.DateTimeField(null=True, blank=True)
    fixed_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "number"], name="a_version_number_is_used_once"),
            models.UniqueConstraint(fields=["quote"], condition=models.Q(fixed_at=None), name="one_version_is_written_at_a_time"),
            models.CheckConstraint(condition=models.Q(gross=models.F("net") + models.F("vat")), name="a_quote_adds_up"),
        ]

    @property
    def last_day(self) -> date | None:
        """Of the work, where it is known."""
        return self.ends_on or self.begins_on


class QuoteLine(models.Model):
    coop = models.ForeignKey(Coop, models.CASCADE)
    version = models.ForeignKey(QuoteVersion, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    quantity_milli = models.BigIntegerField(help_text="thousandths of the unit")
    unit = models.CharField(max_length=3, help_text="UN/ECE Recommendation 20: HUR, DAY, C62 …")
    unit_price = models.BigIntegerField(help_text="minor units, without VAT")
    discount_permille = models.PositiveSmallIntegerField(default=0)
    net = models.BigIntegerField()
    vat_category = models.CharField(max_length=2)
    vat_permille = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="a_line_of_a_quote_has_its_own_place")]


class QuoteAnswer(models.Model):
    """The client's yes or no to one version; what they said it to is fixed."""

    class Door(models.TextChoices):
        LINK = "link", _("by the link in the letter")
        TOLD = "told", _("told us")
        DIRECT = "direct", _("agreed without a quote")

    coop = models.ForeignKey(Coop, models.CASCADE)
    version = models.OneToOneField(QuoteVersion, models.CASCADE, related_name="answer")
    accepted = models.BooleanField()
    door = models.CharField(max_length=6, choices=Door)
    name = models.CharField(max_length=120, blank=True, help_text="who said it; emptied when they are erased")
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
