"""Two functions in PostgreSQL, so that posting one transaction is one journey to the server and its plans are kept.

They decide nothing: what is checked stands in `writing`, what is refused in `sealing`. Only the last hash of a single
transaction is made here, as `marke_core.postings.chain_hash` makes it, because the end of the chain is known here first.
"""

# ruff: noqa: S608  every statement is made of our own words
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection

from marke_core.postings import GENESIS

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_FUNCTIONS = {
    # Statement by statement: each sees what was committed while the lock was waited for. The keys are looked up by a
    # statement planned anew each time: three indexes begin with the co-op, and a plan kept from an empty table chose wrongly.
    # Each key by itself, and in the order of the one index that has keys in order: within a transaction the planner takes a
    # table for as small as it was before, and would rather read every row of the co-op.
    "ledger_place": """CREATE FUNCTION ledger_place(coop bigint, keys text[], OUT last bigint, OUT last_hash text,
      OUT there bigint[], OUT ids bigint[]) LANGUAGE plpgsql SET enable_sort = off AS $$
    BEGIN
      PERFORM 1 FROM parties_coop WHERE id = coop FOR NO KEY UPDATE;
      SELECT number, hash INTO last, last_hash FROM ledger_chainhead WHERE coop_id = coop;
      EXECUTE 'SELECT array_agg(found) FROM (SELECT (SELECT CASE WHEN t.key = k.key THEN t.id END FROM ledger_transaction t
          WHERE t.coop_id = $1 AND t.key >= k.key ORDER BY t.key LIMIT 1) AS found FROM unnest($2) AS k (key) OFFSET 0) AS each
        WHERE found IS NOT NULL' INTO there USING coop, keys;
      ids := ARRAY(SELECT nextval('ledger_transaction_id_seq') FROM generate_series(1, cardinality(keys)));
    END $$""",
    # Without a link the fact was there already, under this identity.
    "ledger_post": rf"""CREATE FUNCTION ledger_post(coop bigint, kind text, fact text, day date, sealed text, hand bigint,
      hand_uid text, basis bigint, facts jsonb, reverses bigint, content text, accounts bigint[], amounts bigint[], lines text[],
      OUT identity bigint, OUT place bigint, OUT previous text, OUT link text) LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM 1 FROM parties_coop WHERE id = coop FOR NO KEY UPDATE;
      EXECUTE 'SELECT id FROM ledger_transaction WHERE coop_id = $1 AND key = $2' INTO identity USING coop, fact;
      IF identity IS NOT NULL THEN RETURN; END IF;
      SELECT number, hash INTO place, previous FROM ledger_chainhead WHERE coop_id = coop;
      place := COALESCE(place, 0) + 1;
      previous := COALESCE(previous, '{GENESIS}');
      link := encode(sha256(convert_to(concat_ws(E'\n', previous, place, sealed, hand_uid, content), 'UTF8')), 'hex');
      identity := nextval('ledger_transaction_id_seq');
      INSERT INTO ledger_posting (coop_id, transaction_id, account_id, amount, line)
        SELECT coop, identity, leg.account, leg.amount, leg.line FROM unnest(accounts, amounts, lines) AS leg (account, amount, line);
      INSERT INTO ledger_transaction (id, coop_id, number, kind, key, date, sealed_at, by_id, basis_id, facts, reverses_id,
          content_hash, previous_hash, hash)
        VALUES (identity, coop, place, kind, fact, day, sealed::timestamptz, hand, basis, facts, reverses, content, previous, link);
    END $$""",
}
_POST = f"SELECT * FROM ledger_post({', '.join(['%s'] * 14)})"


def install(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for sql in _FUNCTIONS.values():
                cursor.execute(sql)


def remove(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for name in _FUNCTIONS:
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}")


def place(coop: int, keys: Sequence[str]) -> tuple[int | None, str | None, list[int] | None, list[int]]:
    """Locks the co-op's chain: number and hash at its end, the ids of what has these keys, and an id for each new row."""
    found: tuple[int | None, str | None, list[int] | None, list[int]]
    found = _ask("SELECT * FROM ledger_place(%s, %s)", (coop, _array(map(_quoted, keys))))[0]
    return found


def post(values: tuple[Any, ...], legs: Sequence[tuple[int, int, str]]) -> tuple[int, int, str, str | None]:
    """`values`: the first eleven of `ledger_post`; `legs`: (account id, amount, line). Id, number, previous hash and hash."""
    accounts, amounts, lines = zip(*legs, strict=True)
    posted: tuple[int, int, str, str | None]
    posted = _ask(_POST, (*values, _array(map(str, accounts)), _array(map(str, amounts)), _array(map(_quoted, lines))))[0]
    return posted


def _array(parts: Iterable[str]) -> str:
    return f"{{{','.join(parts)}}}"


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _ask(sql: str, values: Sequence[Any]) -> list[Any]:
    """Values travel beside the statement, which the server keeps. Django would write them into it, anew each time."""
    from psycopg import Cursor  # only where PostgreSQL is used

    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        return cursor.execute(sql.encode(), values, prepare=True).fetchall()
