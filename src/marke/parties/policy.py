"""The few rules that people and offices follow. The rulebook stands above this app, so it hands in how to read a value."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from marke.parties.models import Coop

Reader = Callable[[Coop, str, datetime], Any]

HOLDOVER = "holdover"  # the last holder stays on as caretaker
MEMBERS = "members"  # every member may do what the office may

# What holds where no rulebook is installed (this app alone) and in a co-op that has none yet.
DEFAULTS: dict[str, Any] = {
    "mandates.lapse": HOLDOVER,
    "mandates.term": timedelta(days=730),
    "decisions.method_admission": "mandate",
}
_reader: Reader | None = None


def read_from(reader: Reader) -> None:
    """Called once from `RulesConfig.ready`: reader(coop, key, at) -> value in force, LookupError where there is none."""
    global _reader
    _reader = reader


def _value(coop: Coop, key: str, at: datetime) -> Any:
    if _reader is None:
        return DEFAULTS[key]
    try:
        return _reader(coop, key, at)
    except LookupError:
        return DEFAULTS[key]


def lapse(coop: Coop, at: datetime) -> str:
    """What happens when the last mandate of an office has expired: HOLDOVER or MEMBERS."""
    return str(_value(coop, "mandates.lapse", at))


def term(coop: Coop, at: datetime) -> timedelta:
    """How long a mandate lasts unless something else is said."""
    length = _value(coop, "mandates.term", at)
    assert isinstance(length, timedelta)
    return length


def admission_method(coop: Coop, at: datetime) -> str:
    """By which method applications are decided."""
    return str(_value(coop, "decisions.method_admission", at))
