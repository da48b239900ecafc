"""The ledger's tables. Only this app touches them; everybody else calls its services and queries."""

import json
from hashlib import sha256

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Party
from marke.rules.models import Decision


class Account(models.Model):
    """An account in one unit. `kind` says what it is for; `party` whose it is; `detail` tells apart what is left."""

    class Kind(models.TextChoices):
        # Assets: debit is positive.
        BANK = "bank", _("Bank")
        TRANSIT = "transit", _("Payments on their way")
        RECEIVABLE = "receivable", _("Owed by a client")
        UNBILLED = "unbilled", _("Done, not yet invoiced")
        # Liabilities: credit is negative.
        EARNINGS = "earnings", _("Owed to a member")
        ACTIVITY = "activity", _("In a member’s own business")
        SHARES_PENDING = "shares_pending", _("Paid for shares, not given out yet")
        REFUNDS = "refunds", _("To be paid back")
        UNMATCHED = "unmatched", _("Received, not yet understood")
        VAT = "vat", _("VAT to be paid")
        PAYABLE = "payable", _("Owed to a supplier")
        SURPLUS = "surplus", _("Share in the surplus, owed to a member")
        WITHHOLDING = "withholding", _("Tax withheld, to be paid")
        REDEMPTION = "redemption", _("Shares to be paid back")
        LOAN = "loan", _("Lent by a member")
        # Equity.
        SHARES = "shares", _("Share capital")
        ALLOCATED = "allocated", _("Kept in a member's name")
        RESERVE = "reserve", _("Reserve")
        FUND = "fund", _("Fund")
        RESULT = "result", _("Left over from earlier years")
        OPENING = "opening", _("Opening balance")
        # Result.
        CONTRIBUTION = "contribution", _("Contribution of the co-op")
        EXPENSE = "expense", _("Cost")
        INTEREST = "interest", _("Interest")
        GIFT = "gift", _("Gift")
        ROUNDING = "rounding", _("Rounding")

    # Where a credit is the usual direction, so that people read these with the sign turned.
    CREDIT_KINDS = frozenset(
        {
            Kind.EARNINGS,
            Kind.ACTIVITY,
            Kind.SHARES_PENDING,
            Kind.REFUNDS,
            Kind.UNMATCHED,
            Kind.VAT,
            Kind.PAYABLE,
            Kind.SURPLUS,
            Kind.WITHHOLDING,
            Kind.REDEMPTION,
            Kind.LOAN,
            Kind.SHARES,
            Kind.ALLOCATED,
            Kind.RESERVE,
            Kind.FUND,
            Kind.RESULT,
            Kind.OPENING,
            Kind.CONTRIBUTION,
            Kind.GIFT,
        }
    )

    # Follows from what the account is (marke_core.postings.account_uid), so that hashes cover that too.
    uid = models.UUIDField(editable=False)
    coop = models.ForeignKey(Coop, models.CASCADE, related_name="accounts", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind)
    unit = models.CharField(max_length=12, help_text="currency code, or hour, kWh, point, share")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="accounts")
    detail = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        # Not by uid, which follows from the same: an index of what comes anywhere in it is slow to write to.
        constraints = [
            models.UniqueConstraint(fields=["coop", "kind", "party", "unit", "detail"], name="an_account_exists_once"),
            models.UniqueConstraint(
                fields=["coop", "kind", "unit", "detail"],
                condition=models.Q(party=None),
                name="an_account_of_the_co_op_itself_exists_once",
            ),
        ]

    @property
    def direction(self) -> int:
        """1 where people read debit as more, -1 where they read credit as more."""
        return -1 if self.kind in self.CREDIT_KINDS else 1


class Basis(models.Model):
    """Because: the scheme, its version and the rule values that a posting followed. Shared by all that followed the same."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    scheme = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    # {"jobs.contribution": "<uid of the rule value>", …}
    rule_values = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coop", "digest"], name="a_basis_is_kept_once")]

    def computed_digest(self) -> str:
        """The hash of what it says; `digest` was this when it was recorded."""
        said = json.dumps([self.scheme, self.version, self.rule_values], sort_keys=True, separators=(",", ":"))
        return sha256(said.encode()).hexdigest()


class ChainHead(models.Model):
    """The end of a co-op's chain, moved by the seal alone. Whoever posts locks the co-op's row, so that transactions queue."""

    coop = models.OneToOneField(Coop, models.CASCADE, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
    # Postings that still wait for their transaction: none at any commit. SQLite counts them by itself, for its foreign key.
    unsealed = models.PositiveIntegerField(default=0)


class Transaction(models.Model):
    """A balanced set of postings. Inserting this row seals them."""

    # Columns that other indexes lead with, or that nobody searches, carry none of their own: writing stays fast. What the
    # seal demands anyhow (accounts and basis are there and of this co-op, which is theirs), no foreign key checks again.
    coop = models.ForeignKey(Coop, models.CASCADE, db_index=False, db_constraint=False)
    number = models.PositiveBigIntegerField(help_text="place in the co-op's chain, from 1 without gaps")
    kind = models.CharField(max_length=40)
    # "kind:number of the fact:version". The same fact is booked once, whatever is retried.
    key = models.CharField(max_length=120)
    date = models.DateField()
    sealed_at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", db_index=False)
    basis = models.ForeignKey(Basis, models.PROTECT, null=True, db_index=False, db_constraint=False)
    # The integer inputs, e.g. {"price": 1250}. Ids and numbers only, never names or free text.
    facts = models.JSONField(default=dict)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="reversals", db_index=False, db_constraint=False)
    content_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_place_in_the_chain_is_taken_once"),
            models.UniqueConstraint(fields=["coop", "key"], name="a_fact_is_posted_once"),
            models.UniqueConstraint(
                fields=["reverses"], condition=models.Q(reverses__isnull=False), name="a_transaction_is_reversed_once"
            ),
        ]
        indexes = [models.Index(fields=["coop", "date"], name="transactions_by_date")]


class Posting(models.Model):
    """One leg: debit positive, credit negative, in minor units of the account's unit."""

    coop = models.ForeignKey(Coop, models.CASCADE, db_index=False, db_constraint=False)
    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings", db_index=False, db_constraint=False)
    amount = models.BigIntegerField()
    line = models.CharField(max_length=40, help_text="the line of the scheme that made it, e.g. earnings")

    class Meta:
        # By id, so that what comes is put behind what is there: of the co-op's own accounts a year has a million legs, each of
        # which came anywhere by its amount. The amount is here so that a balance is read from the index alone.
        indexes = [models.Index(fields=["account", "id", "amount"], name="postings_by_account_in_order")]
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="a_posting_moves_something")]


class ClosedPeriod(models.Model):
    """The books were closed until a day, or opened again back to one. The newest row holds; none is changed or deleted.

    It holds for what comes behind `last` in the chain, so that the chain and no clock tells what was booked before it.
    """

    coop = models.ForeignKey(Coop, models.CASCADE, db_index=False)
    number = models.PositiveIntegerField(help_text="from 1 per co-op, without gaps")
    until = models.DateField(null=True, help_text="the first day that is open; nothing: every day is")
    reopened = models.BooleanField(default=False)
    closed_at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", db_index=False)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+", help_text="that opened them again")
    last = models.ForeignKey(Transaction, models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_closing_is_numbered_once"),
            models.CheckConstraint(
                condition=models.Q(reopened=False, until__isnull=False) | models.Q(reopened=True, decision__isnull=False),
                name="books_are_closed_until_a_day_and_opened_again_by_a_decision",
            ),
        ]
