"""Refusals that the database itself makes, on SQLite and PostgreSQL, also of raw SQL."""
# ruff: noqa: S608  (the SQL is made of our own words only)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Refusal:
    """`name` is the trigger and, with spaces, what the database says. It refuses `event` on `table` where `condition`
    holds: an SQL expression over OLD and NEW that both databases understand.

    at_once: PostgreSQL looks at all rows of an INSERT together, when they are in. For tables that fill by the thousand.
    """

    name: str
    table: str
    event: str  # INSERT, UPDATE or DELETE
    condition: str = "1 = 1"
    at_once: bool = False


# Rows that came together are each looked up by an index. On tables just filled and not yet analysed, the planner took them
# for empty, kept that plan, and read a whole table for every row.
INDEXED = "SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off"


def append_only(table: str, noun: str, taken: str) -> list[Refusal]:
    """Rows of `table` are never changed, deleted or (INSERT OR REPLACE, on SQLite) overwritten.

    `taken`: which other row `o` the new one would overwrite, e.g. "o.coop_id = NEW.coop_id AND o.number = NEW.number".
    """
    overwritten = f"EXISTS (SELECT 1 FROM {table} o WHERE o.id = NEW.id OR ({taken}))"
    return [
        Refusal(f"{noun}_is_never_changed", table, "UPDATE"),
        Refusal(f"{noun}_is_never_deleted", table, "DELETE"),
        Refusal(f"{noun}_is_never_overwritten", table, "INSERT", overwritten),
    ]


def differs(columns: Sequence[str]) -> str:
    """Whether an update changes any of these: null-safe on both databases, and JSON compared as the text it is."""
    text = "COALESCE(CAST({row}.{column} AS TEXT), '')"
    pairs = ((text.format(row="OLD", column=c), text.format(row="NEW", column=c)) for c in columns)
    return "(" + " OR ".join(f"{old} <> {new}" for old, new in pairs) + ")"


def install(connection: BaseDatabaseWrapper, refusals: list[Refusal]) -> None:
    with connection.cursor() as cursor:
        for refusal in refusals:
            for sql in _sqlite(refusal) if connection.vendor == "sqlite" else _postgresql(refusal):
                cursor.execute(sql)


def remove(connection: BaseDatabaseWrapper, refusals: list[Refusal]) -> None:
    """For undoing the migration, and for tests that play the thief."""
    with connection.cursor() as cursor:
        for refusal in refusals:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {refusal.name}")
            else:
                cursor.execute(f"DROP FUNCTION IF EXISTS {refusal.name}() CASCADE")


def _sqlite(refusal: Refusal) -> list[str]:
    return [
        f"CREATE TRIGGER {refusal.name} BEFORE {refusal.event} ON {refusal.table} WHEN {refusal.condition} "
        f"BEGIN SELECT RAISE(ABORT, '{refusal.name.replace('_', ' ')}'); END"
    ]


def _postgresql(refusal: Refusal) -> list[str]:
    if refusal.at_once:
        return _postgresql_at_once(refusal)
    returned = "OLD" if refusal.event == "DELETE" else "NEW"
    made = [
        f"CREATE FUNCTION {refusal.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refusal.condition} THEN "
        f"RAISE EXCEPTION '{refusal.name.replace('_', ' ')}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN {returned}; END $$",
        f"CREATE TRIGGER {refusal.name} BEFORE {refusal.event} ON {refusal.table} FOR EACH ROW EXECUTE FUNCTION {refusal.name}()",
    ]
    if refusal.event == "DELETE" and refusal.condition == "1 = 1":
        # The function never reaches its RETURN, so that OLD, which TRUNCATE does not have, is not asked for.
        made.append(
            f"CREATE TRIGGER {refusal.name}_at_once BEFORE TRUNCATE ON {refusal.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {refusal.name}()"
        )
    return made


def _postgresql_at_once(refusal: Refusal) -> list[str]:
    # By itself the condition might be joined with the whole of another table. Compared, it is looked at row by row, and the
    # planner expects few rows, for which it does not gather that table beforehand either.
    condition = refusal.condition.replace("NEW.", "fresh.")
    return [
        f"CREATE FUNCTION {refusal.name}() RETURNS trigger LANGUAGE plpgsql {INDEXED} AS $$ BEGIN "
        f"IF EXISTS (SELECT 1 FROM fresh WHERE CASE WHEN {condition} THEN 1 END = 1) THEN "
        f"RAISE EXCEPTION '{refusal.name.replace('_', ' ')}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN NULL; END $$",
        f"CREATE TRIGGER {refusal.name} AFTER {refusal.event} ON {refusal.table} REFERENCING NEW TABLE AS fresh "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {refusal.name}()",
    ]
