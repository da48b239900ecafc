"""Reads the spreadsheets that banks offer for download: no two are alike, so their columns are understood and then confirmed.

`read_table` finds the header and the rows, `guess` says what each column holds, `read_bank_csv` makes a statement of it.
Nothing is guessed in silence: how dates and decimals are written is a part of the layout that a person confirms.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from statistics import median_high

from marke_core.banking.iban import BadIban, read_iban
from marke_core.banking.references import BadReference, read_reference
from marke_core.banking.statements import (
    COST,
    MOST_ENTRIES,
    TRANSFER,
    BadStatement,
    Entry,
    Statement,
    check_day,
    check_size,
    clean,
    decimal_to_minor,
    decode,
    join,
    short,
)

MOST_COLUMNS, MOST_CELL, LEAD_IN = 60, 2_000, 30
# Fields a column can hold; "text" may stand on several columns, the others on one.
FIELDS = (
    "date", "value_date", "amount", "debit", "credit", "sign", "name", "iban", "text", "reference", "bank_reference",
    "currency", "own_iban", "balance",
)  # fmt: skip
# English, Dutch, French, German; compared without accents, capitals and marks.
_WORDS: dict[str, str] = {
    "date": "date booking_date date_booked posting_date transaction_date entry_date execution_date completed_date datum boekingsdatum"
    " boekdatum uitvoeringsdatum transactiedatum date_de_comptabilisation date_comptable date_operation date_d_execution"
    " date_de_l_operation buchungstag buchungsdatum buchung datum_uitvoering",
    "value_date": "value_date valuta valutadatum rentedatum date_valeur date_de_valeur wertstellung valutadatum wert interest_date",
    "amount": "amount amount_eur bedrag bedrag_eur montant montant_eur betrag betrag_eur mutation mutatie transactiebedrag umsatz",
    "debit": "debit debet af_bedrag uitgaven money_out paid_out withdrawals soll debit_amount bedrag_af debiet ausgaben debits",
    "credit": "credit money_in paid_in deposits haben credit_amount bedrag_bij inkomsten einnahmen credits ontvangsten",
    "sign": "sign d_c dc debit_credit af_bij debet_credit soll_haben debit_credit_indicator richting credit_debit cd",
    "name": "name counterparty counterparty_name naam_tegenpartij tegenpartij naam_tegenrekening naam naam_omschrijving nom_contrepartie"
    " contrepartie nom_de_la_contrepartie beneficiary payee partner_name name_counterparty beguenstigter_zahlungspflichtiger"
    " auftraggeber_beguenstigter nom naam_van_de_tegenpartij nom_de_la_contrepartie_contient name_zahlungsbeteiligter begunstigde"
    " payee_name description_name naam_begunstigde",
    "iban": "iban counterparty_account counterparty_iban rekening_tegenpartij tegenrekening tegenrekening_iban rekeningnummer_tegenpartij"
    " compte_contrepartie compte_de_la_contrepartie numero_de_compte_contrepartie partner_iban account_counterparty"
    " kontonummer_iban iban_zahlungsbeteiligter iban_tegenpartij iban_bban_tegenrekening contrepartie_iban",
    "text": "text description details communication remittance memo omschrijving omschrijving_1 omschrijving_2 omschrijving_3 mededeling"
    " mededelingen vrije_mededeling libelle communications communication_libre verwendungszweck buchungstext free_communication"
    " particulars payment_details message betalingskenmerk_omschrijving transactie details_transactie bericht payment_reference"
    " unstructured_communication",
    "reference": "reference structured_reference structured_communication gestructureerde_mededeling communication_structuree"
    " ogm vcs betalingskenmerk kenmerk referentie kundenreferenz mandaatkenmerk_betalingskenmerk creditor_reference",
    "bank_reference": "bank_reference transaction_id transaction_number transactiereferentie volgnummer volgnr id numero_de_sequence"
    " sequence numero_d_operation bankreferentie reference_banque transactienummer afschriftnummer_transactie",
    "currency": "currency munt valuta_munt devise wahrung waehrung munteenheid valutacode devise_du_compte muntsoort",
    "own_iban": "own_account account account_number rekening rekeningnummer compte numero_de_compte iban_bban konto auftragskonto own_iban"
    " my_account iban_konto iban_auftragskonto mijn_rekening",
    "balance": "balance saldo saldo_na_trn solde running_balance balance_after saldo_na_transactie solde_apres_operation"
    " saldo_nach_buchung nieuw_saldo kontostand saldo_na_mutatie",
}  # fmt: skip
_OUT_WORDS = "d debit debet db af - soll s uit out debiet dbit"
_IN_WORDS = "c credit cr bij + haben h in crdt"
_OUT, _IN = set(_OUT_WORDS.split()), set(_IN_WORDS.split())
_COSTS = re.compile(
    r"(?i)\b(bank ?(?:costs?|charges?|fees?)|bankkosten|account fee|frais (?:bancaires|de tenue)|kontoführung\w*|kosten rekening"
    r"|maandelijkse kosten|beheerkosten|beheersvergoeding|transactiekosten|entgeltabschluss|bijdrage rekening)\b"
)
DATE_FORMATS = {
    "%Y-%m-%d": "2026-03-31",
    "%d/%m/%Y": "31/03/2026",
    "%d-%m-%Y": "31-03-2026",
    "%d.%m.%Y": "31.03.2026",
    "%Y%m%d": "20260331",
    "%Y/%m/%d": "2026/03/31",
    "%m/%d/%Y": "03/31/2026",
    "%d/%m/%y": "31/03/26",
    "%d-%m-%y": "31-03-26",
    "%d.%m.%y": "31.03.26",
    "%d %b %Y": "31 Mar 2026",
}
DECIMALS = (",", ".")


@dataclass(frozen=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]  # of the file, one for each row


@dataclass(frozen=True)
class Layout:
    """What each column holds ("" is left out), and how dates and decimals are written."""

    columns: tuple[str, ...]
    date_format: str
    decimal: str

    def missing(self) -> tuple[str, ...]:
        """What no column holds although a statement needs it: date, amount."""
        has = set(self.columns)
        whole = "amount" in has or {"debit", "credit"} <= has
        return tuple(name for name, there in (("date", "date" in has), ("amount", whole)) if not there)


def plain(text: str) -> str:
    """“Montant (EUR)” → montant_eur: letters of any script and digits, without accents and capitals."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[^\w]+", "_", kept).strip("_")


