"""INV-SHARE-1: the register at any date follows from its events."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.share_register import (
    CAPITAL,
    Event,
    NotThatManyShares,
    Request,
    capital,
    converted,
    holdings,
    holdings_by_class,
    lots,
    register_faults,
    standing,
    take,
    votes,
)

DAY = date(2026, 1, 1)


def log(*steps: tuple[str, int, int], request: int = 1, member: int = 7, start: int = 1) -> list[Event]:
    return [
        Event(start + i, kind, member, request, shares, amount, DAY + timedelta(days=i))
        for i, (kind, shares, amount) in enumerate(steps)
    ]


ALLOTTED = (("requested", 0, 0), ("paid", 0, 600), ("allotted", 3, 600))
REQUEST = Request(1, 7, 3, 200)


def test_a_holding_at_a_date_is_what_was_allotted_until_then() -> None:
    events = log(*ALLOTTED)
    assert holdings(events, DAY + timedelta(days=1)) == {}
    assert holdings(events, DAY + timedelta(days=2)) == {7: 3}
    assert holdings([*events, *log(("unallotted", -3, 600), start=4)]) == {}
    assert not list(register_faults(events, [REQUEST]))


def test_what_was_paid_and_is_not_capital_is_held_for_the_payer() -> None:
    assert standing(log(("requested", 0, 0), ("paid", 0, 250))).held == 250
    assert standing(log(*ALLOTTED)).held == 0
    back = log(("paid", 0, 250), ("cancelled", 0, 0), ("refunded", 0, 250))
    assert (standing(back).held, standing(back).cancelled) == (0, True)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((("allotted", 3, 600),), "held"),
        ((("paid", 0, 600), ("allotted", 2, 400)), "allotted"),
        ((("paid", 0, 600), ("allotted", 3, 500)), "became capital"),
        ((("paid", 0, 700),), "is paid"),
        ((("paid", 1, 600),), "changes the holding by 1"),
        ((("paid", 0, -5),), "negative"),
        ((("invented", 0, 0),), "unknown kind"),
        ((("unallotted", -3, 600),), "would hold -3"),
        ((("paid", 0, 100), ("refunded", 0, 200)), "held"),
    ],
)
def test_what_cannot_have_been_is_found(steps: tuple[tuple[str, int, int], ...], said: str) -> None:
    assert any(said in fault.what for fault in register_faults(log(*steps), [REQUEST]))


def test_a_foreign_request_and_a_gap_are_found() -> None:
    assert [f.what for f in register_faults(log(("requested", 0, 0), request=9), [REQUEST])] == [
        "names request 9, which there is not"
    ]
    assert list(register_faults(log(("requested", 0, 0), start=2), [REQUEST]))
    assert list(register_faults(log(("requested", 0, 0), member=8), [REQUEST]))


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 100), st.integers(0, 400)), max_size=30), st.integers(0, 400))
def test_the_register_on_a_day_is_the_sum_of_its_events_until_then(rows: list[tuple[int, int, int]], day: int) -> None:
    events = [Event(i, "opening", m, None, s, 0, DAY + timedelta(days=d)) for i, (m, s, d) in enumerate(rows, 1)]
    on = DAY + timedelta(days=day)
    held = holdings(events, on)
    assert sum(held.values()) == sum(shares for _, shares, d in rows if d <= day)
    assert all(shares > 0 for shares in held.values())
    assert not list(register_faults(events, []))


# Lots


def bought(number: int, shares: int, price: int, member: int = 7, day: int = 0, share_class: str = "ordinary") -> Event:
    on = DAY + timedelta(days=day)
    return Event(number, "opening", member, None, shares, shares * price, on, share_class, None, price)


def gone(number: int, kind: str, lot: int, shares: int, amount: int, price: int, member: int = 7) -> Event:
    return Event(number, kind, member, None, -shares, amount, DAY + timedelta(days=number), "ordinary", lot, price)


def test_the_lot_held_longest_gives_first_each_at_its_own_price() -> None:
    held = lots([bought(1, 2, 100, day=9), bought(2, 3, 150)])
    assert [lot.number for lot in held] == [2, 1]
    taken = take(held, 4)
    assert [(part.lot.number, part.shares, part.amount) for part in taken] == [(2, 3, 450), (1, 1, 100)]
    assert converted(taken, 200) == (2, 150)


@pytest.mark.parametrize("shares", [-1, 0, 6])
def test_more_shares_than_are_held_or_none_cannot_go(shares: int) -> None:
    with pytest.raises(NotThatManyShares):
        take(lots([bought(1, 2, 100), bought(2, 3, 150)]), shares)


@given(st.integers(1, 50), st.integers(0, 10_000), st.lists(st.integers(1, 10), max_size=30))
def test_whatever_parts_a_lot_of_unknown_price_goes_in_no_cent_is_lost(shares: int, paid: int, parts: list[int]) -> None:
    events = [Event(1, "opening", 7, None, shares, paid, DAY)]
    for part in parts:
        held = lots(events)
        if not held:
            break
        for taken in take(held, min(part, held[0].shares)):
            events.append(gone(len(events) + 1, "given_to_coop", 1, taken.shares, taken.amount, 0))
    left = capital(events).get((7, "ordinary"), 0)
    assert left + sum(event.amount for event in events[1:]) == paid
    assert bool(left) <= bool(holdings(events))
    assert not list(register_faults(events, []))


def test_what_leaves_one_holder_arrives_at_another_at_its_issue_price() -> None:
    events = [bought(1, 3, 100), gone(2, "transferred_out", 1, 2, 200, 100)]
    assert [fault.what for fault in register_faults(events, [])] == ["200 left one holder and did not arrive as transferred_in"]
    events.append(Event(3, "transferred_in", 8, None, 2, 200, DAY + timedelta(days=2), "ordinary", None, 100))
    assert not list(register_faults(events, []))
    assert holdings(events) == {7: 1, 8: 2}
    assert [(lot.member, lot.price, lot.paid) for lot in lots(events)] == [(7, 100, 100), (8, 100, 200)]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (gone(2, "given_to_coop", 9, 1, 100, 100), "which there is not"),
        (gone(2, "given_to_coop", 1, 1, 100, 100, member=8), "member 7's"),
        (gone(2, "given_to_coop", 1, 3, 300, 100), "-1 shares"),
        (gone(2, "given_to_coop", 1, 1, 250, 100), "with -50 paid"),
        (gone(2, "given_to_coop", 1, 2, 100, 100), "0 shares, with 100 paid"),
        (Event(2, "paid_up", 7, 1, 0, 100, DAY, "ordinary", 1, 100), "is paid in lot 1"),
    ],
)
def test_what_a_lot_cannot_give_is_found(event: Event, said: str) -> None:
    found = [fault.what for fault in register_faults([bought(1, 2, 100), event], [])]
    assert any(said in what for what in found), found


def test_shares_are_allotted_on_a_part_of_the_price_and_paid_up_later() -> None:
    wanted = Request(1, 7, 4, 100, entry_fee=30, paid_in=100)
    steps = [
        ("requested", 0, 0),
        ("paid", 0, 130),
        ("allotted", 4, 100),
        ("entry_fee", 0, 30),
        ("called", 0, 300),
        ("paid", 0, 300),
    ]
    events = [event._replace(price=100) for event in log(*steps)]
    events.append(Event(7, "paid_up", 7, 1, 0, 300, DAY + timedelta(days=9), "ordinary", 3, 100))
    assert not list(register_faults(events, [wanted]))
    now = standing(events)
    assert (now.held, now.capital, now.fee, now.called) == (0, 400, 30, True)
    assert capital(events, DAY + timedelta(days=5)) == {(7, "ordinary"): 100}
    assert capital(events) == {(7, "ordinary"): 400}
    [lot] = lots(events[:4])
    assert (lot.paid, lot.unpaid) == (100, 300)
    early = [event for event in events if event.kind != "paid" or event.amount != 300]
    assert any("held" in fault.what for fault in register_faults(early, [wanted]))


def test_votes_follow_the_way_of_each_class_and_a_head_counts_once() -> None:
    held = {(1, "ordinary"): 5, (1, "worker"): 1, (2, "investor"): 9, (3, "silent"): 4, (3, "investor"): 2}
    ways = {"ordinary": "member", "worker": "member", "investor": "share", "silent": "none"}
    assert votes(held, ways) == {1: 1, 2: 9, 3: 2}
    assert votes({(4, "unheard"): 3}, {}) == {4: 1}


def test_holdings_are_told_apart_by_class() -> None:
    events = [bought(1, 2, 100), bought(2, 3, 10, share_class="investor"), bought(3, 1, 10, member=8, share_class="investor")]
    assert holdings_by_class(events) == {(7, "investor"): 3, (7, "ordinary"): 2, (8, "investor"): 1}
    assert set(CAPITAL.values()) == {1, -1}
