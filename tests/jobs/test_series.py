"""A booking that comes again: its days, what the clock books, and what the client changes by their link."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from marke.common.models import Mail
from marke.jobs import services
from marke.jobs.clockwork import turn_series
from marke.jobs.models import Job, Series, SeriesDay
from marke.jobs.recurrence import days_of, moment_on
from marke.jobs.services.series import Pattern
from marke.parties.models import Coop
from tests.factories.jobs import T1, make_job, make_service, take
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

BRUSSELS = "Europe/Brussels"
MONDAY = date(2026, 3, 2)


def test_weekly_days_come_on_each_chosen_weekday_from_the_first_day_on() -> None:
    found_days = list(days_of("week", [0, 3], date(2026, 3, 5), times=4))
    assert found_days == [date(2026, 3, 5), date(2026, 3, 9), date(2026, 3, 12), date(2026, 3, 16)]


def test_fortnightly_days_leave_out_every_other_week() -> None:
    assert list(days_of("fortnight", [0], MONDAY, times=3)) == [MONDAY, date(2026, 3, 16), date(2026, 3, 30)]


def test_monthly_days_come_on_the_last_day_of_a_month_that_is_too_short() -> None:
    assert list(days_of("month", [], date(2026, 1, 31), times=4)) == [
        date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30),
    ]  # fmt: skip


def test_the_last_day_counts() -> None:
    assert list(days_of("week", [0], MONDAY, until=date(2026, 3, 9))) == [MONDAY, date(2026, 3, 9)]


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (date(2026, 3, 28), "08:00"), (date(2026, 3, 29), "07:00"),  # the clocks go forward in the night to the 29th
        (date(2026, 10, 24), "07:00"), (date(2026, 10, 25), "08:00"),  # and back in the night to the 25th of October
    ],
)  # fmt: skip
def test_nine_o_clock_stays_nine_o_clock_over_both_changes_of_the_clocks(day: date, utc: str) -> None:
    moment = moment_on(day, time(9), BRUSSELS)
    assert f"{moment:%H:%M}" == utc
    assert moment.astimezone(ZoneInfo(BRUSSELS)).time() == time(9)


def test_an_hour_that_is_left_out_becomes_the_one_after_and_one_that_comes_twice_is_the_first() -> None:
    assert moment_on(date(2026, 3, 29), time(2, 30), BRUSSELS) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 3:30 there
    assert moment_on(date(2026, 10, 25), time(2, 30), BRUSSELS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


pytestmark = pytest.mark.django_db
WEEKLY = Pattern("week")


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def first(velo: Coop) -> Job:
    """On Monday 2 March, an hour from now: 12:00 in Brussels."""
    return make_job(velo, make_client(velo))


def starts(series: Series) -> list[str]:
    rows = Job.objects.filter(series_day__series=series).exclude(state="cancelled").order_by("starts_at")
    return [f"{job.starts_at.astimezone(ZoneInfo(BRUSSELS)):%m-%d %H:%M}" for job in rows]


def start(job: Job, pattern: Pattern = WEEKLY) -> Series:
    return services.start_series(job=job, pattern=pattern, by=None, at=T1)


def test_a_series_books_the_next_days_at_once_two_weeks_ahead(first: Job) -> None:
    series = start(first)
    assert starts(series) == ["03-02 12:00", "03-09 12:00", "03-16 12:00"]
    later = Job.objects.get(series_day__day=date(2026, 3, 9))
    assert (later.service, later.client, later.place, later.price) == (first.service, first.client, first.place, first.price)


def test_the_clock_books_each_day_once_however_often_it_ticks(first: Job) -> None:
    series = start(first)
    for _tick in range(2):
        turn_series(T1 + timedelta(days=7))
    assert starts(series) == ["03-02 12:00", "03-09 12:00", "03-16 12:00", "03-23 12:00"]


def test_the_hour_stays_when_the_clocks_change(first: Job) -> None:
    series = start(first)
    turn_series(T1 + timedelta(days=21))
    assert starts(series)[-2:] == ["03-30 12:00", "04-06 12:00"]
    assert Job.objects.get(series_day__day=date(2026, 3, 30)).starts_at == datetime(2026, 3, 30, 10, tzinfo=UTC)
    assert Job.objects.get(series_day__day=date(2026, 3, 23)).starts_at == datetime(2026, 3, 23, 11, tzinfo=UTC)


def test_two_clicks_start_one_series(first: Job) -> None:
    assert start(first).pk == start(first).pk
    assert Series.objects.count() == 1


def test_a_series_ends_after_so_many_times_or_on_its_last_day(velo: Coop, first: Job) -> None:
    assert starts(start(first, Pattern("week", times=2))) == ["03-02 12:00", "03-09 12:00"]
    other = make_job(velo, first.client)
    assert starts(start(other, Pattern("week", until=date(2026, 3, 15)))) == ["03-02 12:00", "03-09 12:00"]
    assert Series.objects.filter(ended_at=None).count() == 0


@pytest.mark.parametrize(
    "pattern",
    [Pattern("year"), Pattern("week", weekdays=[7]), Pattern("week", times=1), Pattern("week", until=date(2026, 3, 1))],
)
def test_a_series_that_cannot_be_is_refused_and_nothing_is_booked(first: Job, pattern: Pattern) -> None:
    with pytest.raises(services.SeriesDoesNotFit):
        start(first, pattern)
    assert (Series.objects.count(), Job.objects.count()) == (0, 1)


def test_a_skipped_day_is_not_booked_and_a_booked_one_is_cancelled(first: Job) -> None:
    series = start(first)
    services.skip_day(series=series, day=date(2026, 3, 9), by=None, at=T1)
    services.skip_day(series=series, day=date(2026, 3, 23), by=None, at=T1)
    turn_series(T1 + timedelta(days=14))
    assert [day[:5] for day in starts(series)] == ["03-02", "03-16", "03-30"]


def test_a_day_moves_booked_or_not_and_the_others_stay(first: Job) -> None:
    series = start(first)
    for day, to in (
        (date(2026, 3, 9), datetime(2026, 3, 10, 8, tzinfo=UTC)),
        (date(2026, 3, 23), datetime(2026, 3, 24, 8, tzinfo=UTC)),
    ):
        for _click in range(2):
            services.move_day(series=series, day=day, to=to, by=None, at=T1)
    turn_series(T1 + timedelta(days=10))
    assert starts(series) == ["03-02 12:00", "03-10 09:00", "03-16 12:00", "03-24 09:00"]


def test_a_day_that_costs_a_fee_to_move_stays_where_it_is(velo: Coop, first: Job) -> None:
    series = start(first)
    job = take(Job.objects.get(series_day__day=date(2026, 3, 9)), make_member(velo))
    at = job.starts_at - timedelta(minutes=5)
    with pytest.raises(services.FeeNotAgreed):
        services.move_day(series=series, day=date(2026, 3, 9), to=at + timedelta(days=1), by=None, at=at)
    assert starts(series) == ["03-02 12:00", "03-09 12:00", "03-16 12:00"]


def test_a_day_that_the_series_does_not_have_is_refused(first: Job) -> None:
    series = start(first)
    for day in (date(2026, 3, 10), date(2026, 2, 23), date(9999, 12, 27)):
        with pytest.raises(services.SeriesDoesNotFit, match="no day of this series"):
            services.skip_day(series=series, day=day, by=None, at=T1)
    assert SeriesDay.objects.filter(series=series, skipped_at__isnull=False).count() == 0


def test_a_paused_series_books_nothing_and_goes_on_without_making_up_for_what_passed(first: Job) -> None:
    series = services.pause_series(series=start(first), by=None, at=T1)
    turn_series(T1 + timedelta(days=30))
    assert len(starts(series)) == 3
    services.resume_series(series=series, by=None, at=T1 + timedelta(days=30))
    assert [day[:5] for day in starts(series)] == ["03-02", "03-09", "03-16", "04-06", "04-13"]


def test_a_stopped_series_cancels_what_is_free_and_keeps_what_is_not(velo: Coop, first: Job) -> None:
    series = start(first)
    job = take(Job.objects.get(series_day__day=date(2026, 3, 9)), make_member(velo))
    stay = services.end_series(series=series, by=None, at=job.starts_at - timedelta(minutes=5))
    assert [each.pk for each in stay] == [job.pk]
    assert Job.objects.get(series_day__day=date(2026, 3, 16)).state == Job.State.CANCELLED
    with pytest.raises(services.SeriesDoesNotFit, match="over"):
        services.resume_series(series=series, by=None, at=T1)


def test_a_changed_series_calls_off_what_differs_and_books_what_is_wanted(first: Job) -> None:
    series = start(first)
    changed = services.change_series(
        series=series, pattern=Pattern("week", weekdays=[1]), local_time=time(15, 30), by=None, at=T1 + timedelta(hours=3)
    )
    assert starts(changed) == ["03-02 12:00", "03-03 15:30", "03-10 15:30"]


def test_a_service_that_is_no_longer_offered_pauses_the_series_and_says_why(first: Job) -> None:
    series = start(first)
    services.end_service(service=first.service, by=None, at=T1)
    turn_series(T1 + timedelta(days=7))
    series.refresh_from_db()
    assert series.paused_at is not None
    assert "can no longer be booked" in series.trouble
    assert len(starts(series)) == 3
    letter = Mail.objects.get(to_address=first.client.party.email, subject__contains="is paused")
    assert series.trouble in letter.text and f"/series/{series.token}/" in letter.text


def test_who_ordered_a_series_is_told_when_somebody_else_pauses_it_and_not_when_they_do(velo: Coop, first: Job) -> None:
    carla = make_member(velo, "Carla", offices=("coordinator",))
    series = start(first)
    for by, letters in ((None, 0), (first.client.party, 0), (carla.party, 1), (carla.party, 1)):
        services.pause_series(series=series, by=by, at=T1)
        assert Mail.objects.filter(subject__contains="is paused").count() == letters
        if not letters:
            services.resume_series(series=series, by=None, at=T1)


def test_a_window_keeps_its_length(velo: Coop) -> None:
    from marke.jobs.wishes import Wishes

    begin = T1 + timedelta(hours=1)
    wishes = Wishes(from_at=begin, until_at=begin + timedelta(hours=2))
    start(make_job(velo, make_client(velo), make_service(velo, "Visit", per="hour"), starts_at=begin, wishes=wishes))
    next_one = Job.objects.get(series_day__day=date(2026, 3, 9))
    assert next_one.until_at is not None and next_one.until_at - next_one.starts_at == timedelta(hours=2)
