"""Nobody is on two shifts at once, and nothing is reserved twice at a time: the database itself refuses, also raw SQL."""
# ruff: noqa: S608  (the SQL is made of our own words only)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marke.common.db import triggers
from marke.common.db.triggers import Refusal

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class NoOverlap:
    """Of the rows of `table` that hold (`holds`, with a place for the row's name), no two with the same `of` share a moment."""

    name: str
    table: str
    of: str
    holds: str

    @property
    def refusals(self) -> list[Refusal]:
        """For SQLite, where only one process writes at a time."""
        other = (
            f"EXISTS (SELECT 1 FROM {self.table} o WHERE o.{self.of} = NEW.{self.of} AND o.id <> COALESCE(NEW.id, -1) "
            f"AND o.starts_at < NEW.ends_at AND o.ends_at > NEW.starts_at AND {self.holds.format(row='o')})"
        )
        condition = f"{self.holds.format(row='NEW')} AND {other}"
        return [Refusal(f"{self.name}_{event.lower()}", self.table, event, condition) for event in ("INSERT", "UPDATE")]

    @property
    def constraint(self) -> str:
        """For PostgreSQL, where two who write at once do not see each other: an index that waits for the other.

        Whose it is and when are one range of seconds, so that no extension is needed: each id has its own 10^11 of them.
        """
        ends = [f"{self.of} * 100000000000 + {_seconds(moment)}" for moment in ("starts_at", "ends_at")]
        return (
            f"ALTER TABLE {self.table} ADD CONSTRAINT {self.name} EXCLUDE USING gist (int8range({', '.join(ends)}) WITH &&) "
            f"WHERE ({self.holds.format(row=self.table)})"
        )


def _seconds(moment: str) -> str:
    return f"EXTRACT(EPOCH FROM ({moment} - TIMESTAMPTZ '1970-01-01 00:00:00+00'))::bigint"


NO_OVERLAPS = (
    NoOverlap(
        "nobody_is_on_two_shifts_at_once", "slots_signup", "membership_id",
        "{row}.ended_at IS NULL AND {row}.place IS NOT NULL",
    ),
    NoOverlap("a_thing_is_had_by_one_at_a_time", "slots_reservation", "thing_id", "{row}.cancelled_at IS NULL"),
)  # fmt: skip


def install(connection: BaseDatabaseWrapper) -> None:
    for each in NO_OVERLAPS:
        if connection.vendor == "sqlite":
            triggers.install(connection, each.refusals)
        else:
            with connection.cursor() as cursor:
                cursor.execute(each.constraint)


def remove(connection: BaseDatabaseWrapper) -> None:
    """For undoing the migration, and for tests that play the thief."""
    for each in NO_OVERLAPS:
        if connection.vendor == "sqlite":
            triggers.remove(connection, each.refusals)
        else:
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {each.table} DROP CONSTRAINT IF EXISTS {each.name}")
