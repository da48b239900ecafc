"""Double entry as mathematics: what balances, what a hash covers, when a chain is whole."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.postings import (
    GENESIS,
    Link,
    NotBalanced,
    NotEncodable,
    account_uid,
    chain_hash,
    chain_hashes,
    check_balanced,
    check_chain,
    check_word,
    content_hash,
    content_hashes,
    encode_facts,
)

amounts = st.integers(-(2**62), 2**62)
units = st.sampled_from(["EUR", "hour", "kWh", "point", "share"])


@given(st.lists(st.tuples(units, amounts), min_size=1, max_size=8))
def test_legs_and_their_opposites_balance(legs):
    check_balanced([*legs, *((unit, -amount) for unit, amount in legs)])


@given(st.lists(st.tuples(units, amounts), min_size=1, max_size=8), units, amounts.filter(bool))
def test_one_unit_more_or_less_never_balances(legs, unit, wrong):
    with pytest.raises(NotBalanced) as error:
        check_balanced([*legs, *((unit, -amount) for unit, amount in legs), (unit, wrong)])
    assert error.value.sums == {unit: wrong}


def test_fewer_than_two_postings_are_no_transaction():
    for legs in ([], [("EUR", 0)], [("EUR", 5)]):
        with pytest.raises(NotBalanced, match="at least two"):
            check_balanced(legs)


def content(**changes: object) -> str:
    said = {
        "kind": "job", "key": "job:1:1", "date": "2026-01-05", "basis": "b", "facts": '{"price":1250}', "reverses": None,
        "legs": [("a", 1250, "price"), ("b", -1250, "earnings")],
    }  # fmt: skip
    return content_hash(**{**said, **changes})  # type: ignore[arg-type]


def test_the_order_of_the_legs_does_not_matter_to_the_hash():
    assert content() == content(legs=[("b", -1250, "earnings"), ("a", 1250, "price")])


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "jobs"}, {"key": "job:1:2"}, {"date": "2026-01-06"}, {"basis": "c"}, {"facts": '{"price":1251}'}, {"reverses": 1},
        {"legs": [("a", 1251, "price"), ("b", -1251, "earnings")]}, {"legs": [("c", 1250, "price"), ("b", -1250, "earnings")]},
        {"legs": [("a", 1250, "price"), ("b", -1250, "tip")]},
        {"legs": [("a", 1250, "price"), ("b", -1250, "earnings"), ("a", 1250, "price"), ("b", -1250, "earnings")]},
    ],
)  # fmt: skip
def test_whatever_is_said_is_in_the_hash(change):
    assert content(**change) != content()


def test_a_known_content_keeps_its_hash():
    """Changing the encoding would break every chain there is."""
    assert content() == "87c478de7c680534d43e3e9dfb5e32cc06482de0f4134e01cb6b7f19ddb9b6f6"


def chain(length: int) -> list[Link]:
    links, previous = [], GENESIS
    for number in range(1, length + 1):
        said = content(key=f"job:{number}:1")
        own = chain_hash(previous=previous, number=number, sealed="2026-01-05T09:00:00.000000+00:00", by="u", content=said)
        links.append(Link(number, "2026-01-05T09:00:00.000000+00:00", "u", said, said, previous, own))
        previous = own
    return links


@given(st.integers(0, 20))
def test_a_chain_that_nobody_touched_is_whole(length):
    assert list(check_chain(chain(length))) == []


@given(st.integers(0, 9), st.sampled_from(["number", "sealed", "by", "content", "stored_content", "previous", "hash"]))
def test_a_link_with_one_part_changed_is_found(place, part):
    links = chain(10)
    changed = 99 if part == "number" else "0" + getattr(links[place], part)[1:] + "f"
    links[place] = replace(links[place], **{part: changed})
    assert list(check_chain(links))


@given(st.integers(0, 8))
def test_a_missing_link_and_two_in_the_wrong_order_are_found(place):
    links = chain(10)
    assert list(check_chain(links[:place] + links[place + 1 :]))
    links[place], links[place + 1] = links[place + 1], links[place]
    assert list(check_chain(links))


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
lists = st.lists(scalars, max_size=3) | st.dictionaries(st.text(max_size=3), scalars, max_size=2)


@given(st.dictionaries(st.text(max_size=5), scalars | lists, max_size=4))
def test_facts_have_one_text_on_one_line(facts):
    assert encode_facts(dict(reversed(facts.items()))) == encode_facts(facts)
    assert "\n" not in encode_facts(facts)


@pytest.mark.parametrize("value", [1.5, [0.1], {"a": [2.0]}, float("nan"), b"x", object()])
def test_facts_with_floats_or_things_are_refused(value):
    with pytest.raises(NotEncodable):
        encode_facts({"x": value})


@pytest.mark.parametrize("word", ["", "a\nb", "a\x00", "\u2028", "x" * 41])
def test_words_that_could_pass_for_two_parts_are_refused(word):
    with pytest.raises(NotEncodable):
        check_word("line", word, 40)


def test_an_accounts_uid_follows_from_everything_that_it_is():
    coop, party = uuid.uuid4(), uuid.uuid4()
    said: dict[str, Any] = {"coop": coop, "kind": "earnings", "unit": "EUR", "party": party, "detail": ""}
    changes: list[dict[str, Any]] = [
        {"coop": uuid.uuid4()},
        {"kind": "shares"},
        {"unit": "hour"},
        {"party": None},
        {"detail": "x"},
    ]
    assert account_uid(**said) == account_uid(**said)
    assert len({account_uid(**{**said, **change}) for change in changes} | {account_uid(**said)}) == 6


@given(st.lists(st.tuples(st.integers(1, 99), st.lists(st.tuples(st.sampled_from("abc"), amounts), max_size=4)), max_size=5))
def test_many_are_hashed_as_one_by_one(said):
    keys = [f"job:{place}:{version}" for place, (version, _legs) in enumerate(said)]
    legs = [[(account, amount, "price") for account, amount in several] for _version, several in said]
    written = [[f"{account} {amount} {line}" for account, amount, line in several] for several in legs]
    shared: dict[str, Any] = {"kind": "job", "date": "2026-01-05", "basis": "b"}
    alone = [
        content_hash(key=key, facts="{}", reverses=None, legs=several, **shared) for key, several in zip(keys, legs, strict=True)
    ]
    contents = content_hashes(keys=keys, facts=["{}"] * len(keys), legs=written, **shared)
    assert contents == alone
    links = [GENESIS]
    for number, content in enumerate(alone, 8):
        links.append(chain_hash(previous=links[-1], number=number, sealed="then", by="", content=content))
    assert [GENESIS, *chain_hashes(previous=GENESIS, number=7, sealed="then", by="", contents=contents)] == links
