"""A self-billed paper never changes, and each member's numbers have no gap and no double, in the database itself (INV-PAPER-1)."""
# ruff: noqa: S608  (the SQL is made of our own words only)

from marke.common.db.triggers import Refusal, append_only, differs

AGREEMENT, BILL, LINE = "selfbills_selfbillagreement", "selfbills_selfbill", "selfbills_selfbillline"
ASKED = ("coop_id", "number", "membership_id", "vat_category", "vat_permille", "is_small", "object_days", "since", "asked_at")
AGREED = ("agreed_at", "agreed_by_id")

REFUSALS = [
    *append_only(BILL, "a_self_billed_paper", "o.coop_id = NEW.coop_id AND o.number = NEW.number"),
    *append_only(LINE, "a_line_of_a_self_billed_paper", "o.bill_id = NEW.bill_id AND o.position = NEW.position"),
    Refusal(
        "the_numbers_of_a_member_have_no_gap",
        BILL,
        "INSERT",
        f"NEW.serial <> (SELECT COALESCE(MAX(o.serial), 0) + 1 FROM {BILL} o WHERE o.series_id = NEW.series_id)",
    ),
    Refusal(
        "a_later_self_bill_carries_no_earlier_date",
        BILL,
        "INSERT",
        f"EXISTS (SELECT 1 FROM {BILL} o WHERE o.series_id = NEW.series_id AND o.issue_date > NEW.issue_date)",
    ),
    Refusal(
        "a_self_billed_paper_takes_no_more_lines",
        LINE,
        "INSERT",
        f"NEW.position < 1 OR NEW.position > (SELECT b.lines_count FROM {BILL} b WHERE b.id = NEW.bill_id)",
    ),
    Refusal("an_agreement_on_self_billing_stays_as_it_was_made", AGREEMENT, "UPDATE", differs(ASKED)),
    Refusal(
        "an_agreement_on_self_billing_is_signed_once", AGREEMENT, "UPDATE", f"OLD.agreed_at IS NOT NULL AND {differs(AGREED)}"
    ),
    Refusal("an_agreement_on_self_billing_is_never_deleted", AGREEMENT, "DELETE"),
]
