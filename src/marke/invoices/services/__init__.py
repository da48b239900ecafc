"""Writes about invoices."""

from marke.invoices.services.crediting import credit_invoice
from marke.invoices.services.issuing import Issued, issue_due_invoices, issue_invoice

__all__ = ["Issued", "credit_invoice", "issue_due_invoices", "issue_invoice"]
