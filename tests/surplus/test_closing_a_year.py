"""A year is previewed, proposed, decided, booked and paid: whole or not at all."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from marke.common.invariants import invariants
from marke.decisions.models import Ballot, Proposal
from marke.ledger.models import Transaction
from marke.ledger.services import PeriodClosed
from marke.rounds.models import Round
from marke.rules.services import set_rule
from marke.surplus import services
from marke.surplus.models import MemberYear, YearClose
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found
from tests.surplus.scene import AFTER, LATER, START, balances, closed, earn, make_year, propose, start, vote

pytestmark = pytest.mark.django_db
HALF, ALL = [1, 2], [1, 1]
SHARED: dict[str, Any] = {"surplus__legal_reserve": [15, 100], "surplus__workers": HALF, "surplus__cash": [1, 5]}


def doctor(coop) -> list[str]:
    return [f"{v.invariant} {v.where}: {v.what}" for invariant in invariants for v in invariant.check(coop)]


def test_by_default_nothing_is_asked_and_the_result_is_carried_forward():
    coop, people = make_year()
    year = closed(coop, people)
    assert year.result == 6 * 12_00
    assert (year.paid, year.kept, year.carried, year.members) == (0, 0, 72_00, 3)
    assert balances(coop)["result", ""] == 72_00
    assert ("contribution", "") not in balances(coop)
    assert year.round.state == Round.State.SETTLED  # nothing to pay
    assert doctor(coop) == []


def test_what_is_shared_goes_by_the_work_of_each_and_adds_up():
    coop, people = make_year(**SHARED)
    year = closed(coop, people)
    # 72.00: 10.80 to the legal reserve; half of the 61.20 that are left to work; the rest carried.
    assert [step["amount"] for step in year.steps] == [10_80, 30_60]
    lines = {line.membership_id: line for line in year.lines.all()}
    gets = [lines[person.pk].total for person in people]
    assert gets == [15_30, 10_20, 5_10]
    assert [lines[person.pk].paid for person in people] == [3_06, 2_04, 1_02]
    assert year.carried == 72_00 - 10_80 - 30_60
    own = balances(coop)
    assert own["reserve", "legal"] == 10_80
    assert own["surplus", ""] == 6_12
    assert own["allocated", ""] == 24_48
    assert own["result", ""] == year.carried
    assert doctor(coop) == []


def test_every_member_has_one_sealed_transaction_that_explains_itself():
    coop, people = make_year(**SHARED)
    year = closed(coop, people)
    own = Transaction.objects.filter(coop=coop, kind="year_close").order_by("number")
    assert [row.key for row in own] == ["year_close:1:1", "year_close:1.1:1", "year_close:1.2:1", "year_close:1.3:1"]
    assert own[1].facts == json.loads(year.lines.get(position=1).facts)
    assert own[1].facts["workers"] == 15_30
    assert own[1].basis is not None
    assert own[1].basis.rule_values["surplus.workers"]


def test_a_minimum_in_money_holds_for_each_member():
    coop, people = make_year(jobs=(1, 1, 1), price=111_11, surplus__members=ALL, surplus__cash=[1, 5])
    year = closed(coop, people)
    for line in year.lines.all():
        assert 5 * line.paid >= line.total


def test_nobody_can_close_a_year_that_is_not_over():
    coop, people = make_year()
    with pytest.raises(services.NotOverYet):
        start(coop, people[0], at=datetime(2025, 12, 31, 12, tzinfo=UTC))
    assert not YearClose.objects.exists()


@pytest.mark.parametrize(
    ("zone", "still", "over"),
    [
        ("Europe/Brussels", datetime(2025, 12, 31, 22, 59, tzinfo=UTC), datetime(2025, 12, 31, 23, 0, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2025, 12, 31, 10, 59, tzinfo=UTC), datetime(2025, 12, 31, 11, 0, tzinfo=UTC)),
    ],
)
def test_the_year_ends_at_midnight_where_the_coop_is(zone, still, over):
    coop, people = make_year()
    coop.timezone = zone
    coop.save()
    with pytest.raises(services.NotOverYet):
        start(coop, people[0], at=still)
    assert start(coop, people[0], at=over).round.until == date(2026, 1, 1)


@pytest.mark.parametrize(("zone", "hour", "counts"), [("Europe/Brussels", 22, True), ("Europe/Brussels", 23, False)])
def test_a_job_of_the_last_evening_counts_for_the_year_in_which_it_was_confirmed_there(zone, hour, counts):
    from marke.parties.models import Client
    from tests.factories.jobs import make_job, settle

    coop, people = make_year(jobs=(1, 0), surplus__workers=ALL)
    coop.timezone = zone
    coop.save()
    before = datetime(2025, 12, 31, hour, 30, tzinfo=UTC) - timedelta(hours=2)
    settle(make_job(coop, Client.objects.get(coop=coop), at=before), people[1], at=before)
    year = start(coop, people[0])
    line = year.lines.get(membership=people[1])
    assert (line.total > 0) is counts
    assert year.result == (24_00 if counts else 12_00)


def test_a_year_is_closed_once():
    coop, people = make_year()
    closed(coop, people)
    with pytest.raises(services.ClosedBefore):
        start(coop, people[0], at=LATER)
    assert YearClose.objects.count() == 1


def test_closing_twice_changes_nothing():
    coop, people = make_year(**SHARED)
    year = closed(coop, people)
    count = Transaction.objects.count()
    services.close_year(year=year, digest=year.digest, by=people[0].party, at=LATER)
    assert Transaction.objects.count() == count


def test_a_preview_can_be_computed_again_and_follows_the_books():
    coop, people = make_year(surplus__members=ALL)
    year = start(coop, people[0])
    assert year.result == 72_00
    earn(coop, 10_00)
    year = services.preview_year(year=year, by=people[0].party, at=AFTER)
    assert (year.result, year.paid) == (82_00, 82_00)
    assert year.lines.count() == 3


def test_what_is_booked_in_the_year_after_the_proposal_stops_the_booking_and_nothing_is_half_done():
    coop, people = make_year(**SHARED)
    year = start(coop, people[0])
    proposal = propose(year, people[0])
    earn(coop, 10_00)
    count = Transaction.objects.count()
    proposal = vote(proposal, people)
    assert (proposal.state, proposal.effect_state) == (Proposal.State.ADOPTED, Proposal.EffectState.FAILED)
    assert "transactions" in proposal.effect_error
    assert Transaction.objects.count() == count
    year.refresh_from_db()
    assert Round.objects.get(pk=year.round_id).state == Round.State.CLOSED


def test_a_vote_against_leaves_the_books_and_the_year_can_be_looked_at_again():
    coop, people = make_year(**SHARED)
    year = start(coop, people[0])
    proposal = propose(year, people[0])
    with pytest.raises(services.BeingVotedOn):
        services.reopen_preview(year=year, by=people[0].party, at=AFTER)
    vote(proposal, people, Ballot.Choice.AGAINST)
    assert not Transaction.objects.filter(kind="year_close").exists()
    year = services.reopen_preview(year=year, by=people[0].party, at=LATER)
    assert year.round.state == Round.State.DRAFT


def test_the_proposal_holds_the_fingerprint_of_the_figures():
    coop, people = make_year(**SHARED)
    year = start(coop, people[0])
    proposal = propose(year, people[0])
    year.refresh_from_db()
    assert proposal.effect_data["digest"] == year.digest
    assert year.digest in proposal.text
    proposal = vote(proposal, people)
    assert proposal.decision is not None


def test_other_figures_than_those_that_were_voted_on_are_not_booked():
    coop, people = make_year(**SHARED)
    year = start(coop, people[0])
    propose(year, people[0])
    with pytest.raises(services.AnotherResult):
        services.close_year(year=year, digest="0" * 64, by=None, at=AFTER)
    assert not Transaction.objects.filter(kind="year_close").exists()


def test_figures_that_are_voted_on_are_not_changed_by_anybody():
    coop, people = make_year(**SHARED)
    year = start(coop, people[0])
    propose(year, people[0])
    for sql in (
        "UPDATE surplus_yearclose SET paid = paid + 1",
        "UPDATE surplus_memberyear SET paid = paid + 1",
        "DELETE FROM surplus_memberyear",
        "DELETE FROM surplus_yearclose",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_line_that_was_slipped_in_is_found_before_anything_is_booked():
    coop, people = make_year(**SHARED)
    late = make_member(coop, "Late", at=AFTER)
    year = start(coop, people[0])
    proposal = propose(year, people[0])
    MemberYear.objects.create(coop=coop, year=year, position=4, membership=late, facts="{}", paid=1, withheld=0, kept=0)
    proposal = vote(proposal, people)
    assert proposal.effect_state == Proposal.EffectState.FAILED
    assert "fingerprint" in proposal.effect_error
    assert not Transaction.objects.filter(kind="year_close").exists()


def test_a_closed_year_takes_no_more_transactions():
    coop, people = make_year()
    closed(coop, people)
    with pytest.raises(PeriodClosed), transaction.atomic():
        earn(coop, 5_00, on=date(2025, 12, 31), key="extra:2:1")
    earn(coop, 5_00, on=date(2026, 1, 1), key="extra:3:1")


def test_the_next_year_begins_with_what_was_carried_and_counts_nothing_twice():
    coop, people = make_year()
    closed(coop, people)
    earn(coop, 30_00, on=date(2026, 3, 1))
    year = services.start_year(
        coop=coop, since=date(2026, 1, 1), until=date(2027, 1, 1), by=None, at=datetime(2027, 1, 4, tzinfo=UTC)
    )
    assert (year.result, year.earlier) == (30_00, 72_00)


def test_an_earlier_loss_is_made_good_first():
    coop, people = make_year(surplus__members=ALL)
    earn(coop, -40_00, on=date(2024, 12, 31), kind="expense")
    year = start(coop, people[0])
    assert (year.result, year.earlier, year.divided) == (72_00, -40_00, 32_00)
    assert year.paid == 32_00
    assert year.carried == 0


def test_a_loss_is_carried_forward():
    coop, people = make_year(**SHARED)
    earn(coop, -100_00, kind="expense")
    year = closed(coop, people)
    assert (year.result, year.carried, year.paid) == (-28_00, -28_00, 0)
    assert balances(coop)["result", ""] == -28_00
    assert doctor(coop) == []


def test_a_loss_is_borne_by_reserves_and_then_by_what_is_kept_in_members_names():
    coop, people = make_year(
        surplus__losses="members", surplus__members=HALF, surplus__cash=[0, 1], surplus__legal_reserve=[1, 4]
    )
    closed(coop, people)  # 18.00 to the reserve, 27.00 kept, 27.00 carried
    earn(coop, -60_00, on=date(2026, 3, 1), kind="expense")
    year = services.start_year(
        coop=coop, since=date(2026, 1, 1), until=date(2027, 1, 1), by=None, at=datetime(2027, 1, 4, tzinfo=UTC)
    )
    # 60 less the 27 carried: 33, of which 18 from the reserve; nobody worked in 2026, so 15 stay a loss.
    assert [step["name"] for step in year.steps] == ["loss_legal"]
    assert year.carried == -15_00
    from marke.parties.models import Client
    from tests.surplus.scene import work

    work(coop, Client.objects.get(coop=coop), people, (1, 1, 1), at=datetime(2026, 5, 4, 9, tzinfo=UTC))
    year = services.preview_year(year=year, by=None, at=datetime(2027, 1, 4, tzinfo=UTC))
    # 3 jobs bring 36.00 and the cost is 60.00: a loss of 24.00 eats the 27.00 first, so nothing more is borne.
    assert (year.result, year.carried, year.kept) == (-24_00, 3_00, 0)
    earn(coop, -40_00, on=date(2026, 3, 2), kind="expense", key="extra:9:1")
    year = services.preview_year(year=year, by=None, at=datetime(2027, 1, 4, tzinfo=UTC))
    # 64.00 less 27.00 carried: 37.00; 18.00 from the reserve, 19.00 by the members, of what is kept in their names.
    assert {step["name"]: -step["amount"] for step in year.steps} == {"loss_legal": 18_00, "loss_members": 19_00}
    assert sum(line.kept for line in year.lines.all()) == -19_00
    proposal = services.propose_year(
        year=year, title="Close 2026", text="", by=people[0].party, at=datetime(2027, 1, 4, tzinfo=UTC)
    )
    proposal = vote(proposal, people, at=datetime(2027, 1, 4, tzinfo=UTC))
    assert proposal.effect_state == Proposal.EffectState.APPLIED, proposal.effect_error
    assert balances(coop)["allocated", ""] == 27_00 - 19_00
    assert doctor(coop) == []


def test_what_is_decided_is_paid_with_the_next_pay():
    coop, people = make_year(**SHARED)
    year = closed(coop, people)
    before = balances(coop)["earnings", ""]
    year = services.pay_year(year=year, by=people[0].party, at=LATER)
    own = balances(coop)
    assert own["earnings", ""] == before + year.paid
    assert ("surplus", "") not in own
    assert year.round.state == Round.State.SETTLED
    services.pay_year(year=year, by=people[0].party, at=LATER)
    assert balances(coop) == own


def test_without_the_report_that_the_rules_ask_for_nothing_is_paid():
    coop, people = make_year(surplus__liquidity=12, **SHARED)
    year = closed(coop, people)
    before = balances(coop)
    with pytest.raises(services.NotPayable, match="12 months"):
        services.pay_year(year=year, by=people[0].party, at=LATER)
    assert balances(coop) == before
    services.pay_year(year=year, report="Looked at the next twelve months: €8,000 comes in, €5,000 goes out.", by=None, at=LATER)


def test_with_negative_net_assets_nothing_is_paid():
    coop, people = make_year(surplus__net_assets=True, **SHARED)
    year = closed(coop, people)
    earn(coop, -500_00, on=date(2026, 2, 3), kind="expense")
    with pytest.raises(services.NotPayable, match="Net assets"):
        services.pay_year(year=year, by=people[0].party, at=LATER)


def test_a_mistake_in_one_line_is_corrected_by_a_new_entry_and_both_stay():
    coop, people = make_year(**SHARED)
    year = closed(coop, people)
    line = year.lines.get(membership=people[1])
    services.correct_member_year(line=line, paid=3_04, withheld=0, kept=8_16, reason="two hours were missing", by=None, at=LATER)
    keys = list(Transaction.objects.filter(key__startswith="year_close:1.2:").order_by("number").values_list("key", flat=True))
    assert keys == ["year_close:1.2:1", "year_close:1.2:1:reversed", "year_close:1.2:2"]
    assert balances(coop)["result", ""] == year.carried - 1_00
    assert doctor(coop) == []
    year = services.pay_year(year=year, by=people[0].party, at=LATER)
    assert ("surplus", "") not in balances(coop)


def test_a_correction_gives_a_reason_and_nothing_negative():
    coop, people = make_year(**SHARED)
    line = closed(coop, people).lines.get(membership=people[1])
    for paid, reason in ((1, " "), (-1, "why")):
        with pytest.raises(services.CannotCorrect):
            services.correct_member_year(line=line, paid=paid, withheld=0, kept=0, reason=reason, by=None, at=LATER)
    assert not line.corrections.exists()


def test_parts_of_more_than_the_whole_are_refused_with_the_remedy():
    coop, people = make_year(surplus__workers=[60, 100], surplus__members=[50, 100])
    with pytest.raises(services.PartsTooLarge, match="110"):
        start(coop, people[0])
    assert not YearClose.objects.exists()


def test_a_quarter_to_each_of_four_groups():
    coop, people = make_year(
        jobs=(1, 1, 1, 1),
        price=100_01,
        surplus__workers=[1, 4],
        surplus__users=[1, 4],
        surplus__funders=[1, 4],
        surplus__founders=[1, 4],
        surplus__workers_by="equal",
        surplus__users_by="equal",
        surplus__capital="part",
    )
    for person, group in zip(people, ("founders", "funders", "workers", "users"), strict=True):
        person.member_class = group
        person.save()
        set_group(coop, group)
    year = start(coop, people[0], at=AFTER)
    amounts = {step["name"]: step["amount"] for step in year.steps}
    assert amounts["workers"] == amounts["users"] == amounts["founders"] == 12_00
    assert (year.steps[1]["name"], year.steps[1]["limit"]) == ("funders", "nobody")  # nobody has paid in capital yet


def set_group(coop, group) -> None:
    from marke.rules.models import Decision

    decision = Decision.objects.filter(coop=coop).earliest("number")
    at = START + timedelta(hours=1)
    set_rule(
        coop=coop, key="surplus.group", value=group, scope=f"member_class={group}", valid_from=at, decision=decision, at=at,
    )  # fmt: skip


def test_another_coop_is_not_touched():
    coop, people = make_year(**SHARED)
    other, others = make_year("other", **SHARED)
    before = balances(other)
    closed(coop, people)
    assert balances(other) == before
    assert not MemberYear.objects.filter(coop=other).exists()
    assert closed(other, others).digest != YearClose.objects.get(coop=coop).digest


def test_an_empty_year_of_an_empty_coop_closes_too():
    coop = make_coop("leer", at=datetime(2025, 3, 1, tzinfo=UTC))
    found(coop, at=datetime(2025, 3, 1, tzinfo=UTC), decisions__discussion=0)
    only = make_member(coop, "Amina", offices=("coordinator",), at=datetime(2025, 3, 1, tzinfo=UTC))
    year = closed(coop, [only])
    assert (year.result, year.members, year.carried) == (0, 1, 0)


# OCA cooperative, easy_my_coop_dividend: floats, no rounding, off by one day, nothing for shares sold in the year, a constant
# of 190 euros, and a recomputation that deletes the old lines. Shares that ended during the year count for their days.


def test_defect_10_of_the_oca_register_shares_given_back_in_the_year_count_for_their_days_to_the_cent():
    from marke.shares.models import ShareEvent
    from marke.shares.services.classes import ordinary_class

    coop, people = make_year(
        jobs=(1, 1, 1),
        price=10_000_00,
        surplus__capital="rate",
        surplus__withholding=[30, 100],
        shares__return_kind="fixed",
        shares__return_rate=[4, 100],
    )
    kinds = ordinary_class(coop, START)
    # One who held 2 shares of €50 all year, one from 2 July on, one who gave them back on 30 June: 365, 183 and 180 days.
    events = [
        (people[0], "opening", 2, date(2024, 5, 1)),
        (people[1], "opening", 2, date(2025, 7, 2)),
        (people[2], "opening", 2, date(2024, 5, 1)),
        (people[2], "redeemed", -2, date(2025, 6, 30)),
    ]
    for number, (person, kind, shares, day) in enumerate(events, 1):
        lot = ShareEvent.objects.filter(membership=person).first() if shares < 0 else None
        ShareEvent.objects.create(
            coop=coop, number=number, kind=kind, membership=person, share_class=kinds, shares=shares, price=50_00,
            amount=100_00, at=START, date=day, lot=lot,
        )  # fmt: skip
    year = start(coop, people[0])
    gets = {line.membership_id: json.loads(line.facts).get("funders", 0) for line in year.lines.all()}
    assert [gets[person.pk] for person in people] == [4_00, 2_00, 1_97]  # 4 % of €100 for 365, 183 and 180 days, rounded down
    lines = {line.membership_id: line for line in year.lines.all()}
    assert [lines[person.pk].withheld for person in people] == [1_20, 60, 59]
    before = year.digest
    assert services.preview_year(year=year, by=None, at=AFTER).digest == before  # computed again, the same
