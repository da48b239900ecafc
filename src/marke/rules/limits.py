"""What else binds the values of rules, told by the apps above: what the law says of the co-op's legal form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marke.common.registry import Registry
from marke.parties.models import Coop
from marke_core.rulebook import Json, Rule


@dataclass(frozen=True)
class Limit:
    """One source of limits.

    check(coop, rule, typed value, scope, the moment from which it would hold) raises Refused with rule, value and source.
    begin_with(coop, rule, JSON value, moment) gives the JSON value with which a rule that a release adds begins.
    """

    kind: str
    check: Callable[[Coop, Rule, Any, str, datetime], None]
    begin_with: Callable[[Coop, Rule, Json, datetime], Json]


limits: Registry[Limit] = Registry("limit of rules")


def check_limits(*, coop: Coop, rule: Rule, typed: Any, scope: str, at: datetime) -> None:
    """Raises: what a limit says when this value may not hold from `at` on."""
    for limit in limits:
        limit.check(coop, rule, typed, scope, at)


def first_value(*, coop: Coop, rule: Rule, value: Json, at: datetime) -> Json:
    """The value with which a new rule begins at this co-op, given the sector's default."""
    for limit in limits:
        value = limit.begin_with(coop, rule, value, at)
    return value
