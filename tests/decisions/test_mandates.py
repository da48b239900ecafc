"""What the coordinator decides: recorded, with the reason, and only where the rulebook says so."""

import pytest

from marke.decisions import services
from marke.decisions.models import Proposal
from marke.decisions.permissions import NotTheCoordinator
from marke.decisions.services.closing import ReasonMissing
from marke.decisions.services.drafts import MoveNotAllowed
from marke.decisions.services.mandates import DecidedByVote, NotApplying
from marke.rules.models import Decision
from tests.factories.decisions import T1, make_assembly, make_proposal
from tests.factories.parties import make_member

pytestmark = pytest.mark.django_db
State = Proposal.State


def test_somebody_who_applied_is_admitted_in_one_step() -> None:
    coop, (amina, *_rest) = make_assembly()
    nour = make_member(coop, "Nour", state="applied")
    proposal = services.decide_application(membership=nour, admitted=True, reason="We know her", by=amina.party, at=T1)
    assert (proposal.state, proposal.method, proposal.effect_state) == (State.ADOPTED, "mandate", "applied")
    assert proposal.decision is not None
    assert (proposal.decision.kind, proposal.decision.title, proposal.decision.text, proposal.decision.by) == (
        Decision.Kind.MANDATE, "Admit Nour", "We know her", amina.party,
    )  # fmt: skip
    nour.refresh_from_db()
    assert (nour.state, nour.admitted_at) == ("member", T1)


def test_a_refusal_is_recorded_with_its_reason() -> None:
    coop, (amina, *_rest) = make_assembly()
    nour = make_member(coop, "Nour", state="applied")
    proposal = services.decide_application(membership=nour, admitted=False, reason="No bike", by=amina.party, at=T1)
    assert proposal.state == State.REJECTED
    assert proposal.decision is not None
    assert (proposal.decision.title, proposal.decision.text) == ("Rejected: Admit Nour", "No bike")
    nour.refresh_from_db()
    assert nour.state == "refused"


def test_a_double_click_admits_once() -> None:
    coop, (amina, *_rest) = make_assembly()
    nour = make_member(coop, "Nour", state="applied")
    services.decide_application(membership=nour, admitted=True, reason="Yes", by=amina.party, at=T1)
    with pytest.raises(NotApplying, match="is not applying any more"):
        services.decide_application(membership=nour, admitted=True, reason="Yes", by=amina.party, at=T1)
    assert Proposal.objects.count() == 1
    assert Decision.objects.count() == 2


def test_without_a_reason_or_the_office_nothing_is_decided() -> None:
    coop, (amina, bram, *_rest) = make_assembly()
    _other, (zoe,) = make_assembly(1, slug="clean")
    nour = make_member(coop, "Nour", state="applied")
    with pytest.raises(ReasonMissing):
        services.decide_application(membership=nour, admitted=True, reason=" \x00 ", by=amina.party, at=T1)
    with pytest.raises(NotTheCoordinator):
        services.decide_application(membership=nour, admitted=True, reason="Yes", by=bram.party, at=T1)
    with pytest.raises(Exception, match="Only members of Velo"):
        services.decide_application(membership=nour, admitted=True, reason="Yes", by=zoe.party, at=T1)
    nour.refresh_from_db()
    assert nour.state == "applied"
    assert not Proposal.objects.exists()


def test_what_is_voted_on_is_not_decided_by_the_coordinator() -> None:
    coop, (amina, *_rest) = make_assembly(decisions__method_admission="majority")
    nour = make_member(coop, "Nour", state="applied")
    with pytest.raises(DecidedByVote):
        services.decide_application(membership=nour, admitted=True, reason="Yes", by=amina.party, at=T1)
    assert not Proposal.objects.exists()
    proposed = [services.propose_admission(membership=nour, by=amina.party, at=T1) for _ in range(2)]
    assert proposed[0] == proposed[1]
    assert proposed[0].state == State.DISCUSSING
    with pytest.raises(DecidedByVote):
        services.decide_by_mandate(proposal=proposed[0], adopted=True, reason="Yes", by=amina.party, at=T1)


def test_a_resolution_is_decided_by_mandate_where_the_rulebook_says_so_and_only_once() -> None:
    coop, (amina, *_rest) = make_assembly(decisions__method_resolution="mandate")
    proposal = make_proposal(coop, amina)
    twice = [services.decide_by_mandate(proposal=proposal, adopted=True, reason="Cheap", by=amina.party, at=T1) for _ in range(2)]
    assert twice[1].decision == twice[0].decision
    with pytest.raises(MoveNotAllowed):
        services.decide_by_mandate(proposal=proposal, adopted=False, reason="Changed my mind", by=amina.party, at=T1)
    assert Decision.objects.count() == 2
