"""Writes to the share register."""

from marke.shares.services.allotment import allot_after_reflection, allot_on_admission, payment_counted, payment_taken_back
from marke.shares.services.classes import close_share_class, open_share_class, ordinary_class
from marke.shares.services.opening import record_opening_holding, record_opening_holdings
from marke.shares.services.requests import (
    cancel_on_leaving,
    cancel_on_refusal,
    cancel_request,
    refund_shares,
    request_several,
    request_shares,
)

__all__ = [
    "allot_after_reflection",
    "allot_on_admission",
    "cancel_on_leaving",
    "cancel_on_refusal",
    "cancel_request",
    "close_share_class",
    "open_share_class",
    "ordinary_class",
    "payment_counted",
    "payment_taken_back",
    "record_opening_holding",
    "record_opening_holdings",
    "refund_shares",
    "request_several",
    "request_shares",
]
