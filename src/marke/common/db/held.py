"""References that PostgreSQL proves for all rows of a statement together, in place of a foreign key.

A foreign key looks each row up by itself, a second time where a trigger has done so, and remembers every row until COMMIT:
a third of the time that a large transaction takes. Here a trigger of the table that refers proves its own rows when they
come, and what stands here is the other side: a row that is referred to never goes and never gets another key. Whoever takes
a row away waits for whoever is writing rows that refer, and those who come later wait for them.

SQLite keeps its foreign keys, which cost it little.
"""
# ruff: noqa: S608  (the SQL is made of our own words only)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Held:
    """`table.column` refers to `target.id`; the rows of `table` prove it themselves, and `column` never changes."""

    table: str
    column: str
    target: str

    @property
    def names(self) -> list[str]:
        """Of its triggers, all of them on `target`."""
        return [f"{self.table}_{self.column}_{what}" for what in ("stays", "is_waited_for", "is_not_emptied")]


def install(connection: BaseDatabaseWrapper, held: Sequence[Held]) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for reference in held:
                for sql in _statements(reference):
                    cursor.execute(sql)


def remove(connection: BaseDatabaseWrapper, held: Sequence[Held]) -> None:
    """For undoing the migration. The foreign key does not come back."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for name in (name for reference in held for name in reference.names):
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")


def missing(connection: BaseDatabaseWrapper, held: Sequence[Held]) -> list[str]:
    """The triggers that are not in place, or switched off."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        there = {name for (name,) in cursor.fetchall()}
    return sorted({name for reference in held for name in reference.names} - there)


def _statements(r: Held) -> list[str]:
    at_end, waits, emptied = r.names
    refused = (
        f"RAISE EXCEPTION 'a row of {r.target} is referred to by {r.table}.{r.column}' USING ERRCODE = 'foreign_key_violation'"
    )
    return [
        f"""DO $$ DECLARE own name; BEGIN
          FOR own IN SELECT conname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND conkey = ARRAY[attnum]
            WHERE contype = 'f' AND conrelid = '{r.table}'::regclass AND attname = '{r.column}'
          LOOP EXECUTE format('ALTER TABLE {r.table} DROP CONSTRAINT %I', own); END LOOP; END $$""",
        f"""CREATE FUNCTION {waits}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN LOCK TABLE {r.table} IN SHARE ROW EXCLUSIVE MODE; RETURN NULL; END $$""",
        f"CREATE TRIGGER {waits} BEFORE DELETE OR UPDATE OF id ON {r.target} FOR EACH STATEMENT EXECUTE FUNCTION {waits}()",
        f"""CREATE FUNCTION {at_end}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF EXISTS (SELECT 1 FROM {r.table} WHERE {r.column} = OLD.id) AND NOT EXISTS (SELECT 1 FROM {r.target} WHERE id = OLD.id)
          THEN {refused}; END IF;
          RETURN NULL;
        END $$""",
        f"""CREATE CONSTRAINT TRIGGER {at_end} AFTER DELETE OR UPDATE OF id ON {r.target} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION {at_end}()""",
        f"""CREATE FUNCTION {emptied}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF EXISTS (SELECT 1 FROM {r.table} WHERE {r.column} IS NOT NULL) THEN {refused}; END IF; RETURN NULL; END $$""",
        f"CREATE TRIGGER {emptied} AFTER TRUNCATE ON {r.target} FOR EACH STATEMENT EXECUTE FUNCTION {emptied}()",
    ]
