"""The life that a demo co-op is given: one that a treasurer would show."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke.common.invariants import invariants
from marke.invoices.internal_models import InternalInvoice
from marke.ledger.queries import sums_by_detail
from marke.ledger.services import Account
from marke.packs.registry import Pack
from marke.site.demo.closing import PAID, begins
from marke.site.demo.sellers import NOBODYS, national_number
from marke.site.demo.year import Year
from marke.surplus.models import YearClose
from marke_core.dac7.tins import fits
from marke_packs.delivery.pack import PACK as DELIVERY
from marke_packs.freelancers.pack import PACK as FREELANCERS
from marke_packs.home_services.pack import PACK as HOME_SERVICES

ANY_DAY = st.dates(date(2026, 1, 1), date(2040, 12, 31))
# The weeks between the first payday and the day on which most clients have paid.
FIRST_WEEKS = 75


@given(ANY_DAY)
def test_on_any_day_a_year_of_the_demo_has_been_worked_in_closed_and_paid(today: date) -> None:
    first = begins(DELIVERY.demos[0], today)
    paid = max(day for year in (today.year - 1, today.year) if (day := date(year, *PAID)) < today)
    assert first <= date(paid.year - 1, 12, 1)
    assert timedelta(365) <= today - first <= timedelta(365 + 90)


@given(st.dates(date(1930, 1, 1), date(1999, 12, 31)))
def test_a_tax_number_of_the_demo_is_right_in_form_and_nobodys(born: date) -> None:
    number = national_number(born)
    assert fits(number, "BE", person=True)
    assert number[6:9] == NOBODYS


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "today",
    [
        datetime(2026, 12, 31, 22, 30, tzinfo=UTC),  # in Ghent it is half past eleven
        datetime(2026, 12, 31, 23, 30, tzinfo=UTC),  # and half an hour into the new year
        datetime(2027, 2, 9, 9, tzinfo=UTC),  # on the days of the close itself
        datetime(2027, 2, 23, 22, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 9, tzinfo=UTC),
        datetime(2027, 3, 28, 0, 30, tzinfo=UTC),  # a Sunday on which the clock is put forward
    ],
)
def test_its_year_is_closed_and_everything_is_sound_whatever_the_day(today: datetime) -> None:
    year = Year(DELIVERY, DELIVERY.demos[0], today)
    for _day in year.play():
        pass
    settled = YearClose.objects.filter(coop=year.coop, round__state="settled")
    assert [one.paid > 0 and one.result > 0 for one in settled] == [True]
    assert [fault for one in invariants for fault in one.check(year.coop)] == []


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pack", [DELIVERY, HOME_SERVICES], ids=lambda pack: pack.demos[0].slug)
@pytest.mark.parametrize("today", [datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 3, 15, 12, tzinfo=UTC)])
def test_its_bank_never_falls_below_zero(pack: Pack, today: datetime) -> None:
    days = min(pack.demos[0].days, FIRST_WEEKS)
    year = Year(pack, replace(pack.demos[0], days=days, proposals=(), applicant=None), today)
    for _day in year.play():
        pass
    held = [
        sum(sums_by_detail(year.coop, [Account.Kind.BANK], year.first + timedelta(days=number)).values())
        for number in range(days + 2)
    ]
    assert max(held) > 0
    assert min(held) >= 0, min(held)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("day", range(23, 30))
def test_one_business_pays_another_on_whatever_weekday_its_year_began(day: int) -> None:
    """It spends what is free and not paid out yet, and pay-days are Mondays and Thursdays."""
    demo = replace(FREELANCERS.demos[0], proposals=(), applicant=None)
    year = Year(FREELANCERS, demo, datetime(2026, 11, day, 12, tzinfo=UTC))
    for _day in year.play():
        pass
    assert [row.net for row in InternalInvoice.objects.all()] == [inside.amount for inside in demo.inside]
