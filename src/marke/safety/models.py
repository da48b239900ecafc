"""Coming home safely: check-ins of who works alone, alarms, whom to call, trips that are shared, people kept apart."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.jobs.models import Job
from marke.parties.models import Client, Coop, Membership, Party


class EmergencyContact(models.Model):
    """Whom to call when somebody does not come home. Given by the member; nobody sees it while all is well."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    membership = models.OneToOneField(Membership, models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=8, default="en")
    since = models.DateTimeField()


class LoneWork(models.Model):
    """Somebody works alone on a job, and says now and then that all is well."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    since = models.DateTimeField()
    due_at = models.DateTimeField(help_text="by then they say that all is well")
    last_at = models.DateTimeField(null=True, blank=True, help_text="when they last said so")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "membership"], condition=models.Q(ended_at=None), name="somebody_is_alone_on_a_job_once"
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(ended_at=None), name="check_ins_due")]


class Alarm(models.Model):
    """A call that has to reach a human: somebody is not safe, or did not say that all is well."""

    class Kind(models.TextChoices):
        NOT_SAFE = "not_safe", _("is not safe")
        MISSED = "missed", _("did not say that all is well")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    raised_at = models.DateTimeField()
    contact_told_at = models.DateTimeField(null=True, blank=True, help_text="when the emergency contact was written to")
    # The member took it back themselves: a slip of the thumb, or all is well after all.
    undone_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "kind"], condition=models.Q(undone_at=None, closed_at=None), name="an_alarm_rings_once"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | (models.Q(closed_by__isnull=False) & ~models.Q(note="")),
                name="an_alarm_is_closed_by_a_human_with_a_note",
            ),
        ]
        indexes = [models.Index(fields=["coop"], condition=models.Q(undone_at=None, closed_at=None), name="alarms_that_ring")]

    @property
    def rings(self) -> bool:
        return self.undone_at is None and self.closed_at is None


class AlarmSeen(models.Model):
    """Who answered the call, and when."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    alarm = models.ForeignKey(Alarm, models.CASCADE, related_name="seen")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["alarm", "membership"], name="an_alarm_is_seen_once_by_each")]


class SharedTrip(models.Model):
    """A link by which a friend sees how a job goes, until a while after it."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    token = models.CharField(max_length=40, unique=True)
    since = models.DateTimeField()
    until = models.DateTimeField(help_text="when the link leads nowhere, whatever happens")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "membership"], condition=models.Q(ended_at=None), name="a_trip_has_one_link_at_a_time"
            )
        ]


class Block(models.Model):
    """A member and a client do not meet again: one of them said so. The other is told neither that nor why."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    by_client = models.BooleanField()
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    tells_coordinator = models.BooleanField(default=False, help_text="the coordinator may read the reason")

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "membership", "by_client"],
                condition=models.Q(lifted_at=None),
                name="somebody_is_blocked_once_by_each_side",
            )
        ]
        indexes = [models.Index(fields=["coop", "membership"], condition=models.Q(lifted_at=None), name="blocks_in_force")]
