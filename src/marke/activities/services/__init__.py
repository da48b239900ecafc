"""Writes about members' own businesses."""

from marke.activities.services.charging import NotCovered, charge
from marke.activities.services.choosing import MayNotExempt, NoReasonGiven, NothingToChoose, check_may_exempt, choose_part, exempt
from marke.activities.services.closing import NotAtItsEnd, close_activity
from marke.activities.services.expenses import (
    ExpenseDecided,
    NotAnExpense,
    OwnExpense,
    WhyRefused,
    decide_expense,
    tell_expense,
    withdraw_expense,
)
from marke.activities.services.grants import GrantWasPaid, NotAGrant, record_grant, return_grant
from marke.activities.services.income import Income, NothingToTakeBack, income
from marke.activities.services.internal import NotEnough, available, pay_inside
from marke.activities.services.months import end_month, end_months
from marke.activities.services.opening import ActivityClosed, NameMissing, NoActivities, check_open, open_activity
from marke.activities.services.paying import NothingDue, NoWages, pay_out, pay_out_due, pay_wages
from marke.activities.services.sharing import preview, share
from marke.activities.services.writing_off import NothingToWriteOff, OwnInvoice, VoteNeeded, alone, loss, write_off

__all__ = [
    "ActivityClosed",
    "ExpenseDecided",
    "GrantWasPaid",
    "Income",
    "MayNotExempt",
    "NameMissing",
    "NoActivities",
    "NoReasonGiven",
    "NoWages",
    "NotAGrant",
    "NotAnExpense",
    "NotAtItsEnd",
    "NotCovered",
    "NotEnough",
    "NothingDue",
    "NothingToChoose",
    "NothingToTakeBack",
    "NothingToWriteOff",
    "OwnExpense",
    "OwnInvoice",
    "VoteNeeded",
    "WhyRefused",
    "alone",
    "available",
    "charge",
    "check_may_exempt",
    "check_open",
    "choose_part",
    "close_activity",
    "decide_expense",
    "end_month",
    "end_months",
    "exempt",
    "income",
    "loss",
    "open_activity",
    "pay_inside",
    "pay_out",
    "pay_out_due",
    "pay_wages",
    "preview",
    "record_grant",
    "return_grant",
    "share",
    "tell_expense",
    "withdraw_expense",
    "write_off",
]
