"""Eight writers at once, on both databases: register numbers without gaps, also after rollbacks; nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from marke.parties.models import Coop
from marke.shares import queries, services
from marke.shares.models import ShareEvent, ShareRequest, ShareTransfer
from tests.factories.jobs import make_job, settle
from tests.factories.parties import T0, make_client, make_member
from tests.factories.processes import PROCESSES, at_once
from tests.shares.scene import DAY, ask, faults, hold, holdings, pay, set_value, state, transfer

pytestmark = [pytest.mark.django_db(transaction=True)]


def check(coop: Coop) -> None:
    numbers = list(ShareEvent.objects.filter(coop=coop).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    for model in (ShareRequest, ShareTransfer):
        found = list(model.objects.filter(coop=coop).order_by("number").values_list("number", flat=True))  # type: ignore[attr-defined]
        assert found == list(range(1, len(found) + 1))
    assert not faults(coop)


class Undone(Exception):
    pass


def test_numbers_have_no_gap_and_no_double_when_every_second_writer_rolls_back(coop: Coop) -> None:
    members = [make_member(coop, f"M{number}", with_user=False) for number in range(PROCESSES)]

    def act(number: int) -> object:
        with transaction.atomic():
            pay(ask(members[number], 2))
            if number % 2:
                raise Undone
        return None

    said = at_once(act)
    assert said.count("done") == PROCESSES // 2
    assert len(holdings(coop)) == PROCESSES // 2
    check(coop)


def test_eight_clicks_on_one_form_ask_once(coop: Coop) -> None:
    amina = make_member(coop)
    assert at_once(lambda _: ask(amina, 2)) == ["done"] * PROCESSES
    assert ShareRequest.objects.count() == 1
    check(coop)


def test_the_last_shares_below_the_limit_are_asked_for_once(coop: Coop) -> None:
    set_value(coop, "shares.maximum", 5)
    amina = make_member(coop)
    said = at_once(lambda number: ask(amina, 3, f"form{number}"))
    assert sorted(set(said)) == ["TooManyShares", "done"]
    assert said.count("done") == 1
    check(coop)


def test_the_same_shares_go_to_one_only(coop: Coop) -> None:
    set_value(coop, "shares.transfer", "members")
    amina = make_member(coop)
    hold(amina, 3)
    others = [make_member(coop, f"M{number}", with_user=False) for number in range(PROCESSES)]

    def act(number: int) -> object:
        asked = transfer(amina, others[number], 2, key=f"t{number}")
        return services.agree_transfer(transfer=asked, by=others[number].party, at=T0)

    said = at_once(act)
    assert said.count("done") == 1
    assert set(said) <= {"done", "NotThatMany"}
    assert sum(shares for shares, _amount in holdings(coop).values()) == 3
    check(coop)


def test_consent_and_withdrawal_at_once_leave_one_outcome(coop: Coop) -> None:
    amina, bo = make_member(coop, "Amina"), make_member(coop, "Bo")
    tess = make_member(coop, "Tess", offices=("treasurer",))
    hold(amina, 3)
    asked = services.agree_transfer(transfer=transfer(amina, bo, 2), by=bo.party, at=T0)

    def act(number: int) -> object:
        if number % 2:
            return services.consent_transfer(transfer=asked, by=tess.party, at=T0)
        return services.withdraw_transfer(transfer=asked, by=amina.party, at=T0)

    assert set(at_once(act)) <= {"done", "TransferDecided"}
    moved = holdings(coop).get(("Bo", "ordinary"), (0, 0))[0]
    assert (state(asked), moved) in {("done", 2), ("withdrawn", 0)}
    check(coop)


def test_the_clockwork_of_eight_workers_asks_and_allots_once(coop: Coop) -> None:
    set_value(coop, "shares.per_year_of_use", 1)
    set_value(coop, "shares.reflection", 86_400)
    amina, bo = make_member(coop, "Amina"), make_member(coop, "Bo")
    settle(make_job(coop, make_client(coop), at=T0 + DAY), amina, at=T0 + DAY)
    hold(bo, 1)
    later = T0 + timedelta(days=9)

    def act(_: int) -> object:
        services.request_for_use(coop=coop, at=later)
        return services.allot_after_reflection(coop=coop, at=later)

    assert at_once(act) == ["done"] * PROCESSES
    assert ShareRequest.objects.filter(year_of_use=2026).count() == 1
    assert queries.shares_of(bo) == 1
    check(coop)
