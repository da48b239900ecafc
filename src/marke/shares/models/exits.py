"""Shares that are given back: who asked when, what they bring, in which parts, and what was paid."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Membership, Party
from marke.payments.models import Refund
from marke.shares.models.register import ShareClass, ShareEvent


class ShareExit(models.Model):
    """Shares of one class are to be given back. It never changes; its moves say how far it got."""

    class Kind(models.TextChoices):
        REQUEST = "request", _("Given back")
        LEAVING = "leaving", _("Left the co-op")
        DEATH = "death", _("Died")
        EXCLUSION = "exclusion", _("Excluded")

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        DUE = "due", _("to be paid back")
        SUSPENDED = "suspended", _("suspended")
        PAID = "paid", _("paid back")
        CANCELLED = "cancelled", _("cancelled")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="share_exits")
    number = models.PositiveIntegerField(help_text="from 1 per co-op, without gaps")
    kind = models.CharField(max_length=10, choices=Kind)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="share_exits")
    share_class = models.ForeignKey(ShareClass, models.PROTECT, related_name="exits")
    shares = models.PositiveIntegerField()
    asked_at = models.DateTimeField()
    asked_on = models.DateField(help_text="where the co-op is; its rank in the queue")
    effective_on = models.DateField(help_text="at the end of this day the shares are no longer held")
    # The decision behind an exclusion, or what the officer wrote down.
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=80)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_share_exit_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_share_exit_is_asked_for_once"),
            models.CheckConstraint(condition=Q(shares__gt=0), name="a_share_exit_gives_back_a_share"),
            models.CheckConstraint(
                condition=Q(effective_on__gte=F("asked_on")), name="a_share_exit_takes_effect_after_it_is_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class ExitMove(models.Model):
    """Into which state an exit came, when and why. Never changed, never deleted."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    exit = models.ForeignKey(ShareExit, models.PROTECT, related_name="moves")
    state = models.CharField(max_length=10, choices=ShareExit.State)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]


class ExitPrice(models.Model):
    """What the shares bring: fixed on the day they end, and never changed."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    exit = models.OneToOneField(ShareExit, models.PROTECT, related_name="price")
    date = models.DateField(help_text="on which it is booked")
    paid_in = models.BigIntegerField(help_text="for the shares that ended, minor units")
    owed = models.BigIntegerField()
    penalty = models.BigIntegerField(default=0, help_text="kept, because it was early")
    lost = models.BigIntegerField(default=0, help_text="kept, because the co-op is worth less")
    # The accounts by which net asset value was measured; empty where the rule does not ask for it.
    accounts_on = models.DateField(null=True, blank=True)
    net_assets = models.BigIntegerField(null=True, blank=True)
    capital = models.BigIntegerField(null=True, blank=True)
    transaction = models.ForeignKey("ledger.Transaction", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owed__gte=0, penalty__gte=0, lost__gte=0, paid_in=F("owed") + F("penalty") + F("lost")),
                name="what_was_paid_in_is_owed_or_kept",
            ),
        ]


class ExitPart(models.Model):
    """The shares of one lot, at their own issue price: the why of the amount."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    exit = models.ForeignKey(ShareExit, models.PROTECT, related_name="parts")
    position = models.PositiveIntegerField()
    event = models.OneToOneField(ShareEvent, models.PROTECT, related_name="exit_part", help_text="by which they ended")
    shares = models.PositiveIntegerField()
    paid_in = models.BigIntegerField()
    nominal = models.BigIntegerField(null=True, blank=True)
    net_assets = models.BigIntegerField(null=True, blank=True, help_text="their part of the net assets")
    price = models.BigIntegerField()
    penalty = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["exit", "position"], name="an_exit_part_has_its_own_place")]

    @property
    def owed(self) -> int:
        return self.price - self.penalty


class ExitInstalment(models.Model):
    """When which part is paid, and the interest until then."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    exit = models.ForeignKey(ShareExit, models.PROTECT, related_name="instalments")
    position = models.PositiveIntegerField()
    from_on = models.DateField(help_text="the first day on which it may be paid")
    due_on = models.DateField(help_text="the last")
    outstanding = models.BigIntegerField(help_text="on which the interest is")
    principal = models.BigIntegerField()
    interest = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["exit", "position"], name="an_exit_instalment_has_its_own_place"),
            models.CheckConstraint(condition=Q(principal__gt=0, interest__gte=0), name="an_exit_instalment_pays_something"),
        ]

    @property
    def amount(self) -> int:
        return self.principal + self.interest


class LiquidityReport(models.Model):
    """Those in office say, with figures, that the co-op can pay its debts in the coming months. Signed and kept."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="liquidity_reports")
    number = models.PositiveIntegerField()
    date = models.DateField(help_text="of the figures")
    until = models.DateField(help_text="how far it looks ahead (exclusive)")
    cash = models.BigIntegerField()
    expected_in = models.BigIntegerField()
    expected_out = models.BigIntegerField(help_text="without what is owed for shares")
    text = models.TextField()
    net_assets = models.BigIntegerField(help_text="by the ledger on the day it was signed")
    waiting = models.BigIntegerField(help_text="owed for shares that day")
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Party, models.PROTECT, related_name="+")
    office = models.CharField(max_length=20)
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_liquidity_report_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_liquidity_report_is_signed_once"),
            models.CheckConstraint(condition=Q(until__gt=F("date")), name="a_liquidity_report_looks_ahead"),
            models.CheckConstraint(condition=Q(expected_in__gte=0, expected_out__gte=0), name="expected_money_is_not_negative"),
        ]

    @property
    def left(self) -> int:
        """What would be there at the end, in minor units."""
        return self.cash + self.expected_in - self.expected_out

    @property
    def out(self) -> int:
        return -self.expected_out


class ExitPayment(models.Model):
    """Money for shares went out, and by which tests it could."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    exit = models.ForeignKey(ShareExit, models.PROTECT, related_name="payments")
    amount = models.BigIntegerField()
    date = models.DateField()
    refund = models.OneToOneField(Refund, models.PROTECT, related_name="exit_payment")
    report = models.ForeignKey(LiquidityReport, models.PROTECT, null=True, related_name="payments")
    # {"net_assets": 120000, …}: what each test left for everything that waited.
    tests = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="an_exit_payment_pays_something")]
