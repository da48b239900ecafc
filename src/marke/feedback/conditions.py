"""Pure conditions of feedback: what a scale takes, and how many may be counted so that no single one can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from marke.feedback.models import Scale

COOP, CIRCLE, MEMBER, NONE = "coop", "circle", "member", "none"
SCORES: Mapping[str, tuple[int, ...]] = {Scale.STARS: (1, 2, 3, 4, 5), Scale.THUMBS: (0, 1), Scale.WORDS: ()}


def fits(scale: str, score: int | None) -> bool:
    return score is None or score in SCORES[scale]


def held_back(count: int, least: int) -> int:
    """How many of the newest are not counted yet: what is shown grows by `least` at a time.

    Were every new one counted at once, the difference between two days would be what the last client said.
    """
    return count % least


@dataclass(frozen=True)
class Tally:
    """So many said each score; what is held back is left out. Exact."""

    scale: str
    counts: Mapping[int, int]

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    @property
    def average(self) -> Fraction | None:
        """Stars: from 1 to 5. Thumbs: the part that points up."""
        return Fraction(sum(score * n for score, n in self.counts.items()), self.count) if self.count else None
