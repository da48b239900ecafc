"""Counting votes. Pure: ballots in, a result out; no names, no clock, no rounding."""

from marke_core.tally.roll import broken_roll
from marke_core.tally.yes_no import METHODS, Choice, Count, Method, Outcome, Result, UnknownMethod, count, tally

__all__ = [
    "METHODS",
    "Choice",
    "Count",
    "Method",
    "Outcome",
    "Result",
    "UnknownMethod",
    "broken_roll",
    "count",
    "tally",
]
