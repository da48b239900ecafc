"""Reads bank statements in camt.053, the bank-to-customer statement of ISO 20022, versions 001.02 and later.

Source: ISO 20022 message definition report "Bank-to-Customer Cash Management", camt.053.001.02 to .001.13. Between the
versions names moved (a party's name into `Pty`, a status into `Cd`) but kept their meaning, so elements are found by their
local names. The XML is taken from a stranger: no document type, no entities, no network, bounded in size and depth.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import cast

from lxml import etree

from marke_core.banking.iban import BadIban, read_iban
from marke_core.banking.recognising import squeezed
from marke_core.banking.references import BadReference, read_reference
from marke_core.banking.statements import (
    COST,
    MOST_ENTRIES,
    TRANSFER,
    BadStatement,
    Entry,
    Statement,
    check_balances,
    check_day,
    check_size,
    clean,
    decimal_to_minor,
    join,
    short,
)

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.\d{3})\.\d{3}\.\d{2}")
# Elements at once: of one entry that is a batch, or between entries; more would take the room of a whole server.
MOST_KEPT = 20 * MOST_ENTRIES
NOT_PROVIDED = {"NOTPROVIDED", "NONREF", "NOTAVAILABLE"}
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)


def looks_like_xml(content: bytes) -> bool:
    head = content[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head.startswith(b"<")


def read_camt053(content: bytes) -> tuple[Statement, ...]:
    """Every statement in the file, in order. Entries that are only pending are left out.

    Raises: BadStatement.
    """
    check_size(content)
    _refuse_document_type(content)
    statements: list[Statement] = []
    entries: list[tuple[Entry, str]] = []
    options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "remove_comments": True}
    try:
        walk = etree.iterparse(io.BytesIO(content), events=("start", "end"), remove_pis=True, **options)
        kept = 0
        for event, node in _checked(walk):
            if event != "end":
                continue
            kept += 1
            if kept > MOST_KEPT:
                raise BadStatement("too_many", _line(node), most=MOST_ENTRIES)
            name = _name(node)
            if name == "Ntry":
                entries += _entries(node)
                if len(entries) > MOST_ENTRIES:
                    raise BadStatement("too_many", _line(node), most=MOST_ENTRIES)
                node.clear()
                kept = 0
            elif name == "Stmt":
                statements.append(_statement(node, entries))
                entries = []
                node.clear()
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        raise BadStatement("xml", line, why=short(_plain(error.msg or ""), 120)) from None
    except BadStatement:
        raise
    except ValueError as error:  # a name that cannot be one, such as “<:”
        raise BadStatement("xml", 1, why=short(str(error), 120)) from None
    if not statements:
        raise BadStatement("no_statement")
    return tuple(statements)


def _checked(walk: etree.iterparse) -> Iterator[tuple[str, etree._Element]]:
    """The elements, after the first one has said which message this is."""
    first = True
    for event, node in walk:
        if first:
            first = False
            found = _NAMESPACE.fullmatch(etree.QName(node).namespace or "")
            if found is None or _name(node) != "Document":
                raise BadStatement("not_a_statement", _line(node), found=short(etree.QName(node).localname))
            if found[1] != "camt.053":
                raise BadStatement("not_this_message", _line(node), found=found[1])
            if node.getroottree().docinfo.internalDTD is not None:  # in letters that the search for one does not know
                raise BadStatement("entities", _line(node))
        yield event, node


def _refuse_document_type(content: bytes) -> None:
    """Entities that grow when they are read stand in a document type, which no bank writes."""
    plain = content.replace(b"\0", b"") if b"\0" in content[:200] else content
    found = re.search(rb"<!(?:DOCTYPE|ENTITY)", plain, re.IGNORECASE)
    if found:
        raise BadStatement("entities", plain.count(b"\n", 0, found.start()) + 1)


def _plain(message: str) -> str:
    return re.sub(r"\{[^}]*\}", "", message)


def _name(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _line(node: etree._Element) -> int:
    return cast("int | None", node.sourceline) or 0


@lru_cache(maxsize=200)
def _anywhere(path: str) -> str:
    """The path with any namespace."""
    return "/".join(f"{{*}}{step}" for step in path.split("/"))


def _find(node: etree._Element, path: str) -> etree._Element | None:
    return node.find(_anywhere(path))


def _all(node: etree._Element, path: str) -> list[etree._Element]:
    return node.findall(_anywhere(path))


def _text(node: etree._Element, *paths: str, most: int = 140) -> str:
    """The first of these that says something."""
    for path in paths:
        found = _find(node, path)
        if found is not None and found.text and (said := clean(found.text, most)):
            return said
    return ""


def _statement(node: etree._Element, entries: list[tuple[Entry, str]]) -> Statement:
    iban = _iban(_text(node, "Acct/Id/IBAN"))
    if not iban:
        raise BadStatement("no_account", _line(node))
    balances = {kind: (amount, day, currency) for kind, amount, day, currency in _balances(node)}
    currencies = {currency for _entry, currency in entries} | {currency for _a, _d, currency in balances.values()}
    stated = _text(node, "Acct/Ccy", most=3)
    currency = stated or (next(iter(currencies)) if len(currencies) == 1 else "")
    for entry, own in entries:
        if own != currency:
            raise BadStatement("currency", entry.line, found=own, expected=currency or "?")
    opening = next((balances[kind] for kind in _OPENING if kind in balances), None)
    closing = next((balances[kind] for kind in _CLOSING if kind in balances), None)
    return check_balances(
        Statement(
            iban=iban,
            currency=currency,
            entries=tuple(entry for entry, _currency in entries),
            label=_text(node, "ElctrncSeqNb", "LglSeqNb", "Id", most=35),
            opening=opening[0] if opening else None,
            closing=closing[0] if closing else None,
            closing_on=closing[1] if closing else None,
            line=_line(node),
        )
    )


def _balances(node: etree._Element) -> Iterator[tuple[str, int, date | None, str]]:
    for balance in _all(node, "Bal"):
        kind = _text(balance, "Tp/CdOrPrtry/Cd", most=4)
        if kind not in _OPENING + _CLOSING:
            continue
        amount, currency = _amount(balance, "Amt")
        yield kind, _signed(balance, amount), _day(balance, "Dt"), currency


def _entries(node: etree._Element) -> Iterator[tuple[Entry, str]]:
    """One entry, or one for each transaction of a batch where the file says how much each of them is."""
    if _text(node, "Sts/Cd", "Sts", most=4) not in ("BOOK", ""):
        return
    amount, currency = _amount(node, "Amt")
    amount = _signed(node, amount)
    day = _day(node, "BookgDt") or _day(node, "ValDt")
    if day is None:
        raise BadStatement("missing", _line(node), what="BookgDt")
    if not amount:
        return
    details = _all(node, "NtryDtls/TxDtls")
    parts = [_part(detail, currency, amount) for detail in details]
    if len(details) > 1 and all(part is not None for part in parts) and sum(part or 0 for part in parts) == amount:
        for number, (detail, part) in enumerate(zip(details, parts, strict=True), 1):
            if part:
                yield _entry(node, detail, part, day, number), currency
    else:
        yield _entry(node, details[0] if len(details) == 1 else None, amount, day, 0), currency


def _part(detail: etree._Element, currency: str, whole: int) -> int | None:
    """What one transaction of a batch moves, in the entry's direction unless it says its own; None when it does not say."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        found = _find(detail, path)
        if found is not None and found.get("Ccy", currency) == currency:
            amount = decimal_to_minor(found.text or "", currency, _line(found))
            own = _text(detail, "CdtDbtInd", most=4)
            return amount if own == "CRDT" or (not own and whole > 0) else -amount
    return None


