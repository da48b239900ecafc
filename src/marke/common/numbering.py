"""Numbers without a gap or a double, from 1 in each co-op."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Max


def next_number(model: type[models.Model], coop: models.Model, field: str = "number", **series: object) -> int:
    """The number after the highest in this co-op, to be used in the same transaction.

    series: where a co-op has several rows of numbers in one table, which of them, e.g. kind="pay_run".

    The co-op's row is locked here, because a sequence leaves gaps after a rollback. "No key": other rows that refer to
    the co-op can still be inserted meanwhile. SQLite has no row locks and needs none: only one process writes at once.

    Raises: TransactionManagementError outside a transaction, where the lock would be gone before the number is used.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"The next {model.__name__}.{field} is asked for outside a transaction")
    coops: models.Manager[Any] = type(coop)._base_manager
    list(coops.select_for_update(no_key=True).filter(pk=coop.pk).values_list("pk"))
    highest = model._base_manager.filter(coop=coop, **series).aggregate(highest=Max(field))["highest"]
    return (highest or 0) + 1
