"""Every cent explains itself: the four short lines beside an amount."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marke.common.registry import Registry


@dataclass(frozen=True)
class RuleLine:
    """A rule as a sentence with its value in it, and the decision that set it."""

    sentence: str
    url: str
    decision: str
    decision_url: str


@dataclass(frozen=True)
class Explanation:
    formula: str
    values: tuple[tuple[str, str], ...] = ()  # ("Price of the job", "€12.50")
    rules: tuple[RuleLine, ...] = field(default=())
    more: tuple[str, str] | None = None  # where the parts stand that this adds up: (words, address)


@dataclass(frozen=True)
class Explainer:
    """Puts the postings of one scheme into words.

    formula(line) -> sentence, e.g. "the price times the contribution, rounded to the cent"
    values(line, facts, amount, money) -> ((label, text), …); `money(minor_units)` writes an amount
    rules(line) -> the rule keys that this line followed
    """

    kind: str
    formula: Callable[[str], str]
    values: Callable[[str, Mapping[str, Any], int, Callable[[int], str]], tuple[tuple[str, str], ...]]
    rules: Callable[[str], tuple[str, ...]]


explainers: Registry[Explainer] = Registry("explainer")
