"""From a file to statements of the co-op's own account; what is refused, in words that name the line and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import pairwise

from django.utils.translation import gettext as _

from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke_core.banking import show_iban
from marke_core.banking.bank_csv import Layout, Table, read_bank_csv, read_table
from marke_core.banking.camt053 import looks_like_xml, read_camt053
from marke_core.banking.coda import looks_like_coda, read_coda
from marke_core.banking.statements import BadStatement, Entry, Statement


class CannotBeRead(Refused):
    """The file is no bank statement that can be trusted; the sentence says why, where, and what to do."""


class NotOurAccount(Refused):
    """The statement is of an account that is not the co-op's."""


class FromTheFuture(Refused):
    """An entry is dated after today."""


@dataclass(frozen=True)
class FileRead:
    """What a file says of the co-op's account. `table` only for a spreadsheet."""

    format: str
    iban: str
    label: str
    entries: tuple[Entry, ...]
    opening: int | None
    closing: int | None
    closing_on: date | None
    table: Table | None = None


def header_digest(header: tuple[str, ...] | list[str]) -> str:
    return sha256("\x1f".join(header).encode()).hexdigest()


def read_file(content: bytes, coop: Coop, today: date, layout_for: Callable[[Table], Layout]) -> FileRead:
    """Raises: CannotBeRead, NotOurAccount, FromTheFuture."""
    try:
        if looks_like_xml(content):
            return _of_account("camt053", read_camt053(content), coop, today)
        if looks_like_coda(content):
            return _of_account("coda", read_coda(content), coop, today)
        table = read_table(content)
        return read_rows(table, layout_for(table), coop, today)
    except BadStatement as error:
        raise CannotBeRead(explain(error)) from None


def read_rows(table: Table, layout: Layout, coop: Coop, today: date) -> FileRead:
    """A spreadsheet; without columns for day and amount it has no entries yet. Raises: as `read_file`."""
    if layout.missing():
        return FileRead("csv", coop.iban, "", (), None, None, None, table)
    try:
        statement = read_bank_csv(table, layout, currency=coop.currency)
    except BadStatement as error:
        raise CannotBeRead(explain(error)) from None
    found = _of_account("csv", (statement,), coop, today)
    return FileRead("csv", found.iban, "", found.entries, found.opening, found.closing, found.closing_on, table)


def _of_account(kind: str, statements: tuple[Statement, ...], coop: Coop, today: date) -> FileRead:
    account = "".join(coop.iban.split()).upper()
    own = [one for one in statements if one.iban == account or (kind == "csv" and not one.iban)]
    if not account:
        raise NotOurAccount(
            _("This statement is of %(iban)s, and %(coop)s has no bank account yet. Write its IBAN under “Our details” first.")
            % {"iban": show_iban(statements[0].iban) or "?", "coop": coop.name}
        )
    if not own:
        raise NotOurAccount(
            _(
                "This statement is of %(iban)s, and the account of %(coop)s is %(own)s. Drop in the statement of that account, "
                "or correct the account under “Our details”."
            )
            % {"iban": show_iban(statements[0].iban), "coop": coop.name, "own": show_iban(coop.iban)}
        )
    for one in own:
        if one.currency and one.currency != coop.currency:
            raise CannotBeRead(explain(BadStatement("currency", one.line, found=one.currency, expected=coop.currency)))
    _check_chain(own)
    entries = tuple(entry for one in own for entry in one.entries)
    for entry in entries:
        if entry.booked_on > today:
            raise FromTheFuture(
                _(
                    "Line %(line)d is booked on %(day)s, which has not come yet; today is %(today)s. Ask the bank for the file again."
                )
                % {"line": entry.line, "day": entry.booked_on.isoformat(), "today": today.isoformat()}
            )
    labels = [one.label for one in own if one.label]
    label = labels[0] if len(set(labels)) == 1 else "–".join(labels[:1] + labels[-1:]) if labels else ""
    return FileRead(kind, account, label[:80], entries, own[0].opening, own[-1].closing, own[-1].closing_on)


def _check_chain(statements: list[Statement]) -> None:
    """Several statements in a file follow upon each other."""
    for before, after in pairwise(statements):
        if before.closing is not None and after.opening is not None and before.closing != after.opening:
            moved, currency = after.opening - before.closing, after.currency
            raise BadStatement(
                "balance", after.line, opening=before.closing, moved=moved, closing=after.opening, currency=currency
            )


def explain(error: BadStatement) -> str:
    """The reason as a sentence with the line and the remedy."""
    values: dict[str, object] = dict(error.values)
    if error.reason in ("balance", "totals"):
        currency = str(values.get("currency") or "EUR")
        values |= {
            name: format_money(int(str(value)), currency)
            for name, value in values.items()
            if name in ("opening", "moved", "closing", "said", "found")
        }
    said = _sentences()[error.reason] % _Missing(values)
    if error.line and error.reason not in ("empty", "too_large"):
        return _("Line %(line)d: %(what)s") % {"line": error.line, "what": said}
    return said[:1].upper() + said[1:]


class _Missing(dict[str, object]):
    """A sentence never fails for a value that a reader did not give."""

    def __missing__(self, key: str) -> str:
        return "?"


def _sentences() -> dict[str, str]:
    return {
        "empty": _("This file is empty. Download the statement from your bank again."),
        "too_large": _("This file is %(size)s MB; at most %(most)s MB can be read. Download it in shorter periods."),
        "too_many": _("this file has more than %(most)s entries. Download it in shorter periods."),
        "encoding": _(
            "this is not a text that can be read. Download the statement from your bank again, without opening it between."
        ),
        "not_a_statement": _(
            "this is not a bank statement (“%(found)s”). Choose the camt.053, CODA or CSV file that your bank offers for download."
        ),
        "entities": _("the file holds definitions that no bank writes, so it is not opened. Download it from your bank again."),
        "xml": _("the file is damaged or was cut off (%(why)s). Download it from your bank again."),
        "not_this_message": _("this is a %(found)s file. Download the statement of account, camt.053, instead."),
        "no_statement": _("there is no statement in this file. Choose a period in which something was booked."),
        "no_account": _("the account of this statement is not named, or not one (%(text)s). Download the file again."),
        "missing": _("“%(what)s” is missing. Download the file from your bank again."),
        "amount": _(
            "“%(text)s” is not an amount that can be booked. Check how decimals are written, or download the file again."
        ),
        "too_much": _("“%(text)s” is more than can be booked. Download the file from your bank again."),
        "date": _("“%(text)s” is not a day. Check how days are written, or download the file again."),
        "currency": _("an amount is in %(found)s, and these books are kept in %(expected)s. Import the account in %(expected)s."),
        "sign": _("“%(text)s” does not say whether money came in or went out. Download the file from your bank again."),
        "balance": _(
            "the balance was %(opening)s, %(moved)s moved, and the statement ends with %(closing)s: that does not add up. "
            "A part is missing or was changed; download the file from your bank again."
        ),
        "totals": _("the file says %(said)s in all and its entries make %(found)s. Download it from your bank again."),
        "records": _("the file says it has %(said)s records and has %(found)s. It was cut off; download it again."),
        "record": _("“%(text)s” is not a record of a CODA file. Download the file again, and do not open it in an editor."),
        "order": _("a record “%(text)s” stands where it cannot. Download the file from your bank again."),
        "truncated": _("the file ends in the middle of a statement. Download it from your bank again."),
        "columns": _("no columns for the day and the amount were found (%(text)s). Keep the line with the names of the columns."),
        "csv": _("the line cannot be read as CSV (%(why)s). Download it from your bank again, without opening it between."),
    }
