"""The file, as the OECD's DPI XML Schema 1.0 has it: namespace urn:oecd:ties:dpi:v1, file DPIXML_v1.0.xsd of 2022.

It is the one schema for the OECD's model rules and for DAC7; member states publish it again with rules of their own beside it
(and France in a version of its own, 1.1-fr1, which this is not). Amounts are whole units of the currency: the schema types
them as integers, "in full units, i.e. without decimals", so that each is rounded here, half a unit away from zero.

Source: OECD (2022), doi:10.1787/dd9c663f-en; Commission Implementing Regulation (EU) 2022/1467.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from lxml import etree

from marke_core.dac7.model import (
    Account,
    Activity,
    Address,
    Document,
    DocumentType,
    Entity,
    Individual,
    Message,
    MessageType,
    Operator,
    Seller,
    Tin,
    Year,
    residences,
)
from marke_core.money import share_of_integers

DPI, STF = "urn:oecd:ties:dpi:v1", "urn:oecd:ties:dpistf:v1"
VERSION = "1.0"
RESIDENT = "RPONEX1"
# legalAddressType
HOME, BUSINESS, REGISTERED = "OECD302", "OECD303", "OECD304"
NO_TIN = "NOTIN"
MOST_MESSAGE_REF, MOST_TEXT = 170, 200
_ALLOWED = {
    MessageType.NEW: {DocumentType.NEW},
    MessageType.CORRECTIONS: {DocumentType.CORRECTED, DocumentType.DELETED},
    MessageType.NOTHING: set(),
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class BadMessage(ValueError):
    """A message that no tax office would take: a reference twice, a correction of nothing, or documents of another kind."""


def whole(amount: int, digits: int) -> int:
    """Minor units as whole ones, half a unit away from zero: 1050 cents are 11 euros."""
    return share_of_integers(amount, 1, 10**digits)


def message_xml(message: Message) -> bytes:
    """Raises: BadMessage."""
    _check(message)
    root = etree.Element(_dpi("DPI_OECD"), nsmap={"dpi": DPI, "stf": STF}, version=VERSION)
    _spec(root, message)
    body = _child(root, "DPIBody")
    operator = _child(body, "PlatformOperator")
    _operator(operator, message.operator)
    _document(operator, message.operator_document)
    for reported in message.sellers:
        element = _child(body, "ReportableSeller")
        _seller(element, reported.seller, message.currency, message.digits)
        _document(element, reported.document)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def seller_xml(seller: Seller, currency: str, digits: int) -> bytes:
    """What a file says of a seller, without the references of the file: the same for who is reported the same."""
    root = etree.Element(_dpi("ReportableSeller"), nsmap={"dpi": DPI})
    _seller(root, seller, currency, digits)
    written: bytes = etree.tostring(root, method="c14n")
    return written


def _check(message: Message) -> None:
    if not 0 < len(message.ref) <= MOST_MESSAGE_REF:
        raise BadMessage(f"A message reference has 1 to {MOST_MESSAGE_REF} characters; {message.ref!r} has {len(message.ref)}.")
    documents = [each.document for each in message.sellers]
    for document in documents:
        if document.type not in _ALLOWED[message.type]:
            raise BadMessage(f"{document.ref} is {document.type}, which does not belong into a message {message.type}.")
    for document in (message.operator_document, *documents):
        is_correction = document.type in (DocumentType.CORRECTED, DocumentType.DELETED)
        if is_correction != bool(document.corrects):
            raise BadMessage(f"{document.ref} is {document.type} and corrects {document.corrects or 'nothing'}.")
    _check_refs([message.operator_document.ref, *(each.ref for each in documents)])


def _check_refs(refs: list[str]) -> None:
    seen: set[str] = set()
    for ref in refs:
        if not 0 < len(ref) <= MOST_TEXT:
            raise BadMessage(f"A document reference has 1 to {MOST_TEXT} characters; {ref!r} has {len(ref)}.")
        if ref in seen:
            raise BadMessage(f"The document reference {ref} stands twice in the message.")
        seen.add(ref)


def _spec(root: etree._Element, message: Message) -> None:
    spec = _child(root, "MessageSpec")
    _texts(spec, [("SendingEntityIN", message.operator.sending_number)])
    for name in ("TransmittingCountry", "ReceivingCountry"):
        _child(spec, name).text = message.country
    _child(spec, "MessageType").text = "DPI"
    _child(spec, "MessageRefId").text = message.ref
    _child(spec, "MessageTypeIndic").text = message.type
    _child(spec, "ReportingPeriod").text = f"{message.year:04}-12-31"
    _child(spec, "Timestamp").text = _moment(message.made_at)


def _moment(at: datetime) -> str:
    """Local time to the millisecond, without a zone, as the guide has it."""
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _operator(parent: etree._Element, operator: Operator) -> None:
    _child(parent, "ResCountryCode").text = operator.address.country
    _tins(parent, operator.tins)
    _registration(parent, operator.registration_number, operator.address.country)
    _texts(parent, [("VAT", operator.vat), ("Name", operator.name)])
    _texts(parent, [("PlatformBusinessName", name) for name in operator.platforms])
    _address(parent, operator.address, REGISTERED)
    _child(parent, "Nexus").text = RESIDENT
    _child(parent, "AssumedReporting").text = "false"


def _seller(parent: etree._Element, seller: Seller, currency: str, digits: int) -> None:
    is_person = isinstance(seller.identity, Individual)
    holder = _child(_child(parent, "Identity"), "IndividualSeller" if is_person else "EntitySeller")
    standard = _child(holder, "Standard")
    if isinstance(seller.identity, Individual):
        _person(_child(standard, "IndSellerID"), seller.identity)
    else:
        _entity(_child(standard, "EntSellerID"), seller.identity)
    for account in seller.accounts:
        _account(standard, account)
    if isinstance(seller.identity, Entity) and seller.identity.establishments:
        places = _child(standard, "PermanentEstablishments")
        _texts(places, [("PermanentEstablishment", code) for code in seller.identity.establishments])
    done = dict(seller.activities)
    activities = _child(parent, "RelevantActivities")
    for activity in Activity:  # in the order of the schema
        if activity in done:
            _year(_child(activities, activity), done[activity], currency, digits)


def _person(parent: etree._Element, person: Individual) -> None:
    _texts(parent, [("ResCountryCode", code) for code in residences(person)])
    _tins(parent, person.tins)
    _texts(parent, [("VAT", person.vat)])
    name = _child(parent, "Name")
    _texts(name, [("FirstName", person.first_name), ("LastName", person.last_name)])
    _address(parent, person.address, HOME)
    born = _child(parent, "BirthInfo")
    if person.birth_date:
        _child(born, "BirthDate").text = person.birth_date.isoformat()
    if person.birth_place:
        place = _child(born, "BirthPlace")
        _texts(place, [("City", person.birth_place.city)])
        _texts(_child(place, "CountryInfo"), [("CountryCode", person.birth_place.country)])


def _entity(parent: etree._Element, entity: Entity) -> None:
    _texts(parent, [("ResCountryCode", code) for code in residences(entity)])
    _tins(parent, entity.tins)
    _registration(parent, entity.registration_number, entity.address.country)
    _texts(parent, [("VAT", entity.vat), ("Name", entity.name)])
    _address(parent, entity.address, BUSINESS)


def _tins(parent: etree._Element, tins: Iterable[Tin]) -> None:
    known = list(tins)
    for tin in known:
        element = _child(parent, "TIN")
        element.set("issuedBy", tin.country)
        element.text = _text(tin.number)
    if not known:
        element = _child(parent, "TIN")
        element.set("unknown", "true")
        element.text = NO_TIN


def _registration(parent: etree._Element, number: str, country: str) -> None:
    if number:
        element = _child(parent, "IN")
        element.set("issuedBy", country)
        element.set("INType", "BRN")
        element.text = _text(number)


def _address(parent: etree._Element, address: Address, kind: str) -> None:
    element = _child(parent, "Address")
    element.set("legalAddressType", kind)
    _child(element, "CountryCode").text = address.country
    fixed = _child(element, "AddressFix")
    _texts(fixed, [("Street", address.street), ("PostCode", address.postcode), ("City", address.city)])


def _account(parent: etree._Element, account: Account) -> None:
    element = _child(parent, "FinancialIdentifier")
    identifier = _child(element, "Identifier")
    identifier.set("AccountNumberType", account.kind)
    identifier.text = _text(account.identifier)
    _texts(element, [("AccountHolderName", account.holder)])


def _year(parent: etree._Element, year: Year, currency: str, digits: int) -> None:
    paid, number = _child(parent, "Consideration"), _child(parent, "NumberOfActivities")
    fees, taxes = _child(parent, "Fees"), _child(parent, "Taxes")
    for place, quarter in enumerate(year, 1):
        _child(number, f"NumbQ{place}").text = str(quarter.activities)
        sums = ((paid, "Cons", quarter.consideration), (fees, "Fees", quarter.fees), (taxes, "Tax", quarter.taxes))
        for element, name, amount in sums:
            sum_ = _child(element, f"{name}Q{place}")
            sum_.set("currCode", currency)
            sum_.text = str(whole(amount, digits))


def _document(parent: etree._Element, document: Document) -> None:
    spec = _child(parent, "DocSpec")
    etree.SubElement(spec, _stf("DocTypeIndic")).text = document.type
    etree.SubElement(spec, _stf("DocRefId")).text = document.ref
    if document.corrects:
        etree.SubElement(spec, _stf("CorrDocRefId")).text = document.corrects


def _texts(parent: etree._Element, texts: Iterable[tuple[str, str]]) -> None:
    """Elements in order; one without a text is left out, because the schema allows none that is empty."""
    for name, text in texts:
        if said := _text(text):
            _child(parent, name).text = said


def _text(text: str) -> str:
    """On one line, and without what tax offices refuse in a text: control characters, two dashes, the beginning of a comment."""
    plain = _CONTROL.sub(" ", text)
    for refused, instead in (("&#", "& #"), ("/*", "/ *")):
        plain = plain.replace(refused, instead)
    return " ".join(re.sub(r"-{2,}", "-", plain).split())[:MOST_TEXT]


def _child(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, _dpi(name))


def _dpi(name: str) -> str:
    return f"{{{DPI}}}{name}"


def _stf(name: str) -> str:
    return f"{{{STF}}}{name}"
