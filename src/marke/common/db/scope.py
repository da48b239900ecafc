"""No row of one co-op refers to a row of another (INV-SCOPE-1): the database itself refuses.

Every table with a `coop` gets triggers for its references to tables that have a `coop` too, and one by which a row
never moves to another co-op. They are made anew after each migration, and dropped before it: SQLite cannot rebuild a
table to which another table's trigger refers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from marke.common.db.triggers import INDEXED
from marke.common.invariants import Invariant, Violation

PREFIX = "scope_"
# The seal of the ledger compares the co-ops of a transaction, its postings, accounts and basis at once: cheaper, and
# postings come before the transaction that seals them.
CHECKED_ELSEWHERE = frozenset({"ledger_posting", "ledger_transaction"})


@dataclass(frozen=True)
class Reference:
    """`table.column` refers to `target.target_column`; both tables have a co-op."""

    table: str
    column: str
    coop: str
    target: str
    target_column: str
    target_coop: str

    @property
    def refusal(self) -> str:
        return f"INV-SCOPE-1: {self.table}.{self.column} would refer to a row of another co-op in {self.target}"


def scoped_models() -> list[type[models.Model]]:
    """All models whose rows belong to a co-op."""
    return [model for model in apps.get_models() if _coop_column(model) and model._meta.managed]


def references() -> list[Reference]:
    """Every reference from one scoped table to another."""
    return [reference for model in scoped_models() for reference in _references_of(model)]


def _references_of(model: type[models.Model]) -> Iterator[Reference]:
    for field in model._meta.concrete_fields:
        if not isinstance(field, models.ForeignKey) or field.name == "coop":
            continue
        target = field.remote_field.model
        target_coop = _coop_column(target)
        if target_coop:
            yield Reference(
                table=model._meta.db_table,
                column=field.column,
                coop=_coop_column(model),
                target=target._meta.db_table,
                target_column=str(field.target_field.column),
                target_coop=target_coop,
            )


def _coop_column(model: Any) -> str:
    for field in model._meta.concrete_fields:
        if field.name == "coop" and isinstance(field, models.ForeignKey):
            return str(field.column) if field.remote_field.model._meta.label_lower == "parties.coop" else ""
    return ""


def create_scope_triggers(using: str = "default", **_signal: Any) -> None:
    """After a migration. Tables that do not exist yet are left for the next one."""
    connection = connections[using]
    drop_scope_triggers(using=using)
    existing = set(connection.introspection.table_names())
    statements = _postgresql if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        for model in scoped_models():
            table = model._meta.db_table
            found = [r for r in _references_of(model) if r.target in existing and table not in CHECKED_ELSEWHERE]
            if table in existing:
                for statement in statements(connection, table, _coop_column(model), found):
                    cursor.execute(statement)


def drop_scope_triggers(using: str = "default", **_signal: Any) -> None:
    """Before a migration."""
    connection = connections[using]
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                "WHERE NOT tgisinternal AND starts_with(tgname, %s) AND pg_table_is_visible(pg_class.oid)",
                [PREFIX],
            )
            for name, table in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {quote(name)} ON {quote(table)}")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 6) = %s", [PREFIX])
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {quote(name)}")


def _moves(table: str) -> str:
    return f"INV-SCOPE-1: a row of {table} would move to another co-op"


def _sqlite(connection: BaseDatabaseWrapper, table: str, coop: str, found: list[Reference]) -> Iterator[str]:
    quote = connection.ops.quote_name
    yield (
        f"CREATE TRIGGER {quote(f'{PREFIX}{table}_stays')} BEFORE UPDATE OF {quote(coop)} ON {quote(table)} "
        f"WHEN NEW.{quote(coop)} IS NOT OLD.{quote(coop)} BEGIN SELECT RAISE(ABORT, '{_moves(table)}'); END"
    )
    for reference in found:
        strange = (
            f"NEW.{quote(reference.column)} IS NOT NULL AND NEW.{quote(coop)} IS NOT "  # noqa: S608 names of our tables
            f"(SELECT {quote(reference.target_coop)} FROM {quote(reference.target)} "
            f"WHERE {quote(reference.target_column)} = NEW.{quote(reference.column)})"
        )
        for moment, event in (("insert", "INSERT"), ("update", f"UPDATE OF {quote(reference.column)}")):
            yield (
                f"CREATE TRIGGER {quote(f'{PREFIX}{table}_{reference.column}_{moment}')} BEFORE {event} ON {quote(table)} "
                f"WHEN {strange} BEGIN SELECT RAISE(ABORT, '{reference.refusal}'); END"
            )


def _postgresql(connection: BaseDatabaseWrapper, table: str, coop: str, found: list[Reference]) -> Iterator[str]:
    """What moves is looked at by itself; what is new, once for all rows of a statement, when they are in."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(column) for column in dict.fromkeys([coop, *(r.column for r in found)]))
    moves = f"IF NEW.{quote(coop)} IS DISTINCT FROM OLD.{quote(coop)} THEN {_REFUSE}'{_moves(table)}'; END IF; "
    changed = "".join(f"IF {_strange(quote, r, 'NEW')} THEN {_REFUSE}'{r.refusal}'; END IF; " for r in found)
    yield from _trigger(
        quote, table, "", f"{moves}{changed}RETURN NEW;", f"BEFORE UPDATE OF {columns} ON {quote(table)} FOR EACH ROW"
    )
    if found:
        came = "".join(
            f"IF EXISTS (SELECT 1 FROM (SELECT DISTINCT {quote(r.coop)}, {quote(r.column)} FROM fresh) AS fresh "  # noqa: S608
            f"WHERE {_strange(quote, r, 'fresh')}) THEN {_REFUSE}'{r.refusal}'; END IF; "
            for r in found
        )
        fires = f"AFTER INSERT ON {quote(table)} REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT"
        yield from _trigger(quote, table, "_insert", f"{came}RETURN NULL;", fires)