def _entry(node: etree._Element, detail: etree._Element | None, amount: int, day: date, place: int) -> Entry:
    said = detail if detail is not None else node
    name, iban = _other_side(said, amount, _text(node, "RvslInd", most=5) == "true")
    own = _text(node, "AcctSvcrRef", "NtryRef", most=35)
    of_part = _text(said, "Refs/AcctSvcrRef", "Refs/TxId", most=35) if place else ""
    end_to_end = _text(said, "Refs/EndToEndId", most=35)
    return Entry(
        line=_line(said),
        booked_on=day,
        amount=amount,
        value_on=_day(node, "ValDt"),
        name=name,
        iban=iban,
        text="" if squeezed(text := _remittance(said, node)) == squeezed(reference := _reference(said)) else text,
        reference=reference,
        end_to_end_id="" if end_to_end.upper() in NOT_PROVIDED else end_to_end,
        batch_id=_text(said, "Refs/PmtInfId", "Refs/MsgId", most=35)
        or _text(node, "NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId", most=35),
        bank_reference=of_part or (f"{own}/{place}" if own and place else own),
        kind=_kind(said, node, amount),
        reversal=_text(node, "RvslInd", most=5) == "true" or _find(said, "RtrInf") is not None,
    )


def _other_side(said: etree._Element, amount: int, reversal: bool) -> tuple[str, str]:
    """Who paid or was paid. In a reversal the parties keep the places they had in the transaction that is reversed."""
    side = "Dbtr" if (amount > 0) is not reversal else "Cdtr"
    for who in (side, f"Ultmt{side}"):
        name = _text(said, f"RltdPties/{who}/Nm", f"RltdPties/{who}/Pty/Nm", most=120)
        if name:
            break
    iban = _text(said, f"RltdPties/{side}Acct/Id/IBAN", most=60)
    other = _text(said, f"RltdPties/{side}Acct/Id/Othr/Id", most=34)
    return name, _iban(iban) or clean(iban or other, 34)


