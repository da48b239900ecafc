"""A booking that comes again: begun from a job, booked some days ahead by the clock, changed or stopped by the client's link."""

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.refusal import Refused
from marke.jobs import mails
from marke.jobs.cancelling import fee_at
from marke.jobs.models import Door, Job, Series, SeriesDay
from marke.jobs.recurrence import days_of, moment_on
from marke.jobs.services.booking import book_job
from marke.jobs.services.cancelling import cancel_job
from marke.jobs.wishes import NewStop, Wishes
from marke.parties.models import Party
from marke.places.search import Asking, locate
from marke.rules.queries import rulebook

State = Job.State
MOST_TIMES = 400
LONGEST = timedelta(days=3660)
NOT_BEGUN = (State.REQUESTED, State.OFFERED, State.ACCEPTED)


class SeriesDoesNotFit(Refused):
    """A series without days, or one that is over."""


@dataclass(frozen=True)
class Pattern:
    """When it comes again. `weekdays`: 0 is Monday; empty: that of the first job. At most one of `until` and `times`."""

    every: str
    weekdays: Collection[int] = ()
    until: date | None = None
    times: int | None = None


def start_series(*, job: Job, pattern: Pattern, by: Party | None, at: datetime) -> Series:
    """The same again on certain days; `job` is the first. A second click gives the series that is there.

    Raises: SeriesDoesNotFit.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).select_related("coop", "service", "client__party").get(pk=job.pk)
        if known := Series.objects.filter(first=job).first():
            return known
        if job.state in (State.CANCELLED, State.EXPIRED, State.CALLED_OFF) or SeriesDay.objects.filter(job=job).exists():
            raise SeriesDoesNotFit(_("Job %(number)s cannot begin a series. Book it again first.") % {"number": job.number})
        local = _local(job)
        since = local.date()
        _check(pattern, since, local_date(at, job.coop.timezone))
        series = Series.objects.create(
            coop=job.coop, first=job, token=secrets.token_urlsafe(24), every=pattern.every,
            weekdays=sorted(set(pattern.weekdays)) or [since.weekday()], since=since, local_time=local.time().replace(microsecond=0),
            until=pattern.until, times=pattern.times, seen_until=since, made_at=at, made_by=by,
        )  # fmt: skip
        SeriesDay.objects.create(coop=job.coop, series=series, day=since, job=job)
        book_ahead(series=series, at=at)
        return Series.objects.get(pk=series.pk)


def book_ahead(*, series: Series, at: datetime) -> int:
    """Books the days that are near enough by the rule; returns how many. The same day is booked once, however often it is called.

    A day that cannot be booked pauses the series and says why, so that a person looks.
    """
    with transaction.atomic():
        series = _locked(series)
        if series.ended_at is not None or series.paused_at is not None:
            return 0
        ahead = rulebook(series.coop, at).value("jobs.series_ahead", job_kind=series.first.service.job_kind)
        horizon = local_date(at + ahead, series.coop.timezone)
        booked = _book_until(series, horizon, at)
        if series.paused_at is None:
            series.seen_until = max(series.seen_until, horizon)
        series.save(update_fields=["seen_until", "paused_at", "trouble", "ended_at"])
        return booked


def _book_until(series: Series, horizon: date, at: datetime) -> int:
    """The days up to the horizon; a series without a day beyond it is over."""
    known = {row.day: row for row in series.days.all()}
    booked = 0
    for day in _days_after(series, series.seen_until):
        if day > horizon:
            return booked
        row = known.get(day)
        if row is None or (row.job_id is None and row.skipped_at is None):
            booked += _book(series, day, row, at)
            if series.paused_at is not None:
                return booked
        series.seen_until = day
    series.ended_at = at
    return booked


def _book(series: Series, day: date, row: SeriesDay | None, at: datetime) -> bool:
    """Whether it was. A day that cannot be booked pauses the series."""
    starts_at = (row.moved_to if row else None) or moment_on(day, series.local_time, series.coop.timezone)
    if starts_at <= at:
        return False  # the clock stood still, or the series was paused: this day is over
    try:
        with transaction.atomic():
            job = _again(series, starts_at, at)
    except Refused as refusal:
        series.paused_at, series.trouble = at, str(refusal)[:300]
        mails.series_paused(series, at)
        return False
    SeriesDay.objects.update_or_create(coop=series.coop, series=series, day=day, defaults={"job": job})
    return True


def _again(series: Series, starts_at: datetime, at: datetime) -> Job:
    """Another job like the first. Its points are those that the client may know, so that the price follows from them.

    It needs no key to be booked once: the series is locked, and has each day once.
    """
    first = series.first
    asking = Asking(client=first.client, chain=first.chain)

    def at_place(text: str) -> NewStop:
        return NewStop(text, locate(series.coop, text, asking))

    length = first.until_at - first.from_at if first.until_at and first.from_at else None
    wishes = Wishes(
        from_at=starts_at if length else None,
        until_at=starts_at + length if length else None,
        stops=tuple(at_place(stop.place) for stop in first.extra_stops.all()),
        needs=tuple(first.needs.filter(ended_at=None)),
        load_kg=first.load_kg,
        items=first.items,
        wanted=first.wanted,
        chain=first.chain,
    )
    return book_job(
        coop=series.coop, service=first.service, client=first.client, starts_at=starts_at, place=first.place, pickup=first.pickup,
        note=first.note, minutes=first.minutes, place_point=at_place(first.place).point,
        pickup_point=at_place(first.pickup).point if first.pickup else None, wishes=wishes, once_key=secrets.token_urlsafe(24), by=None, at=at,
        door=Door.CLOCK,
    )  # fmt: skip


def change_series(*, series: Series, pattern: Pattern, local_time: time, by: Party | None, at: datetime) -> Series:
    """The days to come follow the new wish. What is booked otherwise is cancelled, as long as that is free, and stays if not.

    Raises: SeriesDoesNotFit.
    """
    with transaction.atomic():
        series = _going(series)
        today = local_date(at, series.coop.timezone)
        _check(pattern, series.since, today)
        is_later = local_time != series.local_time
        series.every, series.local_time = pattern.every, local_time
        series.weekdays = sorted(set(pattern.weekdays)) or [series.since.weekday()]
        series.until, series.times = pattern.until, pattern.times
        _call_off_what_differs(series, is_later, by, at)
        series.seen_until = max(series.since, today)
        series.save(update_fields=["every", "local_time", "weekdays", "until", "times", "seen_until"])
        book_ahead(series=series, at=at)
        return Series.objects.get(pk=series.pk)


def _call_off_what_differs(series: Series, is_later: bool, by: Party | None, at: datetime) -> None:
    for row in _ahead(series, at):
        assert row.job is not None
        fits = row.day in _until(series, row.day) and (not is_later or row.moved_to is not None)
        if row.day != series.since and not fits and not fee_at(row.job, at):
            cancel_job(job=row.job, by=by, at=at, door=Door.LINK, most_fee=0)
            row.delete()


def _ahead(series: Series, at: datetime) -> list[SeriesDay]:
    """The days that are booked and have not begun."""
    rows = series.days.filter(job__state__in=NOT_BEGUN, job__starts_at__gt=at)
    return list(rows.select_related("job__coop", "job__service").order_by("day"))


def pause_series(*, series: Series, by: Party | None, at: datetime) -> Series:
    """Nothing more is booked until it goes on; what is booked stays. The client is told when it was somebody else's doing.

    Raises: SeriesDoesNotFit.
    """
    with transaction.atomic():
        series = _going(series)
        if series.paused_at is None:
            series.paused_at = at
            series.save(update_fields=["paused_at"])
            if by is not None and by.pk != series.first.client.party_id:
                mails.series_paused(series, at)
        return series


def resume_series(*, series: Series, by: Party | None, at: datetime) -> Series:
    """Goes on from today; the days that passed meanwhile are not made up for. Raises: SeriesDoesNotFit."""
    with transaction.atomic():
        series = _going(series)
        series.paused_at, series.trouble = None, ""
        series.save(update_fields=["paused_at", "trouble"])
        book_ahead(series=series, at=at)
        return Series.objects.get(pk=series.pk)


def end_series(*, series: Series, by: Party | None, at: datetime) -> list[Job]:
    """No more days. Those booked that can still be cancelled free of charge are; gives those that stay. Twice changes nothing."""
    with transaction.atomic():
        series = _locked(series)
        if series.ended_at is None:
            series.ended_at = at
            series.save(update_fields=["ended_at"])
        stay = []
        for row in series.days.filter(job__state__in=NOT_BEGUN, job__starts_at__gt=at).select_related(
            "job__coop", "job__service"
        ):
            assert row.job is not None
            if fee_at(row.job, at):
                stay.append(row.job)
            else:
                cancel_job(job=row.job, by=by, at=at, door=Door.LINK, most_fee=0)
        return stay


def skip_day(*, series: Series, day: date, by: Party | None, at: datetime) -> SeriesDay:
    """Not on this day. If it is booked, it is cancelled, as long as that is free. Raises: SeriesDoesNotFit, FeeNotAgreed."""
    with transaction.atomic():
        series = _going(series)
        row = _row(series, day)
        if row.job is not None:
            cancel_job(job=row.job, by=by, at=at, door=Door.LINK, most_fee=0)
        row.skipped_at, row.moved_to = row.skipped_at or at, None
        row.save()
        return row


def move_day(*, series: Series, day: date, to: datetime, by: Party | None, at: datetime) -> SeriesDay:
    """At another moment this time. If it is booked, it is cancelled, as long as that is free, and booked anew: both or neither.

    Raises: SeriesDoesNotFit, FeeNotAgreed, BookingDoesNotFit.
    """
    with transaction.atomic():
        series = _going(series)
        if to <= at:
            raise SeriesDoesNotFit(_("This time has passed. Choose a later one."))
        row = _row(series, day)
        if row.job is not None and row.job.starts_at == to and row.job.state in NOT_BEGUN:
            return row
        row.skipped_at, row.moved_to = None, to
        if row.job is not None:
            cancel_job(job=row.job, by=by, at=at, door=Door.LINK, most_fee=0)
            row.job = _again(series, to, at)
        row.save()
        return row


def coming(series: Series, at: datetime, most: int = 8) -> list[tuple[date, SeriesDay | None]]:
    """The next days, booked, moved, skipped or still to be booked."""
    today = local_date(at, series.coop.timezone)
    known = {row.day: row for row in series.days.select_related("job")}
    found: list[tuple[date, SeriesDay | None]] = []
    for day in days_of(series.every, series.weekdays, series.since, until=series.until, times=series.times):
        if day >= today and len(found) < most:
            found.append((day, known.get(day)))
        elif len(found) >= most:
            break
    return found


def _row(series: Series, day: date) -> SeriesDay:
    """Raises: SeriesDoesNotFit for a day that the series does not have."""
    row = SeriesDay.objects.filter(series=series, day=day).select_related("job__coop").first()
    if row is not None:
        return row
    if day > series.since + LONGEST or day not in _until(series, day):
        raise SeriesDoesNotFit(_("%(day)s is no day of this series. Choose one from the list.") % {"day": day.isoformat()})
    return SeriesDay(coop=series.coop, series=series, day=day)


def _until(series: Series, last: date) -> list[date]:
    found = []
    for day in _days_after(series, series.since):
        if day > last:
            break
        found.append(day)
    return found


def _days_after(series: Series, last: date) -> Iterator[date]:
    every_day = days_of(series.every, series.weekdays, series.since, until=series.until, times=series.times)
    return (day for day in every_day if day > last)


def _check(pattern: Pattern, since: date, today: date) -> None:
    if pattern.every not in Series.Every.values or any(day not in range(7) for day in pattern.weekdays):
        raise SeriesDoesNotFit(_("Choose how often it comes again, and on which days of the week."))
    if pattern.until is not None and pattern.until < max(since, today):
        raise SeriesDoesNotFit(
            _("The last day, %(until)s, has passed. Choose a later one, or stop the series.")
            % {"until": pattern.until.isoformat()}
        )
    if pattern.times is not None and not 2 <= pattern.times <= MOST_TIMES:
        raise SeriesDoesNotFit(
            _("%(times)s times is not possible. Give between 2 and %(most)s.") % {"times": pattern.times, "most": MOST_TIMES}
        )


def _going(series: Series) -> Series:
    series = _locked(series)
    if series.ended_at is not None:
        raise SeriesDoesNotFit(_("This series is over. Book again, and repeat that."))
    return series


def _locked(series: Series) -> Series:
    rows = Series.objects.select_for_update(of=("self",))
    return rows.select_related("coop", "first__service", "first__client__party", "first__wanted__party", "first__coop").get(
        pk=series.pk
    )


def _local(job: Job) -> datetime:
    return job.starts_at.astimezone(ZoneInfo(job.coop.timezone))
