"""Writes bank statements by the published message definitions: samples to try an import with, and files for tests.

Source: as the readers, `camt053` and `coda`.
"""

from __future__ import annotations

from datetime import date

from lxml import etree

from marke_core.banking.characters import bank_text
from marke_core.banking.references import is_creditor_reference, is_ogm
from marke_core.banking.statements import COST, Entry, Statement, minor_digits


def write_camt053(statement: Statement, *, version: int = 8, encoding: str = "UTF-8", batches: bool = False) -> bytes:
    """`batches`: entries in a row that share their batch_id are one entry with details."""
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02d}"
    document = etree.Element(f"{{{space}}}Document", nsmap={None: space})  # type: ignore[dict-item]
    root = _add(document, "BkToCstmrStmt")
    head = _add(root, "GrpHdr")
    day = statement.closing_on or (statement.entries[-1].booked_on if statement.entries else date(2026, 1, 1))
    _add(head, "MsgId", f"STMT-{statement.label or '1'}")
    _add(head, "CreDtTm", f"{day.isoformat()}T20:00:00")
    node = _add(root, "Stmt")
    _add(node, "Id", statement.label or "1")
    _add(node, "CreDtTm", f"{day.isoformat()}T20:00:00")
    account = _add(node, "Acct")
    _add(_add(account, "Id"), "IBAN", statement.iban)
    _add(account, "Ccy", statement.currency)
    first = statement.entries[0].booked_on if statement.entries else day
    for kind, amount, on in (("OPBD", statement.opening, first), ("CLBD", statement.closing, day)):
        if amount is not None:
            _balance(node, kind, amount, statement.currency, on)
    for group in _groups(statement.entries, batches):
        _ntry(node, group, statement.currency, version)
    written = etree.tostring(document, xml_declaration=True, encoding=encoding, pretty_print=True)
    assert isinstance(written, bytes)  # in every charset but Python's own
    return written


def _groups(entries: tuple[Entry, ...], batches: bool) -> list[list[Entry]]:
    groups: list[list[Entry]] = []
    for entry in entries:
        if batches and groups and entry.batch_id and groups[-1][0].batch_id == entry.batch_id:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _balance(node: etree._Element, kind: str, amount: int, currency: str, on: date) -> None:
    balance = _add(node, "Bal")
    _add(_add(_add(balance, "Tp"), "CdOrPrtry"), "Cd", kind)
    _money(balance, amount, currency)
    _add(_add(balance, "Dt"), "Dt", on.isoformat())


def _money(node: etree._Element, amount: int, currency: str) -> None:
    _add(node, "Amt", _decimal(amount, currency)).set("Ccy", currency)
    _add(node, "CdtDbtInd", "CRDT" if amount >= 0 else "DBIT")


def _decimal(amount: int, currency: str) -> str:
    digits = minor_digits(currency)
    text = f"{abs(amount):0{digits + 1}d}"
    return f"{text[:-digits]}.{text[-digits:]}" if digits else text


def _ntry(node: etree._Element, group: list[Entry], currency: str, version: int) -> None:
    first = group[0]
    entry = _add(node, "Ntry")
    _money(entry, sum(one.amount for one in group), currency)
    if first.reversal:
        _add(entry, "RvslInd", "true")
    status = _add(entry, "Sts", "" if version >= 7 else "BOOK")
    if version >= 7:
        _add(status, "Cd", "BOOK")
    _add(_add(entry, "BookgDt"), "Dt", first.booked_on.isoformat())
    _add(_add(entry, "ValDt"), "Dt", (first.value_on or first.booked_on).isoformat())
    if first.bank_reference:
        _add(entry, "AcctSvcrRef", first.bank_reference.partition("/")[0])
    domain = _add(_add(entry, "BkTxCd"), "Domn")
    _add(domain, "Cd", "ACMT" if first.kind == COST else "PMNT")
    family = _add(domain, "Fmly")
    _add(family, "Cd", "MDOP" if first.kind == COST else "RCDT" if first.amount > 0 else "ICDT")
    _add(family, "SubFmlyCd", "CHRG" if first.kind == COST else "ESCT")
    details = _add(entry, "NtryDtls")
    if len(group) > 1:
        batch = _add(details, "Btch")
        _add(batch, "PmtInfId", first.batch_id)
        _add(batch, "NbOfTxs", str(len(group)))
    for one in group:
        _details(details, one, currency, version, len(group) > 1)


