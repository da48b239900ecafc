"""What a buyer answers to an invoice: the Peppol Invoice Response (transaction T111, UBL ApplicationResponse).

Source: Peppol BIS Invoice Response 3.2; codes of UNCL 4343 as it takes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from marke_core.einvoice.model import Identifier
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.xml import MOST_BYTES, parse_xml

SPECIFICATION = "urn:fdc:peppol.eu:poacc:trns:invoice_response:3"
PROCESS = "urn:fdc:peppol.eu:poacc:bis:invoice_response:3"
APPLICATION_RESPONSE = "urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"

RECEIVED, IN_PROCESS, UNDER_QUERY, CONDITIONALLY, REJECTED, ACCEPTED, PAID = "AB", "IP", "UQ", "CA", "RE", "AP", "PD"
# What may follow what: nothing after a rejection or a payment, and after an acceptance only the payment.
MOVES = {
    "": frozenset({RECEIVED, IN_PROCESS, UNDER_QUERY, CONDITIONALLY, REJECTED, ACCEPTED, PAID}),
    RECEIVED: frozenset({IN_PROCESS, UNDER_QUERY, CONDITIONALLY, REJECTED, ACCEPTED, PAID}),
    IN_PROCESS: frozenset({IN_PROCESS, UNDER_QUERY, CONDITIONALLY, REJECTED, ACCEPTED, PAID}),
    UNDER_QUERY: frozenset({IN_PROCESS, UNDER_QUERY, CONDITIONALLY, REJECTED, ACCEPTED, PAID}),
    CONDITIONALLY: frozenset({UNDER_QUERY, REJECTED, ACCEPTED, PAID}),
    REJECTED: frozenset(),
    ACCEPTED: frozenset({PAID}),
    PAID: frozenset(),
}
CODES = frozenset(MOVES) - {""}
NEEDS_REASON = frozenset({REJECTED, UNDER_QUERY, CONDITIONALLY})


@dataclass(frozen=True, slots=True)
class Clarification:
    """Why, or what is asked for. `of`: "OPStatusReason" or "OPStatusAction"."""

    code: str
    of: str = "OPStatusReason"
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    number: str
    issue_date: date
    sender: Identifier
    sender_name: str
    receiver: Identifier
    receiver_name: str
    code: str  # of CODES
    document: str  # the number of the invoice
    document_type: str = "380"
    effective_date: date | None = None
    clarifications: tuple[Clarification, ...] = ()


def may_follow(before: str, code: str) -> bool:
    """Whether `code` may be said after `before` ("" where nothing was said yet)."""
    return code in MOVES[before]


def write_response(response: Response) -> bytes:
    """The document as UTF-8. Raises: BadEInvoice for a code that does not exist, or one that owes a reason."""
    if response.code not in CODES:
        raise BadEInvoice("kind", "Response/ResponseCode", code=response.code)
    if response.code in NEEDS_REASON and not response.clarifications:
        raise BadEInvoice("missing", "Response/Status", code=response.code)
    effective = _element("EffectiveDate", response.effective_date.isoformat()) if response.effective_date else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<ApplicationResponse xmlns="{APPLICATION_RESPONSE}" xmlns:cac="{CAC}" xmlns:cbc="{CBC}">'
        + _element("CustomizationID", SPECIFICATION)
        + _element("ProfileID", PROCESS)
        + _element("ID", response.number)
        + _element("IssueDate", response.issue_date.isoformat())
        + _party("SenderParty", response.sender, response.sender_name)
        + _party("ReceiverParty", response.receiver, response.receiver_name)
        + "<cac:DocumentResponse><cac:Response>"
        + _element("ResponseCode", response.code)
        + effective
        + "".join(_status(each) for each in response.clarifications)
        + "</cac:Response><cac:DocumentReference>"
        + _element("ID", response.document)
        + _element("DocumentTypeCode", response.document_type)
        + "</cac:DocumentReference></cac:DocumentResponse></ApplicationResponse>"
    ).encode()


def read_response(content: bytes, *, most_bytes: int = MOST_BYTES) -> Response:
    """Raises: BadEInvoice for what is no Invoice Response, or one with a code that does not exist."""
    root = parse_xml(content, most_bytes=most_bytes)
    if root.tag != f"{{{APPLICATION_RESPONSE}}}ApplicationResponse":
        raise BadEInvoice("not_an_invoice", kind=etree.QName(root).localname)
    code = _said(root, "cac:DocumentResponse/cac:Response/cbc:ResponseCode")
    if code not in CODES:
        raise BadEInvoice("kind", "DocumentResponse/Response/ResponseCode", code=code)
    effective = _text(root, "cac:DocumentResponse/cac:Response/cbc:EffectiveDate")
    return Response(
        number=_said(root, "cbc:ID"),
        issue_date=_day(_said(root, "cbc:IssueDate"), "IssueDate"),
        sender=_endpoint(root, "cac:SenderParty"),
        sender_name=_text(root, "cac:SenderParty/cac:PartyLegalEntity/cbc:RegistrationName"),
        receiver=_endpoint(root, "cac:ReceiverParty"),
        receiver_name=_text(root, "cac:ReceiverParty/cac:PartyLegalEntity/cbc:RegistrationName"),
        code=code,
        document=_said(root, "cac:DocumentResponse/cac:DocumentReference/cbc:ID"),
        document_type=_text(root, "cac:DocumentResponse/cac:DocumentReference/cbc:DocumentTypeCode") or "380",
        effective_date=_day(effective, "EffectiveDate") if effective else None,
        clarifications=tuple(_clarifications(root)),
    )


def _clarifications(root: etree._Element) -> Sequence[Clarification]:
    return [
        Clarification(
            _text(status, "cbc:StatusReasonCode"),
            code.get("listID", "") if (code := status.find("cbc:StatusReasonCode", _NAMES)) is not None else "",
            _text(status, "cbc:StatusReason"),
        )
        for status in root.findall("cac:DocumentResponse/cac:Response/cac:Status", _NAMES)
    ]


_NAMES = {"cac": CAC, "cbc": CBC}


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path, "", _NAMES) or "").strip()


def _said(element: etree._Element, path: str) -> str:
    """Raises: BadEInvoice where nothing is said."""
    if not (text := _text(element, path)):
        raise BadEInvoice("missing", path.replace("cac:", "").replace("cbc:", ""))
    return text


def _day(text: str, path: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise BadEInvoice("date", path, text=text) from None


def _endpoint(root: etree._Element, party: str) -> Identifier:
    found = root.find(f"{party}/cbc:EndpointID", _NAMES)
    if found is None or not (found.text or "").strip():
        raise BadEInvoice("missing", f"{party.removeprefix('cac:')}/EndpointID")
    return Identifier((found.text or "").strip(), found.get("schemeID", ""))


def _element(name: str, text: str) -> str:
    return f"<cbc:{name}>{escape(text)}</cbc:{name}>"


def _party(name: str, endpoint: Identifier, called: str) -> str:
    return (
        f"<cac:{name}><cbc:EndpointID schemeID={quoteattr(endpoint.scheme)}>{escape(endpoint.value)}</cbc:EndpointID>"
        f"<cac:PartyLegalEntity>{_element('RegistrationName', called)}</cac:PartyLegalEntity></cac:{name}>"
    )


def _status(clarification: Clarification) -> str:
    text = _element("StatusReason", clarification.text) if clarification.text else ""
    return (
        f"<cac:Status><cbc:StatusReasonCode listID={quoteattr(clarification.of)}>{escape(clarification.code)}</cbc:StatusReasonCode>"
        f"{text}</cac:Status>"
    )
