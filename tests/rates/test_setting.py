"""Who may set what: members within the bounds, the coordinator up to the rule, the members by a vote; and what a vote refuses."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from marke.decisions.models import Ballot
from marke.decisions.services import close_vote
from marke.parties.services import erase_party
from marke.rates.fares import NoArea, zone_of
from marke.rates.limits import FareDoesNotFit
from marke.rates.models import ClientFare, MemberFare
from marke.rates.queries import agreement_with, fare_of
from marke.rates.services import (
    CannotBeAgreed,
    NotForMembers,
    OutOfBounds,
    agree_with_client,
    end_agreement,
    end_member_fare,
    set_member_fare,
)
from marke.rules.queries import rulebook
from marke.rules.registry import get_rule
from marke.rules.services import ValueRefused, check_value, record_decision, set_rule
from tests.factories.decisions import CLOSES, cast, make_vote
from tests.factories.jobs import T1
from tests.factories.parties import make_client, make_member
from tests.factories.rates import EVERY, FARE, FREE, make_fare_coop

pytestmark = pytest.mark.django_db
TODAY = T1.date()


@pytest.fixture
def coop(db):
    return make_fare_coop(rates__set_by="member", rates__least=[80, 100], rates__most=[150, 100])


@pytest.fixture
def amina(coop):
    return make_member(coop, "Amina")


def set_to(amina, base, from_on=TODAY, at=T1):
    return set_member_fare(membership=amina, job_kind="delivery", amounts={0: base}, from_on=from_on, by=amina.party, at=at)


def amounts_of(coop, member, on, at=T1):
    fare = fare_of(rules=rulebook(coop, at), coop=coop, job_kind="delivery", member=member, on=on)
    assert fare is not None
    return [row.amount for row in fare.rows]


def base_of(coop, member, on, at=T1):
    return amounts_of(coop, member, on, at)[0]


def agreed_with(coop, client, job_kind, on):
    agreed = agreement_with(coop, client, job_kind, on)
    assert agreed is not None
    return agreed


@pytest.mark.parametrize("amount", [400, 500, 750])
def test_a_member_asks_what_the_bounds_allow(coop, amina, amount):
    set_to(amina, amount)
    assert base_of(coop, amina, TODAY) == amount


@pytest.mark.parametrize("amounts", [{0: 399}, {0: 751}, {1: 1000}, {99: 500}, {4: 1}, {-1: 850}])
def test_beyond_the_bounds_is_refused_and_nothing_is_set(coop, amina, amounts):
    with pytest.raises(OutOfBounds):
        set_member_fare(membership=amina, job_kind="delivery", amounts=amounts, from_on=TODAY, by=amina.party, at=T1)
    assert not MemberFare.objects.exists()


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=367), date(9999, 12, 31)])
def test_a_fare_begins_today_or_within_a_year(coop, amina, day):
    with pytest.raises(OutOfBounds):
        set_to(amina, 600, from_on=day)
    assert not MemberFare.objects.exists()


@pytest.mark.parametrize(
    "rules", [{"rates__set_by": "coop"}, {"rates__set_by": "circle"}, {"rates__set_by": "member", "rates__fare": []}]
)
def test_where_the_rules_do_not_let_members_set_a_fare_they_cannot(rules):
    coop = make_fare_coop("other", **rules)
    with pytest.raises(NotForMembers):
        set_to(make_member(coop), 500)
    assert not MemberFare.objects.exists()


def test_a_new_fare_ends_the_one_before_on_its_day_and_changes_nothing_of_it(coop, amina):
    first = set_to(amina, 600)
    set_to(amina, 700, from_on=TODAY + timedelta(days=7))
    first.refresh_from_db()
    assert (first.rows[0][1], first.until_on) == (600, TODAY + timedelta(days=7))
    assert [base_of(coop, amina, TODAY + timedelta(days=n)) for n in (0, 6, 7, 30)] == [600, 600, 700, 700]


def test_a_fare_that_had_not_begun_never_does_when_another_comes_first(coop, amina):
    set_to(amina, 700, from_on=TODAY + timedelta(days=7))
    set_to(amina, 600, from_on=TODAY + timedelta(days=3))
    assert [base_of(coop, amina, TODAY + timedelta(days=n)) for n in (0, 3, 7)] == [500, 600, 600]


def test_the_same_fare_twice_is_one(coop, amina):
    assert set_to(amina, 600).pk == set_to(amina, 600).pk
    assert MemberFare.objects.count() == 1


def test_who_ends_their_fare_asks_ours_from_tomorrow(coop, amina):
    set_to(amina, 600)
    assert end_member_fare(membership=amina, job_kind="delivery", by=amina.party, at=T1) == 1
    assert end_member_fare(membership=amina, job_kind="delivery", by=amina.party, at=T1) == 0
    assert [base_of(coop, amina, TODAY + timedelta(days=n)) for n in (0, 1)] == [600, 500]


def test_when_the_members_vote_another_fare_a_member_s_own_is_brought_within_its_bounds(coop, amina):
    set_to(amina, 600)
    decision = record_decision(coop=coop, kind="upgrade", title="Dearer", by=None, at=T1)
    dearer = [["base", 1000, FREE, 0, *EVERY, "", ""], ["kg", 10, FREE, 5, *EVERY, "", ""]]
    set_rule(coop=coop, key="rates.fare", value=dearer, valid_from=T1, decision=decision, at=T1)
    assert amounts_of(coop, amina, TODAY) == [800, 10]


def test_nobody_s_fare_counts_once_the_members_take_it_back(coop, amina):
    set_to(amina, 600)
    decision = record_decision(coop=coop, kind="upgrade", title="One fare", by=None, at=T1)
    set_rule(coop=coop, key="rates.set_by", value="coop", valid_from=T1, decision=decision, at=T1)
    assert base_of(coop, amina, TODAY) == 500


# Clients


def agree(client, percent=10, **fields):
    given = {"from_on": TODAY, "once_key": "a", "by": None, "at": T1, **fields}
    return agree_with_client(client=client, discount=Fraction(percent, 100), **given)


def test_the_coordinator_agrees_up_to_what_the_rule_says(coop):
    client = make_client(coop)
    agree(client, 15)
    assert agreed_with(coop, client, "delivery", TODAY).discount == Fraction(15, 100)


@pytest.mark.parametrize(
    ("percent", "fields"),
    [
        (16, {}), (0, {}), (-5, {}), (101, {}), (10, {"from_on": TODAY - timedelta(days=1)}), (10, {"until_on": TODAY}),
        (10, {"from_on": TODAY + timedelta(days=400)}),
    ],
)  # fmt: skip
def test_what_cannot_be_agreed_is_refused_and_nothing_is_written(coop, percent, fields):
    with pytest.raises(CannotBeAgreed):
        agree(make_client(coop), percent, **fields)
    assert not ClientFare.objects.exists()


def test_an_agreement_is_made_once_however_often_the_button_is_pressed(coop):
    client = make_client(coop)
    assert agree(client).pk == agree(client).pk
    assert ClientFare.objects.count() == 1


def test_a_new_agreement_ends_the_one_before_for_the_same_work_only(coop):
    client = make_client(coop)
    agree(client, 5)
    agree(client, 10, job_kind="delivery", once_key="b")
    agree(client, 12, once_key="c", from_on=TODAY + timedelta(days=10))
    days = [TODAY, TODAY + timedelta(days=10)]
    assert [agreed_with(coop, client, "delivery", day).discount for day in days] == [Fraction(1, 10)] * 2
    assert [agreed_with(coop, client, "ride", day).discount for day in days] == [Fraction(5, 100), Fraction(12, 100)]


def test_an_agreement_that_is_ended_ends_today(coop):
    client = make_client(coop)
    ended = end_agreement(agreement=agree(client), by=None, at=T1 + timedelta(days=3))
    assert ended.until_on == TODAY + timedelta(days=3)
    again = end_agreement(agreement=ended, by=None, at=T1 + timedelta(days=9))
    assert again.until_on == TODAY + timedelta(days=3)
    assert agreement_with(coop, client, "delivery", TODAY + timedelta(days=3)) is None


def test_by_a_vote_the_members_agree_on_more_and_the_decision_stands_beside_it(coop):
    client, amina = make_client(coop), make_member(coop, "Amina")
    begins = CLOSES.date() + timedelta(days=3)
    data = {
        "client": client.number,
        "job_kind": "",
        "discount": [1, 2],
        "rows": [],
        "from_on": begins.isoformat(),
        "until_on": "",
        "note": "poor",
    }
    proposal = make_vote(coop, amina, kind="client_fare", data=data)
    assert client.party.name not in proposal.title
    cast(proposal, amina, Ballot.Choice.FOR)
    close_vote(proposal=proposal, at=CLOSES)
    agreed = agreed_with(coop, client, "delivery", begins)
    assert agreed.discount == Fraction(1, 2)
    assert agreed.decision is not None


def test_a_forgotten_client_leaves_what_was_agreed_but_not_why(coop):
    client = make_client(coop)
    agree(client, note="she is ill")
    erase_party(party=client.party, by=None, at=T1 + timedelta(days=400))
    assert ClientFare.objects.get().note == ""


# What may be voted


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["base", 500, FREE, 3, *EVERY, "", ""], "Beyond"),
        (["base", 500, FREE, 0, "every", 12, 12, "", ""], "ends before it begins"),
        (["percent", 0, FREE, 0, *EVERY, "", ""], "takes a percentage"),
        (["percent", 10, [1, 4], 0, *EVERY, "", ""], "does nothing"),
        (["extra", 100, FREE, 0, *EVERY, "Moon", ""], "“Moon”"),
        (["formula", 0, FREE, 0, *EVERY, "", "__import__('os')"], "cannot be read"),
        (["formula", 0, FREE, 0, *EVERY, "", ""], "cannot be read"),
    ],
)
def test_a_fare_with_a_row_that_makes_no_sense_cannot_be_voted(coop, row, said):
    with pytest.raises(FareDoesNotFit, match=said):
        check_value(rule=get_rule("rates.fare"), value=[*FARE, row], scope="", coop=coop, at=T1)


@pytest.mark.parametrize("value", [None, 5, "base", [5], [[]], [["base"]], [["base", "5", FREE, 0, *EVERY, "", ""]], [["base", -5, FREE, 0, *EVERY, "", ""]],
                                   [["base", 5, FREE, 0, *EVERY, "a;b", ""]], [["base", 5, FREE, 0, *EVERY, "a\nb", ""]], [FARE[0], FARE[0]]])  # fmt: skip
def test_what_is_no_fare_at_all_cannot_be_voted(coop, value):
    with pytest.raises(ValueRefused):
        check_value(rule=get_rule("rates.fare"), value=value, scope="", coop=coop, at=T1)


@pytest.mark.parametrize(
    "area",
    [
        "",
        " ",
        "50.84,4.35",
        "50.84,4.35 50.85,4.36",
        "91,0 0,0 1,1",
        "a,b c,d e,f",
        "1,2,3 1,2,3 1,2,3",
        "1e999999,1 1,1 2,2",
        "NaN,1 1,1 2,2",
    ],
)
def test_a_zone_that_is_nowhere_is_refused(coop, area):
    with pytest.raises((FareDoesNotFit, ValueRefused)):
        check_value(rule=get_rule("rates.zones"), value=[["Centre", area]], scope="", coop=coop, at=T1)
    with pytest.raises(NoArea):
        zone_of("Centre", area)


def test_a_zone_may_be_postcodes_and_corners_together():
    zone = zone_of("Centre", "1000 1005 50.84,4.35 50.86,4.36 50.85,4.33")
    assert zone.postcodes == ("1000", "1005")
    assert next((corner.lat, corner.lon) for corner in zone.polygon) == (508_400_000, 43_500_000)