def _details(parent: etree._Element, entry: Entry, currency: str, version: int, in_batch: bool) -> None:
    node = _add(parent, "TxDtls")
    refs = _add(node, "Refs")
    if entry.batch_id:
        _add(refs, "PmtInfId", entry.batch_id)
    _add(refs, "EndToEndId", entry.end_to_end_id or "NOTPROVIDED")
    if in_batch:
        _money(node, entry.amount, currency)
    incoming = (entry.amount > 0) is not entry.reversal
    parties = _add(node, "RltdPties")
    side = "Dbtr" if incoming else "Cdtr"
    if entry.name:
        party = _add(parties, side)
        _add(_add(party, "Pty") if version >= 7 else party, "Nm", entry.name)
    if entry.iban:
        _add(_add(_add(parties, f"{side}Acct"), "Id"), "IBAN", entry.iban)
    remittance = _add(node, "RmtInf")
    if entry.text:
        _add(remittance, "Ustrd", entry.text)
    if entry.reference:
        reference = _add(_add(remittance, "Strd"), "CdtrRefInf")
        kind = _add(reference, "Tp")
        _add(_add(kind, "CdOrPrtry"), "Cd", "SCOR")
        _add(kind, "Issr", "ISO" if is_creditor_reference(entry.reference) else "BBA")
        _add(reference, "Ref", entry.reference)


def _add(parent: etree._Element, name: str, text: str = "") -> etree._Element:
    node = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{name}")
    if text:
        node.text = text
    return node


def write_coda(statement: Statement, *, encoding: str = "latin-1", newline: str = "\r\n") -> bytes:
    """One statement. Raises: ValueError for an account that is not Belgian, or balances that are not known."""
    if not statement.iban.startswith("BE") or statement.opening is None or statement.closing is None:
        raise ValueError("A coded statement is of a Belgian account and says its balances.")
    day = statement.closing_on or statement.entries[-1].booked_on
    number = (statement.label if statement.label.isdigit() else "1").zfill(3)[-3:]
    account = f"{statement.iban:<34}{statement.currency}"
    records = [
        f"1{'2'}{number}{account}{_sign(statement.opening)}{_ddmmyy(day)}{'MARKE':<26}{'ZICHTREKENING':<35}{number}",
    ]
    for sequence, entry in enumerate(statement.entries, 1):
        records += _move(sequence, entry, number)
    records.append(f"8{number}{account}{_sign(statement.closing)}{_ddmmyy(day)}{'':<64}0")
    out = -sum(entry.amount for entry in statement.entries if entry.amount < 0)
    come = sum(entry.amount for entry in statement.entries if entry.amount > 0)
    trailer = f"9{'':<15}{len(records):06d}{out * 10:015d}{come * 10:015d}{'':<75}2"
    header = (
        f"00000{_ddmmyy(day)}00005{'':<8}{'SAMPLE':<10}{'MARKE':<26}{'KREDBEBB':<11}{'00000000000'} 00000{'':<16}{'':<16}{'':<7}2"
    )
    lines = [header, *records, trailer]
    if any(len(line) != 128 for line in lines):
        raise ValueError("A record is 128 characters long.")
    return (newline.join(lines) + newline).encode(encoding, errors="replace")


def _move(sequence: int, entry: Entry, number: str) -> list[str]:
    if entry.reference and is_ogm(entry.reference):
        kind, said = "1", f"101{entry.reference}"
    elif entry.reference:
        kind, said = "1", f"100{entry.reference}"
    else:
        kind, said = "0", bank_text(entry.text, 149)
    said = f"{said:<149}"
    place = f"{sequence:04d}0000"
    code = (
        "0"
        + ("35" if entry.kind == COST else "01")
        + ("37" if entry.kind == COST else "01" if entry.amount < 0 else "50")
        + "000"
    )
    value = _ddmmyy(entry.value_on or entry.booked_on)
    iban = entry.iban if len(entry.iban) <= 34 else ""
    name = bank_text(entry.name, 35)
    return [
        f"21{place}{entry.bank_reference.partition('/')[0][:21]:<21}{_sign(entry.amount)}{value}{code}{kind}{said[:53]}"
        f"{_ddmmyy(entry.booked_on)}{number}01 0",
        f"22{place}{said[53:106]}{entry.end_to_end_id[:35]:<35}{'':<11}{'':<3}{'2' if entry.reversal else ' '}{'':<4}{'':<4}{'':<4}1 0",
        f"23{place}{iban:<34}{'   '}{name:<35}{said[106:149]}0 0",
    ]


def _sign(amount: int) -> str:
    return f"{'0' if amount >= 0 else '1'}{abs(amount) * 10:015d}"


def _ddmmyy(day: date) -> str:
    return day.strftime("%d%m%y")


def write_bank_csv(statement: Statement, *, decimal: str = ",", encoding: str = "utf-8", dates: str = "%d/%m/%Y") -> bytes:
    """A spreadsheet as Belgian banks offer it."""
    lines = ["Boekingsdatum;Bedrag;Munt;Naam tegenpartij;Rekening tegenpartij;Mededeling;Gestructureerde mededeling"]
    for entry in statement.entries:
        amount = ("-" if entry.amount < 0 else "") + _decimal(entry.amount, statement.currency).replace(".", decimal)
        cells = [entry.booked_on.strftime(dates), amount, statement.currency, entry.name, entry.iban, entry.text, entry.reference]
        lines.append(";".join('"' + cell.replace('"', '""') + '"' if set(cell) & set(';"\n') else cell for cell in cells))
    return ("\r\n".join(lines) + "\r\n").encode(encoding, errors="replace")
