"""INV-RULE-1: at every moment every rule has exactly one value in force per scope, and every value names its decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marke_core.rulebook.force import DatedValue, in_force


class DecidedValue(DatedValue, Protocol):
    """A dated value together with the decision that set it (None: it names none)."""

    @property
    def decided_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Fault:
    """Where INV-RULE-1 does not hold."""

    key: str
    scope: str
    at: datetime | None
    what: str


def faults(values: Iterable[DecidedValue], keys: Iterable[str]) -> list[Fault]:
    """INV-RULE-1: at every moment every rule has exactly one value in force per scope, and every value names its decision.

    A rule's time begins with its first value. In a scope of its own a rule may have no value: then the co-op's is in force.
    """
    by_key: dict[str, list[DecidedValue]] = {key: [] for key in keys}
    for value in values:
        by_key.setdefault(value.key, []).append(value)
    found = [fault for key, of_key in by_key.items() for fault in _faults_of_rule(key, of_key)]
    return sorted(found, key=lambda fault: (fault.key, fault.scope, str(fault.at), fault.what))


def _faults_of_rule(key: str, values: list[DecidedValue]) -> list[Fault]:
    found = [fault for value in values for fault in _faults_of_value(value)]
    live = [value for value in values if value.replaced_at is None]
    if not any(value.scope == "" for value in live):
        found.append(Fault(key, "", None, "has no value for the whole co-op"))
        return found
    begin = min(value.valid_from for value in live)
    ends = [value.lapses_at for value in live if value.lapses_at is not None]
    for moment in sorted({value.valid_from for value in live} | {end for end in ends if end >= begin}):
        for scope in {value.scope for value in live}:
            found += _faults_at(key, scope, [value for value in live if value.scope == scope], moment)
    return found


def _faults_at(key: str, scope: str, values: list[DecidedValue], at: datetime) -> list[Fault]:
    now = [value for value in values if in_force(value, at)]
    latest = max((value.valid_from for value in now), default=None)
    count = sum(value.valid_from == latest for value in now)
    if count > 1:
        return [Fault(key, scope, at, f"has {count} values in force at once")]
    if count == 0 and scope == "":
        return [Fault(key, scope, at, "has no value in force")]
    return []


def _faults_of_value(value: DecidedValue) -> list[Fault]:
    found = []
    if value.decided_at is None:
        found.append("names no decision")
    elif value.valid_from < value.decided_at:
        found.append(f"begins at {value.valid_from}, before its decision at {value.decided_at}")
    if value.replaced_at is not None and value.replaced_at > value.valid_from:
        found.append(f"was replaced at {value.replaced_at}, when it was already in force")
    if value.lapses_at is not None and value.lapses_at <= value.valid_from:
        found.append(f"lapses at {value.lapses_at}, before it begins")
    return [Fault(value.key, value.scope, value.valid_from, what) for what in found]
