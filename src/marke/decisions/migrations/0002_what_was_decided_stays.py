"""What was decided stays: the roll and the question freeze when a vote opens, ballots and result when it ends.

The database itself refuses, so that raw SQL and the admin are refused too. Only a ballot's reason may be blanked
later (people may be forgotten; how the votes fell may not), and an effect that failed may be seen to.
"""

from typing import Any

from django.db import migrations

ENDED = "('adopted', 'rejected', 'lapsed', 'withdrawn')"
QUESTION = (
    "coop_id", "number", "title", "text", "author_id", "thread_id", "effect_kind", "effect_data", "method",
    "quorum_numerator", "quorum_denominator", "created_at", "opened_at", "closes_at", "once_key",
)  # fmt: skip
RESULT = (*QUESTION, "state", "discussed_from", "votes_from", "ended_at", "decision_id")
EFFECT = ("effect_state", "effect_error", "effect_note", "effect_by_id", "effect_at")
STATE_OF_BALLOT = (
    "(SELECT p.state FROM decisions_rollentry r JOIN decisions_proposal p ON p.id = r.proposal_id WHERE r.id = {row}.entry_id)"
)
OPENED = "(SELECT p.opened_at FROM decisions_proposal p WHERE p.id = {row}.proposal_id)"


def _differs(columns: tuple[str, ...], operator: str) -> str:
    return "(" + " OR ".join(f"OLD.{column} {operator} NEW.{column}" for column in columns) + ")"


def refusals(differs: str) -> list[tuple[str, str, str, str]]:
    """(name, table, event, condition); `differs` is the vendor's null-safe "is not"."""
    ballot = STATE_OF_BALLOT
    only_forgotten = f"(NEW.reason = '' AND NOT {_differs(('coop_id', 'entry_id', 'choice', 'cast_at', 'cast_by_id'), differs)})"
    return [
        ("a_ballot_is_cast_while_the_vote_is_open", "decisions_ballot", "INSERT", f"{ballot.format(row='NEW')} {differs} 'voting'"),
        (
            "a_ballot_never_changes_after_the_vote",
            "decisions_ballot",
            "UPDATE",
            f"OLD.entry_id <> NEW.entry_id OR ({ballot.format(row='OLD')} {differs} 'voting' AND NOT {only_forgotten})",
        ),
        ("a_ballot_is_never_removed", "decisions_ballot", "DELETE", f"{ballot.format(row='OLD')} IS NOT NULL"),
        ("nobody_joins_the_roll_after_the_opening", "decisions_rollentry", "INSERT", f"{OPENED.format(row='NEW')} IS NOT NULL"),
        ("the_roll_never_changes_after_the_opening", "decisions_rollentry", "UPDATE", f"{OPENED.format(row='OLD')} IS NOT NULL"),
        ("nobody_leaves_the_roll_after_the_opening", "decisions_rollentry", "DELETE", f"{OPENED.format(row='OLD')} IS NOT NULL"),
        (
            "the_question_is_frozen_when_the_vote_opens",
            "decisions_proposal",
            "UPDATE",
            f"OLD.opened_at IS NOT NULL AND {_differs(QUESTION, differs)}",
        ),
        (
            "a_proposal_that_ended_never_changes",
            "decisions_proposal",
            "UPDATE",
            f"OLD.state IN {ENDED} AND ({_differs(RESULT, differs)}"
            f" OR (OLD.effect_state <> 'failed' AND {_differs(EFFECT, differs)}))",
        ),
        (
            "a_proposal_that_was_voted_on_is_never_removed",
            "decisions_proposal",
            "DELETE",
            f"OLD.opened_at IS NOT NULL OR OLD.state IN {ENDED}",
        ),
    ]  # fmt: skip


def statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{name.replace('_', ' ')}'); END"
            for name, table, event, condition in refusals("IS NOT")
        ]
    made = []
    for name, table, event, condition in refusals("IS DISTINCT FROM"):
        result = "OLD" if event == "DELETE" else "NEW"
        made.append(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '{name.replace('_', ' ')}' USING ERRCODE = 'integrity_constraint_violation'; "
            f"END IF; RETURN {result}; END $$"
        )
        made.append(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    return made


def freeze(apps: Any, schema_editor: Any) -> None:
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def thaw(apps: Any, schema_editor: Any) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for name, table, _event, _condition in refusals("IS NOT"):
        schema_editor.execute(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}"), params=None)
        if not sqlite:
            schema_editor.execute(f"DROP FUNCTION {name}()", params=None)


class Migration(migrations.Migration):
    dependencies = [("decisions", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
