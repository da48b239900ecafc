"""The triggers by which a closed period takes no transaction, on SQLite and PostgreSQL (INV-LEDGER-5).

One look for each transaction on SQLite, one for each co-op and statement on PostgreSQL, at the newest closing of the co-op
(the index of its numbers, read from its end). Closing waits for whoever is posting, and whoever posts sees what was closed
while it waited: both lock the head of the chain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from marke.common.db import triggers
from marke.common.db.triggers import Refusal, append_only
from marke.ledger.closed_days import CLOSED

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "ledger_closedperiod"
_BEFORE = f"(SELECT o.until FROM {TABLE} o WHERE o.coop_id = NEW.coop_id ORDER BY o.number DESC LIMIT 1)"  # noqa: S608
_COUNT = f"(SELECT COALESCE(MAX(o.number), 0) + 1 FROM {TABLE} o WHERE o.coop_id = NEW.coop_id)"  # noqa: S608
REFUSALS = [
    *append_only(TABLE, "a_closing", "o.coop_id = NEW.coop_id AND o.number = NEW.number"),
    Refusal("closings_have_no_gap", TABLE, "INSERT", f"NEW.number <> {_COUNT}"),
    Refusal("closing_goes_on_from_the_day_before", TABLE, "INSERT", f"NOT NEW.reopened AND NEW.until <= {_BEFORE}"),
    Refusal(
        "only_what_is_closed_is_opened_again",
        TABLE,
        "INSERT",
        f"NEW.reopened AND ({_BEFORE} IS NULL OR NEW.until >= {_BEFORE})",
    ),
]
OPEN = "ledger_transaction_is_dated_in_an_open_period"
WAITS = "ledger_closing_waits_for_who_posts"
_SQLITE = f"""CREATE TRIGGER {OPEN} BEFORE INSERT ON ledger_transaction WHEN NEW.date < {_BEFORE}
    BEGIN SELECT RAISE(ABORT, '{CLOSED}: a closed period takes no transaction; book it on the first open day'); END"""
_POSTGRESQL = [
    f"""CREATE FUNCTION {OPEN}() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE late record;
    BEGIN
      FOR late IN SELECT coop_id, min(date) AS day FROM fresh GROUP BY coop_id LOOP
        IF late.day < (SELECT until FROM {TABLE} WHERE coop_id = late.coop_id ORDER BY number DESC LIMIT 1) THEN
          RAISE EXCEPTION '{CLOSED}: a transaction dated % is in a closed period: what is before % takes none', late.day,
            (SELECT until FROM {TABLE} WHERE coop_id = late.coop_id ORDER BY number DESC LIMIT 1)
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
      END LOOP;
      RETURN NULL;
    END $$""",  # noqa: S608
    f"""CREATE TRIGGER {OPEN} AFTER INSERT ON ledger_transaction REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION {OPEN}()""",
    f"""CREATE FUNCTION {WAITS}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM 1 FROM ledger_chainhead WHERE coop_id = NEW.coop_id FOR UPDATE;
      RETURN NEW;
    END $$""",
    f"CREATE TRIGGER {WAITS} BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {WAITS}()",
]


def install(connection: BaseDatabaseWrapper) -> None:
    triggers.install(connection, REFUSALS)
    with connection.cursor() as cursor:
        for sql in [_SQLITE] if connection.vendor == "sqlite" else _POSTGRESQL:
            cursor.execute(sql)


def remove(connection: BaseDatabaseWrapper) -> None:
    triggers.remove(connection, REFUSALS)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {OPEN}")
            return
        for function in (OPEN, WAITS):
            cursor.execute(f"DROP FUNCTION IF EXISTS {function}() CASCADE")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The seals of closed periods that are not in place, or switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        there = {row[0] for row in cursor.fetchall()}
    wanted = {OPEN, *(refusal.name for refusal in REFUSALS)}
    if connection.vendor == "postgresql":
        wanted.add(WAITS)
    return sorted(wanted - there)
