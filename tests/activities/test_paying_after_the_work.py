"""Paid so many working days after the work: whenever it is invoiced, and never before it is done."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from marke.activities import queries, working_days
from marke.activities.belonging import entries
from marke.activities.models import Activity, Entry
from marke.activities.services import close_activity, pay_out_due, record_grant, tell_expense, write_off
from marke.activities.services.closing import NotAtItsEnd
from marke.common import clock
from marke.parties.models import Client, Coop, Membership
from tests.factories.activities import invoiced, open_for, owed_to, paid
from tests.factories.pages import browser_of
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 1, 5)  # the day of T0
FRIDAY = date(2026, 1, 9)


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=T0.tzinfo)


def days_after(day: date, days: int) -> datetime:
    """Noon on the day on which so many working days have passed in Belgium."""
    return moment(working_days.after(day, days, "BE"))


@pytest.fixture
def crew() -> Coop:
    coop = make_coop("crew")
    found(coop, activities__open_to="members", activities__payout_on="worked", activities__payout_days=5)
    return coop


@pytest.fixture
def bo(crew: Coop) -> Membership:
    return make_member(crew, "Bo")


@pytest.fixture
def stage(bo: Membership) -> Activity:
    return open_for(bo, "Stage")


@pytest.fixture
def zoo(crew: Coop) -> Client:
    return make_client(crew, "Zoo")


def earned_by(member: Membership, at: datetime) -> int:
    pay_out_due(at)
    return owed_to(member)


def test_it_is_free_so_many_working_days_after_the_last_day_of_the_work(bo, stage, zoo):
    invoiced(stage, zoo, 100_000, "2026-1", vat=21_000, worked_on=FRIDAY)
    assert earned_by(bo, days_after(FRIDAY, 5) - timedelta(days=1)) == 0
    assert earned_by(bo, days_after(FRIDAY, 5)) == 93_500


def test_invoiced_long_after_the_work_it_is_free_at_once(bo, stage, zoo):
    invoiced(stage, zoo, 100_000, "2026-1", at=moment(FRIDAY), worked_on=FRIDAY - timedelta(days=60))
    assert earned_by(bo, moment(FRIDAY)) == 93_500


def test_invoiced_in_between_the_days_that_passed_since_the_work_count(bo, stage, zoo):
    invoiced(stage, zoo, 100_000, "2026-1", at=moment(FRIDAY), worked_on=MONDAY)
    assert earned_by(bo, days_after(MONDAY, 4)) == 0
    assert earned_by(bo, days_after(MONDAY, 5)) == 93_500


def test_invoiced_before_the_work_ends_nothing_is_free_also_when_the_client_has_paid(bo, stage, zoo):
    ends = date(2026, 3, 6)
    invoiced(stage, zoo, 100_000, "2026-1", vat=21_000, worked_on=ends)
    paid(stage, "2026-1", 121_000, moment(FRIDAY))
    assert earned_by(bo, moment(ends)) == 0
    assert queries.waiting(stage.coop, moment(ends)).of(stage.pk) == 93_500
    assert earned_by(bo, days_after(ends, 5)) == 93_500


def test_what_is_paid_years_before_the_work_waits_for_it_all_the_same(bo, stage, zoo):
    ends = date(2029, 6, 1)
    invoiced(stage, zoo, 100_000, "2026-1", worked_on=ends)
    paid(stage, "2026-1", 100_000, moment(FRIDAY))
    assert earned_by(bo, moment(date(2029, 5, 31))) == 0
    assert earned_by(bo, days_after(ends, 5)) == 93_500


def test_where_no_day_of_the_work_is_known_the_day_of_the_invoice_counts(bo, stage, zoo):
    invoiced(stage, zoo, 100_000, "2026-1")
    assert earned_by(bo, days_after(MONDAY, 4)) == 0
    assert earned_by(bo, days_after(MONDAY, 5)) == 93_500


def test_a_grant_names_no_day_of_work_and_is_counted_from_its_own(crew, bo, stage):
    record_grant(
        activity=stage, funder="City", what="A mural", amount=100_000, granted_on=MONDAY, due_on=FRIDAY, once_key="g",
        by=bo.party, at=T0,
    )  # fmt: skip
    assert earned_by(bo, days_after(MONDAY, 4)) == 0
    assert earned_by(bo, days_after(MONDAY, 5)) == 93_500


def test_the_holidays_of_the_country_do_not_count(bo, stage, zoo):
    before_christmas = date(2026, 12, 23)
    invoiced(stage, zoo, 100_000, "2026-1", worked_on=before_christmas)
    assert earned_by(bo, moment(date(2026, 12, 30))) == 0
    assert earned_by(bo, moment(date(2026, 12, 31))) == 93_500


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_that_no_calendar_knows_breaks_nothing(bo, stage, zoo, day):
    invoiced(stage, zoo, 100_000, "2026-1", worked_on=day)
    assert earned_by(bo, moment(FRIDAY)) == (93_500 if day == date.min else 0)
    assert browser_of(bo).get("/crew/business/1/").status_code == 200


# Taken back


def test_a_credit_note_before_the_work_is_done_leaves_only_the_rest_to_wait(bo, stage, zoo):
    invoiced(stage, zoo, 100_000, "2026-1", worked_on=FRIDAY)
    invoiced(stage, zoo, -40_000, "CN-1", of="2026-1")
    assert queries.waiting(stage.coop, T0).of(stage.pk) == 56_100
    assert earned_by(bo, days_after(FRIDAY, 5)) == 56_100


def test_work_that_was_put_off_is_credited_and_invoiced_anew_with_its_new_day(bo, stage, zoo):
    later = date(2026, 3, 6)
    invoiced(stage, zoo, 100_000, "2026-1", worked_on=FRIDAY)
    invoiced(stage, zoo, -100_000, "CN-1", of="2026-1")
    invoiced(stage, zoo, 100_000, "2026-2", worked_on=later)
    assert earned_by(bo, days_after(FRIDAY, 6)) == 0
    assert earned_by(bo, days_after(later, 5)) == 93_500


def test_what_was_paid_out_before_its_credit_note_is_taken_from_what_comes_next(bo, stage, zoo):
    invoiced(stage, zoo, 100_000, "2026-1", worked_on=MONDAY)
    assert earned_by(bo, moment(date(2026, 1, 20))) == 93_500
    invoiced(stage, zoo, -100_000, "CN-1", of="2026-1", at=moment(date(2026, 1, 21)))
    invoiced(stage, zoo, 150_000, "2026-2", at=moment(date(2026, 1, 21)), worked_on=date(2026, 1, 21))
    assert earned_by(bo, moment(date(2026, 2, 20))) == 140_250


def test_a_client_who_fails_before_the_work_is_done_costs_the_guarantee_fund_nothing(crew, bo, stage, zoo):
    officer = make_member(crew, "Tess", offices=("treasurer",))
    income = invoiced(stage, zoo, 100_000, "2026-1", vat=21_000, worked_on=date(2026, 3, 6)).entry
    lost = write_off(income=income, reason="bankrupt", by=officer.party, at=moment(FRIDAY))
    assert (lost.fund, lost.borne, lost.vat) == (0, 100_000, 21_000)
    assert earned_by(bo, moment(date(2026, 4, 1))) == 0


def test_a_business_is_not_closed_before_its_work_is_done_and_nothing_changed(bo, stage, zoo):
    invoiced(stage, zoo, 100_000, "2026-1", worked_on=date(2026, 3, 6))
    paid(stage, "2026-1", 100_000, moment(FRIDAY))
    with pytest.raises(NotAtItsEnd):
        close_activity(activity=stage, by=bo.party, at=moment(date(2026, 2, 2)))
    stage.refresh_from_db()
    assert (stage.is_open, Entry.objects.filter(activity=stage).count()) == (True, 1)
    close_activity(activity=stage, by=bo.party, at=days_after(date(2026, 3, 6), 5))


# In advance


def test_limits_hold_and_what_was_advanced_first_keeps_its_place():
    """An invoice that is written late for work of long ago takes nothing from what was paid out in advance before."""
    coop = make_coop("limited")
    found(
        coop, activities__open_to="members", activities__payout_on="worked", activities__payout_days=5,
        activities__limit_client=100_000,
    )  # fmt: skip
    client = make_client(coop, "Zoo")
    members = [make_member(coop, name) for name in ("Bo", "Cy")]
    first, second = (open_for(member) for member in members)
    invoiced(first, client, 100_000, "2026-1", worked_on=MONDAY)
    pay_out_due(moment(date(2026, 1, 20)))
    invoiced(second, client, 100_000, "2026-2", at=moment(date(2026, 1, 20)), worked_on=date(2025, 11, 3))
    pay_out_due(moment(date(2026, 1, 20)))
    pay_out_due(moment(date(2026, 2, 20)))
    assert [owed_to(member) for member in members] == [93_500, 6_500]
    assert [row.advanced for row in queries.exposures(coop, moment(date(2026, 2, 20)))] == [100_000]
    paid(second, "2026-2", 100_000, moment(date(2026, 2, 23)))
    pay_out_due(moment(date(2026, 2, 23)))
    assert owed_to(members[1]) == 93_500


def test_an_expense_is_not_repaid_from_what_waits_for_the_work(bo, stage, zoo):
    invoiced(stage, zoo, 100_000, "2026-1", worked_on=FRIDAY)
    tell_expense(
        activity=stage, what="Paint", amount=4_000, spent_on=MONDAY, picture=None, once_key="e", by=bo.party, at=T0
    )  # fmt: skip
    assert earned_by(bo, moment(FRIDAY)) == 0
    assert earned_by(bo, days_after(FRIDAY, 5)) == 93_500


# What the pages say


def test_the_page_says_from_what_the_days_are_counted(bo, stage, zoo):
    now = clock.now()
    ends = clock.local_date(now, "Europe/Brussels") + timedelta(days=40)
    invoiced(stage, zoo, 100_000, "2026-1", at=now, worked_on=ends)
    invoiced(stage, zoo, 10_000, "2026-2", at=now)
    page = browser_of(bo).get("/crew/business/1/").content.decode()
    assert "counted from the last day of the work" in page
    assert f"{ends.day} {ends:%b} {ends.year}" in page
    assert "it is counted from its own date, because no day of the work is known" in page
    for label, amount in (
        ("Of it counted from the last day of the work", "€935.00"),
        ("Of it counted from its own day, because no day of the work is known", "€93.50"),
    ):
        assert label in page
        assert amount in page
    assert "or from the day of the invoice where no day of the work is known" in page  # the rule itself


def test_where_days_are_counted_from_the_invoice_no_page_speaks_of_the_work(smart, ann, drawings, bakery):
    invoiced(drawings, bakery, 100_000, "2026-1", at=clock.now(), worked_on=date(2030, 1, 1))
    page = browser_of(ann).get("/smart/business/1/").content.decode()
    assert "its day has not come" in page
    assert "of the work" not in page


def test_what_is_kept_about_a_member_names_the_day(bo, stage, zoo):
    invoiced(stage, zoo, 100_000, "2026-1", worked_on=FRIDAY)
    invoiced(stage, zoo, 100_000, "2026-2")
    assert [row["worked_on"] for row in entries(bo.party)] == ["2026-01-09", ""]


def test_asked_alone_an_activity_may_pay_out_the_same_as_among_all(crew, zoo):
    businesses = [open_for(make_member(crew, name)) for name in ("Cy", "Di", "Ed")]
    for number in range(9):
        worked_on = MONDAY + timedelta(days=7 * number) if number % 4 else None
        invoiced(businesses[number % 3], zoo, 20_000 + 7_000 * number, f"2026-{number}", worked_on=worked_on)
    at = moment(date(2026, 2, 2))
    together = queries.all_due(crew, at)
    assert {each.pk: due for each in businesses if (due := queries.due(each, at))} == together
    assert together
