"""No rule goes beyond what the co-op's legal form allows: asked by whoever checks a value (marke.rules.limits)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke.rules.limits import Limit
from marke.statutes.queries import Binding, bindings_from
from marke.statutes.sentences import refusal_of
from marke_core.rulebook import Json, Rule
from marke_core.statutes import breach_of, nearest


class BeyondTheFigure(Refused):
    """The legal form that the co-op has, or decided to have, does not allow this value."""


def check_against(found: Iterable[Binding], *, coop: Coop, rule: Rule, typed: Any) -> None:
    """Raises: BeyondTheFigure with rule, value and source."""
    for binding in found:
        if binding.figure.rule == rule.key and (breach := breach_of(binding.figure, rule.type, typed)):
            raise BeyondTheFigure(refusal_of(breach, binding, rule, typed, coop))


def _check(coop: Coop, rule: Rule, typed: Any, scope: str, at: datetime) -> None:
    check_against(bindings_from(coop, at), coop=coop, rule=rule, typed=typed)


def _begin_with(coop: Coop, rule: Rule, value: Json, at: datetime) -> Json:
    figures = [binding.figure for binding in bindings_from(coop, at) if binding.own is None or binding.binds]
    return rule.type.dump(nearest(figures, rule, rule.type.load(value)))


STATUTES = Limit(kind="statutes", check=_check, begin_with=_begin_with)
