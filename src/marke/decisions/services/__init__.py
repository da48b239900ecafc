"""What is done with proposals. One function = one use case = one transaction."""

from marke.decisions.services.closing import carry_out_again, set_effect_aside
from marke.decisions.services.drafts import change_draft, draft_proposal, start_discussion, withdraw_proposal
from marke.decisions.services.due import settle_due
from marke.decisions.services.mandates import decide_application, decide_by_mandate, propose_admission
from marke.decisions.services.votes import cast_ballot, close_vote, counted, open_vote, result_of

__all__ = [
    "carry_out_again",
    "cast_ballot",
    "change_draft",
    "close_vote",
    "counted",
    "decide_application",
    "decide_by_mandate",
    "draft_proposal",
    "open_vote",
    "propose_admission",
    "result_of",
    "set_effect_aside",
    "settle_due",
    "start_discussion",
    "withdraw_proposal",
]
