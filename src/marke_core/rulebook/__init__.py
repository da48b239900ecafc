"""A rulebook: typed, dated rules, and which value of a rule is in force.

Labels and sentences may be translated lazily by whoever declares a rule: here they are only passed on.
"""

from marke_core.rulebook.check import DecidedValue, Fault, faults
from marke_core.rulebook.declaration import MOST_DIMENSIONS, Rule
from marke_core.rulebook.force import DIMENSIONS, DatedValue, in_force, resolve, scope_parts, scope_text
from marke_core.rulebook.refused_value import BadValue, translatable
from marke_core.rulebook.types import (
    Amount,
    AnyType,
    Choice,
    Clause,
    Column,
    Count,
    Duration,
    Indexed,
    IndexPlusSpread,
    Json,
    LowestOf,
    Part,
    Percent,
    Switch,
    Table,
    Text,
    Word,
)

__all__ = [
    "DIMENSIONS",
    "MOST_DIMENSIONS",
    "Amount",
    "AnyType",
    "BadValue",
    "Choice",
    "Clause",
    "Column",
    "Count",
    "DatedValue",
    "DecidedValue",
    "Duration",
    "Fault",
    "IndexPlusSpread",
    "Indexed",
    "Json",
    "LowestOf",
    "Part",
    "Percent",
    "Rule",
    "Switch",
    "Table",
    "Text",
    "Word",
    "faults",
    "in_force",
    "resolve",
    "scope_parts",
    "scope_text",
    "translatable",
]
