"""The rows of a co-op's rulebook, read once and kept: what was decided is never changed.

Every page asks for the rulebook, and it has far more values than a page needs. The database refuses to change or delete
a value (see the migration), so the columns that were read stay true until a newer value stands in the table or an older
one is replaced: one small query tells. Models are made for the rules that are asked about, anew for each who asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, Model, Window

from marke.parties.models import Coop
from marke.rules.models import Decision, RuleValue

M = TypeVar("M", bound=Model)
Columns = tuple[Any, ...]
VALUE: Final = tuple(field.attname for field in RuleValue._meta.concrete_fields)
DECISION: Final = tuple(field.attname for field in Decision._meta.concrete_fields)
KEPT: Final = 200  # co-ops whose rows stay in memory, about 150 kB each


@dataclass(frozen=True)
class Rows:
    """The columns of the values that were not replaced, by rule, and of the decisions that set them."""

    values: Mapping[str, list[Columns]]
    decisions: Mapping[int, Columns]

    def values_of(self, key: str, known: dict[int, Decision]) -> list[RuleValue]:
        """The values of a rule as models with their decisions; `known` are the decisions made before, and grows."""
        made = []
        for columns in self.values.get(key, ()):
            entry = _model(RuleValue, VALUE, columns)
            pk = entry.decision_id
            if pk not in known:
                known[pk] = _model(Decision, DECISION, self.decisions[pk])
            entry.decision = known[pk]
            made.append(entry)
        return made


def read_rows(coop: Coop) -> Rows:
    """What stands in the rulebook now, whoever wrote it last and in which process."""
    replaced = Window(Count("replaced_at"))  # of all values, whichever row is read
    state = RuleValue.objects.filter(coop=coop).order_by("-id").values_list("uid", replaced).first()
    return _rows(coop.pk, *state) if state else Rows({}, {})


@lru_cache(maxsize=KEPT)
def _rows(coop: int, newest: UUID, replaced: int) -> Rows:
    """A value that was written and rolled back does no harm: the next one has another uid."""
    rows = RuleValue.objects.filter(coop=coop, replaced_at=None)
    values: dict[str, list[Columns]] = {}
    decisions: dict[int, Columns] = {}
    for columns in rows.values_list(*VALUE, *(f"decision__{name}" for name in DECISION)):
        value, decision = columns[: len(VALUE)], columns[len(VALUE) :]
        values.setdefault(value[VALUE.index("key")], []).append(value)
        decisions.setdefault(decision[DECISION.index("id")], decision)
    return Rows(values, decisions)


def _model(model: type[M], names: tuple[str, ...], columns: Columns) -> M:
    """Lists and objects are copied: whoever is given the model may change it."""
    return model.from_db(DEFAULT_DB_ALIAS, names, [deepcopy(each) if isinstance(each, dict | list) else each for each in columns])
