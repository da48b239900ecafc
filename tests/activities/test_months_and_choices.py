"""What a month gives, what members choose, who is exempt, and how a business ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import transaction

from marke.activities import queries
from marke.activities.models import Activity, Entry
from marke.activities.services import (
    NoReasonGiven,
    NotAtItsEnd,
    NothingToChoose,
    choose_part,
    close_activity,
    end_months,
    exempt,
)
from marke.common.invariants import invariants
from marke.ledger.queries import sums_by_detail
from tests.factories.activities import invoiced, open_for, owed_to
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
FEBRUARY = datetime(2026, 2, 3, 9, tzinfo=T0.tzinfo)
MARCH = datetime(2026, 3, 3, 9, tzinfo=T0.tzinfo)


@pytest.fixture
def shop() -> Activity:
    """French: €30 a month, 12 %, at least €40."""
    coop = make_coop("cae", country="FR")
    found(
        coop, activities__open_to="members", activities__contribution=[12, 100], activities__monthly_fee=3_000,
        activities__floor_month=4_000, activities__reserve=[1, 10],
    )  # fmt: skip
    return open_for(make_member(coop, "Bo"), "Shop")


def given(shop: Activity) -> list[tuple[str, int]]:
    return [(entry.kind, entry.given) for entry in Entry.objects.filter(activity=shop)]


def test_a_month_gives_its_fee_and_what_is_missing_to_the_least_once(shop):
    assert (end_months(FEBRUARY), end_months(FEBRUARY)) == (1, 0)
    assert given(shop) == [("month", 4_000)]
    invoiced(shop, make_client(shop.coop, "Zoo"), 20_000, "2026-1", at=FEBRUARY)
    assert end_months(MARCH) == 1
    assert given(shop)[1:] == [("invoice", 2_400), ("month", 3_000)]
    assert queries.balances(shop.coop) == {shop.pk: -4_000 + 20_000 - 2_400 - 2_000 - 3_000}
    assert Entry.objects.get(kind="month", date=date(2026, 1, 31)).ends_month


def test_a_stopped_clockwork_catches_up_month_by_month(shop):
    assert end_months(MARCH) == 2
    assert sums_by_detail(shop.coop, ["activity"]) == {("activity", "1"): 8_000}


def test_who_is_exempt_gives_no_fee_and_somebody_says_why(shop):
    with pytest.raises(NoReasonGiven):
        exempt(activity=shop, of="fee", since=T0.date(), until=FEBRUARY.date(), reason=" ", by=None, at=T0)
    exempt(activity=shop, of="fee", since=T0.date(), until=FEBRUARY.date(), reason="on benefits", by=None, at=T0)
    end_months(FEBRUARY)
    assert given(shop) == [("month", 0)]


def test_where_the_rules_leave_the_choice_the_member_has_it():
    coop = make_coop("enspiral", country="GB")
    found(coop, activities__open_to="members", activities__contribution=[1, 5], activities__chosen_most=[3, 10])
    own, client = open_for(make_member(coop, "Bo")), make_client(coop, "Zoo")
    with pytest.raises(NothingToChoose):
        choose_part(activity=own, part=Fraction(31, 100), by=None, at=T0)
    parts = []
    for days, part in enumerate([Fraction(0), Fraction(1, 8), None]):
        at = T0 + timedelta(days=days)
        choose_part(activity=own, part=part, by=None, at=at)
        parts.append(invoiced(own, client, 10_000, f"2026-{days}", at=at).entry.given)
    assert parts == [0, 1_250, 2_000]


def test_where_they_do_not_nobody_chooses(shop):
    with pytest.raises(NothingToChoose):
        choose_part(activity=shop, part=Fraction(0), by=None, at=T0)


def test_an_ending_sets_the_reserve_free_and_pays_out_the_rest(shop):
    member = queries.membership_of(shop)
    assert member is not None
    invoiced(shop, make_client(shop.coop, "Zoo"), 100_000, "2026-1")
    with pytest.raises(NotAtItsEnd, match="cannot be paid out yet"), transaction.atomic():
        close_activity(activity=shop, by=None, at=T0 + timedelta(days=1))
    assert Entry.objects.count() == 1
    closed = close_activity(activity=shop, by=member.party, at=T0 + timedelta(days=20))
    assert (closed.is_open, owed_to(member)) == (False, 100_000 - 12_000 - 3_000)
    assert not any(sums_by_detail(shop.coop, ["activity"]).values())
    assert list(invariants.get("INV-ACTIVITY-1").check(shop.coop)) == []


def test_what_is_missing_is_not_forgotten_by_an_ending(shop):
    end_months(FEBRUARY)
    with pytest.raises(NotAtItsEnd, match="is missing"), transaction.atomic():
        close_activity(activity=shop, by=None, at=FEBRUARY)
    shop.refresh_from_db()
    assert shop.is_open