_FIELD_OF = {plain(word): field for field, words in _WORDS.items() for word in words.split()}


def field_of(title: str) -> str:
    return _FIELD_OF.get(plain(title)) or _FIELD_OF.get(plain(re.sub(r"[(\[].*", "", title)), "")


def read_table(content: bytes) -> Table:
    """The header is the first line with names of columns in it; what stands above is a title. Raises: BadStatement."""
    check_size(content)
    if content[:5] == b"%PDF-" or content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise BadStatement("not_a_statement", found="PDF" if content[:1] == b"%" else "XLSX")
    text = decode(content)
    numbered = _lines(text)
    filled = [(line, cells) for line, cells in numbered if any(cells)]
    if not filled:
        raise BadStatement("empty")
    lead_in = filled[:LEAD_IN]
    start = next((place for place, (_line, cells) in enumerate(lead_in) if _is_header(cells)), None)
    if start is None:  # names that nobody knows: a person says what the columns hold
        start = next(
            (place for place, (_line, cells) in enumerate(lead_in[:-1]) if _may_be_header(cells, lead_in[place + 1][1])), None
        )
    if start is None:
        raise BadStatement("columns", filled[0][0], text=short(" | ".join(filled[0][1])))
    header = filled[start][1]
    rows = [(line, cells) for line, cells in filled[start + 1 :] if sum(1 for cell in cells if cell) > 1]
    if not rows:
        raise BadStatement("no_statement")
    if rows[-1][0] == filled[-1][0] and len(rows[-1][1]) < len(header) and not text.endswith(("\n", "\r")):
        raise BadStatement("truncated", rows[-1][0])
    width = max(len(header), *(len(cells) for _line, cells in rows))
    padded = [(*cells, *[""] * (width - len(cells))) for _line, cells in rows]
    return Table((*header, *[""] * (width - len(header))), tuple(padded), tuple(line for line, _cells in rows))


def _is_header(cells: Sequence[str]) -> bool:
    known = {field_of(cell) for cell in cells} - {""}
    return len(known) >= 2 and bool(known & {"amount", "debit", "credit", "date"})


def _may_be_header(cells: Sequence[str], below: Sequence[str]) -> bool:
    """Words above as many cells, some of which are numbers."""
    has_digits = [any(char.isdigit() for char in cell) for cell in below]
    filled = [cell for cell in cells if cell]
    return (
        len(filled) > 1
        and len(below) >= len(filled)
        and sum(has_digits) > 1
        and not any(char.isdigit() for char in "".join(cells))
    )


