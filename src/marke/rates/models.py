"""Fares of members and of clients. What the members together, or for a circle, decided stands in the rulebook."""

from fractions import Fraction

from django.db import models
from django.db.models import F, Q

from marke.parties.models import Client, Coop, Membership, Party


class MemberFare(models.Model):
    """What a member asks for their own work, from a day on. Never changed: another one ends it."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="fares")
    job_kind = models.CharField(max_length=20)
    rows = models.JSONField(help_text="as the rule rates.fare keeps them")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True, help_text="exclusive")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["job_kind", "-from_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coop", "membership", "job_kind"],
                condition=Q(until_on=None),
                name="a_member_has_one_fare_for_a_kind_of_job",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="a_fare_of_a_member_ends_after_it_began"
            ),
        ]


class Showing(models.Model):
    """A member lets whoever books see their first name and what they ask. Taken back, the row goes."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    membership = models.OneToOneField(Membership, models.CASCADE, related_name="showing")
    since = models.DateTimeField()


class ClientFare(models.Model):
    """What was agreed with a client: a part less than others pay, from a day on. Never changed: another one ends it."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    client = models.ForeignKey(Client, models.PROTECT, related_name="fares")
    job_kind = models.CharField(max_length=20, blank=True, help_text="empty: whatever they book")
    # The discount as a ratio of two whole numbers.
    less = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    rows = models.JSONField(
        default=list, blank=True, help_text="a fare of their own, as the rule rates.fare keeps it; [] is ours"
    )
    note = models.CharField(max_length=300, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True, help_text="exclusive")
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    decision = models.ForeignKey("rules.Decision", models.PROTECT, null=True, blank=True, related_name="+")
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["client", "job_kind", "-from_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_fare_with_a_client_is_agreed_once"),
            models.UniqueConstraint(
                fields=["coop", "client", "job_kind"],
                condition=Q(until_on=None),
                name="a_client_has_one_open_agreement_for_a_kind_of_job",
            ),
            models.CheckConstraint(condition=Q(of__gt=0, less__lte=F("of")), name="a_discount_is_a_part_of_the_price"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="an_agreement_with_a_client_ends_after_it_began"
            ),
        ]

    @property
    def discount(self) -> Fraction:
        return Fraction(self.less, self.of)
