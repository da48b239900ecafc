"""Share issues: what is asked for and why, who takes part with how much, and what became of the money."""

from __future__ import annotations

from datetime import date, timedelta

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
