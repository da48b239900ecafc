"""Double entry: what balances, what is covered by a hash, and whether a chain of hashes is whole.

INV-LEDGER-1 every transaction sums to zero in every unit; at least two postings.
INV-LEDGER-3 the chain of hashes covers every sealed transaction in order.

Hashes cover uids, numbers and integers, never surrogate ids or names: an exported co-op verifies elsewhere, and
blanking a name breaks nothing. The encoding is text, one part per line; `check_word` keeps line breaks out of the
parts, so two different contents never give the same text.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

GENESIS = "0" * 64
INT64_MAX = 2**63 - 1
_ENCODING = "marke-ledger-1"
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)
_quoted = json.encoder.encode_basestring_ascii


class NotBalanced(ValueError):
    """The postings of a transaction do not sum to zero in some unit, or there are fewer than two."""

    def __init__(self, message: str, *, sums: Mapping[str, int] | None = None) -> None:
        super().__init__(message)
        self.sums = dict(sums or {})


class NotEncodable(ValueError):
    """A part of a transaction that has no place in a hash: a line break, a float, an amount beyond 64 bits."""


@dataclass(frozen=True, slots=True)
class Link:
    """A sealed transaction as the chain sees it. `content` is recomputed from what is stored."""

    number: int
    sealed: str  # moment of sealing, UTC, ISO 8601 with microseconds
    by: str  # uid of the party, or ""
    content: str
    stored_content: str
    previous: str
    hash: str


def check_balanced(legs: Sequence[tuple[str, int]]) -> None:
    """`legs`: (unit, amount in minor units). Raises: NotBalanced."""
    if len(legs) < 2:
        raise NotBalanced(f"A transaction needs at least two postings; this one has {len(legs)}")
    unit, total = legs[0]
    for other, amount in legs[1:]:
        if other != unit:
            return _check_each_unit(legs)
        total += amount
    if total:
        raise NotBalanced(f"The postings in {unit} sum to {total}, not to 0", sums={unit: total})
    return None


def _check_each_unit(legs: Sequence[tuple[str, int]]) -> None:
    sums: dict[str, int] = {}
    for unit, amount in legs:
        sums[unit] = sums.get(unit, 0) + amount
    wrong = {unit: total for unit, total in sums.items() if total}
    if wrong:
        said = ", ".join(f"{unit} to {total}" for unit, total in sorted(wrong.items()))
        raise NotBalanced(f"Every unit must sum to 0; here {said}", sums=wrong)


def check_word(name: str, word: str, length: int) -> None:
    """A kind, key or line: not empty, no control characters, at most `length` characters. Raises: NotEncodable."""
    if not word or len(word) > length or not word.isprintable():
        raise NotEncodable(f"The {name} {word!r} must have 1 to {length} printable characters")


def encode_facts(facts: Mapping[str, Any]) -> str:
    """Whole numbers, words, and lists of them, as JSON with sorted keys. Raises: NotEncodable for floats and others."""
    parts = []
    for key in sorted(facts):
        value = facts[key]
        if type(value) is not int or type(key) is not str:
            for name, other in facts.items():
                _check_fact(name, other)
            return _ENCODER.encode(facts)
        parts.append(f"{_quoted(key)}:{value}")  # what the encoder would say, in a fifth of its time
    return f"{{{','.join(parts)}}}"


def _check_fact(key: str, value: Any) -> None:
    if isinstance(value, list):
        for part in value:
            _check_fact(key, part)
    elif isinstance(value, dict):
        for part_key, part in value.items():
            _check_fact(f"{key}.{part_key}", part)
    elif not (value is None or isinstance(value, (bool, int, str))):
        raise NotEncodable(f"The fact '{key}' is {value!r}; facts are whole numbers and words, never floats")


def account_uid(*, coop: uuid.UUID, kind: str, unit: str, party: uuid.UUID | None, detail: str) -> uuid.UUID:
    """An account's uid follows from what it is, so the hash of a posting also covers whose account it went to."""
    return uuid.uuid5(coop, "\n".join((kind, unit, str(party or ""), detail)))


def content_hash(
    *,
    kind: str,
    key: str,
    date: str,
    basis: str,
    facts: str,
    reverses: int | None,
    legs: Iterable[tuple[str, int, str]],
) -> str:
    """What a transaction says, apart from its place in the chain, the moment and the hand.

    `date` ISO, `basis` a digest or "", `facts` from `encode_facts`, `reverses` the number of the transaction taken
    back, `legs` (account uid, amount, line) in any order.
    """
    said = sorted([f"{account} {amount} {line}" for account, amount, line in legs])
    text = f"{_ENCODING}\n{kind}\n{key}\n{date}\n{basis}\n{reverses or ''}\n{facts}\n" + "\n".join(said)
    return sha256(text.encode()).hexdigest()


def chain_hash(*, previous: str, number: int, sealed: str, by: str, content: str) -> str:
    """The hash of a link: its content, its place, the moment and the hand, and the hash of the link before."""
    return sha256(f"{previous}\n{number}\n{sealed}\n{by}\n{content}".encode()).hexdigest()


def content_hashes(
    *, kind: str, date: str, basis: str, keys: Iterable[str], facts: Iterable[str], legs: Iterable[Iterable[str]]
) -> list[str]:
    """`content_hash` of many transactions of one kind, day and basis that take nothing back. `legs`: "account amount line" each."""
    begins, goes_on, line = f"{_ENCODING}\n{kind}\n", f"\n{date}\n{basis}\n\n", "\n"
    return [
        sha256(f"{begins}{key}{goes_on}{fact}\n{line.join(sorted(said))}".encode()).hexdigest()
        for key, fact, said in zip(keys, facts, legs, strict=True)
    ]


def chain_hashes(*, previous: str, number: int, sealed: str, by: str, contents: Iterable[str]) -> list[str]:
    """`chain_hash` of links that follow the one of this number and hash, of one moment and hand."""
    moment, hashes = f"\n{sealed}\n{by}\n", []
    for place, content in enumerate(contents, number + 1):
        previous = sha256(f"{previous}\n{place}{moment}{content}".encode()).hexdigest()
        hashes.append(previous)
    return hashes


def check_chain(links: Iterable[Link]) -> Iterator[tuple[int, str]]:
    """Walks a chain from its first link and yields (number, what is wrong). Memory does not grow with the chain."""
    previous, expected = GENESIS, 1
    for link in links:
        if link.number != expected:
            yield link.number, f"stands where number {expected} should be"
        if link.content != link.stored_content:
            yield link.number, "what it says is not what was sealed: its content hash differs"
        if link.previous != previous:
            yield link.number, f"names {link.previous[:12]}… as the hash before it, which is {previous[:12]}…"
        if link.hash != chain_hash(
            previous=link.previous, number=link.number, sealed=link.sealed, by=link.by, content=link.stored_content
        ):
            yield link.number, "its hash does not follow from its content, number, moment and hand"
        previous, expected = link.hash, link.number + 1
