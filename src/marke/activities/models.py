"""Members' own businesses inside the co-op, and everything that happened to their money."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Circle, Coop, Party
from marke.payments.models import PaymentRequest
from marke.rules.models import Decision


class Activity(models.Model):
    """A business of a member, or of a circle as a team. What it holds is in the ledger, under its number."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="activities")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    name = models.CharField(max_length=80)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="activities")
    circle = models.ForeignKey(Circle, models.PROTECT, null=True, related_name="activities")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="an_activity_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="an_activity_is_opened_once"),
            models.CheckConstraint(
                condition=Q(party=None, circle__isnull=False) | Q(party__isnull=False, circle=None),
                name="an_activity_is_a_member_s_or_a_team_s",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="an_activity_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Entry(models.Model):
    """Something that happened to an activity's money, as it was booked: never changed, taken back by another entry.

    Amounts in minor units of the co-op's currency; of what takes back, they are negative.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        GRANT = "grant", _("Grant")
        CREDIT = "credit", _("Credit note")
        MONTH = "month", _("End of the month")
        EXPENSE = "expense", _("Expense")
        SHARED = "shared", _("Shared in the team")
        PAYOUT = "payout", _("Paid out")
        PAYROLL = "payroll", _("Paid as wages")
        WRITE_OFF = "write_off", _("The client did not pay")
        CLOSING = "closing", _("Reserve set free")
        INTERNAL = "internal", _("Internal invoice")

    coop = models.ForeignKey(Coop, models.CASCADE)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField(help_text="from 1 per activity")
    kind = models.CharField(max_length=10, choices=Kind)
    paper = models.CharField(max_length=40, blank=True, help_text="the number of the invoice or credit note")
    of = models.ForeignKey("self", models.PROTECT, null=True, related_name="taken_back", help_text="what it takes back")
    request = models.ForeignKey(PaymentRequest, models.PROTECT, null=True, related_name="+", help_text="what the client pays on")
    client = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    invoiced = models.BigIntegerField(default=0, help_text="without VAT")
    grants = models.BigIntegerField(default=0)
    expenses = models.BigIntegerField(default=0)
    moved = models.BigIntegerField(default=0, help_text="into the activity, or out of it where negative, from or to elsewhere")
    ends_month = models.BooleanField(default=False)
    ends_year = models.BooleanField(default=False)
    pays = models.BooleanField(default=True, help_text="not exempt from everything")
    pays_fee = models.BooleanField(default=True, help_text="not exempt from the fee and the least amounts")
    chosen = models.IntegerField(default=-1, help_text="the part that the member chose, in millionths; -1: none")
    given_month = models.BigIntegerField(default=0, help_text="what the activity gave before in this month")
    given_year = models.BigIntegerField(default=0)
    # What it came to.
    share = models.BigIntegerField(help_text="what came into the activity, or left it")
    contribution = models.BigIntegerField(default=0)
    guarantee = models.BigIntegerField(default=0)
    reserve = models.BigIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0, help_text="work that is paid as wages")
    sharing = models.ForeignKey("Sharing", models.PROTECT, null=True, related_name="entries")
    date = models.DateField()
    worked_on = models.DateField(null=True, help_text="the last day of the work, where what is invoiced names it")
    at = models.DateTimeField(help_text="whose rules it followed")
    booked_at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    basis = models.ForeignKey("ledger.Basis", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["coop", "at"], name="entries_by_promise"),
            models.Index(fields=["coop", "client"], name="entries_by_client"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="an_entry_has_its_own_place"),
            models.UniqueConstraint(
                fields=["coop", "paper"], condition=~Q(paper=""), name="a_paper_is_booked_in_an_activity_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    invoiced=F("share")
                    + F("contribution")
                    + F("guarantee")
                    + F("reserve")
                    + F("expenses")
                    - F("grants")
                    - F("moved")
                ),
                name="an_entry_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}.{self.number} {self.kind}"

    @property
    def income(self) -> int:
        return self.invoiced + self.grants

    @property
    def given(self) -> int:
        """What the co-op and its guarantee fund got of it."""
        return self.contribution + self.guarantee


class ChosenPart(models.Model):
    """What part of its income an activity gives, as its member chose, where the rules leave the choice. The newest holds."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="chosen_parts")
    millionths = models.IntegerField(help_text="-1: what holds for all")
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(millionths__gte=-1, millionths__lte=1_000_000), name="a_chosen_part_is_a_part"),
        ]


