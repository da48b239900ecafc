"""A proposal about the surplus shows what the last year would have given under it: to the co-op, to who gets least, to me."""

from __future__ import annotations

from typing import Any

import pytest

from marke.decisions.what_if import WhatIf, what_if
from marke.surplus.models import YearClose
from tests.surplus.scene import LATER, closed, earn, make_year

pytestmark = pytest.mark.django_db
SHARED: dict[str, Any] = {"surplus__legal_reserve": [15, 100], "surplus__workers": [1, 2], "surplus__cash": [1, 5]}


def asked(coop, key: str, value: Any, viewer=None, **more: Any) -> WhatIf:
    return what_if(coop=coop, key=key, value=value, viewer=viewer and viewer.party, at=LATER, **more)


def changes(found: WhatIf) -> dict[str, tuple[int, int]]:
    return {line.label: (line.change.before, line.change.after) for line in found.lines}


def test_a_larger_part_for_work_is_played_on_the_closed_year():
    coop, people = make_year(jobs=(3, 2, 1, 0), **SHARED)
    closed(coop, people)
    found = asked(coop, "surplus.workers", [1, 1], people[1])
    assert found.shown
    assert found.period == "2025"
    assert changes(found) == {
        "Set aside, as the law asks": (10_80, 10_80),
        "Members, for work": (30_60, 61_20),
        "Left for later years": (30_60, 0),
        "Members together": (30_60, 61_20),
    }
    assert (found.common.before, found.common.after) == (41_40, 10_80)
    assert found.me is not None
    assert (found.me.before, found.me.after) == (10_20, 20_40)
    assert found.lowest.size == 3


def test_a_larger_reserve_is_played_too_and_nothing_is_stored():
    coop, people = make_year(**SHARED)
    year = closed(coop, people)
    found = asked(coop, "surplus.legal_reserve", [1, 2])
    assert changes(found)["Set aside, as the law asks"] == (10_80, 36_00)
    assert changes(found)["Members together"] == (30_60, 18_00)
    assert list(YearClose.objects.values_list("digest", flat=True)) == [year.digest]


def test_what_is_paid_in_money_shows_what_is_kept():
    coop, people = make_year(**SHARED)
    closed(coop, people)
    found = asked(coop, "surplus.cash", [1, 1], people[0])
    assert changes(found)["Members, in money"] == (6_12, 30_60)
    assert changes(found)["Kept in their names"] == (24_48, 0)


def test_a_value_for_one_kind_of_member_changes_only_them():
    coop, people = make_year(**SHARED)
    people[0].member_class = "office"
    people[0].save()
    closed(coop, people)
    found = asked(coop, "surplus.group", "none", people[1], scope="member_class=office")
    assert found.me is not None
    assert (found.me.before, found.me.after) == (10_20, 20_40)


def test_before_any_year_is_closed_it_is_the_running_one():
    coop, _people = make_year(**SHARED)
    assert "no surplus so far" in asked(coop, "surplus.workers", [1, 1]).sentence
    earn(coop, 50_00, on=LATER.date())
    assert asked(coop, "surplus.legal_reserve", [1, 2]).period == "2026"


def test_parts_that_are_more_than_the_whole_are_not_played():
    coop, people = make_year(**SHARED, surplus__members=[1, 2])
    closed(coop, people)
    assert "150%" in asked(coop, "surplus.workers", [1, 1]).sentence


def test_rules_that_divide_nothing_have_no_preview():
    coop, people = make_year(**SHARED)
    closed(coop, people)
    assert not asked(coop, "surplus.pay_within", 3).shown
