"""What was sent or ordered never changes, in the database itself; who the client was can only be emptied."""
# ruff: noqa: S608  (the SQL is made of our own words only)

from marke.common.db.triggers import Refusal, differs

VERSION, LINE, ANSWER = "invoices_quoteversion", "invoices_quoteline", "invoices_quoteanswer"
SAID = (
    "quote_id", "number", "title", "begins_on", "ends_on", "valid_until", "term_days", "lines_count", "net", "vat", "gross", "seller",
    "language", "fixed_at", "fixed_by_id", "written_at", "written_by_id",
)  # fmt: skip
# What may name people or where they live is emptied when they are erased, and never becomes anything else.
NAMES_PEOPLE = ("place", "note", "reference")
_FIXED = "EXISTS (SELECT 1 FROM invoices_quoteversion v WHERE v.id = {row}.version_id AND v.fixed_at IS NOT NULL)"
_MORE = "NEW.position < 1 OR NEW.position > (SELECT v.lines_count FROM invoices_quoteversion v WHERE v.id = NEW.version_id)"
_TAKEN = f"EXISTS (SELECT 1 FROM {LINE} o WHERE o.version_id = NEW.version_id AND o.position = NEW.position)"
_RENAMED = " OR ".join(f"({name} <> '' AND {name} <> {old})" for name, old in ((f"NEW.{n}", f"OLD.{n}") for n in NAMES_PEOPLE))
_OTHER_BUYER = f"({differs(('buyer',))} AND CAST(NEW.buyer AS TEXT) <> '{{}}')"

QUOTE_REFUSALS = [
    Refusal(
        "a_sent_quote_is_never_changed",
        VERSION,
        "UPDATE",
        f"OLD.fixed_at IS NOT NULL AND ({differs(SAID)} OR {_RENAMED} OR {_OTHER_BUYER})",
    ),
    Refusal("a_sent_quote_is_never_deleted", VERSION, "DELETE", "OLD.fixed_at IS NOT NULL"),
    Refusal("a_line_of_a_sent_quote_is_never_changed", LINE, "UPDATE", _FIXED.format(row="OLD")),
    Refusal("a_line_of_a_sent_quote_is_never_deleted", LINE, "DELETE", _FIXED.format(row="OLD")),
    Refusal("a_sent_quote_takes_no_more_lines", LINE, "INSERT", f"{_FIXED.format(row='NEW')} AND ({_MORE} OR {_TAKEN})"),
    Refusal(
        "an_answer_to_a_quote_is_never_changed",
        ANSWER,
        "UPDATE",
        f"{differs(('version_id', 'accepted', 'door', 'at', 'by_id'))} OR (NEW.name <> '' AND NEW.name <> OLD.name)"
        " OR (NEW.note <> '' AND NEW.note <> OLD.note)",
    ),
    Refusal("an_answer_to_a_quote_is_never_deleted", ANSWER, "DELETE"),
]
