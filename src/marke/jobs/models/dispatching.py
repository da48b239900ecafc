"""What dispatch is told by people: whose client it is, who agreed to be given work, what stays where it is."""

from django.db import models
from django.db.models import Q

from marke.jobs.models.jobs import Job
from marke.parties.models import Client, Coop, Membership, Party


class OwnMember(models.Model):
    """The member who does the work of a client, where the rule asks the client's own member first."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    client = models.ForeignKey(Client, models.CASCADE, related_name="own_members")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="own_clients")
    job_kind = models.CharField(max_length=20, blank=True, help_text="nothing: every kind of work")
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coop", "client", "job_kind"], condition=Q(ended_at=None), name="a_client_has_one_own_member_per_kind"
            )
        ]


class Agreement(models.Model):
    """A member agreed to be given work without being asked each time, or took that back. The last row counts."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="agreements")
    given = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["coop", "membership", "at"], name="agreements_by_member")]


class Lock(models.Model):
    """A job stays with whom it is: no rule and no drag moves it, until somebody takes the lock away."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    job = models.OneToOneField(Job, models.CASCADE, related_name="lock")
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")


class Look(models.Model):
    """When the matcher looked at a co-op's open jobs last. Whoever moves it on is the one that looks."""

    coop = models.OneToOneField(Coop, models.CASCADE, related_name="+")
    at = models.DateTimeField()
