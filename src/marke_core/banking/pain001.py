"""The bank file of a pay run: a customer credit transfer initiation, pain.001.001.09.

Source: ISO 20022 message definition pain.001.001.09; EPC132-08, SEPA Credit Transfer Scheme Customer-to-PSP
Implementation Guidelines (postal addresses structured or absent; unstructured lines are refused since November 2026).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from lxml import etree

from marke_core.banking.amounts import euros
from marke_core.banking.characters import bank_text
from marke_core.banking.iban import read_iban
from marke_core.banking.references import is_creditor_reference, is_ogm

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_IDENTIFIER = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]{1,35}")


@dataclass(frozen=True)
class Address:
    """A structured postal address; town and country are what the scheme asks for at least."""

    town: str
    country: str
    street: str = ""
    postcode: str = ""


@dataclass(frozen=True)
class Debtor:
    """Who pays."""

    name: str
    iban: str
    bic: str = ""
    address: Address | None = None


@dataclass(frozen=True)
class Transfer:
    """One payment. `reference` is a structured reference (ISO 11649 or OGM); without one, `text` goes along."""

    end_to_end_id: str
    name: str
    iban: str
    cents: int
    reference: str = ""
    text: str = ""
    address: Address | None = None


@dataclass(frozen=True)
class ControlSums:
    """What the bank shows when the file is read in: compare them."""

    transfers: int
    cents: int


def control_sums(transfers: tuple[Transfer, ...]) -> ControlSums:
    return ControlSums(len(transfers), sum(transfer.cents for transfer in transfers))


def write_pain001(
    *,
    message_id: str,
    created_at: datetime,
    execution_date: date,
    debtor: Debtor,
    transfers: tuple[Transfer, ...],
) -> bytes:
    """One batch of transfers from one account on one day, as XML in UTF-8; the same input gives the same bytes.

    Raises: BadIban; ValueError when there is nothing to pay, an amount cannot be transferred, or an identifier is
    empty, doubled, or not of the characters that banks pass on.
    """
    if not transfers:
        raise ValueError("A bank file without transfers is refused by the bank.")
    _check_identifiers(message_id, transfers)
    sums = control_sums(transfers)
    document = etree.Element(_tag("Document"), nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    root = etree.SubElement(document, _tag("CstmrCdtTrfInitn"))
    head = etree.SubElement(root, _tag("GrpHdr"))
    _text(head, "MsgId", message_id)
    _text(head, "CreDtTm", created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _text(head, "NbOfTxs", str(sums.transfers))
    _text(head, "CtrlSum", _sum(sums.cents))
    _text(etree.SubElement(head, _tag("InitgPty")), "Nm", bank_text(debtor.name, 70) or "?")
    batch = _batch(root, message_id, sums, execution_date, debtor)
    for transfer in transfers:
        _transfer(batch, transfer)
    return bytes(etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _batch(root: "etree._Element", message_id: str, sums: ControlSums, day: date, debtor: Debtor) -> "etree._Element":
    batch = etree.SubElement(root, _tag("PmtInf"))
    _text(batch, "PmtInfId", message_id)
    _text(batch, "PmtMtd", "TRF")
    _text(batch, "BtchBookg", "true")
    _text(batch, "NbOfTxs", str(sums.transfers))
    _text(batch, "CtrlSum", _sum(sums.cents))
    kind = etree.SubElement(batch, _tag("PmtTpInf"))
    _text(etree.SubElement(kind, _tag("SvcLvl")), "Cd", "SEPA")
    _text(etree.SubElement(batch, _tag("ReqdExctnDt")), "Dt", day.isoformat())
    party = etree.SubElement(batch, _tag("Dbtr"))
    _text(party, "Nm", bank_text(debtor.name, 70) or "?")
    _address(party, debtor.address)
    _account(batch, "DbtrAcct", debtor.iban)
    agent = etree.SubElement(etree.SubElement(batch, _tag("DbtrAgt")), _tag("FinInstnId"))
    if debtor.bic:
        _text(agent, "BICFI", debtor.bic)
    else:
        _text(etree.SubElement(agent, _tag("Othr")), "Id", "NOTPROVIDED")
    _text(batch, "ChrgBr", "SLEV")
    return batch


def _transfer(batch: "etree._Element", transfer: Transfer) -> None:
    node = etree.SubElement(batch, _tag("CdtTrfTxInf"))
    _text(etree.SubElement(node, _tag("PmtId")), "EndToEndId", transfer.end_to_end_id)
    amount = etree.SubElement(etree.SubElement(node, _tag("Amt")), _tag("InstdAmt"), Ccy="EUR")
    amount.text = euros(transfer.cents)
    party = etree.SubElement(node, _tag("Cdtr"))
    _text(party, "Nm", bank_text(transfer.name, 70) or "?")
    _address(party, transfer.address)
    _account(node, "CdtrAcct", transfer.iban)
    if transfer.reference:
        _structured(node, transfer.reference)
    elif text := bank_text(transfer.text, 140):
        _text(etree.SubElement(node, _tag("RmtInf")), "Ustrd", text)


def _structured(node: "etree._Element", reference: str) -> None:
    """The creditor reference: of ISO, or of the Belgian banks' association (BBA)."""
    if is_creditor_reference(reference):
        issuer = "ISO"
    elif is_ogm(reference):
        issuer = "BBA"
    else:
        raise ValueError(f"{reference!r} is not a structured reference.")
    structured = etree.SubElement(etree.SubElement(node, _tag("RmtInf")), _tag("Strd"))
    creditor = etree.SubElement(structured, _tag("CdtrRefInf"))
    kind = etree.SubElement(creditor, _tag("Tp"))
    _text(etree.SubElement(kind, _tag("CdOrPrtry")), "Cd", "SCOR")
    _text(kind, "Issr", issuer)
    _text(creditor, "Ref", reference)


def _address(party: "etree._Element", address: Address | None) -> None:
    if address is None or not address.town or not address.country:
        return
    node = etree.SubElement(party, _tag("PstlAdr"))
    for tag, value, length in (
        ("StrtNm", address.street, 70),
        ("PstCd", address.postcode, 16),
        ("TwnNm", address.town, 35),
        ("Ctry", address.country, 2),
    ):
        if written := bank_text(value, length):
            _text(node, tag, written)


def _account(node: "etree._Element", tag: str, iban: str) -> None:
    identity = etree.SubElement(etree.SubElement(node, _tag(tag)), _tag("Id"))
    _text(identity, "IBAN", read_iban(iban))


def _check_identifiers(message_id: str, transfers: tuple[Transfer, ...]) -> None:
    seen: set[str] = set()
    for identifier in (message_id, *(transfer.end_to_end_id for transfer in transfers)):
        if not _IDENTIFIER.fullmatch(identifier) or identifier.strip("/ ") != identifier or "//" in identifier:
            raise ValueError(f"{identifier!r} cannot be an identifier in a bank file.")
        if identifier in seen:
            raise ValueError(f"The identifier {identifier!r} stands in the file twice.")
        seen.add(identifier)


def _sum(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _text(parent: "etree._Element", name: str, value: str) -> None:
    etree.SubElement(parent, _tag(name)).text = value
