"""Against what somebody has to be insured, and whether they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

NOTHING, ACCIDENT, LIABILITY, BOTH = "nothing", "accident", "liability", "both"
NEEDED: Mapping[str, tuple[str, ...]] = {NOTHING: (), ACCIDENT: (ACCIDENT,), LIABILITY: (LIABILITY,), BOTH: (ACCIDENT, LIABILITY)}


@dataclass(frozen=True)
class Term:
    """Somebody (None: every member) is covered against something, from a day to a day, both included; None: without end."""

    against: str
    member: int | None
    first: date
    last: date | None

    def holds(self, member: int, day: date) -> bool:
        return self.member in (None, member) and self.first <= day and (self.last is None or day <= self.last)


def is_covered(terms: Iterable[Term], needed: Iterable[str], member: int, day: date) -> bool:
    """Against everything that is needed."""
    held = {term.against for term in terms if term.holds(member, day)}
    return set(needed) <= held
