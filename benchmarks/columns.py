"""Rows written straight into a table, for histories of millions: what they do not say has the model's own default."""

from __future__ import annotations

import json


def defaults(app: str, model: str, *, but: tuple[str, ...]) -> dict[str, str]:
    """Column → SQL literal of the default, for columns that need a value and are not among `but`."""
    from django.apps import apps

    fields = apps.get_model(app, model)._meta.concrete_fields
    wanted = [field for field in fields if not field.null and not field.primary_key and field.column not in but]
    return {field.column: _literal(field.get_default()) for field in wanted}


def _literal(value: object) -> str:
    if isinstance(value, bool | int):
        return str(value)  # both databases read True and False
    said = value if isinstance(value, str) else json.dumps(value)
    return "'" + said.replace("'", "''") + "'"
