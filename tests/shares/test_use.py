"""A share is due for each year in which a member used the co-op: once, however often the clockwork turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from marke.common.clockwork import wheels
from marke.parties.models import Coop, Membership
from marke.shares import services
from marke.shares.models import ShareRequest
from tests.factories.jobs import make_job, settle
from tests.factories.parties import T0, make_client, make_member
from tests.shares.scene import DAY, kinds, open_class, set_value

pytestmark = pytest.mark.django_db
KEY = "shares.per_year_of_use"


def work(coop: Coop, worker: Membership, at: datetime) -> None:
    settle(make_job(coop, make_client(coop, f"Bakery {worker.number} {at:%d %m %y}"), at=at), worker, at=at)


def asked(coop: Coop) -> list[tuple[str, int | None, int]]:
    rows = ShareRequest.objects.filter(coop=coop).order_by("number").select_related("membership__party")
    return [(row.membership.party.name, row.year_of_use, row.shares) for row in rows]


def test_nothing_is_asked_without_such_a_rule(coop: Coop) -> None:
    work(coop, make_member(coop, "Amina"), T0 + DAY)
    assert services.request_for_use(coop=coop, at=T0 + 9 * DAY) == 0


def test_who_used_the_coop_is_asked_once_a_year_and_who_did_not_is_not(coop: Coop) -> None:
    amina, bo = make_member(coop, "Amina"), make_member(coop, "Bo")
    set_value(coop, KEY, 1)
    for day in (3, 8):
        work(coop, amina, T0 + day * DAY)
    for day in (4, 5, 9, 200):
        services.request_for_use(coop=coop, at=T0 + day * DAY)
    assert asked(coop) == [("Amina", 2026, 1)]
    work(coop, amina, T0 + 370 * DAY)
    work(coop, bo, T0 + 371 * DAY)
    for day in (372, 372, 380):
        wheels.get("shares_for_use").turn(T0 + day * DAY)
    assert asked(coop) == [("Amina", 2026, 1), ("Amina", 2027, 1), ("Bo", 2027, 1)]
    assert ShareRequest.objects.values("payment_request").distinct().count() == 3


def test_the_last_days_of_a_year_are_not_forgotten_when_the_clockwork_stood_still(coop: Coop) -> None:
    amina = make_member(coop, "Amina")
    set_value(coop, KEY, 2)
    work(coop, amina, datetime(2026, 12, 30, 9, tzinfo=UTC))
    services.request_for_use(coop=coop, at=datetime(2027, 2, 1, 9, tzinfo=UTC))
    assert asked(coop) == [("Amina", 2026, 2)]


def test_use_counts_from_the_day_of_the_rule(coop: Coop) -> None:
    amina = make_member(coop, "Amina")
    work(coop, amina, T0 + 3 * DAY)
    set_value(coop, KEY, 1, at=T0 + 10 * DAY)
    assert services.request_for_use(coop=coop, at=T0 + 11 * DAY) == 0
    work(coop, amina, T0 + 12 * DAY)
    assert services.request_for_use(coop=coop, at=T0 + 13 * DAY) == 1


def test_a_cancelled_one_is_not_asked_again_and_a_free_one_does_not_replace_it(coop: Coop) -> None:
    amina = make_member(coop, "Amina")
    set_value(coop, KEY, 1)
    services.request_shares(membership=amina, shares=1, once_key="free", by=amina.party, at=T0)
    work(coop, amina, T0 + 3 * DAY)
    services.request_for_use(coop=coop, at=T0 + 4 * DAY)
    due = ShareRequest.objects.get(year_of_use=2026)
    services.cancel_request(request=due, by=amina.party, at=T0 + 5 * DAY)
    assert services.request_for_use(coop=coop, at=T0 + 6 * DAY) == 0
    assert kinds(coop) == ["requested", "requested", "cancelled"]


def test_only_the_class_that_asks_for_it_and_only_those_it_is_for(coop: Coop) -> None:
    amina = make_member(coop, "Amina")
    open_class(coop, "worker", member_classes=("worker",), per_year_of_use=1)
    open_class(coop, "user", member_classes=("user",), per_year_of_use=1)
    work(coop, amina, T0 + 3 * DAY)
    services.request_for_use(coop=coop, at=T0 + 4 * DAY)
    assert list(ShareRequest.objects.values_list("share_class__code", flat=True)) == ["worker"]


def test_the_year_is_that_of_the_place(coop: Coop) -> None:
    """Half past eleven at night on 31 December in London is the next year in Brussels."""
    amina, bo = make_member(coop, "Amina"), make_member(coop, "Bo")
    set_value(coop, KEY, 1)
    night = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    work(coop, amina, night - timedelta(hours=3))
    work(coop, bo, night)
    services.request_for_use(coop=coop, at=night)
    assert asked(coop) == [("Amina", 2026, 1), ("Bo", 2027, 1)]