_REFUSE = "RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = "


def _strange(quote: Callable[[str], str], r: Reference, row: str) -> str:
    """That the row refers to none of its co-op. One subquery a row, which only the index of the key serves."""
    return (
        f"{row}.{quote(r.column)} IS NOT NULL AND (SELECT true FROM {quote(r.target)} AS target WHERE "  # noqa: S608
        f"target.{quote(r.target_column)} = {row}.{quote(r.column)} "
        f"AND target.{quote(r.target_coop)} IS NOT DISTINCT FROM {row}.{quote(r.coop)}) IS NULL"
    )


def _trigger(quote: Callable[[str], str], table: str, suffix: str, body: str, fires: str) -> Iterator[str]:
    name = quote(f"{PREFIX}{table}{suffix}")
    yield f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {INDEXED} AS $scope$ BEGIN {body} END $scope$"
    yield f"CREATE TRIGGER {name} {fires} EXECUTE FUNCTION {name}()"


def strange_references(coop: Any) -> Iterator[Violation]:
    """References from this co-op's rows to another's, however they came there. One query a reference."""
    connection = connections[coop._state.db or "default"]
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for r in references():
            cursor.execute(
                f"SELECT source.{quote(r.column)}, target.{quote(r.target_coop)} FROM {quote(r.table)} AS source "  # noqa: S608
                f"JOIN {quote(r.target)} AS target ON target.{quote(r.target_column)} = source.{quote(r.column)} "
                f"WHERE source.{quote(r.coop)} = %s AND target.{quote(r.target_coop)} <> %s LIMIT 20",
                [coop.pk, coop.pk],
            )
            for value, owner in cursor.fetchall():
                yield Violation(
                    "INV-SCOPE-1",
                    f"{r.table} of {coop.slug}",
                    f"{r.column} = {value} refers to a row of {r.target} that belongs to co-op {owner}",
                )


SCOPE_INVARIANT = Invariant(
    kind="INV-SCOPE-1",
    sentence="Nobody sees or touches another co-op's rows: no row refers across co-ops.",
    check=strange_references,
)
