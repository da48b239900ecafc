"""The database itself refuses to change what was voted on, also through raw SQL."""

from collections.abc import Callable

import pytest
from django.db import Error, connection, transaction

from marke.common.invariants import invariants
from marke.decisions import services
from marke.decisions.doctor import check_votes
from marke.decisions.models import Ballot, Proposal, RollEntry
from marke.parties.models import Membership
from tests.factories.decisions import CLOSES, OPENS, T1, cast, make_assembly, make_proposal, make_vote
from tests.factories.parties import make_member

pytestmark = pytest.mark.django_db


def refused(do: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            do()
    except Error:
        return True
    return False


def sql(statement: str) -> Callable[[], object]:
    def run() -> object:
        with connection.cursor() as cursor:
            return cursor.execute(statement)

    return run


@pytest.fixture
def closed() -> Proposal:
    coop, (amina, bram, *_rest) = make_assembly(3)
    vote = make_vote(coop, amina)
    cast(vote, amina, "for", reason="I am tired")
    cast(vote, bram, "for")
    return services.close_vote(proposal=vote, at=CLOSES)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decisions_ballot SET choice = 'against'",
        "UPDATE decisions_ballot SET reason = 'something else'",
        "UPDATE decisions_ballot SET choice = 'against', reason = ''",
        "DELETE FROM decisions_ballot",
        "UPDATE decisions_rollentry SET membership_id = membership_id + 1",
        "DELETE FROM decisions_rollentry",
        "UPDATE decisions_proposal SET state = 'rejected'",
        "UPDATE decisions_proposal SET title = 'Something else'",
        "UPDATE decisions_proposal SET ended_at = NULL",
        "UPDATE decisions_proposal SET effect_state = 'applied'",
        "DELETE FROM decisions_proposal",
    ],
)
def test_what_was_decided_stays(closed: Proposal, statement: str) -> None:
    before = list(Ballot.objects.values()), list(RollEntry.objects.values()), list(Proposal.objects.values())
    assert refused(sql(statement))
    assert before == (list(Ballot.objects.values()), list(RollEntry.objects.values()), list(Proposal.objects.values()))


def test_a_ballot_after_the_close_is_refused_by_the_database_too(closed: Proposal) -> None:
    late = RollEntry.objects.get(proposal=closed, ballot=None)
    row = {"coop": closed.coop, "entry": late, "choice": "for", "cast_at": CLOSES, "cast_by": late.membership.party}
    assert refused(lambda: Ballot.objects.create(**row))
    assert Ballot.objects.count() == 2


def test_the_words_of_a_ballot_may_be_forgotten_and_how_it_fell_not(closed: Proposal) -> None:
    Ballot.objects.update(reason="")
    assert set(Ballot.objects.values_list("reason", "choice")) == {("", "for")}


def test_roll_and_question_freeze_at_the_opening_and_not_before() -> None:
    coop, (amina, *_rest) = make_assembly(2)
    discussed = make_proposal(coop, amina)
    Proposal.objects.filter(pk=discussed.pk).update(text="Still open")
    vote = services.open_vote(proposal=discussed, at=OPENS)
    late = make_member(coop, "Late", at=OPENS)
    assert refused(lambda: RollEntry.objects.create(coop=coop, proposal=vote, membership=late))
    for change in (
        {"title": "No"},
        {"method": "everyone"},
        {"quorum_numerator": 0},
        {"closes_at": T1},
        {"effect_data": {"a": 1}},
    ):
        assert refused(lambda change=change: Proposal.objects.filter(pk=vote.pk).update(**change)), change  # type: ignore[misc]
    assert refused(lambda: RollEntry.objects.all().delete())
    assert RollEntry.objects.count() == 2


def test_a_ballot_cannot_move_to_another_vote() -> None:
    coop, (amina, *_rest) = make_assembly(2)
    first, second = make_vote(coop, amina), make_vote(coop, amina)
    ballot = cast(first, amina, "for")
    other = RollEntry.objects.get(proposal=second, membership=amina)
    assert refused(lambda: Ballot.objects.filter(pk=ballot.pk).update(entry=other))


def test_the_doctor_finds_nothing_wrong_with_sound_votes(closed: Proposal) -> None:
    assert "INV-VOTE-1" in invariants
    make_vote(closed.coop, closed.roll.first().membership)  # type: ignore[union-attr]
    assert list(check_votes(closed.coop)) == []


def test_the_doctor_finds_a_stranger_on_the_roll_and_a_book_that_disagrees(closed: Proposal) -> None:
    """As if somebody had taken the triggers away."""
    stranger = make_member(closed.coop, "Stranger", at=CLOSES)
    with connection.cursor() as cursor:
        table = "decisions_rollentry"
        name = "nobody_joins_the_roll_after_the_opening"
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
    RollEntry.objects.create(coop=closed.coop, proposal=closed, membership=Membership.objects.get(pk=stranger.pk))
    told = [violation.what for violation in check_votes(closed.coop)]
    assert told[0] == f"member {stranger.number} is on the roll, but was not entitled on the record date"
    assert "the ballots say" in told[1]