class Exemption(models.Model):
    """For a while an activity gives no fee, or nothing at all: decided by somebody in office, who says why."""

    class From(models.TextChoices):
        FEE = "fee", _("the fixed fee and the least amounts")
        ALL = "all", _("the whole contribution")

    coop = models.ForeignKey(Coop, models.CASCADE)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="exemptions")
    of = models.CharField(max_length=3, choices=From)
    since = models.DateField()
    until = models.DateField(help_text="exclusive")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["since", "id"]
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="an_exemption_ends_after_it_began")]


class Expense(models.Model):
    """Somebody paid something for an activity, and gets it back from it when it was approved and the activity covers it."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    coop = models.ForeignKey(Coop, models.CASCADE)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="expense_notes")
    number = models.PositiveIntegerField(help_text="from 1 per activity")
    what = models.CharField(max_length=140)
    amount = models.BigIntegerField()
    spent_on = models.DateField()
    spent_by = models.ForeignKey(Party, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    once_key = models.CharField(max_length=64)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True, help_text="why it was refused")
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="expense_note", help_text="when it was repaid")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="an_expense_number_is_used_once"),
            models.UniqueConstraint(fields=["activity", "once_key"], name="an_expense_is_told_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_expense_cost_something"),
            models.CheckConstraint(condition=Q(entry=None) | Q(state="approved"), name="only_an_approved_expense_is_repaid"),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(note=""), name="an_expense_is_refused_with_a_reason"),
        ]


class Receipt(models.Model):
    """The photo of a receipt, made small. It goes when its time is over."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    expense = models.OneToOneField(Expense, models.CASCADE, related_name="receipt")
    content = models.BinaryField(help_text="JPEG")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    at = models.DateTimeField()


class Sharing(models.Model):
    """A team shared a sum among its members' activities, by a key."""

    class Key(models.TextChoices):
        PER_HEAD = "per_head", _("the same for each")
        FIXED = "fixed", _("by percent")
        HOURS = "hours", _("by hours")
        AMOUNTS = "amounts", _("pro rata to amounts, and no more than those")

    coop = models.ForeignKey(Coop, models.CASCADE)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="sharings")
    number = models.PositiveIntegerField(help_text="from 1 per activity")
    total = models.BigIntegerField()
    key = models.CharField(max_length=10, choices=Key)
    weights = models.JSONField(help_text="[[number of the activity, weight], …]")
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="a_sharing_number_is_used_once"),
            models.UniqueConstraint(fields=["activity", "once_key"], name="a_sum_is_shared_once"),
            models.CheckConstraint(condition=Q(total__gt=0), name="something_is_shared"),
        ]


class WriteOff(models.Model):
    """A client does not pay a paper of an activity: what members were paid in advance is the guarantee fund's loss."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    income = models.OneToOneField(Entry, models.PROTECT, related_name="write_off", help_text="the invoice")
    fund = models.BigIntegerField(help_text="what the guarantee fund bears")
    borne = models.BigIntegerField(help_text="what was not paid out yet, and is taken back from the activity and the co-op")
    vat = models.BigIntegerField(help_text="to be asked back from the tax office")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="+", help_text="the vote that decided it, if one did"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fund__gte=0, borne__gte=0, vat__gte=0), name="a_write_off_loses_something"),
        ]

    @property
    def net(self) -> int:
        """What is lost, without VAT."""
        return self.fund + self.borne

    @property
    def gross(self) -> int:
        """What the client does not pay."""
        return self.net + self.vat


class Grant(models.Model):
    """Money that somebody gives to a business for what it does, without an invoice: a subsidy, a prize."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="grants")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    funder = models.ForeignKey(Party, models.PROTECT, related_name="+")
    what = models.CharField(max_length=140, help_text="for what it was given")
    amount = models.BigIntegerField()
    granted_on = models.DateField(help_text="the day of the letter that grants it")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="granted")
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    once_key = models.CharField(max_length=64)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_grant_has_a_number_of_its_own"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_grant_is_noted_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_grant_is_more_than_nothing"),
        ]

    @property
    def paper(self) -> str:
        """What it is called in the books of the business."""
        return f"GR-{self.number}"
