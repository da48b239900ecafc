"""Shifts: planned, published, signed up for, waited for, left, handed over; never too much and never two at once."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from marke.common.models import Mail
from marke.parties import services as parties
from marke.parties.models import Coop, Membership
from marke.slots import services
from marke.slots.doubts import doubts_about
from marke.slots.models import Attendance, AttendanceChange, Availability, DaysOff, Handover, Shift, SignUp
from marke.slots.queries import calendar_of, clocked_seconds, hours_between, my_shifts, open_handovers, presence
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found
from tests.factories.slots import MONDAY, NOW, hours, join, make_shift

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo)


@pytest.fixture
def basile(velo: Coop) -> Membership:
    return make_member(velo, "Basile")


def everything() -> list[Any]:
    tables = (Shift, SignUp, Handover, Attendance, AttendanceChange, Mail)
    return [list(table._base_manager.order_by("pk").values()) for table in tables]


def on(shift: Shift) -> list[str]:
    rows = SignUp.objects.filter(shift=shift, ended_at=None, place__isnull=False).order_by("place")
    return [row.membership.party.name for row in rows]


def waiting(shift: Shift) -> list[str]:
    rows = SignUp.objects.filter(shift=shift, ended_at=None, place=None).order_by("since", "id")
    return [row.membership.party.name for row in rows]


# Planning


def test_a_shift_is_seen_and_signed_up_for_once_it_is_published(velo, amina) -> None:
    lunch = make_shift(velo, published=False)
    before = everything()
    with pytest.raises(services.CannotSignUp, match="not published"):
        join(lunch, amina)
    assert everything() == before
    assert services.publish_week(coop=velo, day=MONDAY.date(), by=None, at=NOW) == 1
    join(lunch, amina)
    assert on(lunch) == ["Amina"]
    assert [row.shift for row in my_shifts(amina, NOW)] == [lunch]


def test_a_form_sent_twice_plans_one_shift(velo) -> None:
    plan = services.Plan("Bar", hours(0, 10, 14))
    made = [services.plan_shift(coop=velo, plan=plan, once_key="0123456789", by=None, at=NOW) for _ in range(2)]
    assert made[0] == made[1]
    assert Shift.objects.count() == 1


def test_a_week_is_repeated_with_its_people_once_however_often_one_presses(velo, amina, basile) -> None:
    lunch = make_shift(velo, places=2)
    join(lunch, amina)
    join(lunch, basile)
    services.say_away(membership=basile, since=date(2026, 1, 19), until=date(2026, 1, 20), at=NOW)
    made = services.repeat_week(coop=velo, day=MONDAY.date(), weeks=2, people=True, by=None, at=NOW)
    assert [(copy.starts_at - lunch.starts_at).days for copy in made.made] == [7, 14]
    assert [on(copy) for copy in made.made] == [["Amina"], ["Amina", "Basile"]]
    assert [sentence[:7] for sentence in made.left_out] == ["Basile:"]
    assert all(copy.published_at is None for copy in made.made)
    again = services.repeat_week(coop=velo, day=MONDAY.date(), weeks=2, by=None, at=NOW)
    assert again.made == []
    # The week after, repeated itself, does not double what was made from the first.
    later = services.repeat_week(coop=velo, day=date(2026, 1, 19), weeks=2, by=None, at=NOW)
    assert [copy.starts_at - lunch.starts_at for copy in later.made] == [timedelta(days=21)]


def test_what_was_repeated_is_not_doubled_when_the_first_of_it_is_gone(velo) -> None:
    lunch = make_shift(velo, published=False)
    services.repeat_week(coop=velo, day=MONDAY.date(), weeks=2, by=None, at=NOW)
    services.cancel_shift(shift=lunch, by=None, at=NOW)
    assert services.repeat_week(coop=velo, day=date(2026, 1, 19), weeks=1, by=None, at=NOW).made == []
    assert Shift.objects.count() == 2


def test_the_hours_of_a_night_on_which_the_clocks_change_are_real_ones(velo, amina) -> None:
    """22:00 to 06:00 in Brussels: 7 hours in March, 9 in October; the shift still begins at ten in the evening."""
    night = make_shift(velo, hours(5, 21, 29), title="Night")
    made = services.repeat_shifts(coop=velo, shifts=[night], weeks=20, by=None, at=NOW).made
    lengths = {copy.starts_at.date(): copy.ends_at - copy.starts_at for copy in made}
    assert lengths[date(2026, 3, 21)] == 8 * HOUR
    assert lengths[date(2026, 3, 28)] == 7 * HOUR  # the clocks go forward at two
    assert {copy.starts_at.hour for copy in made if copy.starts_at.date() > date(2026, 3, 28)} == {20}
    services.publish_week(coop=velo, day=date(2026, 3, 28), by=None, at=NOW)
    row = join(next(copy for copy in made if copy.starts_at.date() == date(2026, 3, 28)), amina)
    services.clock_in(sign_up=row, at=row.starts_at)
    services.clock_out(sign_up=row, at=row.ends_at)
    assert clocked_seconds(velo, row.starts_at, row.ends_at, row.ends_at) == {amina.pk: 7 * 3600}


def test_a_cancelled_shift_tells_everybody_and_leaves_them_free(velo, amina, basile) -> None:
    lunch, other = make_shift(velo), make_shift(velo, title="Bar")
    join(lunch, amina)
    join(lunch, basile)
    services.cancel_shift(shift=lunch, reason="It snows.", by=None, at=NOW)
    assert on(lunch) == waiting(lunch) == []
    assert {mail.to_address for mail in Mail.objects.filter(text__contains="It snows.")} == {
        amina.party.email,
        basile.party.email,
    }
    join(other, amina)
    assert on(other) == ["Amina"]


def test_what_was_never_published_just_goes(velo) -> None:
    lunch = make_shift(velo, published=False)
    services.cancel_shift(shift=lunch, by=None, at=NOW)
    assert not Shift.objects.exists()
    with pytest.raises(services.ShiftIsGone):
        services.cancel_shift(shift=lunch, by=None, at=NOW)


def test_changing_a_shift_moves_its_people_tells_them_and_lets_up_who_waits(velo, amina, basile) -> None:
    lunch = make_shift(velo)
    join(lunch, amina)
    join(lunch, basile)
    services.change_shift(shift=lunch, plan=services.Plan("Lunch", hours(0, 11, 15), places=2), by=None, at=NOW)
    assert on(lunch) == ["Amina", "Basile"]
    assert set(SignUp.objects.values_list("starts_at", flat=True)) == {hours(0, 11, 15).starts_at}
    assert Mail.objects.filter(to_address=amina.party.email, subject__contains="has changed").count() == 1
    before = everything()
    with pytest.raises(services.CannotPlan, match="2 members are on"):
        services.change_shift(shift=lunch, plan=services.Plan("Lunch", hours(0, 11, 15)), by=None, at=NOW)
    assert everything() == before


def test_a_shift_is_not_moved_onto_another_of_somebody_on_it(velo, amina) -> None:
    lunch, bar = make_shift(velo), make_shift(velo, hours(1, 16, 20), title="Bar")
    join(lunch, amina)
    join(bar, amina)
    before = everything()
    with pytest.raises(services.AgainstTheLimits, match="Amina"):
        services.change_shift(shift=bar, plan=services.Plan("Bar", hours(0, 13, 17)), by=None, at=NOW)
    assert everything() == before


# Signing up, waiting, leaving


def test_signing_up_twice_is_once_and_the_second_waits_and_moves_up_by_themselves(velo, amina, basile) -> None:
    lunch, third = make_shift(velo), make_member(velo, "Cleo")
    assert join(lunch, amina) == join(lunch, amina)
    for member in (basile, third):
        assert join(lunch, member).place is None
    assert (on(lunch), waiting(lunch)) == (["Amina"], ["Basile", "Cleo"])
    services.leave_shift(shift=lunch, membership=amina, by=amina.party, at=NOW)
    assert (on(lunch), waiting(lunch)) == (["Basile"], ["Cleo"])
    assert Mail.objects.filter(to_address=basile.party.email, subject__contains="You are on the shift now").count() == 1


def test_shortly_before_it_begins_those_who_wait_are_told_and_take_the_place_themselves(velo, amina, basile) -> None:
    lunch = make_shift(velo)
    join(lunch, amina)
    join(lunch, basile)
    soon = lunch.starts_at - HOUR
    services.leave_shift(shift=lunch, membership=amina, by=None, at=soon, planned=True)
    assert (on(lunch), waiting(lunch)) == ([], ["Basile"])
    assert Mail.objects.filter(to_address=basile.party.email, subject__contains="A place is free").count() == 1
    join(lunch, basile, at=soon)
    assert (on(lunch), waiting(lunch)) == (["Basile"], [])


def test_who_waits_and_has_another_shift_by_then_is_passed_over(velo, amina, basile) -> None:
    lunch, bar, third = make_shift(velo), make_shift(velo, title="Bar"), make_member(velo, "Cleo")
    for member in (amina, basile, third):
        join(lunch, member)
    join(bar, basile)
    services.leave_shift(shift=lunch, membership=amina, by=None, at=NOW)
    assert (on(lunch), waiting(lunch)) == (["Cleo"], ["Basile"])


def test_late_nobody_leaves_alone_but_who_plans_takes_off(velo, amina) -> None:
    lunch = make_shift(velo)
    join(lunch, amina)
    before = everything()
    with pytest.raises(services.TooLateToLeave, match="1 day"):
        services.leave_shift(shift=lunch, membership=amina, by=amina.party, at=lunch.starts_at - 2 * HOUR)
    assert everything() == before
    services.leave_shift(shift=lunch, membership=amina, by=None, at=lunch.starts_at - 2 * HOUR, planned=True)
    assert on(lunch) == []


def test_a_shift_that_is_over_and_a_member_of_another_co_op_are_refused(velo, amina) -> None:
    lunch, other = make_shift(velo), make_coop("stofzuiger")
    found(other)
    stranger = make_member(other, "Stranger")
    before = everything()
    for member, at in ((stranger, NOW), (amina, lunch.ends_at), (make_member(velo, "Dede", state="suspended"), NOW)):
        with pytest.raises(services.CannotSignUp):
            join(lunch, member, at=at)
    assert everything()[:2] == before[:2]
    with pytest.raises(IntegrityError, match="INV-SCOPE-1"), transaction.atomic():
        SignUp.objects.create(
            coop=velo, shift=lunch, membership=stranger, starts_at=lunch.starts_at, ends_at=lunch.ends_at, place=1, since=NOW
        )


def test_nobody_is_on_two_shifts_at_once_also_not_past_the_service(velo, amina) -> None:
    lunch, bar, after = make_shift(velo), make_shift(velo, hours(0, 13, 16)), make_shift(velo, hours(0, 14, 16))
    row = join(lunch, amina)
    before = everything()
    with pytest.raises(services.AgainstTheLimits, match="another shift"):
        join(bar, amina)
    assert everything() == before
    fields = {"coop": velo, "membership": amina, "since": NOW, "place": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        SignUp.objects.create(**fields, shift=bar, starts_at=bar.starts_at, ends_at=bar.ends_at)
    SignUp.objects.create(**fields, shift=after, starts_at=after.starts_at, ends_at=after.ends_at)  # right after it: fine
    with pytest.raises(IntegrityError), transaction.atomic():
        SignUp.objects.filter(pk=row.pk).update(ends_at=lunch.ends_at + HOUR)


# Rest and hours


def test_a_short_night_is_refused_and_two_shifts_on_one_day_are_not(velo, amina) -> None:
    for span in (hours(0, 10, 13), hours(0, 16, 21)):  # eleven hours from first to last
        join(make_shift(velo, span), amina)
    early = make_shift(velo, hours(1, 6, 10))
    before = everything()
    with pytest.raises(services.AgainstTheLimits, match="11 hours"):
        join(early, amina)
    assert everything() == before
    join(make_shift(velo, hours(1, 8, 12)), amina)


def test_forty_eight_hours_are_the_week_from_monday_to_sunday(velo, amina) -> None:
    for day in range(5):
        join(make_shift(velo, hours(day, 7, 16)), amina)
    with pytest.raises(services.AgainstTheLimits, match="49 hours"):
        join(make_shift(velo, hours(5, 8, 12)), amina)
    join(make_shift(velo, hours(5, 8, 11)), amina)
    join(make_shift(velo, hours(7, 8, 16)), amina)  # the next week


def test_where_the_rule_says_so_the_hours_hold_on_average_over_several_weeks() -> None:
    coop = make_coop("klus")
    found(coop, slots__week_over=2)
    amina, basile = make_member(coop), make_member(coop, "Basile")
    for day in (*range(6), *(7 + day for day in range(4))):  # 54 hours, and then 36
        shift = make_shift(coop, hours(day, 7, 16), places=2)
        for member in (amina, basile):
            join(shift, member)
    DaysOff.objects.create(coop=coop, membership=basile, since=date(2026, 1, 17), until=date(2026, 1, 19), said_at=NOW)
    last = make_shift(coop, hours(11, 7, 14), places=2)
    before = everything()
    with pytest.raises(services.AgainstTheLimits, match="48:30 hours a week, on average over 2 weeks; the rule allows 48"):
        join(last, amina)
    assert everything() == before
    found_of = doubts_about(make_shift(coop, hours(11, 7, 13)), [amina, basile], NOW)
    assert [doubt.kind for doubt in found_of[amina.pk]] == []
    assert [doubt.kind for doubt in found_of[basile.pk]] == ["week"]  # of his days off, one was none


def test_a_co_op_that_only_warns_lets_the_member_decide() -> None:
    coop = make_coop("klus")
    found(coop, slots__limits="warn", slots__rest=12 * 3600, slots__week=10)
    amina = make_member(coop)
    join(make_shift(coop, hours(0, 12, 20)), amina)
    early = make_shift(coop, hours(1, 6, 10))
    doubts = doubts_about(early, [amina], NOW)[amina.pk]
    assert [(doubt.kind, doubt.forbids) for doubt in doubts] == [("rest", False), ("week", False)]
    join(early, amina)
    assert on(early) == ["Amina"]


def test_days_off_and_times_that_were_not_said_warn_only(velo, amina) -> None:
    lunch = make_shift(velo)
    services.say_away(membership=amina, since=MONDAY.date(), until=MONDAY.date() + DAY, at=NOW)
    services.say_available(membership=amina, times={0: (time(14), time(18)), 1: (time(8), time(12))})
    assert [doubt.kind for doubt in doubts_about(lunch, [amina], NOW)[amina.pk]] == ["off", "not_available"]
    join(lunch, amina)
    services.say_available(membership=amina, times={0: (time(8), time(16))})
    services.take_back_days(membership=amina, pk=DaysOff.objects.get().pk)
    assert doubts_about(lunch, [amina], NOW)[amina.pk] == []


def test_days_off_that_are_over_or_backwards_are_refused(velo, amina) -> None:
    day = NOW.date()
    for since, until in ((day, day), (day - 9 * DAY, day - 2 * DAY), (day, day + 800 * DAY)):
        with pytest.raises(services.DaysDoNotFit):
            services.say_away(membership=amina, since=since, until=until, at=NOW)
    assert not DaysOff.objects.exists()


# Swapping and standing in


def test_a_stand_in_takes_the_place_and_the_first_who_asked_has_it_no_more(velo, amina, basile) -> None:
    lunch = make_shift(velo)
    asked = services.ask_handover(sign_up=join(lunch, amina), by=amina.party, at=NOW)
    assert on(lunch) == ["Amina"]  # until somebody says yes
    assert open_handovers(basile, NOW) == [asked]
    assert open_handovers(amina, NOW) == []
    services.accept_handover(handover=asked, membership=basile, by=basile.party, at=lunch.starts_at - HOUR)
    assert on(lunch) == ["Basile"]
    assert SignUp.objects.get(ended_at=None).stands_in_for == amina
    assert Mail.objects.filter(to_address=amina.party.email, subject__contains="taken over").count() == 1
    with pytest.raises(services.AskedIsOver):
        services.accept_handover(handover=asked, membership=make_member(velo, "Cleo"), by=None, at=NOW)


def test_two_members_swap_places_on_shifts_at_the_same_time(velo, amina, basile) -> None:
    lunch, bar = make_shift(velo), make_shift(velo, title="Bar")
    mine, theirs = join(lunch, amina), join(bar, basile)
    asked = services.ask_handover(sign_up=mine, to=basile, in_return=theirs, by=amina.party, at=NOW)
    services.accept_handover(handover=asked, membership=basile, by=basile.party, at=NOW)
    assert (on(lunch), on(bar)) == (["Basile"], ["Amina"])


def test_a_swap_that_breaks_the_rest_of_one_of_them_leaves_both_as_they_were(velo, amina, basile) -> None:
    lunch, late, early = make_shift(velo), make_shift(velo, hours(2, 15, 22)), make_shift(velo, hours(3, 6, 9))
    mine, theirs = join(lunch, amina), join(early, basile)
    join(late, amina)
    asked = services.ask_handover(sign_up=mine, to=basile, in_return=theirs, by=None, at=NOW)
    before = everything()
    with pytest.raises(services.AgainstTheLimits, match="Amina"):
        services.accept_handover(handover=asked, membership=basile, by=None, at=NOW)
    assert everything() == before


def test_declining_costs_nothing_and_only_who_was_asked_answers(velo, amina, basile) -> None:
    lunch = make_shift(velo)
    asked = services.ask_handover(sign_up=join(lunch, amina), to=basile, by=amina.party, at=NOW)
    with pytest.raises(services.CannotHandOver):
        services.accept_handover(handover=asked, membership=make_member(velo, "Cleo"), by=None, at=NOW)
    services.decline_handover(handover=asked, membership=basile, by=basile.party, at=NOW)
    assert on(lunch) == ["Amina"]
    assert open_handovers(basile, NOW) == []
    again = services.ask_handover(sign_up=SignUp.objects.get(), by=amina.party, at=NOW)
    services.withdraw_handover(handover=again, by=amina.party, at=NOW)
    with pytest.raises(services.AskedIsOver):
        services.accept_handover(handover=again, membership=basile, by=None, at=NOW)


def test_nobody_takes_over_what_has_begun(velo, amina, basile) -> None:
    lunch = make_shift(velo)
    asked = services.ask_handover(sign_up=join(lunch, amina), by=amina.party, at=NOW)
    before = everything()
    with pytest.raises(services.AskedIsOver):
        services.accept_handover(handover=asked, membership=basile, by=None, at=lunch.starts_at)
    assert everything() == before


# Hours


def test_coming_and_going_are_clocked_once_and_forgetting_to_go_counts_until_the_end(velo, amina) -> None:
    lunch = make_shift(velo)
    row = join(lunch, amina)
    with pytest.raises(services.CannotClock, match="15 minutes"):
        services.clock_in(sign_up=row, at=lunch.starts_at - HOUR)
    assert not Attendance.objects.exists()
    services.clock_in(sign_up=row, at=lunch.starts_at - timedelta(minutes=5))
    services.clock_in(sign_up=row, at=lunch.starts_at + HOUR)
    week = (MONDAY, MONDAY + 7 * DAY)
    assert clocked_seconds(velo, *week, lunch.starts_at + HOUR) == {amina.pk: 65 * 60}
    assert clocked_seconds(velo, *week, lunch.ends_at + DAY) == {amina.pk: 245 * 60}
    services.clock_out(sign_up=row, at=lunch.ends_at - HOUR)
    assert clocked_seconds(velo, *week, lunch.ends_at + DAY) == {amina.pk: 185 * 60}


def test_who_plans_corrects_and_what_it_was_before_stays_with_who_and_when(velo, amina, basile) -> None:
    lunch = make_shift(velo)
    row, over = join(lunch, amina), lunch.ends_at + HOUR
    assert [worked.seconds for worked in hours_between(velo, MONDAY, MONDAY + DAY, over)] == [None]
    services.clock_in(sign_up=row, at=lunch.starts_at)
    how = {"sign_up": row, "reason": "The phone was empty.", "by": basile.party, "at": over}
    services.correct_hours(came_at=lunch.starts_at, went_at=lunch.ends_at - HOUR, **how)
    change = AttendanceChange.objects.get()
    assert (change.came_before, change.went_before, change.by, change.at) == (lunch.starts_at, None, basile.party, over)
    assert [worked.minutes for worked in hours_between(velo, MONDAY, MONDAY + DAY, over)] == [180]
    before = everything()
    for came, went in ((lunch.ends_at, lunch.starts_at), (lunch.starts_at, over + HOUR), (lunch.starts_at - 4 * DAY, over)):
        with pytest.raises(services.HoursDoNotFit):
            services.correct_hours(came_at=came, went_at=went, **how)
    assert everything() == before


def test_what_was_worked_is_not_taken_off_or_cancelled_and_stays_when_the_member_leaves(velo, amina) -> None:
    lunch = make_shift(velo)
    services.clock_in(sign_up=join(lunch, amina), at=lunch.starts_at)
    before = everything()
    with pytest.raises(services.TooLateToLeave, match="worked"):
        services.leave_shift(shift=lunch, membership=amina, by=None, at=lunch.starts_at + HOUR, planned=True)
    with pytest.raises(services.CannotPlan, match="worked"):
        services.cancel_shift(shift=lunch, by=None, at=lunch.starts_at + HOUR)
    assert everything() == before
    parties.leave(membership=amina, by=amina.party, at=lunch.starts_at + HOUR)
    assert [row.minutes for row in hours_between(velo, MONDAY, MONDAY + DAY, lunch.ends_at)] == [240]


def test_there_is_who_is_on_a_shift_until_they_clock_out(velo, amina, basile) -> None:
    assert presence(velo, [MONDAY], NOW) is None
    lunch = make_shift(velo, places=2)
    row = join(lunch, amina)
    join(lunch, basile)
    noon = lunch.starts_at + 2 * HOUR
    there = presence(velo, [noon], NOW)
    assert there is not None
    assert there.there_at(noon) == {amina.pk, basile.pk}
    assert there.there_at(noon + DAY) == frozenset()
    services.clock_in(sign_up=row, at=lunch.starts_at)
    services.clock_out(sign_up=row, at=lunch.starts_at + HOUR)
    later = presence(velo, [noon, noon + 7 * DAY], noon)
    assert later is not None
    assert later.there_at(noon) == {basile.pk}
    assert later.applies_at(noon)
    assert not later.applies_at(noon + 7 * DAY)  # a week without shifts


def test_a_co_op_whose_rule_says_so_keeps_shifts_and_jobs_apart() -> None:
    coop = make_coop("klus")
    found(coop, slots__jobs=False)
    shift = make_shift(coop)
    assert presence(coop, [shift.starts_at], NOW) is None


# What others see, and what goes


def test_a_calendar_has_what_i_am_on_and_not_what_i_wait_for_or_what_was_cancelled(velo, amina, basile) -> None:
    lunch, bar, gone = (
        make_shift(velo, place="Sleepstraat 4"),
        make_shift(velo, hours(1, 10, 14)),
        make_shift(velo, hours(2, 10, 14)),
    )
    for shift in (lunch, gone):
        join(shift, amina)
    join(bar, basile)
    join(bar, amina)
    services.cancel_shift(shift=gone, by=None, at=NOW)
    entries = calendar_of(membership=amina, since=MONDAY, until=MONDAY + 7 * DAY)
    assert [(entry.title, entry.place, entry.starts_at) for entry in entries] == [("Lunch", "Sleepstraat 4", lunch.starts_at)]
    assert entries[0].uid == f"shift-{lunch.number}-{amina.number}@{velo.uid}"
    later = NOW + HOUR
    services.change_shift(shift=lunch, plan=services.Plan("Lunch", hours(0, 11, 15)), by=None, at=later)
    moved = calendar_of(membership=amina, since=MONDAY, until=MONDAY + 7 * DAY)[0]
    assert (moved.uid, moved.changed_at, moved.starts_at) == (entries[0].uid, later, lunch.starts_at + HOUR)


def test_who_leaves_the_co_op_leaves_the_shifts_ahead_and_what_was_worked_stays(velo, amina, basile) -> None:
    past, ahead = make_shift(velo), make_shift(velo, hours(3, 10, 14))
    row = join(past, amina)
    services.clock_in(sign_up=row, at=past.starts_at)
    join(ahead, amina)
    join(ahead, basile)
    services.say_available(membership=amina, times={0: (time(8), time(12))})
    parties.leave(membership=amina, by=amina.party, at=past.ends_at + HOUR)
    assert on(ahead) == ["Basile"]
    assert on(past) == ["Amina"]
    assert Attendance.objects.exists()
    assert not Availability.objects.exists()
