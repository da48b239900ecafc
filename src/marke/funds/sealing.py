"""The indivisible reserve never pays out to members: the database itself refuses, whoever asks."""

from marke.common.db.triggers import Refusal, differs

CLAIM, TRANSACTION = "funds_aidclaim", "ledger_transaction"
# The co-op's reserve comes first: most have none, and then one look at an index is all that a transaction costs.
_FROM_RESERVE = (
    "SELECT 1 FROM ledger_account a CROSS JOIN ledger_posting p WHERE a.coop_id = NEW.coop_id AND a.kind = 'reserve'"
    " AND a.detail = 'indivisible' AND p.transaction_id = NEW.id AND p.account_id = a.id AND p.amount > 0"
)
_LEGS = "SELECT 1 FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id WHERE p.transaction_id = NEW.id"
_MEMBERS = "('earnings', 'surplus', 'redemption', 'allocated', 'shares', 'shares_pending', 'refunds', 'loan')"
ASKED = ("coop_id", "number", "membership_id", "claimant_id", "amount", "asked_at", "once_key")

REFUSALS = [
    Refusal(
        "the_indivisible_reserve_never_pays_out_to_members",
        TRANSACTION,
        "INSERT",
        # A reversal only takes back what was booked in error.
        f"NEW.reverses_id IS NULL AND EXISTS ({_FROM_RESERVE}) AND EXISTS ({_LEGS} AND p.amount < 0 AND a.kind IN {_MEMBERS})",
        at_once=True,
    ),
    Refusal("an_aid_claim_never_asks_for_something_else", CLAIM, "UPDATE", differs(ASKED)),
    Refusal("a_decided_aid_claim_stays_decided", CLAIM, "UPDATE", f"OLD.state <> 'asked' AND {differs(('state', 'granted'))}"),
]
