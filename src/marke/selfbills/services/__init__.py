"""Writes about invoices in members' names."""

from marke.selfbills.services.agreeing import ask, end_agreement, sign
from marke.selfbills.services.answering import answer, reply
from marke.selfbills.services.billing import bill_due, bill_work, credit_self_bill

__all__ = ["answer", "ask", "bill_due", "bill_work", "credit_self_bill", "end_agreement", "reply", "sign"]
