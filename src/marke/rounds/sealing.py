"""What is final stays, and two people look: the database itself refuses, also raw SQL and the admin."""
# ruff: noqa: S608  (the SQL is made of our own words only)

from marke.common.db.triggers import Refusal, append_only, differs

ROUND, MOVE, WISH = "rounds_round", "rounds_roundmove", "rounds_wish"
FIXED = "('final', 'released', 'sent', 'settled')"
NEVER_CHANGED = (
    "coop_id", "kind", "number", "alone", "second_person", "created_at", "created_by_id", "once_key",
)  # fmt: skip
FROZEN = ("title", "since", "until", "opens_at", "closes_at", "parameters", "result_digest")
WISHED = ("coop_id", "round_id", "party_id", "data", "amount", "made_at", "by_id", "once_key")


def _last(column: str, of: str, where: str = "1 = 1") -> str:
    return f"(SELECT m.{column} FROM {MOVE} m WHERE m.round_id = {of} AND {where} ORDER BY m.id DESC LIMIT 1)"


_BY_TWO = f"EXISTS (SELECT 1 FROM {ROUND} r WHERE r.id = NEW.round_id AND r.second_person = TRUE)"
_RELEASED = f"EXISTS (SELECT 1 FROM {MOVE} m WHERE m.round_id = NEW.round_id AND m.state = 'released')"
_MADE_FINAL_BY = _last("by_id", "NEW.round_id", "m.state = 'final'")

REFUSALS = [
    *append_only(MOVE, "a_move_of_a_round", "1 = 0"),
    Refusal("a_round_is_never_deleted", ROUND, "DELETE"),
    Refusal("a_round_stays_what_it_was_begun_as", ROUND, "UPDATE", differs(NEVER_CHANGED)),
    Refusal("a_final_round_is_never_changed", ROUND, "UPDATE", f"OLD.state IN {FIXED} AND {differs(FROZEN)}"),
    Refusal(
        "a_final_round_is_not_opened_again",
        ROUND,
        "UPDATE",
        f"OLD.state IN {FIXED} AND NEW.state IN ('draft', 'open', 'closed')",
    ),
    Refusal(
        "a_round_that_ended_never_moves",
        ROUND,
        "UPDATE",
        "OLD.state IN ('settled', 'cancelled') AND NEW.state <> OLD.state",
    ),
    Refusal(
        "a_round_moves_with_who_and_when",
        ROUND,
        "UPDATE",
        f"NEW.state <> OLD.state AND NEW.state <> COALESCE({_last('state', 'NEW.id')}, '')",
    ),
    Refusal(
        "a_round_is_released_by_a_second_person",
        MOVE,
        "INSERT",
        f"NEW.state = 'released' AND {_BY_TWO} AND (NEW.by_id IS NULL OR NEW.by_id = {_MADE_FINAL_BY})",
    ),
    Refusal(
        "a_round_is_released_before_it_is_sent",
        MOVE,
        "INSERT",
        f"NEW.state IN ('sent', 'settled') AND {_BY_TWO} AND NOT {_RELEASED}",
    ),
    Refusal("a_wish_is_never_deleted", WISH, "DELETE"),
    Refusal("a_wish_is_only_withdrawn", WISH, "UPDATE", f"OLD.withdrawn_at IS NOT NULL OR {differs(WISHED)}"),
    Refusal(
        "a_wish_stands_once_the_round_is_final",
        WISH,
        "UPDATE",
        f"EXISTS (SELECT 1 FROM {ROUND} r WHERE r.id = NEW.round_id AND r.state IN {FIXED})",
    ),
]
