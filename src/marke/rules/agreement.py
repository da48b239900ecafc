"""The agreement: all rules as numbered sentences, as a text to agree to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from marke.parties.models import Coop
from marke.rules.queries import Timeline
from marke.rules.registry import in_order
from marke.rules.sentences import sentence
from marke_core.rulebook import Json


def agreement_text(coop: Coop, values: Mapping[str, Json]) -> str:
    """The rules named in `values` (JSON by key), one numbered sentence each, in the active language."""
    chosen = [rule for rule in in_order() if rule.key in values]
    return "\n".join(
        f"{number}. {sentence(rule, rule.type.load(values[rule.key]), coop)}" for number, rule in enumerate(chosen, 1)
    )


def sentences_in_force(coop: Coop, at: datetime) -> list[str]:
    """Every rule that has a value at that moment as a sentence, the first seven first."""
    book = Timeline(coop).at(at)
    return [sentence(rule, book.value(rule.key), coop) for rule in in_order() if book.has(rule.key)]
