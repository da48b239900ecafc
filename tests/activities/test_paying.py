"""Paid within so many working days, in advance or when the client has paid, within limits; wages for employees."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from marke.activities import queries, working_days
from marke.activities.conditions import Earned, Limits, release
from marke.activities.models import Entry
from marke.activities.services import NothingDue, NoWages, pay_out, pay_out_due, pay_wages
from marke.ledger.queries import sums_by_detail
from marke.parties.models import Membership
from tests.factories.activities import invoiced, open_for, owed_to, paid
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.rules import found

MONDAY = date(2026, 1, 5)


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=T0.tzinfo)


def test_weekends_and_holidays_of_the_country_are_no_working_days():
    assert working_days.after(MONDAY, 7, "BE") == date(2026, 1, 14)
    assert working_days.after(date(2026, 12, 23), 2, "BE") == date(2026, 12, 28)  # Christmas is a Friday
    assert working_days.after(date(2026, 4, 24), 1, "NL") == date(2026, 4, 28)  # the King’s birthday is a Monday
    assert working_days.after(date(2026, 1, 3), 0, "BE") == MONDAY
    assert working_days.after(MONDAY, 1, "XX") == date(2026, 1, 6)


def one(entry: int, share: int, *, paid: int = 0, client: int = 1, activity: int = 1, free_on: date = MONDAY) -> Earned:
    return Earned(entry, activity, client, share, share, paid, free_on, free_on if paid else None)


@pytest.mark.parametrize(
    ("limits", "free"),
    [
        (Limits(in_advance=True), [100, 100, 100]),
        (Limits(in_advance=False), [100, 0, 0]),
        (Limits(in_advance=True, per_client=150), [100, 100, 50]),
        (Limits(in_advance=True, per_activity=120), [100, 100, 20]),
        (Limits(in_advance=True, per_client=0), [100, 0, 0]),
    ],
)
def test_what_was_advanced_uses_the_limits_up_in_order(limits, free):
    incomes = [one(1, 100, paid=100), one(2, 100), one(3, 100, free_on=MONDAY + timedelta(days=1))]
    found = release(incomes, limits, MONDAY + timedelta(days=1))
    assert [found[key].free for key in (1, 2, 3)] == free
    assert all(part.free + part.waits == 100 for part in found.values())


def test_nothing_is_free_before_its_day():
    found = release([one(1, 100)], Limits(in_advance=True), MONDAY - timedelta(days=1))
    assert (found[1].free, found[1].why) == (0, "not_yet")


def test_half_paid_is_half_free():
    found = release([one(1, 101, paid=50)], Limits(in_advance=False), MONDAY)
    assert (found[1].free, found[1].waits, found[1].why) == (50, 51, "client")


@pytest.mark.django_db
class TestPayingOut:
    def test_seven_working_days_after_the_invoice_whether_or_not_the_client_has_paid(self, smart, ann, drawings, bakery):
        invoiced(drawings, bakery, 100_000, "2026-1", vat=21_000)
        assert (pay_out_due(moment(date(2026, 1, 13))), owed_to(ann)) == (0, 0)
        assert (pay_out_due(moment(date(2026, 1, 14))), owed_to(ann)) == (1, 93_500)
        assert (pay_out_due(moment(date(2026, 1, 15))), owed_to(ann)) == (0, 93_500)
        assert not any(sums_by_detail(smart, ["activity"]).values())

    def test_or_only_when_the_client_has_paid(self, bakery):
        coop = make_coop("caution")
        found(coop, activities__open_to="members", activities__payout_on="paid", activities__payout_days=2)
        member, client = make_member(coop, "Bo"), make_client(coop, "Zoo")
        shop = open_for(member)
        invoiced(shop, client, 100_000, "2026-1", vat=21_000)
        later = moment(date(2026, 2, 2))
        assert pay_out_due(later) == 0
        paid(shop, "2026-1", 60_500, later)
        assert (pay_out_due(later + timedelta(days=1)), owed_to(member)) == (0, 0)
        assert (pay_out_due(later + timedelta(days=2)), owed_to(member)) == (1, 46_750)
        paid(shop, "2026-1", 60_500, later + timedelta(days=3))
        pay_out_due(later + timedelta(days=7))
        assert owed_to(member) == 93_500

    def test_a_limit_per_client_holds_over_all_businesses(self):
        coop = make_coop("limited")
        found(coop, activities__open_to="members", activities__limit_client=100_000)
        client = make_client(coop, "Zoo")
        members = [make_member(coop, name) for name in ("Bo", "Cy")]
        for number, member in enumerate(members):
            invoiced(open_for(member), client, 100_000, f"2026-{number}")
        pay_out_due(moment(date(2026, 2, 2)))
        assert [owed_to(member) for member in members] == [93_500, 6_500]
        exposure = queries.exposures(coop, moment(date(2026, 2, 2)))
        assert [(row.client, row.owes, row.advanced) for row in exposure] == [("Zoo", 200_000, 100_000)]

    @pytest.mark.parametrize("limit", [{}, {"client": 120_000}, {"activity": 90_000}, {"client": 150_000, "activity": 90_000}])
    def test_asked_alone_an_activity_may_pay_out_the_same_as_among_all(self, limit):
        coop = make_coop("limited")
        found(coop, activities__open_to="members", **{f"activities__limit_{of}": most for of, most in limit.items()})
        clients = [make_client(coop, name) for name in ("Zoo", "Fair")]
        businesses = [open_for(make_member(coop, name)) for name in ("Bo", "Cy", "Di")]
        for number in range(9):
            invoiced(businesses[number % 3], clients[number % 2], 20_000 + 7_000 * number, f"2026-{number}")
        at = moment(date(2026, 2, 2))
        together = queries.all_due(coop, at)
        assert {each.pk: due for each in businesses if (due := queries.due(each, at))} == together
        assert together

    def test_what_is_credited_later_is_taken_from_what_comes_next(self, ann, drawings, bakery):
        invoiced(drawings, bakery, 100_000, "2026-1")
        pay_out_due(moment(date(2026, 1, 20)))
        invoiced(drawings, bakery, -100_000, "CN-1", of="2026-1", at=moment(date(2026, 1, 21)))
        invoiced(drawings, bakery, 150_000, "2026-2", at=moment(date(2026, 1, 21)))
        pay_out_due(moment(date(2026, 2, 20)))
        assert owed_to(ann) == 140_250

    def test_what_is_credited_in_part_is_paid_when_the_rest_is(self):
        coop = make_coop("caution")
        found(coop, activities__open_to="members", activities__payout_on="paid", activities__payout_days=0)
        member, client = make_member(coop, "Bo"), make_client(coop, "Zoo")
        shop, later = open_for(member), moment(date(2026, 2, 2))
        invoiced(shop, client, 100_000, "2026-1", vat=21_000)
        invoiced(shop, client, -40_000, "CN-1", vat=-8_400, of="2026-1")
        paid(shop, "2026-1", 36_300, later)
        pay_out_due(later)
        assert (owed_to(member), queries.paid_by_clients(shop)) == (28_050, 30_000)
        assert [(row.owes, row.advanced) for row in queries.exposures(coop, later)] == [(36_300, 0)]

    def test_who_is_an_employee_gets_wages_out_of_a_budget(self, smart, ann, drawings, bakery):
        Membership.objects.filter(pk=ann.pk).update(engagement="employee")
        invoiced(drawings, bakery, 100_000, "2026-1")
        later = moment(date(2026, 2, 2))
        assert pay_out_due(later) == 0
        for amount, minutes in ((93_501, 60), (0, 60), (100, 0)):
            with pytest.raises(NothingDue):
                pay_wages(activity=drawings, amount=amount, minutes=minutes, by=ann.party, at=later)
        entry = pay_wages(activity=drawings, amount=80_000, minutes=2_400, by=ann.party, at=later)
        assert (entry.kind, entry.minutes, owed_to(ann)) == ("payroll", 2_400, 0)
        assert sums_by_detail(smart, ["payable"]) == {("payable", "payroll"): -80_000}
        assert queries.due(drawings, later) == 13_500

    def test_nobody_else_gets_wages(self, ann, drawings, bakery):
        invoiced(drawings, bakery, 100_000, "2026-1")
        with pytest.raises(NoWages):
            pay_wages(activity=drawings, amount=1, minutes=60, by=ann.party, at=moment(date(2026, 2, 2)))
        assert Entry.objects.count() == 1

    def test_however_many_there_are_it_asks_the_same_number_of_questions(
        self, smart, drawings, bakery, django_assert_num_queries
    ):
        later = moment(date(2026, 2, 2))
        invoiced(drawings, bakery, 100_000, "2026-1")
        queries.all_due(smart, later)
        with django_assert_num_queries(3):
            queries.all_due(smart, later)
        for number in (2, 3):
            invoiced(open_for(make_member(smart, f"M{number}")), bakery, 100_000, f"2026-{number}")
        with django_assert_num_queries(3):
            assert len(queries.all_due(smart, later)) == 3

    def test_paying_twice_pays_once(self, ann, drawings, bakery):
        invoiced(drawings, bakery, 100_000, "2026-1")
        later = moment(date(2026, 2, 2))
        assert pay_out(activity=drawings, by=None, at=later) is not None
        assert pay_out(activity=drawings, by=None, at=later) is None
        assert owed_to(ann) == 93_500
