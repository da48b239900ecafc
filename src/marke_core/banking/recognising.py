"""Whether two entries are the same movement, and what in an entry points at something of ours. Pure, over one or two entries.

The same movement comes in several files: a statement that is downloaded twice, periods that overlap, camt.053 today and
CSV tomorrow. Banks give no identity that survives that, so entries are compared by what cannot differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Protocol

from marke_core.banking.references import BadReference, read_reference

_OGM = re.compile(r"(?<!\d)[+*]{0,3}\s?(\d{3})[\s/.]{0,2}(\d{4})[\s/.]{0,2}(\d{5})\s?[+*]{0,3}(?!\d)")
_RF = re.compile(r"(?i)\bRF\d{2}(?:\s?[0-9A-Z]{1,4}){1,6}\b")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
# Left out when names are compared: articles, forms of address, legal forms.
_SMALL_WORDS = "de het van der den la le les du des el dr mr mevr mme m dhr mw vzw asbl bv srl cv sc nv sa ltd gmbh coop"
_SMALL = frozenset(_SMALL_WORDS.split())


class Movement(Protocol):
    """What is compared: an Entry, or a row that keeps one."""

    @property
    def amount(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def iban(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def end_to_end_id(self) -> str: ...
    @property
    def bank_reference(self) -> str: ...


def likeness(one: Movement, other: Movement, *, same_format: bool) -> int:
    """How much two entries of the same day and amount have in common; -1 when they cannot be the same movement.

    The bank's own reference tells entries apart only within one format: CODA and camt.053 write it differently.
    """
    score = 0
    if one.bank_reference and other.bank_reference:
        if one.bank_reference == other.bank_reference:
            return 100
        if same_format:
            return -1
    for mine, theirs, weight in (
        (one.reference, other.reference, 20),
        (one.end_to_end_id, other.end_to_end_id, 20),
        (one.iban, other.iban, 10),
    ):
        if mine and theirs:
            if mine != theirs:
                return -1
            score += weight
    if one.name and other.name:
        if not alike(one.name, other.name):
            return -1
        score += 5
    text, others = squeezed(one.text), squeezed(other.text)
    if text and text == others:
        score += 5
    elif text and others and same_format:
        return -1
    elif text and others and (text in others or others in text):
        score += 3
    return score


def fingerprint(*, iban: str, day: str, movement: Movement, ordinal: int) -> str:
    """What an entry is kept by: two that cannot be told apart on one day are counted (`ordinal`)."""
    parts = (
        iban,
        day,
        str(movement.amount),
        movement.bank_reference,
        movement.reference,
        movement.end_to_end_id,
        movement.iban,
        squeezed(movement.name),
        squeezed(movement.text),
        str(ordinal),
    )
    return sha256("\x1f".join(parts).encode()).hexdigest()


def references_in(text: str) -> list[str]:
    """Structured references whose check digits fit, compact, in a free text: +++000/0000/00101+++, RF18 5390 0754 7034."""
    found: list[str] = []
    for match in _OGM.finditer(text):
        _keep("".join(match.groups()), found)
    for match in _RF.finditer(text):
        words = match[0].split()
        for end in range(len(words), 0, -1):  # the words behind it may be plain text
            if _keep("".join(words[:end]), found):
                break
    return found


def _keep(text: str, found: list[str]) -> bool:
    try:
        reference = read_reference(text)
    except BadReference:
        return False
    if reference not in found:
        found.append(reference)
    return True


def words_of(name: str) -> frozenset[str]:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return frozenset(word for word in _NOT_WORD.split(kept) if len(word) > 1 and word not in _SMALL)


def alike(one: str, other: str) -> bool:
    """Whether two ways of writing a name can mean the same: all words of the shorter stand in the longer."""
    mine, theirs = words_of(one), words_of(other)
    if not mine or not theirs:
        return squeezed(one) == squeezed(other)
    small, large = sorted((mine, theirs), key=len)
    return small <= large or squeezed(one).startswith(squeezed(other)) or squeezed(other).startswith(squeezed(one))


def squeezed(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if char.isalnum())


def pair_up(fresh: Sequence[Movement], known: Sequence[Movement], *, same_format: Sequence[bool]) -> dict[int, int]:
    """Which of `fresh` is which of `known`, all of one day and amount: the likest first, each used once.

    What agrees in all that can be compared is paired at once, then what agrees in less, and only what is left over is
    held against everything: a thousand fees of one day would take a million comparisons each time.
    """
    pairs: dict[int, int] = {}
    here, there = list(range(len(fresh))), list(range(len(known)))
    for told_apart_by in (_by_bank, _by_all, _by_sides, _by_text, _by_nothing):
        for ours, theirs in _grouped(fresh, here, known, there, told_apart_by):
            if told_apart_by in (_by_bank, _by_all):
                pairs |= (pair for pair in zip(ours, theirs, strict=False) if _can_be(fresh, known, same_format, *pair))
            else:
                pairs |= _likest(fresh, ours, known, theirs, same_format)
        taken = set(pairs.values())
        here, there = [one for one in here if one not in pairs], [one for one in there if one not in taken]
    return pairs


_Key = tuple[str, ...]


def _by_bank(one: Movement) -> _Key:
    return (one.bank_reference,) if one.bank_reference else ()


def _by_all(one: Movement) -> _Key:
    return (*_by_sides(one), squeezed(one.text))


def _by_sides(one: Movement) -> _Key:
    return ("", one.reference, one.end_to_end_id, one.iban, squeezed(one.name))


def _by_text(one: Movement) -> _Key:
    return (text,) if (text := squeezed(one.text)) else ()


def _by_nothing(one: Movement) -> _Key:
    return ("",)


def _grouped(
    fresh: Sequence[Movement], here: list[int], known: Sequence[Movement], there: list[int], key: Callable[[Movement], _Key]
) -> Iterator[tuple[list[int], list[int]]]:
    """Those of both sides that agree in `key`; who has none stands aside."""
    theirs: dict[_Key, list[int]] = defaultdict(list)
    for place in there:
        theirs[key(known[place])].append(place)
    ours: dict[_Key, list[int]] = defaultdict(list)
    for place in here:
        ours[key(fresh[place])].append(place)
    return ((places, theirs[said]) for said, places in ours.items() if said and said in theirs)


def _can_be(fresh: Sequence[Movement], known: Sequence[Movement], same_format: Sequence[bool], ours: int, theirs: int) -> bool:
    return likeness(fresh[ours], known[theirs], same_format=same_format[theirs]) >= 0


def _likest(
    fresh: Sequence[Movement], here: list[int], known: Sequence[Movement], there: list[int], same_format: Sequence[bool]
) -> dict[int, int]:
    scores = [
        (score, -ours, -theirs)
        for ours in here
        for theirs in there
        if (score := likeness(fresh[ours], known[theirs], same_format=same_format[theirs])) >= 0
    ]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _score, ours, theirs in sorted(scores, reverse=True):
        if -ours not in pairs and -theirs not in taken:
            pairs[-ours] = -theirs
            taken.add(-theirs)
    return pairs
