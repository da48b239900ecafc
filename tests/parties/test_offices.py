"""Who may act in an office: mandates with a term, and what happens when the last one expires."""

from datetime import date, timedelta

import pytest

from marke.parties import policy, services
from marke.parties.models import Coop, Mandate, Membership
from marke.parties.offices import lapsed_offices, mandates_in_force, offices_on
from marke.parties.permissions import holds_office
from marke.parties.services.mandates import AlreadyHoldsOffice, HolderIsNoMember, MandateIsOver, TermIsEmpty
from tests.factories.hearings import suspend
from tests.factories.parties import T0, make_coop, make_member

DAY = date(2026, 3, 1)
LATER = date(2027, 3, 1)


def give(coop: Coop, membership: Membership, office: str = "treasurer", start: date = DAY, end: date = LATER) -> Mandate:
    return services.give_mandate(
        coop=coop, membership=membership, office=office, starts_on=start, ends_on=end, by=None, at=T0, reason="chosen"
    )


def may_act(coop: Coop, membership: Membership, on: date, lapse: str = policy.HOLDOVER) -> bool:
    return "treasurer" in offices_on(coop, on, lapse=lapse).held_by(membership)


def test_a_term_is_half_open(coop: Coop) -> None:
    membership = make_member(coop)
    give(coop, membership)
    give(coop, make_member(coop, "Bo"), start=LATER, end=date(2028, 3, 1))
    held = [may_act(coop, membership, day) for day in (DAY - timedelta(days=1), DAY, LATER - timedelta(days=1), LATER)]
    assert held == [False, True, True, False]


def test_an_office_that_was_never_given_is_held_by_nobody(coop: Coop) -> None:
    membership = make_member(coop)
    assert not may_act(coop, membership, DAY)
    assert not may_act(coop, membership, DAY, policy.MEMBERS)
    assert lapsed_offices(coop, DAY) == []


def test_holdover_the_last_holder_stays_on_as_caretaker(coop: Coop) -> None:
    holder, other = make_member(coop), make_member(coop, "Bo")
    give(coop, holder)
    assert may_act(coop, holder, LATER + timedelta(days=90))
    assert not may_act(coop, other, LATER + timedelta(days=90))
    (lapsed,) = lapsed_offices(coop, LATER)
    assert (lapsed.office, lapsed.since, lapsed.caretaker) == ("treasurer", LATER, holder)


def test_members_every_member_may_do_what_the_office_may(coop: Coop) -> None:
    holder, other = make_member(coop), make_member(coop, "Bo")
    applicant = make_member(coop, "Cem", state="applied")
    give(coop, holder)
    assert may_act(coop, holder, LATER, policy.MEMBERS)
    assert may_act(coop, other, LATER, policy.MEMBERS)
    assert not may_act(coop, applicant, LATER, policy.MEMBERS)


def test_the_rulebook_says_which_of_the_two_holds(coop: Coop) -> None:
    holder, other = make_member(coop), make_member(coop, "Bo")
    give(coop, holder)
    before = policy._reader
    try:
        policy.read_from(lambda asked, key, at: policy.MEMBERS)
        assert holds_office(membership=other, office="treasurer", on=LATER)
        policy.read_from(lambda asked, key, at: policy.HOLDOVER)
        assert not holds_office(membership=other, office="treasurer", on=LATER)
    finally:
        policy._reader = before


@pytest.mark.parametrize("ended_by", ["laying it down", "leaving"])
def test_who_laid_the_office_down_or_left_is_no_caretaker(coop: Coop, ended_by: str) -> None:
    holder, other = make_member(coop), make_member(coop, "Bo")
    mandate = give(coop, holder, start=date(2026, 1, 5))
    at = T0 + timedelta(days=100)
    if ended_by == "leaving":
        services.leave(membership=holder, by=None, at=at)
    else:
        services.end_mandate(mandate=mandate, by=holder.party, at=at, reason="moved away")
    holder.refresh_from_db()
    (lapsed,) = lapsed_offices(coop, DAY + timedelta(days=200))
    assert lapsed.caretaker is None
    assert lapsed.since == at.date()
    assert may_act(coop, other, DAY + timedelta(days=200))


def test_another_holder_of_the_same_office_keeps_it_alive(coop: Coop) -> None:
    first, second = make_member(coop), make_member(coop, "Bo")
    give(coop, first)
    give(coop, second, end=date(2029, 1, 1))
    assert lapsed_offices(coop, LATER) == []
    assert not may_act(coop, first, LATER)


def test_a_suspended_holder_cannot_act(coop: Coop) -> None:
    holder = make_member(coop)
    give(coop, holder)
    suspend(holder)
    assert not may_act(coop, holder, DAY)
    assert not mandates_in_force(coop, DAY).exists()


def test_offices_of_another_coop_count_nothing_here(coop: Coop) -> None:
    other = make_coop("rosa")
    stranger = make_member(other, offices=("treasurer",))
    assert not may_act(coop, stranger, DAY)


def test_a_mandate_that_makes_no_sense_is_refused_and_nothing_is_written(coop: Coop) -> None:
    holder = make_member(coop)
    with pytest.raises(TermIsEmpty, match="2026-03-01 to 2026-03-01 is empty"):
        give(coop, holder, end=DAY)
    with pytest.raises(HolderIsNoMember, match="Bo is not a member of Velo"):
        give(coop, make_member(coop, "Bo", state="applied"))
    with pytest.raises(HolderIsNoMember):
        give(coop, make_member(make_coop("rosa"), "Cem"))
    assert not Mandate.objects.exists()
    give(coop, holder)
    with pytest.raises(AlreadyHoldsOffice, match="until 2027-03-01"):
        give(coop, holder, start=LATER - timedelta(days=1), end=date(2028, 1, 1))
    assert Mandate.objects.count() == 1


def test_a_mandate_ends_once(coop: Coop) -> None:
    mandate = give(coop, make_member(coop))
    services.end_mandate(mandate=mandate, by=None, at=T0, reason="moved away")
    with pytest.raises(MandateIsOver, match="2026-01-05"):
        services.end_mandate(mandate=mandate, by=None, at=T0 + timedelta(days=3), reason="again")
    assert Mandate.objects.get().end_reason == "moved away"


def test_offices_are_read_in_one_query(coop: Coop, django_assert_num_queries) -> None:
    for name in ("A", "B", "C"):
        give(coop, make_member(coop, name))
    with django_assert_num_queries(1):
        offices_on(coop, DAY)
