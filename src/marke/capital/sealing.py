"""What was voted stays, and so does who got how many shares: the database itself refuses."""

from marke.common.db.triggers import Refusal, append_only, differs

ISSUE, SUBSCRIPTION, REPORT = "capital_shareissue", "capital_subscription", "capital_issuereport"
ASKED = ("coop_id", "issue_id", "membership_id", "wish_id", "payment_request_id", "shares", "entry_fee")
FINAL = (
    "EXISTS (SELECT 1 FROM rounds_round r JOIN capital_shareissue i ON i.round_id = r.id WHERE i.id = OLD.issue_id"
    " AND r.state IN ('final', 'released', 'sent', 'settled'))"
)

LOAN, INSTALMENT = "capital_memberloan", "capital_loaninstalment"
TERMS = (
    "coop_id", "number", "membership_id", "amount", "rate_numerator", "rate_denominator", "years", "repayment", "purpose",
    "payment_request_id", "agreed_at", "agreed_by_id", "once_key",
)  # fmt: skip
PLAN = ("coop_id", "loan_id", "year", "due_date", "owed_before", "interest", "repayment")
ONCE = "(OLD.{column} IS NOT NULL AND {differs})"
ENDS = " OR ".join(
    ONCE.format(column=column, differs=differs((column,))) for column in ("started_on", "cancelled_at", "waived_at")
)

REFUSALS = [
    Refusal("a_loan_is_never_deleted", LOAN, "DELETE"),
    Refusal("the_terms_of_a_loan_never_change", LOAN, "UPDATE", f"{differs(TERMS)} OR {ENDS}"),
    Refusal("an_instalment_is_never_deleted", INSTALMENT, "DELETE"),
    Refusal("the_plan_of_a_loan_never_changes", INSTALMENT, "UPDATE", differs(PLAN)),
    Refusal(
        "an_instalment_that_is_booked_never_changes",
        INSTALMENT,
        "UPDATE",
        f"OLD.transaction_id IS NOT NULL AND {differs(('transaction_id', 'interest_waived_at'))}",
    ),
    *append_only(ISSUE, "a_share_issue", "o.round_id = NEW.round_id"),
    *append_only(REPORT, "a_report_on_an_issue", "o.coop_id = NEW.coop_id AND o.once_key = NEW.once_key"),
    Refusal("a_subscription_is_never_deleted", SUBSCRIPTION, "DELETE"),
    Refusal("a_subscription_never_asks_for_something_else", SUBSCRIPTION, "UPDATE", differs(ASKED)),
    Refusal("what_was_dealt_stays_once_it_is_final", SUBSCRIPTION, "UPDATE", f"{FINAL} AND {differs(('allotted',))}"),
    Refusal(
        "a_subscription_is_carried_out_once",
        SUBSCRIPTION,
        "UPDATE",
        f"(OLD.request_id IS NOT NULL AND {differs(('request_id',))}) OR (OLD.sent_back > 0 AND {differs(('sent_back',))})",
    ),
]
