"""An internal paper never changes, and its numbers have no gap and no double, in the database itself (INV-PAPER-1)."""
# ruff: noqa: S608  (the SQL is made of our own words only)

from marke.common.db.triggers import Refusal, append_only, differs

ORDER, INTERNAL = "invoices_internalorder", "invoices_internalinvoice"
AGREED = ("coop_id", "number", "seller_id", "buyer_id", "what", "amount", "offered_at", "once_key")

REFUSALS = [
    *append_only(INTERNAL, "an_internal_invoice", "o.coop_id = NEW.coop_id AND o.number = NEW.number"),
    Refusal(
        "the_numbers_of_internal_invoices_have_no_gap",
        INTERNAL,
        "INSERT",
        f"NEW.serial <> (SELECT COALESCE(MAX(o.serial), 0) + 1 FROM {INTERNAL} o WHERE o.series_id = NEW.series_id)",
    ),
    Refusal("an_internal_order_stays_as_it_was_offered", ORDER, "UPDATE", differs(AGREED)),
    Refusal("an_internal_order_is_never_deleted", ORDER, "DELETE"),
]
