"""What clients say about work, and workers about places. What was said stays; what is shown of it is a rule."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marke.invoices.models import Quote
from marke.jobs.models import Door, Job
from marke.parties.models import Circle, Client, Coop, Membership, Party


class Scale(models.TextChoices):
    STARS = "stars", _("one to five stars")
    THUMBS = "thumbs", _("thumbs up or down")
    WORDS = "words", _("words only")


class Feedback(models.Model):
    """About one job, once in each direction, or about one order. It never reaches whoever chooses who is asked for a job."""

    class About(models.TextChoices):
        WORK = "work", _("the work")  # by the client
        PLACE = "place", _("the place")  # by the worker, for whoever works there next

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="feedback")
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="feedback")
    order = models.ForeignKey(Quote, models.PROTECT, null=True, related_name="feedback", help_text="an assignment, by its order")
    about = models.CharField(max_length=5, choices=About)
    # As they were when it was said: a job may be given to somebody else later, an account to another person.
    client = models.ForeignKey(Client, models.PROTECT, related_name="feedback")
    worker = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="feedback")
    circle = models.ForeignKey(
        Circle, models.PROTECT, null=True, related_name="feedback", help_text="the team whose order it was"
    )
    author = models.ForeignKey(Party, models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, blank=True, help_text="of a note about a place: which, in small letters")
    scale = models.CharField(max_length=6, choices=Scale)
    score = models.PositiveSmallIntegerField(null=True, help_text="1 to 5 stars; thumbs: 0 down, 1 up")
    sentence = models.CharField(max_length=500, blank=True, help_text="for everybody whom the rule shows it to")
    note = models.CharField(max_length=1_000, blank=True, help_text="for the co-op only")
    said_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    door = models.CharField(max_length=8, choices=Door, default=Door.LINK)
    # Sentences are shown in this order, so that nobody sees which one is the latest.
    shuffle = models.PositiveIntegerField()

    class Meta:
        ordering = ["-said_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["job", "about"], name="feedback_is_given_once_per_job_and_direction"),
            models.UniqueConstraint(fields=["order", "about"], name="feedback_is_given_once_per_order_and_direction"),
            models.CheckConstraint(
                condition=Q(job__isnull=False, order=None) | Q(job=None, order__isnull=False, about="work"),
                name="feedback_is_about_a_job_or_about_the_work_of_an_order",
            ),
            models.CheckConstraint(
                condition=Q(worker__isnull=False, circle=None) | Q(worker=None, circle__isnull=False, job=None),
                name="feedback_is_about_a_member_or_about_a_team_s_order",
            ),
            models.CheckConstraint(
                condition=Q(scale="stars", score__gte=1, score__lte=5)
                | Q(scale="thumbs", score__lte=1)
                | Q(scale__in=["stars", "thumbs", "words"], score=None),
                name="a_score_fits_its_scale",
            ),
        ]
        indexes = [
            models.Index(fields=["coop", "about", "scale", "worker", "score"], name="feedback_by_worker"),
            models.Index(fields=["coop", "about", "said_at"], name="feedback_by_day"),
            models.Index(fields=["coop", "client", "place"], condition=Q(about="place"), name="feedback_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id or self.order_id} {self.about} {self.score}"


class FeedbackVersion(models.Model):
    """What was said before it was changed."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    feedback = models.ForeignKey(Feedback, models.CASCADE, related_name="versions")
    scale = models.CharField(max_length=6, choices=Scale)
    score = models.PositiveSmallIntegerField(null=True)
    sentence = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=1_000, blank=True)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["said_at", "id"]


class FeedbackAnswer(models.Model):
    """The member, or a circle, answers in public."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    feedback = models.ForeignKey(Feedback, models.CASCADE, related_name="answers")
    by = models.ForeignKey(Party, models.PROTECT, related_name="+")
    circle = models.ForeignKey(Circle, models.PROTECT, null=True, related_name="+", help_text="answers as a circle")
    text = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class FeedbackHiding(models.Model):
    """Words that were hidden, with the reason; who said them can contest it, and somebody else answers."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    feedback = models.ForeignKey(Feedback, models.CASCADE, related_name="hidings")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, related_name="+")
    contest = models.CharField(max_length=1_000, blank=True)
    contested_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["feedback"], condition=Q(lifted_at=None), name="words_are_hidden_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("by")), name="nobody_answers_for_what_they_hid_themselves"
            ),
        ]


class FeedbackRequest(models.Model):
    """The client was asked by mail, once."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    job = models.OneToOneField(Job, models.CASCADE, related_name="feedback_request")
    at = models.DateTimeField()


class FeedbackSilence(models.Model):
    """A client who does not want to be asked any more."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    client = models.OneToOneField(Client, models.CASCADE, related_name="feedback_silence")
    at = models.DateTimeField()
