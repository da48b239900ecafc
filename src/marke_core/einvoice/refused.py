"""What an e-invoice is refused for, as a word and values that a page can turn into a sentence."""

from __future__ import annotations

REASONS = frozenset(
    {
        # reading
        "empty", "too_large", "xml", "document_type", "too_deep", "too_many", "not_an_invoice", "kind", "missing",
        "amount", "number", "unit", "date", "indicator", "attachment", "currency",
        # writing
        "character",
        # adding up
        "sum",
    }
)  # fmt: skip


class BadEInvoice(ValueError):
    """`reason` is a word of REASONS; `path` says where in the file, `values` what stands there."""

    def __init__(self, reason: str, path: str = "", **values: str | int) -> None:
        self.reason, self.path, self.values = reason, path, values
        said = ", ".join(f"{name} {value!r}" for name, value in values.items())
        super().__init__(" ".join(part for part in (path and f"{path}:", reason, said and f"({said})") if part))
