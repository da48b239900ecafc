"""What a client gives on top of the price: to whoever did the work, or to a good cause."""

from django.db import models

from marke.jobs.models.jobs import Job
from marke.parties.models import Coop


class Tip(models.Model):
    """A client wants to give this. Nothing is booked before it is paid, and all of it is the worker's."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    job = models.ForeignKey(Job, models.PROTECT, related_name="tips")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    amount = models.BigIntegerField(help_text="minor units")
    payment_request = models.OneToOneField("payments.PaymentRequest", models.PROTECT, related_name="tip")
    given_at = models.DateTimeField()
    # Not paid in time, or the client thought again.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_tip_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_tip_is_given_once"),
            models.UniqueConstraint(fields=["job"], condition=models.Q(withdrawn_at=None), name="a_job_has_one_tip"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_tip_is_more_than_nothing"),
        ]


class Gift(models.Model):
    """A client rounds up. Nothing is booked before it is paid, and all of it is the good cause's that a rule named then."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    job = models.ForeignKey(Job, models.PROTECT, related_name="gifts")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    cause = models.CharField(max_length=34)
    amount = models.BigIntegerField(help_text="minor units")
    payment_request = models.OneToOneField("payments.PaymentRequest", models.PROTECT, related_name="gift")
    given_at = models.DateTimeField()
    # Not paid in time, or the client thought again.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    once_key = models.CharField(max_length=64)

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_gift_number_is_used_once"),
            models.UniqueConstraint(fields=["coop", "once_key"], name="a_gift_is_given_once"),
            models.UniqueConstraint(fields=["job"], condition=models.Q(withdrawn_at=None), name="a_job_is_rounded_up_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_gift_is_more_than_nothing"),
        ]
