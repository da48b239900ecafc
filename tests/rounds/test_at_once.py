"""Eight people at the very same moment, and everything happens once."""

import pytest

from marke.parties.models import Coop
from marke.rounds.models import Round, RoundMove, Wish
from marke.rounds.services import begin_round, make_wish, move_round
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.processes import PROCESSES, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("market")]


@pytest.fixture
def coop() -> Coop:
    return make_coop()


def open_market(coop: Coop) -> Round:
    round = begin_round(coop=coop, kind="market", by=None, at=T0)
    return move_round(round=round, to="open", by=None, at=T0)


def test_one_round_of_a_kind_that_is_alone_is_begun(coop: Coop) -> None:
    answers = at_once(lambda _: begin_round(coop=coop, kind="market", by=None, at=T0))
    assert sorted(answers) == ["AnotherIsPrepared"] * (PROCESSES - 1) + ["done"]
    assert (Round.objects.count(), RoundMove.objects.count()) == (1, 1)


def test_numbers_have_no_gap_and_no_double(coop: Coop) -> None:
    def begin_and_drop(n: int) -> None:
        round = begin_round(coop=coop, kind="market", by=None, at=T0)
        move_round(round=round, to="cancelled", by=None, at=T0)

    for _ in range(2):
        at_once(begin_and_drop)
    numbers = list(Round.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_move_is_made_once(coop: Coop) -> None:
    round = open_market(coop)
    answers = at_once(lambda _: move_round(round=round, to="closed", by=None, at=T0))
    assert sorted(answers) == ["NotThisMove"] * (PROCESSES - 1) + ["done"]
    assert RoundMove.objects.filter(state="closed").count() == 1


def test_one_wish_of_a_party_stands(coop: Coop) -> None:
    round, amina = open_market(coop), make_member(coop).party
    answers = at_once(lambda n: make_wish(round=round, party=amina, amount=n, once_key=f"k{n}", by=amina, at=T0))
    assert set(answers) == {"done"}
    assert Wish.objects.filter(withdrawn_at=None).count() == 1
    answers = at_once(lambda _: make_wish(round=round, party=amina, amount=9, once_key="one form", by=amina, at=T0))
    assert set(answers) == {"done"}
    assert Wish.objects.filter(once_key="one form").count() == 1
