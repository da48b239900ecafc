"""A share issue, computed: whether it carries, who gets how many shares, and which papers an offer of that size needs.

Prose with a worked table: docs/algorithms/share-issue.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from marke_core.split import Explained, Ties, divide


class Dealing(Enum):
    """Who gets how many when more is paid for than there is."""

    EQUAL = "equal"  # everybody the same number, up to what they paid for: the largest subscriptions are cut
    PRO_RATA = "pro_rata"  # everybody the same part of what they paid for


class Document(Enum):
    """What the law asks to be written before such an offer."""

    NONE = "none"
    NOTE = "note"  # an information note that whoever takes part has read
    PROSPECTUS = "prospectus"  # beyond what a co-op does by itself


@dataclass(frozen=True)
class Thresholds:
    """Below which sizes an offer needs which paper; minor units, and persons.

    free_total, free_each: up to so much in all and so much for each person, nothing is written
    note_total: up to so much, a note is enough
    persons: an offer to fewer people than this is no public offer
    """

    free_total: int
    free_each: int
    note_total: int
    persons: int


@dataclass(frozen=True)
class Dealt:
    """What an issue comes to. `parts[i]` shares for who subscribed i-th; `sum(parts) <= maximum`.

    reached: whether the minimum was paid for; if not, nobody gets anything and everybody gets their money back
    """

    parts: tuple[int, ...]
    reached: bool
    wanted: int
    why: tuple[Explained, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.parts)

    @property
    def oversubscribed(self) -> bool:
        return self.reached and self.total < self.wanted


def deal(paid_for: Sequence[int], *, minimum: int, maximum: int, dealing: Dealing) -> Dealt:
    """Deals the shares of an issue among those who paid, in the order in which they subscribed.

    paid_for: how many shares each has paid for · minimum, maximum: of the issue, in shares
    The last share that is left goes to who subscribed first.

    Raises: ValueError when a number is negative, or the minimum is above the maximum.
    """
    if min(paid_for, default=0) < 0 or minimum < 0 or maximum < minimum:
        raise ValueError(f"An issue of {minimum} to {maximum} shares cannot be dealt by {list(paid_for)[:5]}")
    wanted = sum(paid_for)
    if wanted < minimum or wanted == 0:
        return Dealt((0,) * len(paid_for), reached=False, wanted=wanted)
    weights = [1 if shares else 0 for shares in paid_for] if dealing is Dealing.EQUAL else list(paid_for)
    division = divide(min(wanted, maximum), weights, caps=list(paid_for), ties=Ties.FIRST)
    parts = tuple(int(part) for part in division.parts)
    return Dealt(parts, reached=True, wanted=wanted, why=tuple(division.explain(row) for row in range(len(parts))))


def whole_shares(paid: int, *, price: int, fee: int, wanted: int) -> int:
    """How many of the shares that somebody wants their payment covers, after the entry fee: whole ones only."""
    return max(0, min(wanted, (paid - fee) // price))


def document_for(*, total: int, each: int | None, persons: int, public: bool, thresholds: Thresholds) -> Document:
    """Which paper an offer needs.

    total: the most it can bring in, with all other offers of the last 12 months · each: the most that one person may put
    in; None where the offer sets no bound of its own, so that the free one can be set · persons: to whom it is offered
    """
    if not public and persons < thresholds.persons:
        return Document.NONE
    if total <= thresholds.free_total and (each is None or each <= thresholds.free_each):
        return Document.NONE
    return Document.NOTE if total <= thresholds.note_total else Document.PROSPECTUS