def _lines(text: str) -> list[tuple[int, tuple[str, ...]]]:
    mark, text = _delimiter(text), text + "\n"
    # Some banks put quotes into cells as they please. Then a cell over several lines may have swallowed entries.
    sloppy = not _is_quoted_well(text, mark)
    lines: list[tuple[int, tuple[str, ...]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        for cells in reader:
            at = reader.line_num
            if len(cells) > MOST_COLUMNS or any(len(cell) > MOST_CELL for cell in cells):
                raise BadStatement("csv", at, why=f"> {MOST_COLUMNS} / {MOST_CELL}")
            if sloppy and any("\n" in cell or "\r" in cell for cell in cells):
                raise BadStatement("csv", at, why='"')
            lines.append((at, tuple(clean(cell, MOST_CELL) for cell in cells)))
            if len(lines) > MOST_ENTRIES + LEAD_IN:
                raise BadStatement("too_many", at, most=MOST_ENTRIES)
    except csv.Error as error:
        raise BadStatement("csv", reader.line_num, why=short(str(error))) from None
    return lines


def _is_quoted_well(text: str, mark: str) -> bool:
    try:
        for _cells in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
            pass
    except csv.Error:
        return False
    return True


def _delimiter(text: str) -> str:
    """The mark that cuts the first lines into the most columns, evenly."""

    def columns(mark: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in islice(csv.reader(io.StringIO(text, newline=""), delimiter=mark), 60) if any(row)]
        except csv.Error:
            return (0, 0)
        usual = median_high(widths) if widths else 0
        return (usual if usual > 1 else 0, widths.count(usual))

    return max((";", ",", "\t", "|"), key=columns)


def guess(table: Table) -> Layout:
    """What the columns seem to hold; the first of a name wins."""
    columns: list[str] = []
    for title in table.header:
        field = field_of(title)
        columns.append("" if field != "text" and field in columns else field)
    if "amount" not in columns and "debit" in columns and "credit" not in columns:
        columns[columns.index("debit")] = ""
    at = {field: place for place, field in enumerate(columns) if field}
    days = [row[at["date"]] for row in table.rows] if "date" in at else []
    amounts = [row[place] for field, place in at.items() if field in ("amount", "debit", "credit") for row in table.rows]
    return Layout(tuple(columns), guess_date_format(days), guess_decimal(amounts))


def guess_date_format(days: Sequence[str]) -> str:
    """The first format in which every day can be read; day before month where both are possible."""
    given = [day for day in days if day][:2_000]
    for pattern in DATE_FORMATS:
        if given and all(_day_or_none(day, pattern) for day in given):
            return pattern
    return next(iter(DATE_FORMATS))


def guess_decimal(amounts: Sequence[str]) -> str:
    """The mark that stands last with one or two digits behind it; a comma where nothing tells."""
    for mark, other in ((",", "."), (".", ",")):
        ends = re.compile(rf"{re.escape(mark)}\d{{1,2}}\D*$")
        if any(ends.search(text) for text in amounts) and not any(
            re.search(rf"{re.escape(other)}\d{{1,2}}\D*$", text) for text in amounts
        ):
            return mark
    return ","


def read_bank_csv(table: Table, layout: Layout, *, currency: str) -> Statement:
    """The statement in the order of time. `currency` is what amounts are in where no column says it.

    Raises: BadStatement.
    """
    if layout.missing():
        raise BadStatement("columns", table.lines[0] - 1, text=", ".join(layout.missing()))
    entries: list[Entry] = []
    balances: list[int | None] = []
    own: set[str] = set()
    for line, row in zip(table.lines, table.rows, strict=True):
        cells = _cells(row, layout.columns)
        if cells.get("currency") and cells["currency"].upper() != currency:
            raise BadStatement("currency", line, found=short(cells["currency"]), expected=currency)
        entries.append(_entry(cells, layout, currency, line))
        said = cells.get("balance", "")
        balances.append(_number(said, layout.decimal, currency, line) if said else None)
        if cells.get("own_iban"):
            own.add(_iban(cells["own_iban"]))
    opening, closing, newest_first = _ends(entries, balances)
    if newest_first or (closing is None and entries[0].booked_on > entries[-1].booked_on):
        entries.reverse()
    if len(own) > 1:
        raise BadStatement("no_account", table.lines[0], text=", ".join(sorted(own))[:80])
    return Statement(
        iban=next(iter(own), ""),
        currency=currency,
        entries=tuple(entry for entry in entries if entry.amount),
        opening=opening,
        closing=closing,
        closing_on=max(entry.booked_on for entry in entries) if closing is not None else None,
        line=table.lines[0],
    )


def _cells(row: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for field, cell in zip(columns, row, strict=False):
        if field and cell:
            cells[field] = f"{cells[field]} {cell}" if field in cells else cell
    return cells


def _entry(cells: Mapping[str, str], layout: Layout, currency: str, line: int) -> Entry:
    day = _day(cells.get("date", ""), layout.date_format, line)
    amount = _amount(cells, layout.decimal, currency, line)
    reference, text = _reference(cells.get("reference", "")), cells.get("text", "")
    if not reference and cells.get("reference"):
        text = f"{text} {cells['reference']}"
    value = cells.get("value_date", "")
    return Entry(
        line=line,
        booked_on=day,
        amount=amount,
        value_on=_day_or_none(value, layout.date_format) if value else None,
        name=clean(cells.get("name", ""), 120),
        iban=_iban(cells.get("iban", "")),
        text=join([text]),
        reference=reference,
        bank_reference=clean(cells.get("bank_reference", ""), 35),
        kind=COST if amount < 0 and _COSTS.search(f"{text} {cells.get('name', '')}") else TRANSFER,
    )


def _amount(cells: Mapping[str, str], decimal: str, currency: str, line: int) -> int:
    if "amount" in cells:
        amount = _number(cells["amount"], decimal, currency, line)
        if "sign" in cells:
            word = plain(cells["sign"]) or cells["sign"].strip()
            if word not in _OUT | _IN:
                raise BadStatement("sign", line, text=short(cells["sign"]))
            amount = -abs(amount) if word in _OUT else abs(amount)
        return amount
    out, come = (_number(cells.get(name, "") or "0", decimal, currency, line) for name in ("debit", "credit"))
    if not out and not come and not (cells.get("debit") or cells.get("credit")):
        raise BadStatement("amount", line, text="")
    return abs(come) - abs(out)


def _number(text: str, decimal: str, currency: str, line: int) -> int:
    """ "-1.204,50" with a decimal comma → -120450. Spaces, apostrophes and the other mark part thousands, if evenly."""
    said = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u2013", "-")
    said = re.sub(r"(?i)eur|€|\s|['’]|" + re.escape(currency), "", said) if not said.isdigit() else said
    negative = said.startswith("-") or said.endswith("-") or (said.startswith("(") and said.endswith(")"))
    said = said.strip("-+()")
    whole, mark, parts = said.partition(decimal)
    other = "." if decimal == "," else ","
    groups = whole.split(other)
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:])):
        raise BadStatement("amount", line, text=short(text))
    if mark and not parts:
        raise BadStatement("amount", line, text=short(text))
    try:
        amount = decimal_to_minor("".join(groups) + (f".{parts}" if mark else ""), currency, line)
    except BadStatement as error:
        raise BadStatement(error.reason, line, text=short(text)) from None
    return -amount if negative else amount


