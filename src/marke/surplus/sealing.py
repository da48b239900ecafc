"""What is voted on stands, and what is final stays: the database itself refuses, also raw SQL and the admin."""
# ruff: noqa: S608  (the SQL is made of our own words only)

from marke.common.db.held import Held
from marke.common.db.triggers import Refusal, append_only, differs

YEAR, LINE, CORRECTION, ROUND = "surplus_yearclose", "surplus_memberyear", "surplus_correction", "rounds_round"
REPAID = "surplus_keptrepaid"
FIGURES = (
    "result", "earlier", "divided", "carried", "figures", "steps", "rule_values", "members", "paid", "withheld", "kept", "digest",
    "seen_count", "seen_last", "computed_at",
)  # fmt: skip
_NO_PREVIEW = f"(SELECT r.state FROM {ROUND} r WHERE r.id = {{row}}.round_id) <> 'draft'"
_OF_NO_PREVIEW = f"(SELECT r.state FROM {YEAR} y JOIN {ROUND} r ON r.id = y.round_id WHERE y.id = {{row}}.year_id) <> 'draft'"

REFUSALS = [
    Refusal("a_year_is_never_deleted", YEAR, "DELETE"),
    Refusal("a_year_stays_in_its_round", YEAR, "UPDATE", differs(("id", "coop_id", "round_id"))),
    Refusal("figures_that_are_voted_on_never_change", YEAR, "UPDATE", f"{differs(FIGURES)} AND {_NO_PREVIEW.format(row='NEW')}"),
    Refusal("a_line_of_a_year_is_never_changed", LINE, "UPDATE"),
    Refusal("a_line_that_is_voted_on_is_never_deleted", LINE, "DELETE", _OF_NO_PREVIEW.format(row="OLD")),
    # A line too many is found by the fingerprint, before anything is booked and by the doctor; a co-op that moves in writes them.
    *append_only(CORRECTION, "a_correction_of_a_year", "o.line_id = NEW.line_id AND o.version = NEW.version"),
]
REPAID_REFUSALS = append_only(REPAID, "a_repayment_of_what_was_kept", "o.year_id = NEW.year_id")
# Of its own co-op, and therefore there: INV-SCOPE-1 looks. A line is never changed.
HELD = [Held(LINE, "membership_id", "parties_membership")]
