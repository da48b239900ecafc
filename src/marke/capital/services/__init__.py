"""Writes about raising capital."""

from marke.capital.services.closing import (
    cancel_issue,
    close_issue,
    finalise_issue,
    release_issue,
    settle_issue,
    turn_issue,
)
from marke.capital.services.lending import (
    agree_loan,
    book_instalment,
    cancel_loan,
    loan_paid,
    loan_payment_taken_back,
    waive_interest,
    waive_loan,
)
from marke.capital.services.opening import check_plan, open_share_issue
from marke.capital.services.reporting import report_on_issue
from marke.capital.services.subscribing import (
    payment_counted,
    payment_taken_back,
    subscribe,
    withdraw_on_leaving,
    withdraw_subscription,
)

__all__ = [
    "agree_loan",
    "book_instalment",
    "cancel_issue",
    "cancel_loan",
    "check_plan",
    "close_issue",
    "finalise_issue",
    "loan_paid",
    "loan_payment_taken_back",
    "open_share_issue",
    "payment_counted",
    "payment_taken_back",
    "release_issue",
    "report_on_issue",
    "settle_issue",
    "subscribe",
    "turn_issue",
    "waive_interest",
    "waive_loan",
    "withdraw_on_leaving",
    "withdraw_subscription",
]
