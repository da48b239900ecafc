"""What is in force, what was, and what will be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke.rules.models import Attestation, Decision, RuleValue
from marke.rules.registry import get_rule
from marke_core.rulebook import resolve


class RuleNotSet(Refused):
    """A rule that a release has added has no value at this moment."""


@dataclass(frozen=True)
class Rulebook:
    """The rules of a co-op as they are in force at one moment."""

    at: datetime
    _values: dict[str, list[RuleValue]]
    _loaded: dict[int, Any] = field(default_factory=dict)

    def entry(self, key: str, **scope: object) -> RuleValue:
        """The row in force for this scope: `entry("jobs.contribution", job_kind="delivery")`. The most specific wins.

        Raises: NoSuchRule, RuleNotSet; ValueError for a dimension that does not exist.
        """
        found = resolve(self._values.get(key, ()), key, scope, self.at)
        if found is None:
            rule = get_rule(key)
            raise RuleNotSet(
                _("The rule “%(title)s” has no value on %(day)s. When the program starts, it records the default as a decision.")
                % {"title": rule.title, "day": f"{self.at:%Y-%m-%d %H:%M}"}
            )
        return found

    def uids(self, *keys: str, **scope: object) -> dict[str, str]:
        """Of each rule the uid of the value in force: what the basis of a posting names. Raises: as `entry`."""
        return {key: str(self.entry(key, **scope).uid) for key in keys}

    def has(self, key: str) -> bool:
        """Whether the rule has a value for the whole co-op at this moment."""
        return resolve(self._values.get(key, ()), key, {}, self.at) is not None

    def value(self, key: str, **scope: object) -> Any:
        """The value in force, as the rule's type reads it: a Fraction, an int, a timedelta, a str …"""
        entry = self.entry(key, **scope)
        if entry.pk not in self._loaded:
            self._loaded[entry.pk] = entry.typed
        return self._loaded[entry.pk]


class Timeline:
    """All values of a co-op's rules, read by one query; gives the rulebook of any moment without another one."""

    def __init__(self, coop: Coop, keys: Iterable[str] | None = None) -> None:
        rows = RuleValue.objects.filter(coop=coop, replaced_at=None).select_related("decision")
        self._values: dict[str, list[RuleValue]] = {}
        for row in rows if keys is None else rows.filter(key__in=list(keys)):
            self._values.setdefault(row.key, []).append(row)
        self._loaded: dict[int, Any] = {}

    def at(self, moment: datetime) -> Rulebook:
        return Rulebook(moment, self._values, self._loaded)

    def of(self, key: str, scope: str = "") -> list[RuleValue]:
        """The values of one rule in one scope, oldest first."""
        return [row for row in self._values.get(key, ()) if row.scope == scope]

    def scopes(self, key: str) -> list[str]:
        """The scopes in which a rule has values of its own, the whole co-op not among them."""
        return sorted({row.scope for row in self._values.get(key, ())} - {""})


def rulebook(coop: Coop, at: datetime) -> Rulebook:
    """The rules in force at the moment `at`: one query, whatever is asked of it afterwards."""
    return Timeline(coop).at(at)


def history(coop: Coop, key: str) -> QuerySet[RuleValue]:
    """Every value a rule has had or will have, replaced ones included, newest first."""
    rows = RuleValue.objects.filter(coop=coop, key=key).select_related("decision", "replaced_by")
    return rows.order_by("-valid_from", "-id")


def register(coop: Coop) -> QuerySet[Decision]:
    """The register of decisions, newest first, with how many rules each changed and how many agreed to its text."""
    rows = Decision.objects.filter(coop=coop).select_related("by")
    return rows.annotate(changes=Count("rule_values", distinct=True), agreed=Count("attestations", distinct=True)).order_by(
        "-number"
    )


def values_set_by(coop: Coop, decisions: Iterable[Decision]) -> QuerySet[RuleValue]:
    """The values that these decisions set, in the order of the rulebook's keys."""
    return (
        RuleValue.objects.filter(coop=coop, decision__in=list(decisions))
        .select_related("replaced_by")
        .order_by("decision_id", "id")
    )


def founding_of(coop: Coop) -> Decision | None:
    """The decision by which the co-op was founded."""
    return Decision.objects.filter(coop=coop, kind=Decision.Kind.FOUNDING).order_by("number").first()


def attestations(decision: Decision) -> QuerySet[Attestation]:
    return decision.attestations.select_related("party").order_by("at", "id")
