"""Writes about money that is asked for, comes in and goes out."""

from marke.payments.services.bank_accounts import (
    cancel_bank_account,
    change_bank_account,
    confirm_bank_account,
    record_bank_account,
)
from marke.payments.services.incoming import (
    Overpaid,
    lock_coop,
    lower_request,
    match_payment,
    record_payment,
    request_payment,
    reverse_payment,
    withdraw_request,
)
from marke.payments.services.outgoing import record_refund, send_back_payment
from marke.payments.services.pay_runs import (
    cancel_pay_run,
    confirm_pay_run,
    draft_pay_run,
    finalise_pay_run,
    redraft_pay_run,
    release_pay_run,
    send_pay_run,
)
from marke.payments.services.statement_booking import book_statement, settle_entry
from marke.payments.services.statements import (
    choose_layout,
    confirm_proposals,
    decide_entry,
    discard_statement,
    receive_statement,
)

__all__ = [
    "Overpaid",
    "book_statement",
    "cancel_bank_account",
    "cancel_pay_run",
    "change_bank_account",
    "choose_layout",
    "confirm_bank_account",
    "confirm_pay_run",
    "confirm_proposals",
    "decide_entry",
    "discard_statement",
    "draft_pay_run",
    "finalise_pay_run",
    "lock_coop",
    "lower_request",
    "match_payment",
    "receive_statement",
    "record_bank_account",
    "record_payment",
    "record_refund",
    "redraft_pay_run",
    "release_pay_run",
    "request_payment",
    "reverse_payment",
    "send_back_payment",
    "send_pay_run",
    "settle_entry",
    "withdraw_request",
]
