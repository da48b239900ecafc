"""Writes about funds and mutual aid."""

from marke.funds.services.aid import collect_aid, join_aid, leave_aid
from marke.funds.services.claims import ask_for_aid, decide_claim, put_claim_to_vote, withdraw_claim
from marke.funds.services.transfers import check_transfer, move_between_funds

__all__ = [
    "ask_for_aid",
    "check_transfer",
    "collect_aid",
    "decide_claim",
    "join_aid",
    "leave_aid",
    "move_between_funds",
    "put_claim_to_vote",
    "withdraw_claim",
]
