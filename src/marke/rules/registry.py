"""Every rule of the installation. Each app declares its own in `rulebook.py` and registers them in `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext

from marke.common.refusal import Refused
from marke.common.registry import Registry, UnknownKind
from marke_core.rulebook import Clause, Json, Rule

rules: Registry[Rule] = Registry("rule")
# Where a decision comes from, told by the apps above: source(decision) -> (its name, address) or None, e.g. a proposal.
sources: list[Callable[[Any], tuple[str, str] | None]] = []
_sectors: dict[str, Mapping[str, Json]] = {}


class NoSuchRule(Refused):
    """Nobody has declared a rule of this name."""

    status = 404


def register_rules(declared: Iterable[Rule], *, fine_print: bool = False) -> None:
    """With `fine_print`, all of them are."""
    for rule in declared:
        rules.register(replace(rule, fine_print=True) if fine_print else rule)


def register_sector(sector: str, defaults: Mapping[str, Json]) -> None:
    """What a sector's co-ops begin with where it differs from the rules' own defaults."""
    _sectors[sector] = defaults


def default_of(rule: Rule, sector: str) -> Json:
    """The value that a rule begins with in a co-op of this sector, as JSON; a clause in the active language."""
    value = _sectors.get(sector, {}).get(rule.key, rule.default)
    return gettext(value) if isinstance(rule.type, Clause) else value


def is_common(rule: Rule, value: Json, sector: str) -> bool:
    """Fine print as every co-op of this sector begins with it: nothing that the co-op itself has agreed."""
    return rule.fine_print and rule.type.load(value) == rule.type.load(default_of(rule, sector))


def get_rule(key: str) -> Rule:
    """The rule called `key`. Raises: NoSuchRule."""
    try:
        return rules.get(key)
    except UnknownKind:
        message = gettext("There is no rule “%(key)s”. Look it up in Our rules.")
        raise NoSuchRule(message % {"key": key[:60]}) from None


def in_order() -> list[Rule]:
    """The first seven by rank, then the rest by section: those of the lower apps first, about people before papers."""
    sections = list(dict.fromkeys(str(rule.section) for rule in rules))  # apps register from the top of the house down
    return sorted(rules, key=lambda rule: (rule.rank, -sections.index(str(rule.section))))
