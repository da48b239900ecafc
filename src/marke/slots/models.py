"""Places in time: shifts and who is on them, when members can and came, things that are reserved."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Membership, Party


class Shift(models.Model):
    """Some hours for which some people are needed. Members see it once it is published."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    title = models.CharField(max_length=80)
    place = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.PositiveSmallIntegerField(help_text="how many people are needed")
    skills = models.JSONField(default=list, blank=True, help_text="what whoever is on it should have, by name")
    # The shift of which this is a copy: what is repeated twice is made once.
    origin = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.TextField(blank=True)
    changed_at = models.DateTimeField(help_text="when what a calendar shows of it last changed")
    once_key = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["starts_at", "number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_shift_number_is_used_once"),
            models.UniqueConstraint(
                fields=["coop", "once_key"], condition=~models.Q(once_key=""), name="a_shift_is_planned_once"
            ),
            models.UniqueConstraint(fields=["coop", "origin", "starts_at"], name="a_shift_is_repeated_once"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="a_shift_ends_after_it_begins"),
            models.CheckConstraint(condition=models.Q(places__gte=1), name="a_shift_needs_somebody"),
        ]
        indexes = [models.Index(fields=["coop", "starts_at"], name="shifts_by_their_time")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.published_at is not None and self.cancelled_at is None


class SignUp(models.Model):
    """A member is on a shift, or waits for a place on it. `starts_at` and `ends_at` are the shift's."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    shift = models.ForeignKey(Shift, models.CASCADE, related_name="sign_ups")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.PositiveSmallIntegerField(null=True, blank=True, help_text="from 1; null: waits for one")
    since = models.DateTimeField(help_text="who came first waits first")
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    moved_up_at = models.DateTimeField(null=True, blank=True, help_text="when the wait was over")
    stands_in_for = models.ForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")

    clocks_from: datetime | None = None  # set by the query `clocking`

    class Meta:
        ordering = ["place", "since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "place"],
                condition=models.Q(ended_at=None, place__isnull=False),
                name="a_place_on_a_shift_is_taken_once",
            ),
            models.UniqueConstraint(
                fields=["shift", "membership"], condition=models.Q(ended_at=None), name="somebody_signs_up_for_a_shift_once"
            ),
        ]
        indexes = [
            models.Index(fields=["membership", "ends_at"], condition=models.Q(ended_at=None), name="who_is_on_when"),
            models.Index(fields=["coop", "starts_at"], condition=models.Q(ended_at=None), name="sign_ups_by_their_time"),
        ]


class Handover(models.Model):
    """Somebody on a shift looks for a stand-in, or offers to swap. `to` null: whoever wants. It lapses when the shift begins."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    given = models.ForeignKey(SignUp, models.CASCADE, related_name="handovers")
    to = models.ForeignKey(Membership, models.CASCADE, null=True, blank=True, related_name="+")
    in_return = models.ForeignKey(SignUp, models.CASCADE, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["given"], condition=models.Q(state="open"), name="a_place_is_offered_to_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(in_return=None) | models.Q(to__isnull=False), name="a_swap_is_between_two_members"
            ),
        ]


class Attendance(models.Model):
    """When somebody came to a shift and went. A fact: what was written before stays in AttendanceChange.

    Who forgot to say that they went counts as there until the shift is over.
    """

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    sign_up = models.OneToOneField(SignUp, models.CASCADE, related_name="attendance")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    came_at = models.DateTimeField()
    went_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(went_at=None) | models.Q(went_at__gte=models.F("came_at")), name="nobody_goes_before_they_came"
            ),
        ]
        indexes = [models.Index(fields=["coop", "came_at"], name="attendance_by_its_time")]


class AttendanceChange(models.Model):
    """Who plans corrected an attendance: what it was before, who and when. Null: nothing was written down before."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="changes")
    came_before = models.DateTimeField(null=True, blank=True)
    went_before = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["at", "id"]


class Availability(models.Model):
    """On this day of the week a member can work, from one time to another. Who said nothing can always."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday")
    begins = models.TimeField()
    ends = models.TimeField(help_text="not after begins: on the next day")

    class Meta:
        ordering = ["membership", "weekday"]
        constraints = [
            models.UniqueConstraint(fields=["membership", "weekday"], name="a_weekday_is_said_once"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="a_week_has_seven_days"),
        ]

    @property
    def weekday_name(self) -> str:
        return str(WEEKDAYS[self.weekday])


class DaysOff(models.Model):
    """A member is away: holidays, or whatever it is. Why is nobody's business."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    since = models.DateField()
    until = models.DateField(help_text="the first day back")
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="days_off_are_at_least_one"),
            models.UniqueConstraint(fields=["membership", "since", "until"], name="days_off_are_said_once"),
        ]

    @property
    def last(self) -> date:
        return self.until - timedelta(days=1)


class Thing(models.Model):
    """A room, desk, van or tool that one has at a time."""

    class Kind(models.TextChoices):
        ROOM = "room", _("Room")
        DESK = "desk", _("Desk")
        VEHICLE = "vehicle", _("Bike, van or car")
        TOOL = "tool", _("Tool")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind)
    note = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="the_number_of_a_thing_is_used_once"),
            models.UniqueConstraint(
                fields=["coop", "name"], condition=models.Q(ended_at=None), name="a_thing_has_a_name_of_its_own"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Reservation(models.Model):
    """A member has a thing for a time."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="reservations")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    purpose = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    once_key = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_reservation_number_is_used_once"),
            models.UniqueConstraint(
                fields=["coop", "once_key"], condition=~models.Q(once_key=""), name="a_reservation_is_made_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="a_reservation_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index(fields=["thing", "ends_at"], condition=models.Q(cancelled_at=None), name="reservations_of_a_thing"),
            models.Index(
                fields=["membership", "ends_at"], condition=models.Q(cancelled_at=None), name="reservations_of_a_member"
            ),
        ]
