"""A question to the database whose answer is columns: a year of facts as int64, without an object per row and value.

A row of the ORM costs ten times what its numbers cost; a year of two million jobs is read in seconds this way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import connection
from django.db.models import BigIntegerField, Func, QuerySet
from numpy.typing import NDArray

AT_ONCE = 2_000


class Microseconds(Func):
    """A moment as microseconds since 1970: `Microseconds("accepted_at")`."""

    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint"
        return super().as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """As its text: SQLite knows no microseconds, and numpy reads the text faster than SQL takes it apart."""
        return super().as_sql(compiler, connection, template="CAST(%(expressions)s AS text)", **context)


def columns(rows: QuerySet[Any, tuple[Any, ...]]) -> list[NDArray[np.int64]]:
    """int64[n] for each of the values of `….values_list("price", Microseconds("accepted_at"))`, none of which is null."""
    sql, parameters = rows.query.sql_with_params()
    parts: list[list[NDArray[np.int64]]] = []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        width = len(cursor.description)
        while found := cursor.fetchmany(AT_ONCE):
            parts.append([_column([row[place] for row in found]) for place in range(width)])
    if not parts:
        return [np.zeros(0, dtype=np.int64) for _place in range(width)]
    return [np.concatenate([part[place] for part in parts]) for place in range(width)]


def _column(values: list[Any]) -> NDArray[np.int64]:
    if isinstance(values[0], str):
        return np.array(values, dtype="datetime64[us]").view(np.int64)
    return np.array(values, dtype=np.int64)
