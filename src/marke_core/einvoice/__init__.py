"""Invoices as EN 16931 has them: VAT by category and rate on the sum, numbers without gaps."""

from marke_core.einvoice.series import Paper, SeriesFault, series_faults
from marke_core.einvoice.vat import CATEGORIES, NetLine, VatCategory, VatGroup, term_faults, vat_breakdown

__all__ = [
    "CATEGORIES",
    "NetLine",
    "Paper",
    "SeriesFault",
    "VatCategory",
    "VatGroup",
    "series_faults",
    "term_faults",
    "vat_breakdown",
]
