"""How a vote ends: counted by the frozen rules, written into the book, carried out once, in one transaction."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from marke.common.models import Mail
from marke.decisions import services
from marke.decisions.models import Proposal
from marke.decisions.permissions import NotTheCoordinator
from marke.decisions.services.closing import NothingToSeeTo, ReasonMissing
from marke.decisions.services.drafts import MoveNotAllowed
from marke.decisions.services.votes import VoteStillRuns
from marke.parties.models import Coop, Membership
from marke.parties.services import leave
from marke.rules.models import Decision, RuleValue
from marke.rules.queries import rulebook
from tests.factories.decisions import CLOSES, LOWER, OPENS, T1, cast, make_assembly, make_proposal, make_vote
from tests.factories.parties import make_member

pytestmark = pytest.mark.django_db
State, EffectState = Proposal.State, Proposal.EffectState
FIRST_OF_MARCH = datetime(2026, 2, 28, 23, 0, tzinfo=UTC)  # midnight in Brussels


def ended(coop: Coop, people: list[Membership], votes: list[str], **wanted: object) -> Proposal:
    """The proposal after these people voted so, in this order, and time was over."""
    vote = make_vote(coop, people[0], **wanted)
    for person, choice in zip(people, votes, strict=False):
        cast(vote, person, choice)
    return services.close_vote(proposal=vote, at=CLOSES)


@pytest.mark.parametrize(
    ("votes", "rules", "outcome"),
    [
        (["for", "for", "against"], {}, "adopted"),
        (["for", "against"], {}, "rejected"),  # a tie rejects
        (["for", "for", "against", "against"], {}, "rejected"),
        (["for", "abstain"], {}, "adopted"),  # the abstention reaches the quorum, and counts for nothing else
        (["for"], {}, "lapsed"),
        ([], {"decisions__quorum": [0, 1]}, "lapsed"),
        (["for", "for", "against"], {"decisions__method_resolution": "two_thirds"}, "adopted"),  # of for plus against
        (["for", "against", "abstain"], {"decisions__method_resolution": "two_thirds"}, "rejected"),
        (["for", "abstain", "abstain"], {"decisions__method_resolution": "everyone"}, "adopted"),
        (["for", "for", "against"], {"decisions__method_resolution": "everyone"}, "rejected"),
    ],
)
def test_a_vote_ends_as_its_frozen_rules_say(votes: list[str], rules: dict[str, Any], outcome: str) -> None:
    coop, people = make_assembly(4, **rules)
    assert ended(coop, people, votes).state == outcome


def test_what_is_adopted_is_followed_from_its_day_on_and_stands_in_the_book() -> None:
    coop, people = make_assembly()
    proposal = ended(coop, people, ["for", "for", "against"], kind="rule", data=LOWER)
    assert (proposal.state, proposal.effect_state, proposal.effect_error) == (State.ADOPTED, EffectState.APPLIED, "")
    decision = proposal.decision
    assert decision is not None
    assert (decision.kind, decision.number, decision.taken_at, decision.by) == ("vote", 2, CLOSES, people[0].party)
    assert decision.tally == {
        "method": "majority", "entitled": 4, "for": 2, "against": 1, "abstain": 0, "quorum": [1, 2], "quorum_needs": 2,
        "majority_needs": 2, "outcome": "adopted", "because": "enough_for",
    }  # fmt: skip
    value = RuleValue.objects.get(decision=decision)
    assert (value.key, value.valid_from) == ("jobs.contribution", FIRST_OF_MARCH)
    before, after = (rulebook(coop, FIRST_OF_MARCH - timedelta(seconds=s)).value("jobs.contribution") for s in (1, 0))
    assert (before, after) == (Fraction(12, 100), Fraction(1, 10))


def test_a_rejection_stands_in_the_book_too_and_changes_nothing() -> None:
    coop, people = make_assembly()
    proposal = ended(coop, people, ["against", "against"], kind="rule", data=LOWER, title="Lower it")
    assert proposal.effect_state == EffectState.NONE
    assert proposal.decision is not None
    assert proposal.decision.title == "Rejected: Lower it"
    assert not proposal.decision.rule_values.exists()
    assert rulebook(coop, FIRST_OF_MARCH).value("jobs.contribution") == Fraction(12, 100)


def test_a_vote_that_lapsed_decided_nothing() -> None:
    coop, people = make_assembly()
    proposal = ended(coop, people, ["for"], kind="rule", data=LOWER)
    assert (proposal.decision, proposal.effect_state) == (None, EffectState.NONE)
    assert Decision.objects.count() == 1  # the founding


def test_what_everyone_agrees_to_is_a_consent() -> None:
    coop, people = make_assembly(decisions__method_resolution="everyone")
    proposal = ended(coop, people, ["for", "for"])
    assert proposal.decision is not None
    assert proposal.decision.kind == Decision.Kind.CONSENT


def test_a_vote_is_closed_once_whoever_comes_and_however_often() -> None:
    coop, people = make_assembly()
    vote = make_vote(coop, people[0], kind="rule", data=LOWER)
    cast(vote, people[0], "for")
    cast(vote, people[1], "for")
    with pytest.raises(VoteStillRuns):
        services.close_vote(proposal=vote, at=CLOSES - timedelta(seconds=1))
    assert services.settle_due(at=CLOSES) == 1
    assert services.settle_due(at=CLOSES) == 0
    assert services.close_vote(proposal=vote, at=CLOSES + timedelta(days=1)).ended_at == CLOSES
    assert Decision.objects.count() == 2
    assert RuleValue.objects.filter(key="jobs.contribution").count() == 2


def test_what_never_opened_is_not_closed() -> None:
    coop, people = make_assembly()
    with pytest.raises(MoveNotAllowed, match="is not being voted on"):
        services.close_vote(proposal=make_proposal(coop, people[0]), at=CLOSES)


def test_method_and_quorum_stay_as_they_were_at_the_opening_although_the_rules_change() -> None:
    coop, people = make_assembly()
    stricter = {"key": "decisions.method_resolution", "scope": "", "value": "everyone", "from": OPENS.date().isoformat()}
    first = make_proposal(coop, people[0], kind="rule", data=stricter, at=T1 - timedelta(days=3))
    services.open_vote(proposal=first, at=T1)
    second = make_proposal(coop, people[0], at=T1 - timedelta(days=3))
    services.open_vote(proposal=second, at=T1)
    for person in people:
        cast(first, person, "for", at=T1 + timedelta(hours=1))
    for person, choice in zip(people, ["for", "for", "against"], strict=False):
        cast(second, person, choice, at=OPENS + timedelta(hours=1))
    assert rulebook(coop, OPENS + timedelta(hours=1)).value("decisions.method_resolution") == "everyone"
    assert services.close_vote(proposal=second, at=T1 + timedelta(days=7)).state == State.ADOPTED


def test_who_leaves_during_the_vote_has_voted_all_the_same() -> None:
    coop, people = make_assembly(3)
    vote = make_vote(coop, people[0])
    cast(vote, people[1], "for")
    leave(membership=people[1], by=people[1].party, at=OPENS + timedelta(days=1))
    cast(vote, people[0], "for")
    closed = services.close_vote(proposal=vote, at=CLOSES)
    assert closed.decision is not None
    assert (closed.decision.tally["for"], closed.decision.tally["entitled"]) == (2, 3)


def impossible(coop: Coop, people: list[Membership]) -> tuple[Proposal, Membership]:
    """An admission adopted by vote after the applicant has withdrawn."""
    nour = make_member(coop, "Nour", state="applied")
    vote = make_vote(coop, people[0], kind="admit", data={"membership": nour.number}, title="Admit Nour")
    leave(membership=nour, by=nour.party, at=OPENS)
    for person in people:
        cast(vote, person, "for", at=OPENS)
    vote.refresh_from_db()
    return vote, nour


def test_what_has_become_impossible_is_adopted_and_somebody_is_asked() -> None:
    coop, people = make_assembly(2, decisions__method_admission="majority")
    proposal, nour = impossible(coop, people)
    assert (proposal.state, proposal.effect_state) == (State.ADOPTED, EffectState.FAILED)
    assert "Nour" in proposal.effect_error
    assert proposal.decision is not None
    nour.refresh_from_db()
    assert nour.state == "left"


def test_a_failed_effect_is_tried_again_or_set_aside_by_the_coordinator_only() -> None:
    coop, (amina, bram) = make_assembly(2, decisions__method_admission="majority")
    proposal, _nour = impossible(coop, [amina, bram])
    with pytest.raises(NotTheCoordinator):
        services.carry_out_again(proposal=proposal, by=bram.party, at=CLOSES)
    with pytest.raises(ReasonMissing):
        services.set_effect_aside(proposal=proposal, reason="  ", by=amina.party, at=CLOSES)
    assert services.carry_out_again(proposal=proposal, by=amina.party, at=CLOSES).effect_state == EffectState.FAILED
    aside = services.set_effect_aside(proposal=proposal, reason="Nour has moved away", by=amina.party, at=CLOSES)
    assert (aside.effect_state, aside.effect_note) == (EffectState.ASIDE, "Nour has moved away")
    with pytest.raises(NothingToSeeTo):
        services.carry_out_again(proposal=proposal, by=amina.party, at=CLOSES)
    assert Decision.objects.count() == 2


def test_a_failed_effect_succeeds_when_it_has_become_possible_again() -> None:
    from marke.parties.services import apply_for_membership

    coop, (amina, bram) = make_assembly(2, decisions__method_admission="majority")
    proposal, nour = impossible(coop, [amina, bram])
    apply_for_membership(coop=coop, party=nour.party, by=nour.party, at=CLOSES)
    done = services.carry_out_again(proposal=proposal, by=amina.party, at=CLOSES)
    assert (done.effect_state, done.effect_error) == (EffectState.APPLIED, "")
    nour.refresh_from_db()
    assert nour.state == "member"


def test_an_admission_that_is_voted_down_is_an_answer_to_who_applied() -> None:
    coop, people = make_assembly(2, decisions__method_admission="majority")
    nour = make_member(coop, "Nour", state="applied")
    vote = make_vote(coop, people[0], kind="admit", data={"membership": nour.number})
    for person in people:
        cast(vote, person, "against")
    nour.refresh_from_db()
    assert nour.state == "refused"


def test_mails_go_to_who_may_vote_when_it_opens_and_when_it_closes() -> None:
    coop, people = make_assembly(3)
    people[2].party.email = ""
    people[2].party.save()
    people[1].party.language = "nl"
    people[1].party.save()
    ended(coop, people, ["for", "for"], title="A bench")
    mails = list(Mail.objects.order_by("id"))
    assert [mail.to_address for mail in mails] == [people[0].party.email, people[1].party.email] * 2
    assert mails[0].subject == "Vote until 14 February 2026: A bench"
    assert "/velo/proposals/1/" in mails[0].text
    assert mails[2].subject == "Adopted: A bench"
    assert mails[3].subject == "Aangenomen: A bench"