@lru_cache(maxsize=4_096)
def _iban(text: str) -> str:
    try:
        return read_iban(text) if text else ""
    except BadIban:
        return ""


def _reference(said: etree._Element) -> str:
    """The creditor reference in its own field, compact; one that does not check is shown as text only."""
    for found in _all(said, "RmtInf/Strd/CdtrRefInf/Ref"):
        try:
            return read_reference(clean(found.text or "", 60))
        except BadReference:
            continue
    return ""


def _remittance(said: etree._Element, node: etree._Element) -> str:
    parts = [found.text or "" for found in _all(said, "RmtInf/Ustrd")]
    parts += [found.text or "" for found in _all(said, "RmtInf/Strd/CdtrRefInf/Ref")]
    parts += [found.text or "" for found in _all(said, "RmtInf/Strd/AddtlRmtInf")]
    return join(parts) or _text(said, "AddtlTxInf", most=280) or _text(node, "AddtlNtryInf", most=280)


def _kind(said: etree._Element, node: etree._Element, amount: int) -> str:
    """Source: ISO 20022 external bank transaction codes; CHRG and its kin are what the bank takes for itself."""
    for place in (said, node):
        code = _text(place, "BkTxCd/Domn/Fmly/SubFmlyCd", most=4)
        family = _text(place, "BkTxCd/Domn/Fmly/Cd", most=4)
        if code or family:
            is_cost = code in ("CHRG", "COMM", "FEES") or (
                family in ("MDOP", "MCOP") and code in ("CHRG", "COMM", "FEES", "INTR")
            )
            return COST if is_cost and amount < 0 else TRANSFER
    return TRANSFER


def _amount(node: etree._Element, path: str) -> tuple[int, str]:
    found = _find(node, path)
    if found is None:
        raise BadStatement("missing", _line(node), what=path)
    currency = clean(found.get("Ccy", ""), 3)
    return decimal_to_minor(found.text or "", currency, _line(found)), currency


def _signed(node: etree._Element, amount: int) -> int:
    said = _text(node, "CdtDbtInd", most=8)
    if said not in ("CRDT", "DBIT"):
        raise BadStatement("sign", _line(node), text=said)
    return amount if said == "CRDT" else -amount


def _day(node: etree._Element, path: str) -> date | None:
    said = _text(node, f"{path}/Dt", f"{path}/DtTm", most=40)
    if not said:
        return None
    try:
        day = datetime.fromisoformat(said).date() if "T" in said else date.fromisoformat(said[:10])
    except ValueError:
        raise BadStatement("date", _line(node), text=short(said)) from None
    return check_day(day, said, _line(node))
