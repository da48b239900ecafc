"""What happens between the figures, the decision and the payment: nothing is taken or given that is not there."""

from __future__ import annotations

from datetime import date

import pytest

from marke.common.invariants import invariants
from marke.decisions.models import Proposal
from marke.funds.services import move_between_funds
from marke.ledger import services as ledger
from marke.ledger.closing import close_period
from marke.ledger.services import NewPosting
from marke.parties.models import Coop
from marke.parties.services import leave
from marke.rules.models import Decision
from marke.surplus import services
from marke.surplus.models import YearClose
from tests.surplus.scene import AFTER, LATER, START, balances, closed, earn, make_year, propose, start, vote

pytestmark = pytest.mark.django_db
HALF, ALL = [1, 2], [1, 1]


def doctor(coop: Coop) -> list[str]:
    return [f"{v.invariant} {v.where}: {v.what}" for invariant in invariants for v in invariant.check(coop)]


def put_aside(coop: Coop, amount: int) -> None:
    bank = ledger.open_account(coop=coop, kind="bank", at=START)
    reserve = ledger.open_account(coop=coop, kind="reserve", detail="voluntary", at=START)
    postings = [NewPosting(bank, amount, "in"), NewPosting(reserve, -amount, "aside")]
    ledger.post(coop=coop, kind="test", key="aside:1:1", date=START.date(), postings=postings, by=None, at=START)


def test_a_reserve_that_was_moved_before_the_decision_bears_no_loss_with_money_that_is_not_there() -> None:
    coop, people = make_year(surplus__losses="reserves")
    put_aside(coop, 500_00)
    earn(coop, -572_00)  # of which the 72.00 of the jobs bear some
    year = start(coop, people[0])
    proposal = propose(year, people[0])
    move_between_funds(
        coop=coop, source=("reserve", "voluntary"), target=("fund", "guarantee"), amount=500_00,
        decision=Decision.objects.filter(coop=coop)[0], by=None, at=AFTER,
    )  # fmt: skip
    before = balances(coop)
    proposal = vote(proposal, people)
    assert proposal.effect_state == Proposal.EffectState.FAILED
    assert "propose it anew" in proposal.effect_error
    assert balances(coop) == before
    assert doctor(coop) == []


def test_a_correction_gives_no_more_than_is_carried_forward() -> None:
    coop, people = make_year(surplus__workers=HALF, surplus__cash=ALL)
    year = closed(coop, people)
    line = year.lines.order_by("position")[0]
    assert (line.paid, year.carried) == (18_00, 36_00)
    before = balances(coop)
    for paid in (54_01, 10**15):
        with pytest.raises(services.CannotCorrect, match=r"54\.00 at most"):
            services.correct_member_year(line=line, paid=paid, withheld=0, kept=0, reason="x", by=None, at=LATER)
    assert balances(coop) == before
    services.correct_member_year(line=line, paid=54_00, withheld=0, kept=0, reason="x", by=None, at=LATER)
    assert ("result", "") not in balances(coop)
    assert doctor(coop) == []


@pytest.mark.parametrize("until", [date(2026, 1, 1), date(2026, 2, 2)])
def test_books_that_were_closed_before_the_year_was_voted_on_stay_closed(until: date) -> None:
    coop, people = make_year(surplus__workers=HALF, surplus__cash=ALL)
    close_period(coop=coop, until=until, by=None, at=AFTER)
    year = closed(coop, people)
    services.pay_year(year=year, by=people[0].party, at=LATER)
    assert ("surplus", "") not in balances(coop)
    assert doctor(coop) == []


def test_who_left_after_the_preview_gets_what_their_year_earned() -> None:
    coop, people = make_year(jobs=(3, 1), surplus__workers=HALF, surplus__cash=ALL)
    year = start(coop, people[0])
    leave(membership=people[1], by=people[1].party, at=AFTER)
    proposal = vote(propose(year, people[0]), people[:1])
    assert proposal.effect_state == Proposal.EffectState.APPLIED, proposal.effect_error
    year = YearClose.objects.select_related("round", "coop").get(pk=year.pk)
    assert year.lines.get(membership=people[1]).paid == 6_00
    services.pay_year(year=year, by=people[0].party, at=LATER)
    assert doctor(coop) == []
