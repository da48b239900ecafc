"""Writes about suppliers' bills."""

from marke.bills.services.deciding import (
    REASONS,
    AccountChanged,
    Booking,
    CreditOfABusiness,
    NotDeductible,
    NotOursToReckon,
    OtherCurrency,
    OwnBill,
    OwnVat,
    WhyNot,
    accept_sale,
    approve_bill,
    ask_about_bill,
    go_on_with_bill,
    rates_for,
    refuse_bill,
)
from marke.bills.services.filling import BillDecided, DoesNotAddUp, KnownAlready, Typed, fill_in_bill
from marke.bills.services.letters import NoSuchAddress, close_address, open_address, receive_mail
from marke.bills.services.paying import NotGivenBack, NotOwed, record_bill_payment, record_money_back
from marke.bills.services.receiving import Incoming, Received, receive_bill

__all__ = [
    "REASONS",
    "AccountChanged",
    "BillDecided",
    "Booking",
    "CreditOfABusiness",
    "DoesNotAddUp",
    "Incoming",
    "KnownAlready",
    "NoSuchAddress",
    "NotDeductible",
    "NotGivenBack",
    "NotOursToReckon",
    "NotOwed",
    "OtherCurrency",
    "OwnBill",
    "OwnVat",
    "Received",
    "Typed",
    "WhyNot",
    "accept_sale",
    "approve_bill",
    "ask_about_bill",
    "close_address",
    "fill_in_bill",
    "go_on_with_bill",
    "open_address",
    "rates_for",
    "receive_bill",
    "receive_mail",
    "record_bill_payment",
    "record_money_back",
    "refuse_bill",
]