def _day(text: str, pattern: str, line: int) -> date:
    day = _day_or_none(text, pattern)
    if day is None:
        raise BadStatement("date", line, text=short(text))
    return check_day(day, text, line)


def _day_or_none(text: str, pattern: str) -> date | None:
    said = text.strip()
    if "%b" not in pattern:
        said = said.partition(" ")[0].partition("T")[0]
    try:
        return datetime.strptime(said, pattern).date()  # noqa: DTZ007 a calendar day
    except ValueError:
        return None


def _iban(text: str) -> str:
    try:
        return read_iban(text)
    except BadIban:
        return clean(text, 34)


def _reference(text: str) -> str:
    try:
        return read_reference(text.strip().strip("*+")) if text else ""
    except BadReference:
        return ""


def _ends(entries: Sequence[Entry], balances: Sequence[int | None]) -> tuple[int | None, int | None, bool]:
    """Opening and closing balance where a column of balances agrees with the amounts, and whether the newest stands first."""
    known = [balance for balance in balances if balance is not None]
    if len(known) != len(entries):
        return None, None, False
    moves = [entry.amount for entry in entries]
    # A single row agrees with both orders: then it does not matter.
    if all(after - before == move for before, after, move in zip(known, known[1:], moves[1:], strict=False)):
        return known[0] - moves[0], known[-1], False
    if all(before - after == move for before, after, move in zip(known, known[1:], moves, strict=False)):
        return known[-1] - moves[-1], known[0], True
    return None, None, False
