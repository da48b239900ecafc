"""A report stays as it was made, in the database itself: only its content may go, once, when its time is over."""
# ruff: noqa: S608  (the SQL is made of our own words only)

from marke.common.db.triggers import Refusal, differs

REPORT, SELLER = "sellers_report", "sellers_reportedseller"
MADE = (
    *("coop_id", "number", "year", "type", "ref", "currency", "operator", "operator_type", "operator_ref"),
    *("sellers_count", "digest", "made_at", "made_by_id"),
)
SAID = ("coop_id", "report_id", "position", "membership_id", "type", "ref", "corrects_id")
NUMBERS = f"(SELECT COALESCE(MAX(o.number), 0) + 1 FROM {REPORT} o WHERE o.coop_id = NEW.coop_id)"

REFUSALS = [
    Refusal(
        "a_report_on_sellers_stays_as_it_was_made",
        REPORT,
        "UPDATE",
        f"{differs(MADE)} OR OLD.blanked_at IS NOT NULL OR NEW.blanked_at IS NULL OR NEW.content <> ''",
    ),
    Refusal("a_report_on_sellers_is_never_deleted", REPORT, "DELETE"),
    Refusal("the_numbers_of_reports_on_sellers_have_no_gap", REPORT, "INSERT", f"NEW.number <> {NUMBERS}"),
    Refusal(
        "what_was_reported_of_a_seller_stays_as_it_was",
        SELLER,
        "UPDATE",
        f"{differs(SAID)} OR CAST(NEW.record AS TEXT) <> '{{}}'",
    ),
    Refusal("what_was_reported_of_a_seller_is_never_deleted", SELLER, "DELETE"),
    Refusal(
        "a_report_on_sellers_takes_no_more_sellers",
        SELLER,
        "INSERT",
        f"NEW.position < 1 OR NEW.position > (SELECT r.sellers_count FROM {REPORT} r WHERE r.id = NEW.report_id)",
    ),
]
