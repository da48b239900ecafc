"""Several people at the very same moment: a vote is closed once, and every ballot that was answered is counted."""

import pytest

from marke.common.models import Mail
from marke.decisions import services
from marke.decisions.models import Ballot, Proposal
from marke.rules.models import Decision, RuleValue
from tests.factories.decisions import CLOSES, LOWER, OPENS, T1, cast, make_assembly, make_proposal, make_vote
from tests.factories.parties import make_member
from tests.factories.processes import PROCESSES, at_once

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_eight_closers_at_once_decide_and_carry_out_once() -> None:
    coop, people = make_assembly(4)
    vote = make_vote(coop, people[0], kind="rule", data=LOWER)
    for person in people[:3]:
        cast(vote, person, "for")
    opened = Mail.objects.count()
    assert at_once(lambda n: services.settle_due(at=CLOSES)) == ["done"] * PROCESSES
    vote.refresh_from_db()
    assert (vote.state, vote.effect_state) == (Proposal.State.ADOPTED, Proposal.EffectState.APPLIED)
    assert Decision.objects.filter(coop=coop).count() == 2  # the founding and this one
    assert RuleValue.objects.filter(decision=vote.decision).count() == 1
    assert Mail.objects.count() - opened == 4


def test_the_last_ballots_cast_at_once_are_all_counted_and_close_the_vote_once() -> None:
    coop, people = make_assembly(PROCESSES)
    vote = make_vote(coop, people[0])
    said = at_once(lambda n: cast(vote, people[n], "for" if n % 2 else "abstain"))
    assert said == ["done"] * PROCESSES
    vote.refresh_from_db()
    assert vote.decision is not None
    assert (vote.decision.tally["for"], vote.decision.tally["abstain"]) == (4, 4)
    assert Ballot.objects.count() == PROCESSES


def test_one_member_clicking_eight_times_has_one_ballot() -> None:
    coop, people = make_assembly(3)
    vote = make_vote(coop, people[0])
    assert at_once(lambda n: cast(vote, people[1], ("for", "against")[n % 2])) == ["done"] * PROCESSES
    assert Ballot.objects.count() == 1


def test_a_vote_opened_at_once_by_eight_has_one_roll() -> None:
    coop, people = make_assembly(3)
    proposal = make_proposal(coop, people[0])
    assert at_once(lambda n: services.settle_due(at=OPENS)) == ["done"] * PROCESSES
    assert proposal.roll.count() == 3


def test_an_application_answered_yes_and_no_at_once_has_one_answer() -> None:
    coop, people = make_assembly(2)
    nour = make_member(coop, "Nour", state="applied")
    said = at_once(
        lambda n: services.decide_application(membership=nour, admitted=n % 2 == 0, reason="Because", by=people[0].party, at=T1)
    )
    assert said == ["NotApplying"] * (PROCESSES - 1) + ["done"]
    nour.refresh_from_db()
    assert Decision.objects.filter(coop=coop, kind="mandate").count() == 1
    assert nour.state == ("member" if Proposal.objects.get().state == "adopted" else "refused")
