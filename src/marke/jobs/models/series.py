"""A booking that comes again and again, and each of its days that was booked, moved or skipped."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.jobs.models.jobs import Job
from marke.parties.models import Coop, Party


class Series(models.Model):
    """The client wants the same again on certain days. Each day is booked like its first job, some days ahead."""

    class Every(models.TextChoices):
        WEEK = "week", _("every week")
        FORTNIGHT = "fortnight", _("every two weeks")
        MONTH = "month", _("every month")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="booking_series")
    first = models.OneToOneField(Job, models.PROTECT, related_name="begins")
    token = models.CharField(max_length=40, unique=True, help_text="the key in the client's link to the series")
    every = models.CharField(max_length=10, choices=Every)
    # Local weekdays, 0 is Monday; for a month: the day of the first job, or the month's last day where it has no such day.
    weekdays = models.JSONField(default=list)
    since = models.DateField(help_text="the day of the first job")
    local_time = models.TimeField(help_text="on the clock of the co-op's time zone, summer and winter")
    until = models.DateField(null=True, blank=True, help_text="the last day that counts")
    times = models.PositiveSmallIntegerField(null=True, blank=True, help_text="how many days in all")
    # Every day up to here is booked, skipped, or was passed over.
    seen_until = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    paused_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Why a day could not be booked, so that a person looks.
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name_plural = "series"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(times=None), name="a_series_ends_by_a_day_or_by_a_count"
            ),
        ]
        indexes = [
            models.Index(fields=["seen_until"], condition=models.Q(ended_at=None, paused_at=None), name="series_to_be_booked")
        ]


class SeriesDay(models.Model):
    """One day of a series on which something was done or said: booked, moved to another moment, or skipped."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    series = models.ForeignKey(Series, models.CASCADE, related_name="days")
    day = models.DateField(help_text="as the series counts it, also when it was moved")
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="series_day")
    moved_to = models.DateTimeField(null=True, blank=True)
    skipped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["series", "day"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "series", "day"], name="a_day_of_a_series_is_booked_once"),
            models.CheckConstraint(
                condition=models.Q(skipped_at=None) | models.Q(moved_to=None), name="a_day_is_moved_or_skipped"
            ),
        ]
