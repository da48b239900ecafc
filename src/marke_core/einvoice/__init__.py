"""Invoices as EN 16931 has them: VAT by category and rate on the sum, numbers without gaps."""

from marke_core.einvoice.series import Paper, SeriesFault, series_faults
from marke_core.einvoice.vat import NetLine, VatGroup, vat_breakdown

__all__ = ["NetLine", "Paper", "SeriesFault", "VatGroup", "series_faults", "vat_breakdown"]
