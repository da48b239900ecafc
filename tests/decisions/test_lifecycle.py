"""From draft to the vote: who may do what, when, and that nothing is done twice."""

from datetime import timedelta

import pytest

from marke.decisions import services
from marke.decisions.conditions import ENDED, MOVES, may_move
from marke.decisions.models import Proposal, RollEntry
from marke.decisions.services.drafts import MoveNotAllowed, NotAProposal, NotYourProposal
from marke.decisions.services.votes import DecidedByMandate, NobodyMayVote, NotYetOpen
from marke.parties.services import leave
from marke.rules.services import ValueRefused
from marke.threads.permissions import OnlyMembersSpeak
from tests.factories.decisions import LOWER, OPENS, T1, make_assembly, make_proposal, make_vote
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
State = Proposal.State


def test_the_table_of_moves_is_total_and_what_has_ended_stays() -> None:
    assert set(MOVES) == set(State.values)
    assert {State.ADOPTED, State.REJECTED, State.LAPSED, State.WITHDRAWN} == ENDED
    reached = {State.DRAFT.value}.union(*MOVES.values())
    assert reached == set(State.values)
    assert not may_move(State.DRAFT, State.VOTING)  # nothing is voted on that nobody could discuss


def test_a_proposal_is_a_draft_then_discussed_then_voted_on() -> None:
    coop, (amina, *_others) = make_assembly()
    draft = services.draft_proposal(coop=coop, title="  A  bench ", text="", by=amina.party, at=T1)
    assert (draft.number, draft.title, draft.state) == (1, "A bench", State.DRAFT)
    discussed = services.start_discussion(proposal=draft, by=amina.party, at=T1)
    assert discussed.votes_from == OPENS
    opened = services.open_vote(proposal=draft, at=OPENS)
    assert (opened.state, opened.method, opened.quorum_numerator, opened.quorum_denominator) == (State.VOTING, "majority", 1, 2)
    assert opened.closes_at == OPENS + timedelta(days=7)
    assert RollEntry.objects.filter(proposal=draft).count() == 4


def test_proposals_are_numbered_per_coop_without_gaps() -> None:
    coop, (amina, *_rest) = make_assembly()
    other, (ana, *_more) = make_assembly(1, slug="clean")
    with pytest.raises(NotAProposal):
        services.draft_proposal(coop=coop, title="", by=amina.party, at=T1)
    assert [make_proposal(coop, amina).number for _ in range(2)] == [1, 2]
    assert make_proposal(other, ana).number == 1


def test_a_double_click_makes_one_proposal() -> None:
    coop, (amina, *_rest) = make_assembly()
    twice = [services.draft_proposal(coop=coop, title="A bench", once_key="k" * 12, by=amina.party, at=T1) for _ in range(2)]
    assert twice[0] == twice[1]
    services.start_discussion(proposal=twice[0], by=amina.party, at=T1)
    again = services.start_discussion(proposal=twice[0], by=amina.party, at=T1 + timedelta(hours=1))
    assert again.discussed_from == T1


@pytest.mark.parametrize(
    ("title", "text", "complaint"),
    [
        ("", "why", "has no title"),
        (" \n\t\x00", "why", "has no title"),
        ("x" * 201, "", "The title has 201 characters. Shorten it to 200"),
        ("x", "y" * 10_001, "The text has 10001 characters"),
    ],
)
def test_a_proposal_says_what_it_wants_in_few_words(title: str, text: str, complaint: str) -> None:
    coop, (amina, *_rest) = make_assembly()
    with pytest.raises(NotAProposal, match=complaint):
        services.draft_proposal(coop=coop, title=title, text=text, by=amina.party, at=T1)
    assert not Proposal.objects.exists()


def test_outsiders_propose_nothing() -> None:
    coop, _people = make_assembly()
    elsewhere = make_coop("clean")
    outsiders = [
        make_client(coop).party,
        make_member(elsewhere, "Zoe").party,
        make_member(coop, "Nour", state="applied").party,
        make_member(coop, "Odd", state="suspended").party,
        make_member(coop, "Pat", state="left").party,
    ]
    for outsider in outsiders:
        with pytest.raises(OnlyMembersSpeak):
            services.draft_proposal(coop=coop, title="Mine", by=outsider, at=T1)
    assert not Proposal.objects.exists()


def test_an_effect_that_could_not_be_carried_out_is_refused_before_anybody_reads_it() -> None:
    coop, (amina, *_rest) = make_assembly()
    with pytest.raises(ValueRefused):
        make_proposal(coop, amina, kind="rule", data={**LOWER, "value": [3, 2]})
    with pytest.raises(NotAProposal, match="cannot do “fly”"):
        make_proposal(coop, amina, kind="fly")
    assert not Proposal.objects.exists()


