"""Casting ballots: one per entitled membership, changeable until the close, and only by whom it belongs to."""

from datetime import date, timedelta

import pytest

from marke.decisions import services
from marke.decisions.models import Ballot, Proposal
from marke.decisions.services.votes import NoSuchChoice, NotOnTheRoll, NotYetOpen, NotYourVote, VoteIsOver
from marke.parties.models import Party, Representation
from marke.parties.services import admit_member, apply_for_membership, create_party
from tests.factories.decisions import CLOSES, OPENS, T1, cast, make_assembly, make_proposal, make_vote
from tests.factories.parties import T0, make_member

pytestmark = pytest.mark.django_db
LATER = OPENS + timedelta(days=1)


def test_a_ballot_is_one_per_member_and_can_be_changed() -> None:
    coop, (amina, *_rest) = make_assembly()
    vote = make_vote(coop, amina)
    cast(vote, amina, "for")
    cast(vote, amina, "for")  # a double click
    changed = cast(vote, amina, "against", at=LATER, reason="I have slept on it")
    assert Ballot.objects.get() == changed
    assert (changed.choice, changed.cast_at, changed.cast_by) == ("against", LATER, amina.party)
    assert services.counted(vote).votes_against == 1


def test_saying_the_same_again_keeps_the_first_moment() -> None:
    coop, (amina, *_rest) = make_assembly()
    vote = make_vote(coop, amina)
    cast(vote, amina, "for")
    assert cast(vote, amina, "for", at=LATER).cast_at == OPENS


def test_a_late_ballot_is_refused_although_nobody_has_counted_yet() -> None:
    coop, (amina, bram, *_rest) = make_assembly()
    vote = make_vote(coop, amina)
    cast(vote, amina, "for", at=CLOSES - timedelta(microseconds=1))
    with pytest.raises(VoteIsOver, match="Ballots are no longer taken"):
        cast(vote, bram, "against", at=CLOSES)
    with pytest.raises(VoteIsOver):
        cast(vote, amina, "against", at=CLOSES)
    assert Ballot.objects.get().choice == "for"


def test_nobody_votes_before_the_vote_opens() -> None:
    coop, (amina, *_rest) = make_assembly()
    with pytest.raises(NotYetOpen):
        cast(make_proposal(coop, amina), amina, "for", at=T1)
    assert not Ballot.objects.exists()


def test_the_roll_is_frozen_although_a_member_joins_later() -> None:
    coop, people = make_assembly(2)
    vote = make_vote(coop, people[0])
    late = make_member(coop, "Late", at=LATER)
    with pytest.raises(NotOnTheRoll, match="was not entitled when the vote"):
        cast(vote, late, "for", at=LATER)
    assert not Ballot.objects.exists()
    assert services.counted(vote).entitled == 2


def test_who_is_no_active_member_at_the_opening_is_not_on_the_roll() -> None:
    coop, people = make_assembly(2)
    others = [
        make_member(coop, name, state=state) for name, state in (("Nia", "applied"), ("Otto", "suspended"), ("Pia", "left"))
    ]
    vote = make_vote(coop, people[0])
    assert services.counted(vote).entitled == 2
    for other in others:
        with pytest.raises(NotOnTheRoll):
            cast(vote, other, "for")
    assert not Ballot.objects.exists()


def test_nobody_casts_the_ballot_of_somebody_else() -> None:
    coop, (amina, bram, *_rest) = make_assembly()
    _other, (zoe, *_more) = make_assembly(1, slug="clean")
    vote = make_vote(coop, amina)
    for intruder in (bram.party, zoe.party):
        with pytest.raises(NotYourVote, match="This is the vote of Amina"):
            services.cast_ballot(proposal=vote, membership=amina, choice="for", by=intruder, at=OPENS)
    with pytest.raises(NotOnTheRoll):
        cast(vote, zoe, "for")  # another co-op's member
    assert not Ballot.objects.exists()


def test_an_organisation_votes_by_whoever_acts_for_it() -> None:
    coop, (amina, bram, *_rest) = make_assembly(2)
    bakery = create_party(kind=Party.Kind.ORGANISATION, name="Bakery", email="", language="en", at=T0)
    member = apply_for_membership(coop=coop, party=bakery, by=bakery, at=T0)
    admit_member(membership=member, by=None, at=T0)
    Representation.objects.create(party=bakery, person=amina.party, starts_on=date(2026, 1, 1))
    Representation.objects.create(party=bakery, person=bram.party, starts_on=date(2026, 1, 1), ends_on=OPENS.date())
    vote = make_vote(coop, amina)
    ballot = services.cast_ballot(proposal=vote, membership=member, choice="against", by=amina.party, at=OPENS)
    assert (ballot.entry.membership, ballot.cast_by) == (member, amina.party)
    cast(vote, amina, "for")  # her own is another
    assert services.counted(vote).cast == 2
    with pytest.raises(NotYourVote):  # his mandate has ended
        services.cast_ballot(proposal=vote, membership=member, choice="for", by=bram.party, at=OPENS)


@pytest.mark.parametrize("choice", ["", "maybe", "FOR", "for\x00", "x" * 500])
def test_a_ballot_is_for_against_or_abstain(choice: str) -> None:
    coop, (amina, *_rest) = make_assembly()
    vote = make_vote(coop, amina)
    with pytest.raises(NoSuchChoice):
        cast(vote, amina, choice)
    assert not Ballot.objects.exists()


def test_with_the_last_ballot_of_all_entitled_the_vote_closes() -> None:
    coop, (amina, bram) = make_assembly(2)
    vote = make_vote(coop, amina)
    cast(vote, amina, "for")
    vote.refresh_from_db()
    assert vote.state == Proposal.State.VOTING
    cast(vote, bram, "for", at=LATER)
    vote.refresh_from_db()
    assert (vote.state, vote.ended_at) == (Proposal.State.ADOPTED, LATER)
    assert cast(vote, bram, "for", at=LATER).choice == "for"  # his double click is answered, not refused
    with pytest.raises(VoteIsOver):
        cast(vote, bram, "against", at=LATER)
    assert services.counted(vote).votes_for == 2
