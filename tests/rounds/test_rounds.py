"""A window that opens, collects wishes, closes, becomes final and is carried out; and who did what when."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from marke.common.registry import UnknownKind
from marke.common.rounds import RoundKind, round_kinds
from marke.parties.models import Coop, Membership, Party
from marke.rounds import queries
from marke.rounds.belonging import wishes
from marke.rounds.clockwork import turn_rounds
from marke.rounds.models import Round, RoundMove, Wish
from marke.rounds.permissions import SamePerson
from marke.rounds.services import (
    AlreadyWithdrawn,
    AnotherIsPrepared,
    AnotherWish,
    NotOpen,
    NotThisMove,
    begin_round,
    make_wish,
    move_round,
    takes_wishes,
    withdraw_wish,
)
from tests.factories.parties import T0

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
DAY = timedelta(days=1)


def begin(coop: Coop, **given: Any) -> Round:
    return begin_round(**{"coop": coop, "kind": "market", "by": None, "at": T0, **given})


def to(round: Round, *states: str, by: Party | None = None) -> Round:
    for state in states:
        round = move_round(round=round, to=state, by=by, at=T0)
    return round


def wish(round: Round, who: Membership, amount: int, key: str, **given: Any) -> Wish:
    return make_wish(
        **{"round": round, "party": who.party, "amount": amount, "once_key": key, "by": who.party, "at": T0, **given}
    )


def test_the_moves_of_every_kind_are_total() -> None:
    for kind in round_kinds:
        followed = frozenset[str]().union(*kind.moves.values())
        assert followed <= set(kind.moves) <= set(Round.State.values), kind.kind
        assert {"draft", "open"} & set(kind.moves), kind.kind
        for ended in Round.ENDED:
            assert not kind.moves.get(ended), kind.kind
        for fixed in Round.FIXED:
            assert not kind.moves.get(fixed, frozenset()) & {"draft", "open", "closed"}, kind.kind


def test_rounds_are_numbered_from_one_for_each_kind(velo: Coop) -> None:
    assert begin(velo).number == 1
    assert begin(velo, kind="pay_run").number == 1
    to(Round.objects.get(kind="market"), "cancelled")
    assert begin(velo).number == 2


def test_a_kind_that_nobody_knows_is_not_begun(velo: Coop) -> None:
    with pytest.raises(UnknownKind):
        begin(velo, kind="jamboree")
    assert not Round.objects.exists()


def test_the_same_form_begins_one_round(velo: Coop) -> None:
    assert begin(velo, once_key="form") == begin(velo, once_key="form")
    assert Round.objects.count() == RoundMove.objects.count() == 1


def test_a_kind_that_is_alone_has_one_round_prepared_at_a_time(velo: Coop) -> None:
    first = begin(velo)
    with pytest.raises(AnotherIsPrepared, match=r"“Market 1” is being prepared \(draft\)"):
        begin(velo)
    assert Round.objects.count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Round.objects.create(coop=velo, kind="market", number=2, alone=True, created_at=T0)
    to(first, "cancelled")
    assert begin(velo).number == 2


def test_who_did_what_when_stands_beside_a_round(velo: Coop, amina: Membership, bo: Membership) -> None:
    round = to(begin(velo, by=amina.party), "open", "closed", "final", by=amina.party)
    to(round, "released", by=bo.party)
    settled = move_round(round=round, to="settled", by=bo.party, at=T0 + 3 * DAY, on=date(2026, 1, 7), note="by bike")
    way = [(move.word, move.by and move.by.name) for move in queries.moves_of(settled)]
    assert way == [
        ("Draft", "Amina"), ("Open", "Amina"), ("Closed", "Amina"), ("Final", "Amina"), ("Released", "Bo"), ("Delivered", "Bo"),
    ]  # fmt: skip
    last = queries.move_of(settled, "settled")
    assert last is not None
    assert (last.date, last.note) == (date(2026, 1, 7), "by bike")
    assert queries.move_of(settled, "sent") is None
    assert settled.get_state_display() == "Delivered"


def test_a_move_that_the_kind_does_not_know_is_refused(velo: Coop) -> None:
    round = begin(velo)
    with pytest.raises(NotThisMove, match="“Market 1” is “Draft” and cannot become “Delivered”"):
        to(round, "settled")
    assert Round.objects.get().state == "draft"
    assert RoundMove.objects.count() == 1


def test_who_made_it_final_does_not_release_it(velo: Coop, amina: Membership, bo: Membership) -> None:
    round = to(begin(velo), "open", "closed", "final", by=amina.party)
    for who in (amina.party, None):
        with pytest.raises(SamePerson, match="Amina made “Market 1” final, so somebody else has to release it"):
            to(round, "released", by=who)
    assert Round.objects.get().state == "final"
    assert RoundMove.objects.count() == 4
    assert to(round, "released", by=bo.party).state == "released"


# What the database itself refuses


def refused(sentence: str) -> Any:
    return pytest.raises(DatabaseError, match=sentence)


def test_the_database_keeps_to_two_people(velo: Coop, amina: Membership, bo: Membership) -> None:
    round = to(begin(velo), "open", "closed", "final", by=amina.party)
    for by in (amina.party, None):
        with refused("a round is released by a second person"), transaction.atomic():
            RoundMove.objects.create(coop=velo, round=round, state="released", by=by, at=T0)
    with refused("a round is released before it is sent"), transaction.atomic():
        RoundMove.objects.create(coop=velo, round=round, state="settled", by=bo.party, at=T0)


def test_the_database_moves_a_round_only_with_who_and_when(velo: Coop) -> None:
    round = begin(velo)
    with refused("a round moves with who and when"), transaction.atomic():
        Round.objects.filter(pk=round.pk).update(state="final")
    assert Round.objects.get().state == "draft"


def test_a_final_round_never_changes(velo: Coop, amina: Membership, bo: Membership) -> None:
    round = begin(velo, parameters={"goal": 5}, until=date(2026, 2, 1))
    Round.objects.filter(pk=round.pk).update(parameters={"goal": 6})  # a draft may still
    to(round, "open", "closed", "final", by=amina.party)
    frozen: list[dict[str, Any]] = [
        {"parameters": {"goal": 7}}, {"until": date(2026, 3, 1)}, {"since": date(2026, 1, 1)}, {"title": "x"},
        {"result_digest": "ab"}, {"closes_at": T0},
    ]  # fmt: skip
    for change in frozen:
        with refused("a final round is never changed"), transaction.atomic():
            Round.objects.filter(pk=round.pk).update(**change)
    with refused("a final round is not opened again"), transaction.atomic():
        RoundMove.objects.create(coop=velo, round=round, state="draft", at=T0)
        Round.objects.filter(pk=round.pk).update(state="draft")
    for change in ({"number": 9}, {"second_person": False}, {"alone": False}, {"kind": "pay_run"}):
        with refused("a round stays what it was begun as"), transaction.atomic():
            Round.objects.filter(pk=round.pk).update(**change)
    with refused("a round is never deleted"), transaction.atomic():
        Round.objects.filter(pk=round.pk)._raw_delete("default")
    to(round, "released", "settled", by=bo.party)
    with refused("a round that ended never moves"), transaction.atomic():
        RoundMove.objects.create(coop=velo, round=round, state="cancelled", at=T0)
        Round.objects.filter(pk=round.pk).update(state="cancelled")


def test_moves_and_wishes_are_never_rewritten(velo: Coop, amina: Membership) -> None:
    round = to(begin(velo), "open")
    asked = wish(round, amina, 5, "a")
    with refused("a move of a round is never changed"), transaction.atomic():
        RoundMove.objects.update(by=amina.party)
    with refused("a move of a round is never deleted"), transaction.atomic():
        RoundMove.objects.all()._raw_delete("default")
    with refused("a wish is only withdrawn"), transaction.atomic():
        Wish.objects.update(amount=7)
    with refused("a wish is never deleted"), transaction.atomic():
        Wish.objects.all()._raw_delete("default")
    to(round, "closed", "final", by=amina.party)
    with refused("a wish stands once the round is final"), transaction.atomic():
        Wish.objects.filter(pk=asked.pk).update(withdrawn_at=T0)


# Wishes


def test_a_later_wish_takes_the_place_of_the_one_before(velo: Coop, amina: Membership, bo: Membership) -> None:
    round = to(begin(velo), "open")
    wish(round, amina, 5, "a")
    wish(round, bo, 2, "b")
    wish(round, amina, 8, "c", data={"class": "workers"})
    assert [(w.party.name, w.amount) for w in queries.standing_wishes(round)] == [("Bo", 2), ("Amina", 8)]
    assert queries.standing_wishes(round).get(party=amina.party).data == {"class": "workers"}
    kept = wishes(amina.party)
    assert [(row["amount"], bool(row["withdrawn_at"])) for row in kept] == [(5, True), (8, False)]


def test_the_same_form_wishes_once_and_another_content_is_refused(velo: Coop, amina: Membership) -> None:
    round = to(begin(velo), "open")
    assert wish(round, amina, 5, "a") == wish(round, amina, 5, "a")
    with pytest.raises(AnotherWish):
        wish(round, amina, 6, "a")
    assert [w.amount for w in Wish.objects.all()] == [5]


@pytest.mark.parametrize(("days", "open_"), [(-1, False), (0, True), (6, True), (7, False), (8, False)])
def test_wishes_are_taken_while_the_window_is_open_whoever_sleeps(velo: Coop, amina: Membership, days: int, open_: bool) -> None:
    round = to(begin(velo, opens_at=T0, closes_at=T0 + 7 * DAY), "open")
    at = T0 + days * DAY
    assert takes_wishes(round, at) is open_
    if open_:
        wish(round, amina, 1, "a", at=at)
        return
    with pytest.raises(NotOpen, match="between its opening and its closing"):
        wish(round, amina, 1, "a", at=at)
    assert not Wish.objects.exists()


def test_a_round_that_is_not_open_takes_no_wishes(velo: Coop, amina: Membership) -> None:
    with pytest.raises(NotOpen, match="is draft and takes no wishes"):
        wish(begin(velo), amina, 1, "a")
    assert not Wish.objects.exists()


def test_a_wish_is_taken_back_until_the_round_is_final(velo: Coop, amina: Membership, bo: Membership) -> None:
    round = to(begin(velo), "open")
    first, second = wish(round, amina, 5, "a"), wish(round, bo, 3, "b")
    withdraw_wish(wish=first, by=amina.party, at=T0 + DAY)
    with pytest.raises(AlreadyWithdrawn):
        withdraw_wish(wish=first, by=amina.party, at=T0 + 2 * DAY)
    assert Wish.objects.get(pk=first.pk).withdrawn_at == T0 + DAY
    to(round, "closed", "final", by=amina.party)
    with pytest.raises(NotOpen, match="what was asked for stands"):
        withdraw_wish(wish=second, by=bo.party, at=T0 + DAY)
    assert [w.party.name for w in queries.standing_wishes(round)] == ["Bo"]


def test_the_clock_closes_what_is_due_and_nothing_twice(velo: Coop, market: RoundKind) -> None:
    round = to(begin(velo, opens_at=T0, closes_at=T0 + DAY), "open")
    assert turn_rounds(T0) == 0
    assert turn_rounds(T0 + DAY) == 1
    assert turn_rounds(T0 + DAY) == 0
    round.refresh_from_db()
    assert round.state == "closed"
    closed = queries.move_of(round, "closed")
    assert closed is not None
    assert closed.by is None
