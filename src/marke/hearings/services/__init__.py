"""What is done in a hearing. One function = one use case = one transaction."""

from marke.hearings.services.deciding import Verdict, decide_appeal, decide_case, settle_due
from marke.hearings.services.opening import open_case, sign_case, withdraw_case
from marke.hearings.services.speaking import appeal, give_statement, name_speaker
from marke.hearings.services.suspending import end_early, suspend_meanwhile
from marke.hearings.services.voting import put_appeal_to_vote, put_to_vote

__all__ = [
    "Verdict",
    "appeal",
    "decide_appeal",
    "decide_case",
    "end_early",
    "give_statement",
    "name_speaker",
    "open_case",
    "put_appeal_to_vote",
    "put_to_vote",
    "settle_due",
    "sign_case",
    "suspend_meanwhile",
    "withdraw_case",
]