def test_only_its_author_changes_starts_or_withdraws_a_proposal() -> None:
    coop, (amina, bram, *_rest) = make_assembly()
    draft = services.draft_proposal(coop=coop, title="A bench", by=amina.party, at=T1)
    for forbidden in (
        lambda: services.change_draft(proposal=draft, title="A chair", text="", effect_data={}, by=bram.party, at=T1),
        lambda: services.start_discussion(proposal=draft, by=bram.party, at=T1),
        lambda: services.withdraw_proposal(proposal=draft, by=bram.party, at=T1),
    ):
        with pytest.raises(NotYourProposal, match="by Amina"):
            forbidden()
    draft.refresh_from_db()
    assert (draft.title, draft.state) == ("A bench", State.DRAFT)


def test_a_draft_can_be_changed_and_what_others_have_read_cannot() -> None:
    coop, (amina, *_rest) = make_assembly()
    draft = services.draft_proposal(coop=coop, title="A bench", by=amina.party, at=T1)
    services.change_draft(proposal=draft, title="A chair", text="Cheaper", effect_data={}, by=amina.party, at=T1)
    services.start_discussion(proposal=draft, by=amina.party, at=T1)
    with pytest.raises(MoveNotAllowed, match="no longer a draft"):
        services.change_draft(proposal=draft, title="A sofa", text="", effect_data={}, by=amina.party, at=T1)
    draft.refresh_from_db()
    assert draft.title == "A chair"


def test_the_vote_opens_when_the_discussion_has_lasted_and_not_before() -> None:
    coop, (amina, *_rest) = make_assembly()
    proposal = make_proposal(coop, amina)
    with pytest.raises(NotYetOpen, match="is discussed until"):
        services.open_vote(proposal=proposal, at=OPENS - timedelta(seconds=1))
    assert not RollEntry.objects.exists()
    assert services.settle_due(at=OPENS - timedelta(seconds=1)) == 0
    assert services.settle_due(at=OPENS) == 1
    assert services.settle_due(at=OPENS) == 0
    proposal.refresh_from_db()
    assert (proposal.state, proposal.opened_at) == (State.VOTING, OPENS)


def test_without_time_to_discuss_the_vote_opens_at_once() -> None:
    coop, (amina, *_rest) = make_assembly(decisions__discussion=0)
    proposal = make_proposal(coop, amina)
    assert services.settle_due(at=T1, coop=coop) == 1
    proposal.refresh_from_db()
    assert proposal.state == State.VOTING


def test_opening_twice_opens_once() -> None:
    coop, (amina, *_rest) = make_assembly()
    proposal = make_vote(coop, amina)
    again = services.open_vote(proposal=proposal, at=OPENS + timedelta(days=1))
    assert again.opened_at == OPENS
    assert RollEntry.objects.count() == 4


def test_what_the_coordinator_decides_is_not_voted_on() -> None:
    coop, (amina, *_rest) = make_assembly(decisions__method_resolution="mandate")
    proposal = make_proposal(coop, amina)
    with pytest.raises(DecidedByMandate):
        services.open_vote(proposal=proposal, at=OPENS)
    assert services.settle_due(at=OPENS) == 0


def test_a_vote_without_anybody_to_vote_does_not_open() -> None:
    coop = make_coop()
    found(coop)
    amina = make_member(coop)
    proposal = make_proposal(coop, amina)
    leave(membership=amina, by=amina.party, at=T1)
    with pytest.raises(NobodyMayVote):
        services.open_vote(proposal=proposal, at=OPENS)
    assert services.settle_due(at=OPENS) == 0
    proposal.refresh_from_db()
    assert proposal.state == State.DISCUSSING


def test_a_proposal_is_withdrawn_once_also_during_the_vote_and_then_stays_so() -> None:
    coop, (amina, *_rest) = make_assembly()
    proposal = make_vote(coop, amina, kind="rule", data=LOWER)
    withdrawn = [services.withdraw_proposal(proposal=proposal, by=amina.party, at=OPENS) for _ in range(2)]
    assert withdrawn[1].ended_at == OPENS
    with pytest.raises(MoveNotAllowed, match="“Withdrawn” and so cannot become “Being discussed”"):
        services.start_discussion(proposal=proposal, by=amina.party, at=OPENS)
    proposal.thread.refresh_from_db()
    assert proposal.thread.closed_at == OPENS


def test_the_rules_of_deciding_follow_the_rulebook_at_the_opening() -> None:
    coop, (amina, *_rest) = make_assembly(
        decisions__method_rules="two_thirds", decisions__quorum=[3, 4], decisions__voting=2 * 86_400
    )
    vote = make_vote(coop, amina, kind="rule", data=LOWER)
    assert (vote.method, vote.quorum_numerator, vote.quorum_denominator) == ("two_thirds", 3, 4)
    assert vote.closes_at == OPENS + timedelta(days=2)
    assert make_vote(coop, amina).method == "majority"  # a resolution follows a rule of its own
