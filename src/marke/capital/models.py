"""Share issues: what is asked for and why, who takes part with how much, what became of the money; and loans by members."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marke.common.clock import local_date
from marke.parties.models import Coop, Membership, Party
from marke.payments.models import PaymentRequest
from marke.rounds.models import Round, Wish
from marke.rules.models import Decision, RuleValue
from marke.shares.models import ShareClass, ShareRequest


class ShareIssue(models.Model):
    """What was decided about a round of the kind share_issue. It never changes; states, and who and when, are the round's."""

    class Document(models.TextChoices):
        NONE = "none", _("no document is needed")
        NOTE = "note", _("whoever takes part has read the information note")

    class Dealing(models.TextChoices):
        EQUAL = "equal", _("everybody gets the same number, up to what they paid for")
        PRO_RATA = "pro_rata", _("everybody gets the same part of what they paid for")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    round = models.OneToOneField(Round, models.PROTECT, related_name="share_issue")
    share_class = models.ForeignKey(ShareClass, models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    # The price in force when it was opened holds for all who take part.
    rule_value = models.ForeignKey(RuleValue, models.PROTECT, related_name="+")
    price = models.BigIntegerField(help_text="minor units per share")
    purpose = models.TextField(help_text="what the money is for, as it was voted on")
    goal = models.PositiveIntegerField(help_text="shares")
    minimum = models.PositiveIntegerField(help_text="shares; with fewer, everybody gets their money back")
    maximum = models.PositiveIntegerField(help_text="shares")
    each = models.PositiveIntegerField(null=True, help_text="shares that one person takes at most in this issue")
    # What one person may have put in altogether, where the law asks for no document below that; minor units.
    most_capital = models.BigIntegerField(null=True)
    document = models.CharField(max_length=10, choices=Document)
    dealing = models.CharField(max_length=10, choices=Dealing)
    closes_when_full = models.BooleanField(default=False)
    public = models.BooleanField(default=True, help_text="strangers may read the page")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gt=0, maximum__gt=0) & Q(minimum__lte=F("goal")) & Q(goal__lte=F("maximum")),
                name="a_share_issue_goes_from_a_minimum_by_a_goal_to_a_maximum",
            )
        ]

    @property
    def number(self) -> int:
        return self.round.number

    @property
    def last_day(self) -> date:
        """The last day on which one can take part, where the co-op is; its round closes at the midnight after it."""
        assert self.round.closes_at is not None
        return local_date(self.round.closes_at - timedelta(microseconds=1), self.coop.timezone)

    @property
    def goal_amount(self) -> int:
        return self.worth(self.goal)

    @property
    def minimum_amount(self) -> int:
        return self.worth(self.minimum)

    @property
    def maximum_amount(self) -> int:
        return self.worth(self.maximum)

    def worth(self, shares: int) -> int:
        """What so many shares cost, in minor units."""
        return shares * self.price


class Subscription(models.Model):
    """Somebody takes part: the wish, and the payment that makes it count."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    issue = models.ForeignKey(ShareIssue, models.PROTECT, related_name="subscriptions")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    wish = models.OneToOneField(Wish, models.PROTECT, related_name="subscription")
    payment_request = models.OneToOneField(PaymentRequest, models.PROTECT, related_name="subscription")
    shares = models.PositiveIntegerField()
    entry_fee = models.BigIntegerField(default=0, help_text="minor units, where these are the first shares of the class")
    # What came out, when the round became final; and what was carried out.
    allotted = models.PositiveIntegerField(null=True)
    request = models.OneToOneField(ShareRequest, models.PROTECT, null=True, related_name="subscription")
    sent_back = models.BigIntegerField(default=0, help_text="minor units that are no longer held for it")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(shares__gt=0), name="a_subscription_asks_for_a_share"),
            models.CheckConstraint(
                condition=Q(allotted=None) | Q(allotted__lte=F("shares")), name="nobody_gets_more_than_asked_for"
            ),
            models.CheckConstraint(
                condition=Q(sent_back__gte=0, entry_fee__gte=0), name="a_subscription_gives_back_no_less_than_nothing"
            ),
        ]

    @property
    def amount(self) -> int:
        """What is to be paid in all, in minor units."""
        return self.shares * self.issue.price + self.entry_fee


class MemberLoan(models.Model):
    """A member lends to the co-op. The terms never change; it runs from the day on which it is paid in full."""

    class Repayment(models.TextChoices):
        EQUAL_PARTS = "equal_parts", _("the same part of the sum each year")
        ANNUITY = "annuity", _("the same payment each year")
        AT_THE_END = "at_the_end", _("everything at the end, and the interest each year")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    amount = models.BigIntegerField(help_text="minor units")
    # A year's interest, as an exact ratio.
    rate_numerator = models.PositiveIntegerField()
    rate_denominator = models.PositiveIntegerField()
    years = models.PositiveSmallIntegerField()
    repayment = models.CharField(max_length=12, choices=Repayment)
    purpose = models.CharField(max_length=200)
    payment_request = models.OneToOneField(PaymentRequest, models.PROTECT, related_name="member_loan")
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=64)
    # Set once each, in the course of things.
    started_on = models.DateField(null=True, help_text="when it was paid in full")
    cancelled_at = models.DateTimeField(null=True, help_text="before it was paid")
    waived_at = models.DateTimeField(null=True, help_text="the lender gave the rest to the co-op")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_loan_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_loan_is_agreed_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, rate_denominator__gt=0, years__gt=0), name="a_loan_has_a_sum_a_rate_and_years"
            ),
        ]

    @property
    def rate(self) -> Fraction:
        return Fraction(self.rate_numerator, self.rate_denominator)


class LoanInstalment(models.Model):
    """What is due at the end of one year of a loan. The plan never changes; it is booked once."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    loan = models.ForeignKey(MemberLoan, models.PROTECT, related_name="instalments")
    year = models.PositiveSmallIntegerField()
    due_date = models.DateField()
    owed_before = models.BigIntegerField()
    interest = models.BigIntegerField()
    repayment = models.BigIntegerField()
    # The lender gives the interest of this year to the co-op.
    interest_waived_at = models.DateTimeField(null=True)
    transaction = models.OneToOneField("ledger.Transaction", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["loan", "year"]
        constraints = [
            models.UniqueConstraint(fields=["loan", "year"], name="a_loan_has_one_instalment_a_year"),
            models.CheckConstraint(
                condition=Q(interest__gte=0, repayment__gte=0), name="an_instalment_pays_no_less_than_nothing"
            ),
        ]

    @property
    def paid_out(self) -> int:
        """What the lender gets, in minor units."""
        return self.repayment + (0 if self.interest_waived_at else self.interest)


class IssueReport(models.Model):
    """What became of the money: told by the treasurer, read by everybody who may read the issue's page."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    issue = models.ForeignKey(ShareIssue, models.PROTECT, related_name="reports")
    date = models.DateField(help_text="the day that it is about")
    text = models.TextField()
    amount = models.BigIntegerField(null=True, help_text="minor units spent on it, where it is about an amount")
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["date", "id"]
        constraints = [models.UniqueConstraint(fields=["coop", "once_key"], name="a_report_is_made_once")]
