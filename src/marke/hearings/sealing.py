"""INV-HEAR-1 in the database: nobody is suspended or excluded without a case in which they had notice, whoever asks."""

from marke.common.db.triggers import Refusal, differs

CASE, STEP, SUSPENSION = "hearings_case", "hearings_casestep", "hearings_suspension"
_CASE = "SELECT 1 FROM hearings_case c WHERE c.membership_id = NEW.membership_id AND c.notice_at IS NOT NULL"
WHAT_IT_IS_ABOUT = ("coop_id", "number", "membership_id", "opened_by_id", "opened_at", "rule_key", "agreed", "once_key")

REFUSALS = [
    Refusal(
        "nobody_is_suspended_without_a_case_with_notice",
        "parties_membership",
        "UPDATE",
        "NEW.state = 'suspended' AND OLD.state <> 'suspended' AND NOT EXISTS (SELECT 1 FROM hearings_suspension s "
        "JOIN hearings_case c ON c.id = s.case_id "
        "WHERE s.membership_id = NEW.id AND s.ended_at IS NULL AND c.notice_at IS NOT NULL)",
    ),
    Refusal(
        "a_suspension_follows_a_notice_or_a_final_decision",
        SUSPENSION,
        "INSERT",
        f"NOT EXISTS ({_CASE} AND c.id = NEW.case_id AND (NEW.interim OR (c.state = 'final' AND c.outcome = 'suspended')))",
    ),
    Refusal(
        "nobody_is_excluded_without_a_case_with_notice",
        "shares_shareexit",
        "INSERT",
        f"NEW.kind = 'exclusion' AND NOT EXISTS ({_CASE} AND c.state = 'final' AND c.outcome = 'excluded')",
    ),
    Refusal("a_case_is_never_about_something_else", CASE, "UPDATE", differs(WHAT_IT_IS_ABOUT)),
    Refusal("a_notice_that_was_given_stays", CASE, "UPDATE", f"OLD.notice_at IS NOT NULL AND {differs(('notice_at',))}"),
    Refusal(
        "a_case_that_ended_stays",
        CASE,
        "UPDATE",
        f"OLD.state IN ('final', 'withdrawn') AND {differs(('state', 'outcome', 'upheld', 'final_at'))}",
    ),
    Refusal("a_case_is_never_deleted", CASE, "DELETE"),
    # Only its words go, with who somebody was.
    Refusal(
        "a_step_of_a_case_is_never_changed",
        STEP,
        "UPDATE",
        f"{differs(('case_id', 'kind', 'at', 'by_id'))} OR (OLD.text <> NEW.text AND NEW.text <> '')",
    ),
    Refusal("a_step_of_a_case_is_never_deleted", STEP, "DELETE"),
]
