"""A database laid out in one go is the same as one that has lived through all migrations."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.operations.program import environment
from tests.postgresql import temporary_postgresql

# Names tell what constraints say (Django makes them of it), and columns stand in another order where they came later.
ASK = """
import re, sys
import django
django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command as Lived
from django.db import connection
call_command(Lived() if sys.argv[1] == "lived" else "migrate", verbosity=0, skip_checks=True)
said = set()
with connection.cursor() as cursor:
    def ask(sql):
        cursor.execute(sql)
        rows = cursor.fetchall()
        assert rows, sql
        said.update(repr(row) for row in rows)
        return rows
    ask("SELECT app, name FROM django_migrations")
    if connection.vendor == "sqlite":
        tables = "(SELECT name FROM sqlite_master WHERE type = 'table') AS t"
        ask("SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL")
        ask(f'SELECT t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk FROM {tables}, pragma_table_info(t.name) AS c')
        ask(f'SELECT t.name, f."from", f."table", f."to" FROM {tables}, pragma_foreign_key_list(t.name) AS f')
        ask(f'SELECT t.name, (SELECT group_concat(c.name) FROM pragma_index_info(i.name) AS c)'
            f' FROM {tables}, pragma_index_list(t.name) AS i WHERE i."unique" = 1')
        for table, sql in ask("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '%CONSTRAINT%'"):
            said.discard(repr((table, sql)))
            said.update(f"{table} {name}" for name in re.findall(r'CONSTRAINT "(\\w+)"', sql))
    else:
        ask("SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity"
            " FROM information_schema.columns WHERE table_schema = 'public'")
        ask("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        ask("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace")
        ask("SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal")
        ask("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
print("\\n".join(sorted(said)))
"""


def _shape(road: str, data: Path, **more: str) -> set[str]:
    told = {**environment(data, **more), "DJANGO_SETTINGS_MODULE": "marke.site.settings"}
    done = subprocess.run([sys.executable, "-c", ASK, road], env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines())


def test_both_roads_lead_to_the_same_tables(tmp_path: Path) -> None:
    (tmp_path / "lived").mkdir()
    (tmp_path / "fresh").mkdir()
    lived = _shape("lived", tmp_path / "lived")
    assert len(lived) > 1_000
    assert _shape("fresh", tmp_path / "fresh") ^ lived == set()


@pytest.mark.long
def test_both_roads_lead_to_the_same_tables_on_postgresql(tmp_path: Path) -> None:
    with temporary_postgresql() as one, temporary_postgresql() as other:
        apart = _shape("fresh", tmp_path, DATABASE_URL=one) ^ _shape("lived", tmp_path, DATABASE_URL=other)
    # Migrations of Django's own apps take our kind of number for the tables between two models; nobody counts that far.
    assert {line for line in apart if not line.startswith("('auth_")} == set()
