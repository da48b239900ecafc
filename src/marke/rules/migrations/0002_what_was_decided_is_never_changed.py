"""The book is append-only: the database itself refuses to change or delete a decision, a value, an agreement.

Of a value, only one thing may be written later, once, and before it is in force: which decision replaced it.
The refusals hold for raw SQL too; on SQLite also for INSERT OR REPLACE, which deletes without asking delete triggers.
"""

from typing import Any

from django.db import migrations

FIXED = ("id", "uid", "coop_id", "key", "scope", "value", "valid_from", "decision_id", "lapses_at")
VALUE, DECISION, ATTESTATION = "rules_rulevalue", "rules_decision", "rules_attestation"


def _same(differs: str) -> str:
    return " AND ".join(f"NOT (OLD.{column} {differs} NEW.{column})" for column in FIXED)


def refusals(differs: str) -> list[tuple[str, str, str, str]]:
    """(name, table, event, condition under which it refuses); `differs` is the vendor's null-safe "is not"."""
    decision = "SELECT 1 FROM rules_decision d WHERE d.coop_id = NEW.coop_id"
    replaced = f"OLD.replaced_at IS NULL AND NEW.replaced_at IS NOT NULL AND {_same(differs)}"
    return [
        ("a_decision_is_never_changed", DECISION, "UPDATE", "1 = 1"),
        ("a_decision_is_never_deleted", DECISION, "DELETE", "1 = 1"),
        (
            "a_value_begins_never_before_its_decision",
            VALUE,
            "INSERT",
            f"NOT EXISTS ({decision} AND d.id = NEW.decision_id AND d.taken_at <= NEW.valid_from)",
        ),
        ("a_value_is_only_ever_replaced", VALUE, "UPDATE", f"NOT ({replaced})"),
        (
            "a_value_is_replaced_by_a_decision_of_its_own_coop",
            VALUE,
            "UPDATE",
            f"NEW.replaced_by_id IS NOT NULL AND NOT EXISTS ({decision} AND d.id = NEW.replaced_by_id)",
        ),
        ("a_value_is_never_deleted", VALUE, "DELETE", "1 = 1"),
        ("a_text_is_agreed_to_in_its_own_coop", ATTESTATION, "INSERT", f"NOT EXISTS ({decision} AND d.id = NEW.decision_id)"),
        ("an_agreement_is_never_changed", ATTESTATION, "UPDATE", "1 = 1"),
        ("an_agreement_is_never_deleted", ATTESTATION, "DELETE", "1 = 1"),
    ]


def overwriting() -> list[tuple[str, str, str, str]]:
    """INSERT OR REPLACE, which only SQLite knows."""
    same_row = "SELECT 1 FROM {table} o WHERE o.id = NEW.id OR {key}"
    same = {
        DECISION: "o.uid = NEW.uid OR (o.coop_id = NEW.coop_id AND o.number = NEW.number)",
        VALUE: "o.uid = NEW.uid OR (o.coop_id = NEW.coop_id AND o.key = NEW.key AND o.scope = NEW.scope "
        "AND o.valid_from = NEW.valid_from AND o.replaced_at IS NULL AND NEW.replaced_at IS NULL)",
        ATTESTATION: "(o.decision_id = NEW.decision_id AND o.party_id = NEW.party_id)",
    }
    return [
        (f"{table}_is_never_overwritten", table, "INSERT", f"EXISTS ({same_row.format(table=table, key=key)})")
        for table, key in same.items()
    ]


def statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{name.replace('_', ' ')}'); END"
            for name, table, event, condition in [*refusals("IS NOT"), *overwriting()]
        ]
    made = []
    for name, table, event, condition in refusals("IS DISTINCT FROM"):
        made.append(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '{name.replace('_', ' ')}' USING ERRCODE = 'integrity_constraint_violation'; "
            f"END IF; RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$"
        )
        made.append(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        if event == "DELETE":
            # The function never reaches its RETURN here, so that OLD, which TRUNCATE does not have, is not asked for.
            made.append(f"CREATE TRIGGER {name}_at_once BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()")
    return made


def seal(apps: Any, schema_editor: Any) -> None:
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def unseal(apps: Any, schema_editor: Any) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for name, _table, _event, _condition in refusals("IS NOT") + (overwriting() if sqlite else []):
        if sqlite:
            schema_editor.execute(f"DROP TRIGGER {name}", params=None)
        else:
            schema_editor.execute(f"DROP FUNCTION {name}() CASCADE", params=None)  # takes its triggers along


class Migration(migrations.Migration):
    dependencies = [("rules", "0001_initial")]
    operations = [migrations.RunPython(seal, unseal)]
