"""Writes to the share register."""

from marke.shares.services.allotment import allot_after_reflection, allot_on_admission, payment_counted, payment_taken_back
from marke.shares.services.calls import call_class, call_payment_counted, call_rest
from marke.shares.services.classes import close_share_class, open_share_class, ordinary_class
from marke.shares.services.opening import record_opening_holding, record_opening_holdings
from marke.shares.services.register import end_call
from marke.shares.services.requests import (
    cancel_on_leaving,
    cancel_on_refusal,
    cancel_request,
    refund_shares,
    request_several,
    request_shares,
)
from marke.shares.services.transfers import (
    agree_transfer,
    ask_transfer,
    consent_transfer,
    inherit,
    inherit_on_admission,
    refuse_transfer,
    try_transfer,
    withdraw_on_leaving,
    withdraw_transfer,
)
from marke.shares.services.use import request_for_use

__all__ = [
    "agree_transfer",
    "allot_after_reflection",
    "allot_on_admission",
    "ask_transfer",
    "call_class",
    "call_payment_counted",
    "call_rest",
    "cancel_on_leaving",
    "cancel_on_refusal",
    "cancel_request",
    "close_share_class",
    "consent_transfer",
    "end_call",
    "inherit",
    "inherit_on_admission",
    "open_share_class",
    "ordinary_class",
    "payment_counted",
    "payment_taken_back",
    "record_opening_holding",
    "record_opening_holdings",
    "refund_shares",
    "refuse_transfer",
    "request_for_use",
    "request_several",
    "request_shares",
    "try_transfer",
    "withdraw_on_leaving",
    "withdraw_transfer",
]
