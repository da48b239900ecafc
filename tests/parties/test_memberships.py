"""How a membership comes about, rests and ends."""

from datetime import timedelta

import pytest

from marke.common import events
from marke.parties import services
from marke.parties.conditions import MOVES, may_move
from marke.parties.events import MemberAdmitted, MemberLeft
from marke.parties.models import Coop, Mandate, Membership, MembershipEvent
from marke.parties.queries import active_members, applicants
from marke.parties.services.coops import SlugTaken
from marke.parties.services.memberships import AlreadyBelongs, MoveNotAllowed
from tests.factories.hearings import suspend
from tests.factories.parties import T0, make_client, make_coop, make_member, make_person

State = Membership.State


def test_the_table_of_moves_is_total() -> None:
    assert set(MOVES) == set(State)
    assert all(target in State.values for targets in MOVES.values() for target in targets)


def test_every_state_can_be_reached_from_applied() -> None:
    reached, ahead = {State.APPLIED}, [State.APPLIED]
    while ahead:
        for target in MOVES[ahead.pop()] - reached:
            reached.add(State(target))
            ahead.append(State(target))
    assert reached == set(State)


def test_who_is_refused_has_never_been_a_member() -> None:
    assert not may_move(State.REFUSED, State.MEMBER)
    assert not may_move(State.LEFT, State.MEMBER)


def test_applying_and_admission_leave_their_history(coop: Coop) -> None:
    membership = make_member(coop)
    assert membership.state == State.MEMBER
    assert [event.state for event in MembershipEvent.objects.filter(membership=membership)] == [State.APPLIED, State.MEMBER]


def test_member_numbers_start_at_one_in_each_coop(coop: Coop) -> None:
    other = make_coop("rosa", country="NL")
    assert [make_member(coop, name).number for name in ("A", "B")] == [1, 2]
    assert make_member(other, "C").number == 1


def test_nobody_applies_twice(coop: Coop) -> None:
    membership = make_member(coop, state="applied")
    with pytest.raises(AlreadyBelongs, match=r"Amina already belongs to Velo \(number 1: applied\)"):
        services.apply_for_membership(coop=coop, party=membership.party, by=None, at=T0)
    assert Membership.objects.count() == 1


def test_who_left_may_come_back_under_the_same_number(coop: Coop) -> None:
    membership = make_member(coop, state="left")
    make_member(coop, "Bo")
    again = services.apply_for_membership(coop=coop, party=membership.party, by=None, at=T0 + timedelta(days=9))
    assert (again.pk, again.number, again.state) == (membership.pk, 1, State.APPLIED)
    assert again.admitted_at is None


@pytest.mark.parametrize("state", ["member", "suspended", "left", "refused"])
def test_only_an_applicant_is_admitted(coop: Coop, state: str) -> None:
    membership = make_member(coop, state=state)
    with pytest.raises(MoveNotAllowed):
        services.admit_member(membership=membership, by=None, at=T0)
    assert Membership.objects.get(pk=membership.pk).state == state


def test_a_stale_page_cannot_admit_twice(coop: Coop) -> None:
    membership = make_member(coop, state="applied")
    stale = Membership.objects.get(pk=membership.pk)
    services.admit_member(membership=membership, by=None, at=T0)
    with pytest.raises(MoveNotAllowed, match="“Member”"):
        services.admit_member(membership=stale, by=None, at=T0)


def test_a_suspended_member_is_reinstated_and_keeps_the_day_of_admission(coop: Coop) -> None:
    membership = make_member(coop)
    admitted = membership.admitted_at
    suspend(membership, at=T0 + timedelta(days=1))
    assert not active_members(coop).exists()
    services.reinstate(membership=membership, by=None, at=T0 + timedelta(days=2))
    assert membership.admitted_at == admitted
    assert active_members(coop).get() == membership


def test_leaving_ends_offices_and_circles_and_forgets_the_home_base(coop: Coop) -> None:
    membership = make_member(coop, offices=("treasurer",))
    circle = services.create_circle(coop=coop, name="Bikes", by=None, at=T0)
    services.join_circle(circle=circle, membership=membership, by=None, at=T0)
    services.describe_membership(membership=membership, home=(508466000, 43528000), by=None, at=T0)
    services.leave(membership=membership, by=membership.party, at=T0 + timedelta(days=5))
    mandate = Mandate.objects.get()
    assert mandate.ended_at == T0 + timedelta(days=5)
    assert not membership.circles.exists()
    assert Membership.objects.get(pk=membership.pk).home_lat_e7 is None


def test_who_was_a_member_on_a_day_follows_from_the_events(coop: Coop) -> None:
    early = make_member(coop, "Early")
    late = make_member(coop, "Late", at=T0 + timedelta(days=10))
    services.leave(membership=early, by=None, at=T0 + timedelta(days=20))
    assert [m.pk for m in active_members(coop, T0 + timedelta(days=5))] == [early.pk]
    assert [m.pk for m in active_members(coop, T0 + timedelta(days=15))] == [early.pk, late.pk]
    assert [m.pk for m in active_members(coop, T0 + timedelta(days=25))] == [late.pk]
    assert [m.pk for m in active_members(coop)] == [late.pk]


def test_applicants_wait_in_the_order_in_which_they_came(coop: Coop) -> None:
    second = make_member(coop, "B", state="applied", at=T0 + timedelta(hours=2))
    first = make_member(coop, "A", state="applied", at=T0 + timedelta(hours=1))
    assert list(applicants(coop)) == [first, second]


def test_a_handler_that_refuses_stops_the_leaving(coop: Coop) -> None:
    membership = make_member(coop)

    def refuse(event: MemberLeft) -> None:
        raise MoveNotAllowed("not now")

    events.subscribe(MemberLeft, refuse)
    try:
        with pytest.raises(MoveNotAllowed, match="not now"):
            services.leave(membership=membership, by=None, at=T0)
    finally:
        events._handlers[MemberLeft].remove(refuse)
    assert Membership.objects.get(pk=membership.pk).state == State.MEMBER
    assert MembershipEvent.objects.filter(membership=membership).count() == 2


def test_admission_is_told_to_higher_apps(coop: Coop) -> None:
    heard: list[MemberAdmitted] = []
    events.subscribe(MemberAdmitted, heard.append)
    try:
        membership = make_member(coop)
    finally:
        events._handlers[MemberAdmitted].remove(heard.append)
    assert [(event.membership, event.at) for event in heard] == [(membership, T0)]


def test_a_coop_gets_an_address_from_its_name_that_no_page_has(db: None) -> None:
    names = ["Outbox", "Vélo & Co", "Vélo & Co", "Кооператив"]
    slugs = [
        services.create_coop(
            name=name, pack="delivery", country="BE", currency="EUR", timezone="Europe/Brussels", language="en",
            legal_form="none", by=None, at=T0,
        ).slug
        for name in names
    ]  # fmt: skip
    assert slugs == ["outbox-2", "velo-co", "velo-co-2", "co-op-2"]


@pytest.mark.parametrize("slug", ["accounts", "me", "velo"])
def test_an_address_that_is_taken_is_refused(coop: Coop, slug: str) -> None:
    with pytest.raises(SlugTaken, match=f"/{slug}/ is taken"):
        make_coop(slug)
    assert Coop.objects.count() == 1


def test_a_party_is_one_client_however_often_it_books(coop: Coop) -> None:
    client = make_client(coop)
    again = services.ensure_client(coop=coop, party=client.party, at=T0)
    assert again == client
    assert services.ensure_client(coop=coop, party=make_person("Bo"), at=T0).number == 2
