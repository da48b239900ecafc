"""Pages about invoices, quotes and orders."""
