"""A hearing from the notice to the end: nobody is suspended or excluded unheard."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction

from marke.common.invariants import invariants
from marke.common.models import Mail
from marke.decisions.models import Ballot, Proposal
from marke.decisions.services import close_vote, open_vote
from marke.hearings import services
from marke.hearings.conditions import ENDED, MOVES
from marke.hearings.models import Case, CaseStep, Suspension
from marke.hearings.services import Verdict
from marke.hearings.services.deciding import DecidedOtherwise, NotPossible, NotTheirs, TooEarly
from marke.hearings.services.opening import MayNotOpen, NotAboutThem, NothingBroken
from marke.hearings.services.speaking import NotTheirCase, TooLate
from marke.hearings.services.suspending import NoMandate, NotMeanwhile
from marke.parties import services as parties
from marke.parties.models import Coop, Membership
from marke.parties.services.memberships import NotHeard
from marke.shares.models import ShareExit
from tests.factories.decisions import cast
from tests.factories.hearings import make_case
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
State, Outcome = Case.State, Case.Outcome
WARNING = Verdict(Outcome.WARNING)


class Hall:
    """Cato opens, Bo could decide; it is about Amina; Dilan is a friend."""

    def __init__(self, **rules: Any) -> None:
        self.coop: Coop = make_coop()
        found(self.coop, **rules)
        self.cato = make_member(self.coop, "Cato", offices=("coordinator",))
        self.bo = make_member(self.coop, "Bo", offices=("treasurer",))
        self.amina = make_member(self.coop, "Amina")
        self.dilan = make_member(self.coop, "Dilan")

    def open(self, at: datetime = T0) -> Case:
        return make_case(self.amina, self.cato, at=at)

    def decide(self, case: Case, verdict: Verdict = WARNING, at: datetime = T0 + 20 * DAY, by: Membership | None = None) -> Case:
        return services.decide_case(case=case, verdict=verdict, reasons="Twice now.", by=(by or self.bo).party, at=at)

    def state(self) -> str:
        return Membership.objects.get(pk=self.amina.pk).state


@pytest.fixture
def hall() -> Hall:
    return Hall()


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def kinds(case: Case) -> list[str]:
    return list(case.steps.values_list("kind", flat=True))


def test_the_table_of_moves_is_total_and_only_final_and_withdrawn_end_it() -> None:
    assert set(MOVES) == set(State.values)
    assert set().union(*MOVES.values()) <= set(State.values)
    assert frozenset({State.FINAL, State.WITHDRAWN}) == ENDED


def test_the_member_is_told_what_and_until_when(hall: Hall) -> None:
    case = hall.open()
    assert (case.state, case.notice_at, case.statement_until) == (State.OPEN, T0, T0 + 14 * DAY)
    mail = Mail.objects.get(to_address=hall.amina.party.email)
    for said in ("She did not come.", "we come when we said", "19 January 2026", "/velo/hearings/1/"):
        assert said in mail.text
    assert kinds(case) == ["opened", "notice"]


def test_the_same_form_twice_opens_once(hall: Hall) -> None:
    said: dict[str, Any] = {
        "membership": hall.amina, "agreed": "we come", "grounds": "Late.", "once_key": "k", "by": hall.cato.party, "at": T0
    }  # fmt: skip
    assert services.open_case(**said) == services.open_case(**said)
    assert Mail.objects.filter(to_address=hall.amina.party.email).count() == 1


def test_a_hearing_names_what_is_broken_and_is_about_another_member_and_one_at_a_time(hall: Hall) -> None:
    with pytest.raises(NothingBroken):
        services.open_case(membership=hall.amina, grounds="So.", once_key="k", by=hall.cato.party, at=T0)
    with pytest.raises(NotAboutThem):
        make_case(hall.cato, hall.cato, at=T0)
    assert not Case.objects.exists()
    hall.open()
    with pytest.raises(NotAboutThem, match="Case 1"):
        make_case(hall.amina, hall.cato, at=T0)


def test_where_the_rule_says_officers_a_member_does_not_open_one() -> None:
    hall = Hall(hearings__opened_by="officers")
    with pytest.raises(MayNotOpen):
        make_case(hall.amina, hall.dilan, at=T0)
    assert not Case.objects.exists()


def test_members_open_one_together_and_the_notice_goes_with_the_last_signature(hall: Hall) -> None:
    case = make_case(hall.amina, hall.dilan, at=T0)
    assert (case.state, case.notice_at) == (State.SIGNING, None)
    services.sign_case(case=case, by=hall.dilan.party, at=T0)
    services.sign_case(case=case, by=hall.bo.party, at=T0)
    with pytest.raises(NotAboutThem):
        services.sign_case(case=case, by=hall.amina.party, at=T0)
    assert fresh(case).state == State.SIGNING
    services.sign_case(case=case, by=make_member(hall.coop, "Ewa").party, at=T0 + DAY)
    assert (fresh(case).state, fresh(case).notice_at) == (State.OPEN, T0 + DAY)
    with pytest.raises(NotTheirs):
        hall.decide(case, at=T0 + 20 * DAY)  # Bo has signed


def test_nothing_is_decided_before_the_member_has_spoken_or_had_the_time_to(hall: Hall) -> None:
    case = hall.open()
    with pytest.raises(TooEarly, match="19 January 2026"):
        hall.decide(case, at=T0 + DAY)
    assert fresh(case).state == State.OPEN
    services.give_statement(case=case, text="The tyre was flat.", by=hall.amina.party, at=T0 + DAY)
    assert hall.decide(case, at=T0 + DAY).state == State.DECIDED


def test_dropping_it_in_favour_of_the_member_need_not_wait(hall: Hall) -> None:
    case = hall.decide(hall.open(), Verdict(Outcome.NONE), at=T0 + DAY)
    assert (case.state, case.final_at) == (State.FINAL, T0 + DAY)


def test_who_opened_it_does_not_decide_nor_who_speaks_nor_the_member_nor_who_has_no_mandate(hall: Hall) -> None:
    case = hall.open()
    services.name_speaker(case=case, speaker=hall.bo, by=hall.amina.party, at=T0)
    secretary = make_member(hall.coop, "Sam", offices=("secretary",))
    for by in (hall.cato, hall.bo, hall.amina, hall.dilan):
        with pytest.raises(NotTheirs):
            hall.decide(case, by=by)
    assert fresh(case).state == State.OPEN
    assert hall.decide(case, by=secretary).decided_by == secretary.party


def test_who_speaks_for_the_member_gives_the_statement_and_nobody_else(hall: Hall) -> None:
    case = hall.open()
    with pytest.raises(NotTheirCase):
        services.give_statement(case=case, text="x", by=hall.dilan.party, at=T0)
    services.name_speaker(case=case, speaker=hall.dilan, by=hall.amina.party, at=T0)
    step = services.give_statement(case=case, text="The tyre was flat.", by=hall.dilan.party, at=T0)
    assert step == services.give_statement(case=case, text="The tyre was flat.", by=hall.dilan.party, at=T0 + DAY)
    hall.decide(case)
    with pytest.raises(TooLate):
        services.give_statement(case=case, text="And the hill.", by=hall.amina.party, at=T0 + 21 * DAY)


def test_a_decision_comes_with_its_reasons_and_takes_effect_only_when_nobody_can_change_it(hall: Hall) -> None:
    case = hall.decide(hall.open(), Verdict(Outcome.SUSPENDED, 10))
    assert (case.appeal_until, hall.state()) == (T0 + 50 * DAY, "member")
    assert "Twice now." in Mail.objects.filter(to_address=hall.amina.party.email).latest("id").text
    services.settle_due(at=T0 + 49 * DAY)
    assert hall.state() == "member"
    assert services.settle_due(at=T0 + 50 * DAY) == 1
    assert (fresh(case).state, hall.state()) == (State.FINAL, "suspended")
    services.settle_due(at=T0 + 59 * DAY)
    assert hall.state() == "suspended"
    services.settle_due(at=T0 + 60 * DAY)
    assert hall.state() == "member"
    assert kinds(case) == ["opened", "notice", "decided", "effect", "ended"]


@pytest.mark.parametrize("days", [None, 0, 91])
def test_a_suspension_is_no_longer_than_the_rule_allows(hall: Hall, days: int | None) -> None:
    case = hall.open()
    with pytest.raises(NotPossible, match="90"):
        hall.decide(case, Verdict(Outcome.SUSPENDED, days))
    assert fresh(case).state == State.OPEN


def test_meanwhile_somebody_is_suspended_for_safety_once_and_it_ends_by_itself(hall: Hall) -> None:
    case = hall.open()
    with pytest.raises(NoMandate):
        services.suspend_meanwhile(case=case, days=5, grounds="Threats.", by=hall.dilan.party, at=T0)
    with pytest.raises(NotMeanwhile, match="14"):
        services.suspend_meanwhile(case=case, days=15, grounds="Threats.", by=hall.cato.party, at=T0)
    assert hall.state() == "member"
    services.suspend_meanwhile(case=case, days=5, grounds="Threats.", by=hall.cato.party, at=T0)
    assert hall.state() == "suspended"
    services.give_statement(case=case, text="I was angry.", by=hall.amina.party, at=T0 + DAY)
    services.settle_due(at=T0 + 5 * DAY)
    assert hall.state() == "member"
    with pytest.raises(NotMeanwhile):
        services.suspend_meanwhile(case=case, days=5, grounds="Again.", by=hall.cato.party, at=T0 + 6 * DAY)


def test_a_warning_ends_what_was_suspended_meanwhile_and_so_does_taking_the_case_back(hall: Hall) -> None:
    case = hall.open()
    services.suspend_meanwhile(case=case, days=14, grounds="Threats.", by=hall.cato.party, at=T0 + 10 * DAY)
    hall.decide(case)
    assert hall.state() == "member"
    services.settle_due(at=T0 + 50 * DAY)
    again = hall.open(T0 + 60 * DAY)
    services.suspend_meanwhile(case=again, days=14, grounds="Threats.", by=hall.bo.party, at=T0 + 60 * DAY)
    services.withdraw_case(case=again, reason="A mistake.", by=hall.cato.party, at=T0 + 61 * DAY)
    assert (fresh(again).state, hall.state()) == (State.WITHDRAWN, "member")


def test_an_appeal_goes_to_somebody_else_where_the_rule_says_so_and_is_final() -> None:
    hall = Hall(hearings__appeal_to="mandate")
    secretary = make_member(hall.coop, "Sam", offices=("secretary",))
    case = hall.decide(hall.open(), Verdict(Outcome.SUSPENDED, 10))
    case = services.appeal(case=case, text="I was ill.", by=hall.amina.party, at=T0 + 30 * DAY)
    services.settle_due(at=T0 + 80 * DAY)
    assert fresh(case).state == State.APPEALED
    for by in (hall.cato, hall.bo, hall.dilan):
        with pytest.raises(NotTheirs):
            services.decide_appeal(case=case, upheld=True, reasons="So.", by=by.party, at=T0 + 81 * DAY)
    case = services.decide_appeal(case=case, upheld=False, reasons="She was ill.", by=secretary.party, at=T0 + 81 * DAY)
    assert (case.state, case.upheld, hall.state()) == (State.FINAL, False, "member")
    assert not Suspension.objects.exists()


def test_after_its_day_an_appeal_is_too_late(hall: Hall) -> None:
    case = hall.decide(hall.open())
    with pytest.raises(TooLate, match="24 February 2026"):
        services.appeal(case=case, text="I was ill.", by=hall.amina.party, at=T0 + 50 * DAY)
    assert fresh(case).state == State.DECIDED


def vote(proposal: Proposal, voters: list[Membership], choice: str, at: datetime) -> None:
    proposal = open_vote(proposal=proposal, at=at)
    for voter in voters:
        cast(proposal, voter, choice, at=at)
    if Proposal.objects.get(pk=proposal.pk).state == Proposal.State.VOTING:
        close_vote(proposal=proposal, at=at + 8 * DAY)


def test_the_members_exclude_by_a_vote_and_the_membership_ends_after_the_time_to_appeal(hall: Hall) -> None:
    case, at = hall.open(), T0 + 20 * DAY
    with pytest.raises(DecidedOtherwise):
        hall.decide(case, Verdict(Outcome.EXCLUDED))
    proposal = services.put_to_vote(case=case, verdict=Verdict(Outcome.EXCLUDED), reasons="Theft.", by=hall.cato.party, at=at)
    assert proposal.title == "Amina is excluded (case 1)"
    with pytest.raises(DecidedOtherwise, match="proposal 1"):
        hall.decide(case)
    vote(proposal, [hall.cato, hall.bo, hall.dilan, hall.amina], Ballot.Choice.FOR, at + 4 * DAY)
    case = fresh(case)
    assert (case.state, case.outcome, case.decided_by, hall.state()) == (State.DECIDED, "excluded", None, "member")
    assert case.decision is not None
    services.settle_due(at=at + 60 * DAY)
    assert hall.state() == "left"
    assert not ShareExit.objects.exclude(kind="exclusion").exists()


def test_what_the_members_vote_down_is_over(hall: Hall) -> None:
    case, at = hall.open(), T0 + 20 * DAY
    proposal = services.put_to_vote(case=case, verdict=Verdict(Outcome.EXCLUDED), reasons="Theft.", by=hall.bo.party, at=at)
    vote(proposal, [hall.cato, hall.bo, hall.dilan, hall.amina], Ballot.Choice.AGAINST, at + 4 * DAY)
    assert (fresh(case).state, fresh(case).outcome, hall.state()) == (State.FINAL, "none", "member")


@pytest.mark.parametrize(("choice", "upheld", "state"), [("for", True, "suspended"), ("against", False, "member")])
def test_the_members_decide_on_an_appeal(hall: Hall, choice: str, upheld: bool, state: str) -> None:
    case, at = hall.decide(hall.open(), Verdict(Outcome.SUSPENDED, 10)), T0 + 25 * DAY
    services.appeal(case=case, text="I was ill.", by=hall.amina.party, at=at)
    proposal = services.put_appeal_to_vote(case=case, by=hall.amina.party, at=at)
    vote(proposal, [hall.cato, hall.bo, hall.dilan, hall.amina], choice, at + 4 * DAY)
    assert (fresh(case).state, fresh(case).upheld, hall.state()) == (State.FINAL, upheld, state)


def test_no_other_path_suspends_or_excludes(hall: Hall) -> None:
    for change in (parties.suspend, parties.exclude):
        with pytest.raises(NotHeard):
            change(membership=hall.amina, by=hall.cato.party, at=T0, note="I want it")
    hall.open()
    for change in (parties.suspend, parties.exclude):
        with pytest.raises(NotHeard):
            change(membership=hall.amina, by=hall.cato.party, at=T0, note="I want it")
    assert hall.state() == "member"


def test_leaving_by_own_wish_is_always_possible_and_ends_the_case(hall: Hall) -> None:
    case = hall.open()
    services.suspend_meanwhile(case=case, days=5, grounds="Threats.", by=hall.cato.party, at=T0)
    amina = Membership.objects.get(pk=hall.amina.pk)
    parties.leave(membership=amina, by=amina.party, at=T0 + DAY)
    assert (fresh(case).state, hall.state()) == (State.WITHDRAWN, "left")
    assert not Suspension.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE parties_membership SET state = 'suspended' WHERE id = %(amina)s",
        "UPDATE hearings_case SET notice_at = NULL, state = 'signing'",
        "UPDATE hearings_case SET agreed = 'something else'",
        "DELETE FROM hearings_case",
        "DELETE FROM hearings_casestep",
        "UPDATE hearings_casestep SET text = 'She did come.' WHERE kind = 'opened'",
        "INSERT INTO hearings_suspension (coop_id, case_id, membership_id, interim, since, until) "
        "SELECT coop_id, id, membership_id, false, notice_at, statement_until FROM hearings_case",
    ],
)
def test_the_database_itself_refuses(hall: Hall, sql: str) -> None:
    hall.open()
    before = (hall.state(), list(Case.objects.values()), list(CaseStep.objects.values()))
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, {"amina": hall.amina.pk} if "%(" in sql else None)
    assert before == (hall.state(), list(Case.objects.values()), list(CaseStep.objects.values()))
    assert not Suspension.objects.exists()


def test_the_doctor_finds_who_was_suspended_unheard(hall: Hall) -> None:
    from marke.common.db import triggers
    from marke.hearings.sealing import REFUSALS

    check = invariants.get("INV-HEAR-1").check
    assert list(check(hall.coop)) == []
    triggers.remove(connection, REFUSALS)
    Membership.objects.filter(pk=hall.amina.pk).update(state="suspended")
    assert [found.where for found in check(hall.coop)] == ["member 3 of velo"]


def test_erasing_somebody_takes_the_words_and_leaves_that_there_was_a_case(hall: Hall) -> None:
    case = hall.open()
    services.give_statement(case=case, text="The tyre was flat.", by=hall.amina.party, at=T0)
    parties.leave(membership=hall.amina, by=hall.amina.party, at=T0 + DAY)
    parties.erase_party(party=hall.amina.party, by=None, at=T0 + 2 * DAY)
    assert set(case.steps.values_list("text", flat=True)) == {""}
    assert kinds(case) == ["opened", "notice", "statement", "withdrawn"]
