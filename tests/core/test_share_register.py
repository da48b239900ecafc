"""INV-SHARE-1: the register at any date follows from its events."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.share_register import Event, Request, holdings, register_faults, standing

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
