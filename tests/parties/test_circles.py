"""Circles: teams, chapters and working groups, one within another."""

import pytest

from marke.parties import services
from marke.parties.models import Circle, Coop
from marke.parties.queries import circle_rows
from marke.parties.services.circles import CircleHasOpenCircles, CircleIsClosed, CircleNameTaken, NotInThisCoop
from tests.factories.parties import T0, make_coop, make_member


def circle(coop: Coop, name: str, parent: Circle | None = None) -> Circle:
    return services.create_circle(coop=coop, name=name, parent=parent, by=None, at=T0)


def test_circles_nest_and_are_read_as_a_tree_in_one_query(coop: Coop, django_assert_num_queries) -> None:
    north = circle(coop, "North")
    bikes = circle(coop, "Bikes")
    repair = circle(coop, "Repair", bikes)
    services.join_circle(circle=repair, membership=make_member(coop), by=None, at=T0)
    with django_assert_num_queries(1):
        rows = circle_rows(coop)
    assert [(row.circle, row.depth, row.members) for row in rows] == [(bikes, 0, 0), (repair, 1, 1), (north, 0, 0)]


def test_joining_twice_is_joining_once(coop: Coop) -> None:
    bikes, membership = circle(coop, "Bikes"), make_member(coop)
    for _time in range(2):
        services.join_circle(circle=bikes, membership=membership, by=None, at=T0)
    assert bikes.members.count() == 1
    services.leave_circle(circle=bikes, membership=membership, by=None, at=T0)
    assert bikes.members.count() == 0


def test_a_name_is_used_once_whatever_its_capitals(coop: Coop) -> None:
    circle(coop, "Bikes")
    with pytest.raises(CircleNameTaken, match="“bikes”"):
        circle(coop, " bikes ")
    assert circle(make_coop("rosa"), "Bikes").coop.slug == "rosa"


def test_a_circle_is_closed_after_those_within_it(coop: Coop) -> None:
    bikes = circle(coop, "Bikes")
    repair = circle(coop, "Repair", bikes)
    with pytest.raises(CircleHasOpenCircles, match="“Repair”"):
        services.close_circle(circle=bikes, by=None, at=T0)
    services.close_circle(circle=repair, by=None, at=T0)
    services.close_circle(circle=bikes, by=None, at=T0)
    with pytest.raises(CircleIsClosed):
        services.join_circle(circle=bikes, membership=make_member(coop), by=None, at=T0)
    with pytest.raises(CircleIsClosed):
        circle(coop, "Wheels", Circle.objects.get(pk=bikes.pk))


def test_a_circle_holds_members_of_its_coop_only(coop: Coop) -> None:
    bikes = circle(coop, "Bikes")
    for outsider in (make_member(make_coop("rosa")), make_member(coop, "Bo", state="applied")):
        with pytest.raises(NotInThisCoop):
            services.join_circle(circle=bikes, membership=outsider, by=None, at=T0)
    with pytest.raises(NotInThisCoop):
        circle(make_coop("third"), "Part", bikes)
    assert bikes.members.count() == 0
