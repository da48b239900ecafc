"""Classes of shares: what each asks of whoever wants some, and what is allotted when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from marke.common.effects import effects
from marke.common.refusal import Refused
from marke.ledger.explaining import explain_postings
from marke.ledger.models import Posting
from marke.parties.models import Coop, Membership, Party
from marke.parties.services import admit_member, leave
from marke.payments.services import record_payment, reverse_payment
from marke.rules.queries import rulebook
from marke.rules.services import record_decision
from marke.shares import queries, services
from marke.shares.class_sentences import brings, class_view
from marke.shares.models import NoteAttestation, ShareClass, ShareEvent, ShareRequest
from marke.shares.services.calls import NothingToCall
from marke.shares.services.classes import ClassRefused
from marke.shares.services.eligibility import ClassClosed, NotForThem, TooFewShares, TooManyShares
from marke.shares.services.exits import ask_exit
from marke.shares.services.notes import NoteNotRead
from marke.shares.services.requests import NothingAskedFor
from tests.factories.parties import T0, make_member
from tests.shares.scene import DAY, ask, booked, faults, hold, holdings, kinds, of_coop, open_class, pay, set_value

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina(coop: Coop) -> Membership:
    return make_member(coop, "Amina")


def test_every_coop_has_the_ordinary_class_without_asking_for_it(coop: Coop, amina: Membership) -> None:
    assert queries.classes(coop) == []
    hold(amina)
    [only] = queries.classes(coop)
    assert (only.code, str(only), only.detail, queries.class_names(coop)) == ("ordinary", "Ordinary shares", "", {})


def test_each_class_has_its_price_its_minimum_and_its_capital_account(coop: Coop, amina: Membership) -> None:
    investor = open_class(coop, "investor", price=20_000, minimum=3)
    with pytest.raises(TooFewShares, match="at least 3"):
        ask(amina, 2, share_class=investor)
    hold(amina, 3, share_class=investor)
    hold(amina, 1, "o")
    assert (booked(amina), booked(amina, detail="investor")) == (5_000, 60_000)
    assert ask(amina, 1, "more", share_class=investor).price == 20_000
    assert not faults(coop)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("", "X"),
        ("Investor", "X"),
        ("1a", "X"),
        ("a b", "X"),
        ("a_b", "X"),
        ("x" * 25, "X"),
        ("investor", " "),
        ("ordinary", "X"),
    ],
)
def test_a_class_that_cannot_be_is_refused(coop: Coop, code: str, name: str) -> None:
    with pytest.raises(ClassRefused):
        services.open_share_class(coop=coop, code=code, name=name, decision=None, by=None, at=T0)
    assert ShareClass.objects.filter(coop=coop).count() == 0 or code == "ordinary"


def test_a_thirteenth_class_is_refused(coop: Coop) -> None:
    for number in range(11):
        open_class(coop, f"c{number}")
    with pytest.raises(ClassRefused, match="12"):
        open_class(coop, "onemore")


def test_a_vote_opens_a_class_and_closes_it_and_what_is_held_stays(coop: Coop, amina: Membership) -> None:
    data = {"code": "investor", "name": "Investor shares", "member_classes": []}
    decision = record_decision(coop=coop, kind="vote", title="A class", by=None, at=T0)
    opening, closing = effects.get("open_share_class"), effects.get("close_share_class")
    opening.validate(coop, data, T0)
    assert "Investor shares" in opening.describe(coop, data)
    opening.apply(coop=coop, data=data, decision=decision, by=None, at=T0)
    investor = ShareClass.objects.get(coop=coop, code="investor")
    assert investor.opened_by == decision
    hold(amina, 1, share_class=investor)
    closing.apply(coop=coop, data={"code": "investor"}, decision=decision, by=None, at=T0)
    investor.refresh_from_db()
    with pytest.raises(ClassClosed, match="Investor"):
        ask(amina, 1, "again", share_class=investor)
    assert holdings(coop) == {("Amina", "investor"): (1, 5_000)}
    for code in ("ordinary", "nothing", "investor"):
        with pytest.raises(Refused):
            closing.validate(coop, {"code": code}, T0)


def test_a_class_is_for_some_kinds_of_member_and_holder(coop: Coop, amina: Membership) -> None:
    users = open_class(coop, "user", member_classes=("user",))
    firms = open_class(coop, "firm", holders="organisation")
    for share_class in (users, firms):
        with pytest.raises(NotForThem, match="Amina"):
            ask(amina, share_class=share_class)
    Party.objects.filter(pk=amina.party_id).update(kind="organisation")
    Membership.objects.filter(pk=amina.pk).update(member_class="user")
    assert ask(amina, 1, "u", share_class=users)
    assert ask(amina, 1, "f", share_class=firms)
    assert ShareRequest.objects.count() == 2


def test_held_and_asked_for_count_together_against_the_most_one_may_hold(coop: Coop, amina: Membership) -> None:
    set_value(coop, "shares.maximum", 5)
    hold(amina, 2)
    open_request = ask(amina, 3, "open")
    with pytest.raises(TooManyShares, match="holds or has asked for 5"):
        ask(amina, 1, "over")
    services.cancel_request(request=open_request, by=amina.party, at=T0)
    assert ask(amina, 3, "now").shares == 3


def test_the_most_capital_of_one_member_is_an_amount_a_part_of_all_or_the_lower_of_both(coop: Coop, amina: Membership) -> None:
    set_value(coop, "shares.maximum_held", {"amount": 20_000, "part": [1, 2]})
    with pytest.raises(TooManyShares, match=r"€250\.00.*€200\.00"):
        ask(amina, 5)
    hold(amina, 3)  # nobody else holds any yet
    hold(make_member(coop, "Bo"), 1, "b")
    with pytest.raises(TooManyShares, match="Amina would hold"):
        ask(amina, 1, "more")
    hold(make_member(coop, "Cy"), 3, "c")
    assert ask(amina, 1, "fits").shares == 1


def test_nothing_is_allotted_while_the_subscriber_may_withdraw(coop: Coop, amina: Membership) -> None:
    set_value(coop, "shares.reflection", 4 * 86_400)
    request = ask(amina)
    pay(request)
    assert holdings(coop) == {}
    assert services.allot_after_reflection(coop=coop, at=T0 + 3 * DAY) == 0
    for _ in range(2):
        services.allot_after_reflection(coop=coop, at=T0 + 4 * DAY)
    assert kinds(coop) == ["requested", "paid", "allotted"]
    assert ShareEvent.objects.get(kind="allotted").date == (T0 + 4 * DAY).date()
    assert not faults(coop)


def test_who_withdraws_within_the_time_to_reconsider_gets_everything_back(coop: Coop, amina: Membership) -> None:
    set_value(coop, "shares.reflection", 4 * 86_400)
    request = ask(amina)
    pay(request)
    services.cancel_request(request=request, by=amina.party, at=T0 + 2 * DAY)
    assert services.allot_after_reflection(coop=coop, at=T0 + 9 * DAY) == 0
    assert [row.standing.held for row in queries.refunds_due(coop)] == [10_000]
    assert holdings(coop) == {}


def test_an_admission_within_the_time_to_reconsider_allots_nothing_yet(coop: Coop) -> None:
    set_value(coop, "shares.reflection", 4 * 86_400)
    applicant = make_member(coop, "Cy", state="applied")
    pay(ask(applicant))
    admit_member(membership=applicant, by=None, at=T0 + 2 * DAY)
    assert holdings(coop) == {}
    assert services.allot_after_reflection(coop=coop, at=T0 + 5 * DAY) == 1


def test_the_note_is_read_in_the_version_in_force_and_only_once(coop: Coop, amina: Membership) -> None:
    set_value(coop, "shares.note_asked", value=True)
    with pytest.raises(NoteNotRead, match="information note"):
        ask(amina)
    assert not ShareRequest.objects.exists()
    ask(amina, noted=True)
    ask(amina, 1, "again")
    [read] = NoteAttestation.objects.all()
    assert read.rule_value == rulebook(coop, T0).entry("shares.note", share_class="ordinary")
    set_value(coop, "shares.note", "It can all be lost.", at=T0 + DAY)
    with pytest.raises(NoteNotRead):
        ask(amina, 1, "third", T0 + 2 * DAY)
    ask(amina, 1, "third", T0 + 2 * DAY, noted=True)
    assert NoteAttestation.objects.count() == 2


def test_an_entry_fee_is_paid_once_goes_to_a_reserve_and_explains_itself(coop: Coop, amina: Membership) -> None:
    set_value(coop, "shares.entry_fee", 1_250)
    first = ask(amina, 2)
    assert first.payment_request.amount == 11_250
    pay(first)
    assert ask(amina, 1, "more").amount == 5_000
    assert (booked(amina), of_coop(coop, "reserve", "entry"), booked(amina, "shares_pending")) == (10_000, 1_250, 0)
    [fee] = Posting.objects.filter(coop=coop, line="entry_fee").select_related("transaction__basis", "account")
    explained = explain_postings([fee], coop=coop)[fee.pk]
    assert "€12.50" in dict(explained.values).values()
    assert explained.rules
    assert "entry fee of €12.50" in explained.rules[-1].sentence
    assert not faults(coop)


def test_a_payment_taken_back_takes_the_entry_fee_back_too(coop: Coop, amina: Membership) -> None:
    set_value(coop, "shares.entry_fee", 1_250)
    request = ask(amina)
    reverse_payment(payment=pay(request), reason="another's", by=None, at=T0 + 2 * DAY)
    assert (booked(amina), of_coop(coop, "reserve", "entry"), booked(amina, "shares_pending")) == (0, 0, 0)
    assert kinds(coop)[-3:] == ["unallotted", "entry_fee_back", "taken_back"]
    pay(request, key="again")
    assert of_coop(coop, "reserve", "entry") == 1_250
    assert not faults(coop)


@pytest.fixture
def quarter(coop: Coop, amina: Membership) -> ShareRequest:
    """A quarter of the price is paid, as the law of Spain allows; 3 shares of 50.01 make an odd one."""
    set_value(coop, "shares.paid_in_minimum", [1, 4])
    set_value(coop, "shares.price", 5_001)
    return hold(amina, 3)


def test_a_quarter_is_paid_before_allotment_rounded_so_that_it_is_reached(quarter: ShareRequest) -> None:
    assert (quarter.cost, quarter.needed, quarter.payment_request.amount) == (15_003, 3_751, 3_751)
    assert holdings(quarter.coop) == {("Amina", "ordinary"): (3, 3_751)}
    assert [row.uncalled for row in queries.not_fully_paid(quarter.coop)] == [11_252]
    assert not faults(quarter.coop)


def test_the_rest_is_called_once_and_paid_in_parts(quarter: ShareRequest) -> None:
    coop = quarter.coop
    for _ in range(2):
        assert services.call_rest(request=quarter, by=None, at=T0 + 2 * DAY).amount == 11_252
    assert kinds(coop).count("called") == 1
    called = queries.call_of(quarter)
    assert called is not None
    given: dict[str, Any] = {"coop": coop, "request": called, "date": (T0 + 3 * DAY).date(), "by": None, "at": T0 + 3 * DAY}
    part = record_payment(amount=1_252, once_key="part", **given)
    record_payment(amount=10_000, once_key="rest", **given)
    assert holdings(coop) == {("Amina", "ordinary"): (3, 15_003)}
    assert holdings(coop, (T0 + 2 * DAY).date()) == {("Amina", "ordinary"): (3, 3_751)}
    assert not queries.not_fully_paid(coop)
    reverse_payment(payment=part, reason="another's", by=None, at=T0 + 4 * DAY)
    assert holdings(coop) == {("Amina", "ordinary"): (3, 13_751)}
    assert [lot.since for lot in queries.lots_of(quarter.membership)] == [T0.date()]
    assert booked(quarter.membership) == 13_751
    assert not faults(coop)


def test_nothing_more_is_asked_for_shares_that_have_ended(quarter: ShareRequest) -> None:
    coop, amina = quarter.coop, quarter.membership
    called = services.call_rest(request=quarter, by=None, at=T0 + 2 * DAY)
    ask_exit(membership=amina, share_class=quarter.share_class, shares=3, once_key="x", by=amina.party, at=T0 + 3 * DAY)
    called.refresh_from_db()
    assert called.withdrawn_at is not None
    assert not queries.not_fully_paid(coop)
    with pytest.raises(NothingToCall):
        services.call_rest(request=quarter, by=None, at=T0 + 4 * DAY)
    assert (holdings(coop), booked(amina)) == ({}, 0)
    assert not faults(coop)


def test_nothing_is_called_on_shares_that_are_paid(coop: Coop, amina: Membership) -> None:
    with pytest.raises(NothingToCall):
        services.call_rest(request=hold(amina), by=None, at=T0)


def test_all_of_a_class_is_called_at_once(quarter: ShareRequest) -> None:
    coop = quarter.coop
    hold(make_member(coop, "Bo"), 1, "b")
    counts = [services.call_class(coop=coop, share_class=quarter.share_class, by=None, at=T0) for _ in range(2)]
    assert counts == [2, 0]


def test_several_classes_in_one_sitting_stand_or_fall_together(coop: Coop, amina: Membership) -> None:
    investor = open_class(coop, "investor", price=20_000, minimum=2)
    ordinary = services.ordinary_class(coop, T0)
    given: dict[str, Any] = {"membership": amina, "by": amina.party, "at": T0}
    with pytest.raises(TooFewShares):
        services.request_several(wanted=[(ordinary, 1), (investor, 1)], once_key="bad", **given)
    with pytest.raises(NothingAskedFor):
        services.request_several(wanted=[], once_key="none", **given)
    assert not ShareRequest.objects.exists()
    made = services.request_several(wanted=[(ordinary, 1), (investor, 2)], once_key="both", **given)
    assert services.request_several(wanted=[(ordinary, 1), (investor, 2)], once_key="both", **given) == made
    payment = pay(made[0], 10_000)
    assert holdings(coop) == {("Amina", "ordinary"): (1, 5_000)}
    assert [queries.standing_of(each).paid for each in made] == [5_000, 5_000]
    reverse_payment(payment=payment, reason="x", by=None, at=T0 + 2 * DAY)
    assert holdings(coop) == {}
    services.cancel_request(request=made[1], by=amina.party, at=T0 + 2 * DAY)
    assert kinds(coop)[-2:] == ["cancelled", "cancelled"]
    assert not faults(coop)


def test_a_gift_is_paid_by_one_and_held_by_another(coop: Coop, amina: Membership) -> None:
    bo = make_member(coop, "Bo")
    given = services.request_shares(membership=bo, shares=1, once_key="gift", by=amina.party, payer=amina.party, at=T0)
    assert given.payment_request.party == amina.party
    payment = pay(given)
    assert holdings(coop) == {("Bo", "ordinary"): (1, 5_000)}
    assert (booked(bo), booked(amina), booked(amina, "shares_pending")) == (5_000, 0, 0)
    reverse_payment(payment=payment, reason="x", by=None, at=T0 + DAY)
    pay(given, 1_000, "part")
    services.cancel_request(request=given, by=bo.party, at=T0 + 2 * DAY)
    services.refund_shares(request=given, date=T0.date(), once_key="back", by=None, at=T0 + 2 * DAY)
    assert booked(amina, "shares_pending") == 0
    assert not faults(coop)


def test_who_leaves_loses_no_cent_of_what_waits(coop: Coop, amina: Membership) -> None:
    set_value(coop, "shares.reflection", 4 * 86_400)
    pay(ask(amina))
    leave(membership=amina, by=amina.party, at=T0 + 2 * DAY)
    assert [row.standing.held for row in queries.refunds_due(coop)] == [10_000]


def test_votes_follow_the_rule_of_each_class_at_any_date(coop: Coop, amina: Membership) -> None:
    bo = make_member(coop, "Bo")
    investor = open_class(coop, "investor", votes="share")
    silent = open_class(coop, "silent", votes="none")
    hold(amina, 4)
    hold(bo, 3, share_class=investor, at=T0 + DAY)
    hold(bo, 9, "s", share_class=silent)
    rules = rulebook(coop, T0)
    assert queries.votes_on(coop, T0.date(), rules) == {amina.pk: 1}
    assert queries.votes_on(coop, (T0 + DAY).date(), rules) == {amina.pk: 1, bo.pk: 3}


def test_how_a_class_works_is_told_in_the_sentences_of_its_rules(coop: Coop, amina: Membership) -> None:
    investor = open_class(coop, "investor", price=20_000, return_kind="fixed", return_rate=[3, 100], holders="organisation")
    rules = rulebook(coop, T0 + timedelta(seconds=1))
    said = [str(line.html) for line in class_view(investor, rules, coop).sentences]
    assert any("€200.00" in line for line in said)
    assert any("organisations only" in line for line in said)
    assert any("3%" in line for line in said)
    assert not any("entry fee" in line for line in said)
    assert brings(investor, rules) == "3% a year when there is a surplus, never more than 6%"
    ordinary = services.ordinary_class(coop, T0)
    assert brings(ordinary, rules) == "no return"
    assert [line.own for line in class_view(ordinary, rules, coop).sentences] == [False] * len(
        class_view(ordinary, rules, coop).sentences
    )
