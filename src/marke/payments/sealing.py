"""Who is paid what stays as it was when the run became final: the database itself refuses."""

from marke.common.db.triggers import Refusal, differs

LINE = "payments_payrunline"
FINAL = "EXISTS (SELECT 1 FROM rounds_round r WHERE r.id = OLD.run_id AND r.state IN ('final', 'released', 'sent', 'settled'))"
STAYS = (
    "run_id", "position", "party_id", "account_id", "amount", "iban", "holder", "reference", "left_out",
)  # fmt: skip

REFUSALS = [
    Refusal("a_pay_line_stays_when_the_run_is_final", LINE, "UPDATE", f"{FINAL} AND {differs(STAYS)}"),
    Refusal("a_pay_line_is_not_removed_when_the_run_is_final", LINE, "DELETE", FINAL),
]
# Since a run pays more than pay.
OWED_REFUSALS = [
    Refusal("a_pay_line_pays_the_same_when_the_run_is_final", LINE, "UPDATE", f"{FINAL} AND {differs(('kind', 'subject'))}"),
]
