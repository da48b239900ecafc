"""What is in force, what was, and what will be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke.rules.models import Attestation, Decision, RuleValue
from marke.rules.registry import get_rule
from marke.rules.rows import read_rows
from marke_core.rulebook import resolve


class RuleNotSet(Refused):
    """A rule that a release has added has no value at this moment."""


class Timeline:
    """All values of a co-op's rules; gives the rulebook of any moment without another query."""

    def __init__(self, coop: Coop) -> None:
        self._rows = read_rows(coop)
        self._values: dict[str, list[RuleValue]] = {}
        self._decisions: dict[int, Decision] = {}
        self._typed: dict[int, Any] = {}

    def at(self, moment: datetime) -> Rulebook:
        return Rulebook(moment, self)

    def all(self, key: str) -> list[RuleValue]:
        """The values of one rule in every scope, by scope and then by day."""
        if key not in self._values:
            self._values[key] = self._rows.values_of(key, self._decisions)
        return self._values[key]

    def of(self, key: str, scope: str = "") -> list[RuleValue]:
        """The values of one rule in one scope, oldest first."""
        return [row for row in self.all(key) if row.scope == scope]

    def scopes(self, key: str) -> list[str]:
        """The scopes in which a rule has values of its own, the whole co-op not among them."""
        return sorted({row.scope for row in self.all(key)} - {""})

    def typed(self, entry: RuleValue) -> Any:
        """The value as its rule's type reads it, read once."""
        if entry.pk not in self._typed:
            self._typed[entry.pk] = entry.typed
        return self._typed[entry.pk]


@dataclass(frozen=True)
class Rulebook:
    """The rules of a co-op as they are in force at one moment."""

    at: datetime
    timeline: Timeline

    def entry(self, key: str, **scope: object) -> RuleValue:
        """The row in force for this scope: `entry("jobs.contribution", job_kind="delivery")`. The most specific wins.

        Raises: NoSuchRule, RuleNotSet; ValueError for a dimension that does not exist.
        """
        found = resolve(self.timeline.all(key), key, scope, self.at)
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
        return resolve(self.timeline.all(key), key, {}, self.at) is not None

    def value(self, key: str, **scope: object) -> Any:
        """The value in force, as the rule's type reads it: a Fraction, an int, a timedelta, a str …"""
        return self.timeline.typed(self.entry(key, **scope))


def rulebook(coop: Coop, at: datetime) -> Rulebook:
    """The rules in force at the moment `at`: one small query, whatever is asked of it afterwards."""
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
