"""Reads bank statements in CODA, the coded statement of account of the Belgian banks: records of 128 characters.

Source: Febelfin, "Coded statement of account (CODA)", version 2.6. Positions below are counted from 0.
Every statement carries its own proof (balances, totals, number of records), and every part of it is checked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from marke_core.banking.iban import BadIban, read_iban
from marke_core.banking.recognising import squeezed
from marke_core.banking.references import BadReference, is_ogm, read_reference
from marke_core.banking.statements import (
    COST,
    MOST_ENTRIES,
    MOST_MINOR_UNITS,
    TRANSFER,
    BadStatement,
    Entry,
    Statement,
    check_balances,
    check_day,
    check_size,
    clean,
    decode,
    join,
    minor_digits,
    short,
)

LENGTH = 128
# Families of the transaction code: 35 closing of the account with interest and costs, 80 costs charged separately.
_COST_FAMILIES = {"35", "80"}
_COST_OPERATION = "37"
# Details that together make the amount above them; 7 and 9 only explain it.
_PARTS = {"5", "6", "8"}


@dataclass
class _Move:
    line: int
    sequence: str
    detail: str
    amount: int
    code: str
    booked_on: date
    value_on: date | None
    bank_reference: str
    structured: bool
    communication: str
    customer_reference: str = ""
    returned: bool = False
    iban: str = ""
    name: str = ""
    information: list[str] = field(default_factory=list)
    parts: list[_Move] = field(default_factory=list)


@dataclass
class _Account:
    """A statement while it is read."""

    line: int
    iban: str = ""
    currency: str = ""
    label: str = ""
    opening: int | None = None
    closing: int | None = None
    closing_on: date | None = None
    moves: list[_Move] = field(default_factory=list)
    last: _Move | None = None
    information_of: _Move | None = None
    records: int = 0


def looks_like_coda(content: bytes) -> bool:
    """The first record is 0, with five zeros after it and the version at its end."""
    head = content[:600].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\r\n")
    return head.startswith(b"00000") and b"," not in head[:24] and b";" not in head[:24]


def read_coda(content: bytes) -> tuple[Statement, ...]:
    """Every statement in the file, in order. Raises: BadStatement."""
    check_size(content)
    statements: list[Statement] = []
    current: _Account | None = None
    last_line = 0
    for line, record in _records(decode(content)):
        last_line = line
        kind = record[0]
        if kind == "0":
            if current is not None:
                raise BadStatement("truncated", line)
            current = _Account(line)
            if record[127] != "2":
                raise BadStatement("record", line, text=record[127])
            continue
        if current is None:
            raise BadStatement("order", line, text=kind)
        if kind == "9":
            statements.append(_finished(current, record, line))
            current = None
        else:
            _take(current, record, line)
            if sum(len(one.parts) + 1 for one in current.moves[-1:]) + len(current.moves) > MOST_ENTRIES:
                raise BadStatement("too_many", line, most=MOST_ENTRIES)
    if current is not None:
        raise BadStatement("truncated", last_line)
    if not statements:
        raise BadStatement("no_statement")
    return tuple(statements)


def _records(text: str) -> Iterator[tuple[int, str]]:
    for line, record in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        record = record.rstrip("\x1a")
        if not record.strip():
            continue
        # Editors and mail cut trailing blanks; anything else that is not 128 long is damaged.
        if len(record) > LENGTH or record[0] not in "0123489":
            raise BadStatement("record", line, text=short(record))
        yield line, record.ljust(LENGTH)


def _take(account: _Account, record: str, line: int) -> None:
    kind, article = record[0], record[1]
    if kind == "4":
        return
    account.records += 1
    if kind == "1":
        _old_balance(account, record, line)
    elif account.opening is None:
        raise BadStatement("order", line, text=record[:2])
    elif kind == "8":
        account.closing = _amount(record[41:57], account.currency, line)
        account.closing_on = _day(record[57:63], line)
    elif kind == "2" and article == "1":
        _begin_move(account, record, line)
    elif kind == "2" and article in "23":
        _continue_move(account, record, line)
    elif kind == "3" and article in "123":
        _inform(account, record, line)
    else:
        raise BadStatement("record", line, text=record[:2])


def _old_balance(account: _Account, record: str, line: int) -> None:
    if account.opening is not None:
        raise BadStatement("order", line, text="1")
    structure, said = record[1], record[5:42]
    number, currency = (said[:12], said[13:16]) if structure == "0" else (said[:34], said[34:37])
    account.currency = currency.strip()
    account.iban = _account_number(structure, number.strip(), line)
    account.label = record[125:128].strip() or record[2:5].strip()
    account.opening = _amount(record[42:58], account.currency, line)
    account.line = line


def _account_number(structure: str, number: str, line: int) -> str:
    try:
        if structure == "0" and number.isascii() and number.isdigit():
            return read_iban(f"BE{98 - int(number + '111400') % 97:02d}{number}")
        return read_iban(number) if structure in "23" else number
    except BadIban:
        raise BadStatement("no_account", line, text=short(number)) from None


def _begin_move(account: _Account, record: str, line: int) -> None:
    move = _Move(
        line=line,
        sequence=record[2:6],
        detail=record[6:10],
        amount=_amount(record[31:47], account.currency, line),
        code=record[53:61],
        booked_on=_day(record[115:121], line) or _missing_day(record[115:121], line),
        value_on=_day(record[47:53], line),
        bank_reference=record[10:31].strip(),
        structured=record[61] == "1",
        communication=record[62:115],
    )
    account.last = move
    kind = move.code[0]
    if kind in "0123":
        account.moves.append(move)
    elif kind in "56789" and account.moves and account.moves[-1].sequence == move.sequence:
        account.moves[-1].parts.append(move)
    else:
        raise BadStatement("order", line, text=record[:10])


def _continue_move(account: _Account, record: str, line: int) -> None:
    move = account.last
    if move is None or (record[2:6], record[6:10]) != (move.sequence, move.detail):
        raise BadStatement("order", line, text=record[:10])
    if record[1] == "2":
        move.communication += record[10:63]
        move.customer_reference = record[63:98].strip()
        move.returned = record[112].strip() not in ("", "0")
    else:
        account_number = record[10:44].strip()
        try:
            move.iban = read_iban(account_number) if account_number else ""
        except BadIban:
            move.iban = clean(account_number, 34)
        move.name = clean(record[47:82], 120)
        move.communication += record[82:125]


def _inform(account: _Account, record: str, line: int) -> None:
    if account.last is None:
        raise BadStatement("order", line, text=record[:2])
    if record[1] == "1":
        whole = account.moves[-1] if account.moves and account.moves[-1].sequence == record[2:6] else account.last
        account.information_of = next((part for part in whole.parts if part.detail == record[6:10]), whole)
        account.information_of.information.append(("1" if record[39] == "1" else "0") + record[40:113])
    elif account.information_of is not None and account.information_of.information:
        more = record[10:115] if record[1] == "2" else record[10:100]
        account.information_of.information[-1] += more


def _finished(account: _Account, record: str, line: int) -> Statement:
    """The trailer: how many records, and what went out and came in."""
    said = record[16:22]
    if not said.isdigit() or int(said) != account.records:
        raise BadStatement("records", line, said=said.strip(), found=account.records)
    came = sum(move.amount for move in account.moves if move.amount > 0)
    went = -sum(move.amount for move in account.moves if move.amount < 0)
    for text, found in ((record[22:37], went), (record[37:52], came)):
        stated = _amount("0" + text, account.currency, line)
        if stated != found:
            raise BadStatement("totals", line, said=stated, found=found, currency=account.currency)
    if account.opening is None:
        raise BadStatement("missing", line, what="1")
    closing = account.opening if account.closing is None and not account.moves else account.closing
    if closing is None:
        raise BadStatement("missing", line, what="8")
    entries = tuple(entry for move in account.moves for entry in _entries(move))
    return check_balances(
        Statement(
            account.iban, account.currency, entries, account.label, account.opening, closing, account.closing_on, account.line
        )
    )


def _entries(move: _Move) -> Iterator[Entry]:
    parts = [part for part in move.parts if part.code[0] in _PARTS]
    if parts and sum(part.amount for part in parts) == move.amount:
        for number, part in enumerate(parts, 1):
            if part.amount:
                part.bank_reference = (
                    part.bank_reference if part.bank_reference != move.bank_reference else f"{part.bank_reference}/{number}"
                )
                yield _entry(part, move)
    elif move.amount:
        yield _entry(move, move)


def _entry(move: _Move, whole: _Move) -> Entry:
    reference, text, name = _said(move)
    is_cost = move.code[1:3] in _COST_FAMILIES or move.code[3:5] == _COST_OPERATION
    return Entry(
        line=move.line,
        booked_on=move.booked_on,
        amount=move.amount,
        value_on=move.value_on,
        name=move.name or name,
        iban=move.iban,
        text="" if squeezed(text) == squeezed(reference) else text,
        reference=reference,
        end_to_end_id=move.customer_reference,
        batch_id=whole.customer_reference if whole is not move else "",
        bank_reference=move.bank_reference,
        kind=COST if is_cost and move.amount < 0 else TRANSFER,
        reversal=move.returned or whole.returned,
    )


def _said(move: _Move) -> tuple[str, str, str]:
    """Structured reference, text, and the name of the other side where it stands in an information record."""
    reference, text = "", move.communication
    if move.structured:
        kind, rest = move.communication[:3], move.communication[3:]
        text = rest
        if kind == "100":
            reference = _creditor_reference(rest)
        elif kind in ("101", "102", "103"):
            reference = rest[:12] if is_ogm(rest[:12]) else ""
        elif kind == "105":
            reference = rest[45:57] if is_ogm(rest[45:57]) else ""
    name, more = "", []
    for information in move.information:
        if information[0] == "0":
            more.append(information[1:])
        elif information[1:4] in ("001", "008", "009"):
            name = name or clean(information[4:74], 120)
        elif information[1:4] in ("002", "004", "006"):
            more.append(information[4:])
    return reference, join([text, *more]), name


def _creditor_reference(text: str) -> str:
    try:
        return read_reference(text[:25].strip())
    except BadReference:
        return ""


def _amount(text: str, currency: str, line: int) -> int:
    """A sign (0 credit, 1 debit), twelve digits, three decimals."""
    digits = text[1:]
    if text[0] not in "01" or not (digits.isascii() and digits.isdigit()):
        raise BadStatement("amount", line, text=short(text))
    thousandths = int(digits)
    finest: int = 10 ** (3 - minor_digits(currency))
    minor, rest = divmod(thousandths, finest)
    if rest:
        raise BadStatement("amount", line, text=short(text))
    if minor > MOST_MINOR_UNITS:
        raise BadStatement("too_much", line, text=short(text))
    return -minor if text[0] == "1" else minor


def _day(text: str, line: int) -> date | None:
    """DDMMYY; zeros or blanks where there is none."""
    if not text.strip(" 0"):
        return None
    if not (text.isascii() and text.isdigit()):
        raise BadStatement("date", line, text=short(text))
    try:
        return check_day(date(2000 + int(text[4:]), int(text[2:4]), int(text[:2])), text, line)
    except ValueError as error:
        if isinstance(error, BadStatement):
            raise
        raise BadStatement("date", line, text=text) from None


def _missing_day(text: str, line: int) -> date:
    raise BadStatement("date", line, text=text)
