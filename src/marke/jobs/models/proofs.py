"""What shows that the work was done, what went wrong on the way, and who had the job before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.jobs.models.jobs import Door, Job
from marke.parties.models import Coop, Membership, Party


class Photo(models.Model):
    """A picture, made small and rid of everything but what can be seen on it. It goes when its time is over."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, models.CASCADE, related_name="photos")
    content = models.BinaryField(help_text="JPEG")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    at = models.DateTimeField()


class StopVisit(models.Model):
    """The worker at one place of the route: there, and done there. Positions count from 0, as in `Job.route`."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, models.CASCADE, related_name="visits")
    position = models.PositiveSmallIntegerField()
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="a_place_of_a_route_is_visited_once")]


class Proof(models.Model):
    """What was shown at one place; or why nothing could be, which the coordinator sees."""

    class Kind(models.TextChoices):
        NAME = "name", _("Name")
        CODE = "code", _("Code")
        PHOTO = "photo", _("Photo")
        REASON = "reason", _("No proof, because")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, models.CASCADE, related_name="proofs")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=500, blank=True, help_text="who received it, or why nothing was shown")
    photo = models.ForeignKey(Photo, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    door = models.CharField(max_length=8, choices=Door, default=Door.WEB)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["job", "position", "kind"], name="a_place_is_proven_once_in_a_way")]
        indexes = [models.Index(fields=["coop", "at"], name="proofs_by_age")]


class Incident(models.Model):
    """Something went wrong: said by the worker or the client, answered by a human with a mandate."""

    class Kind(models.TextChoices):
        NOBODY_THERE = "nobody_there", _("Nobody was there")
        ADDRESS = "address", _("The address is not right")
        DAMAGE = "damage", _("Something is broken or lost")
        DELAY = "delay", _("It takes much longer")
        ACCIDENT = "accident", _("An accident")
        BEHAVIOUR = "behaviour", _("How somebody behaved")
        OTHER = "other", _("Something else")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, models.CASCADE, related_name="incidents")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField()
    photo = models.ForeignKey(Photo, models.SET_NULL, null=True, blank=True, related_name="+")
    by_client = models.BooleanField(default=False)
    reported_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answer="") | models.Q(answered_at__isnull=False, answered_by__isnull=False),
                name="an_answered_incident_names_who_answered",
            ),
        ]
        indexes = [models.Index(fields=["coop"], condition=models.Q(answered_at=None), name="incidents_still_open")]


class Stint(models.Model):
    """A worker had the job, began, and somebody else finished it. Their time stands here."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, models.CASCADE, related_name="stints")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(help_text="when somebody took the job over")
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["ended_at", "id"]

    @property
    def minutes(self) -> int:
        return max(0, int((self.ended_at - self.started_at).total_seconds()) // 60)
