"""An issued paper never changes, and numbers have no gap and no double, in the database itself (INV-PAPER-1)."""
# ruff: noqa: S608  (the SQL is made of our own words only)

from marke.common.db.triggers import Refusal, append_only

INVOICE, LINE, RATE, SERIES = "invoices_invoice", "invoices_invoiceline", "invoices_vatbreakdown", "invoices_series"

REFUSALS = [
    *append_only(INVOICE, "an_invoice", "o.coop_id = NEW.coop_id AND o.number = NEW.number"),
    *append_only(LINE, "a_line_of_an_invoice", "o.invoice_id = NEW.invoice_id AND o.position = NEW.position"),
    *append_only(
        RATE,
        "a_vat_rate_of_an_invoice",
        "o.invoice_id = NEW.invoice_id AND o.category = NEW.category AND o.permille = NEW.permille",
    ),
    Refusal(
        "the_numbers_of_a_series_have_no_gap",
        INVOICE,
        "INSERT",
        f"NEW.serial <> (SELECT COALESCE(MAX(o.serial), 0) + 1 FROM {INVOICE} o WHERE o.series_id = NEW.series_id)",
    ),
    Refusal(
        "a_later_number_carries_no_earlier_date",
        INVOICE,
        "INSERT",
        f"EXISTS (SELECT 1 FROM {INVOICE} o WHERE o.series_id = NEW.series_id AND o.issue_date > NEW.issue_date)",
    ),
    Refusal(
        "an_issued_invoice_takes_no_more_lines",
        LINE,
        "INSERT",
        "NEW.position < 1 OR NEW.position > (SELECT i.lines_count FROM invoices_invoice i WHERE i.id = NEW.invoice_id)",
    ),
    Refusal(
        "an_issued_invoice_takes_no_more_rates",
        RATE,
        "INSERT",
        f"(SELECT COUNT(*) FROM {RATE} o WHERE o.invoice_id = NEW.invoice_id)"
        " >= (SELECT i.rates_count FROM invoices_invoice i WHERE i.id = NEW.invoice_id)",
    ),
    Refusal("a_series_is_never_deleted", SERIES, "DELETE"),
    Refusal(
        "a_series_counts_up_by_one",
        SERIES,
        "UPDATE",
        "NEW.coop_id <> OLD.coop_id OR NEW.prefix <> OLD.prefix OR NEW.last <> OLD.last + 1",
    ),
]
