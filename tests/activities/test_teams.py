"""A team shares what it earned among its members' own businesses, by a key that says why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from marke.activities import queries
from marke.activities.models import Activity, Entry, Sharing
from marke.activities.services import open_activity, pay_out_due, preview, share
from marke.activities.splitting import CannotBeShared, sentence, shared
from marke.common.invariants import invariants
from marke.parties.services import create_circle, join_circle
from tests.factories.activities import invoiced, open_for, owed_to
from tests.factories.parties import T0, make_member

LATER = T0 + timedelta(days=30)


def money(minor: int) -> str:
    return f"€{minor / 100:.2f}"


def test_each_part_says_why():
    parts = shared(10_000, "hours", [(1, 600), (2, 600), (3, 300)])
    assert [part.amount for part in parts] == [4_000, 4_000, 2_000]
    assert sentence(parts[0], 10_000, "hours", 1_500, money) == "10:00 h of 25:00 h together: €40.00 of €100.00"
    parts = shared(10_000, "per_head", [(1, 1), (2, 1), (3, 1)])
    assert [part.amount for part in parts] == [3_334, 3_333, 3_333]
    assert sentence(parts[1], 10_000, "per_head", 3, money).startswith("€100.00 divided by 3: €33.33 (")


def test_percent_may_leave_something_in_the_team_and_never_take_more_than_all():
    assert [part.amount for part in shared(10_000, "fixed", [(1, 2_500), (2, 5_000)])] == [2_500, 5_000]
    with pytest.raises(CannotBeShared):
        shared(10_000, "fixed", [(1, 6_000), (2, 5_000)])
    with pytest.raises(CannotBeShared):
        shared(10_000, "hours", [(1, 0), (2, 0)])


def test_amounts_that_were_agreed_are_not_exceeded():
    assert [part.amount for part in shared(10_000, "amounts", [(1, 2_000), (2, 3_000)])] == [2_000, 3_000]
    assert [part.amount for part in shared(2_500, "amounts", [(1, 2_000), (2, 3_000)])] == [1_000, 1_500]


@given(st.integers(1, 10**12), st.sampled_from(["per_head", "hours"]), st.lists(st.integers(0, 10**5), min_size=1, max_size=4))
def test_a_sum_is_shared_to_the_last_cent(total, key, weights):
    if any(weights):
        assert sum(part.amount for part in shared(total, key, list(enumerate(weights)))) == total


@pytest.fixture
def team(smart, ann, bakery) -> Activity:
    """Ann and Bo, with €935 that is free."""
    circle = create_circle(coop=smart, name="Film", by=ann.party, at=T0)
    for member in (ann, make_member(smart, "Bo")):
        join_circle(circle=circle, membership=member, by=member.party, at=T0)
        open_for(member)
    activity = open_activity(coop=smart, name="Film", circle=circle, once_key="film", by=ann.party, at=T0)
    invoiced(activity, bakery, 100_000, "2026-1")
    return activity


@pytest.mark.django_db
def test_it_is_booked_once_and_paid_out_to_each(team, ann):
    ways = {"activity": team, "total": 93_500, "key": "hours", "weights": [(1, 120), (2, 60)]}
    made = share(**ways, once_key="k", by=ann.party, at=LATER)
    assert share(**ways, once_key="k", by=ann.party, at=LATER) == made
    assert [entry.moved for entry in Entry.objects.filter(sharing=made).order_by("id")] == [-62_333, 62_333, -31_167, 31_167]
    pay_out_due(LATER)
    assert (owed_to(ann), queries.due(team, LATER)) == (62_333, 0)
    assert list(invariants.get("INV-ACTIVITY-1").check(team.coop)) == []


@pytest.mark.django_db
def test_no_more_is_shared_than_is_free_and_only_among_the_team(team, ann):
    stranger = open_for(make_member(team.coop, "Cy"))
    for total, number in ((93_501, 1), (100, stranger.number)):
        with pytest.raises(CannotBeShared), transaction.atomic():
            share(activity=team, total=total, key="per_head", weights=[(number, 1)], once_key="k", by=ann.party, at=LATER)
    with pytest.raises(CannotBeShared):
        preview(activity=team, total=93_500, key="per_head", weights=[(1, 1)], at=T0)  # its day has not come
    assert (Sharing.objects.count(), Entry.objects.count()) == (0, 1)
