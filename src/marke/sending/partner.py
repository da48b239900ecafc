"""A trading partner inside the installation, for the demo and for trying out: it speaks AS4 as Peppol does, and answers.

Both ends are here and nothing leaves the machine: what is sent is signed, packed and encrypted; the partner verifies, decrypts
and reads it, and gives a signed receipt, which is verified in turn. Its answer comes back the same way. The certificates are made
when they are first needed, and trusted by nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree

from marke.common import clock
from marke.sending.access_point import BILLING, CREDIT_NOTE, INVOICE, RESPONSE, RESPONSES, Arrived, Envelope, Fate, NotTaken
from marke.sending.models import PartnerMessage
from marke_core.einvoice.model import Document, Identifier, Party
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.response import ACCEPTED, REJECTED, Clarification, Response, write_response
from marke_core.einvoice.ubl import read_ubl

if TYPE_CHECKING:
    from marke.sending.models import Connection

US, PARTNER = "PMK000001", "PMK000002"
VALID = timedelta(days=3650)
# A buyer that refuses everything, to see what that looks like: whose number ends so.
REFUSES = "000"
_PLAIN = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


@dataclass(frozen=True)
class End:
    """One end of the line, as it knows itself and as the other end knows it."""

    inside: Any
    outside: Any
    certificate: x509.Certificate


class Partner:
    """Every recipient is served here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, envelope: Envelope) -> str:
        """The partner has it for good when its receipt has been verified. The same uid comes once."""
        if found := self.find(envelope):
            return found
        content = _across(envelope, _ends()[US], _ends()[PARTNER])
        # What we answer to its own bills it takes note of, and says nothing.
        noted = envelope.document_type == RESPONSE
        row = PartnerMessage.objects.create(
            coop=self._connection.coop, uid=envelope.uid, sender=envelope.recipient, recipient=envelope.sender,
            content=content if noted else write_response(_answer(envelope, content)), made_at=clock.now(),
            taken_at=clock.now() if noted else None,
        )  # fmt: skip
        return str(row.pk)

    def bring(self, sender: str, content: bytes) -> None:
        """A bill that somebody sends to us: it lies here until it is taken."""
        PartnerMessage.objects.create(
            coop=self._connection.coop, uid=uuid4(), sender=sender, recipient=self._connection.participant, content=content,
            made_at=clock.now(),
        )  # fmt: skip

    def find(self, envelope: Envelope) -> str | None:
        row = PartnerMessage.objects.filter(coop=self._connection.coop, uid=envelope.uid).first()
        return str(row.pk) if row else None

    def fate(self, transmission: str) -> tuple[Fate, str]:
        return Fate.DELIVERED, "receipt verified"

    def arrived(self) -> list[Arrived]:
        rows = PartnerMessage.objects.filter(coop=self._connection.coop, taken_at=None).order_by("pk")
        return [self._arrived(row) for row in rows]

    def take(self, message: str) -> None:
        PartnerMessage.objects.filter(coop=self._connection.coop, pk=message, taken_at=None).update(taken_at=clock.now())

    def _arrived(self, row: PartnerMessage) -> Arrived:
        kind, process = _kind_of(bytes(row.content))
        message = Envelope(row.uid, row.sender, row.recipient, "BE", kind, process, bytes(row.content))
        content = _across(message, _ends()[PARTNER], _ends()[US])
        return Arrived(str(row.pk), row.sender, row.recipient, kind, content)


def _kind_of(content: bytes) -> tuple[str, str]:
    """Which document it is, and of which process."""
    name = etree.QName(etree.fromstring(content, _PLAIN)).localname
    return {"Invoice": (INVOICE, BILLING), "CreditNote": (CREDIT_NOTE, BILLING)}.get(name, (RESPONSE, RESPONSES))


def _across(envelope: Envelope, here: End, there: End) -> bytes:
    """Sends from one end to the other and verifies the receipt; what came out there. Raises: NotTaken."""
    from as4 import SecurityPolicy, pinned_certificates
    from as4.peppol import build_peppol_message, parse_peppol_message, parse_peppol_receipt

    message = build_peppol_message(
        envelope.content, local_party=here.inside, remote_party=there.outside, sender=envelope.sender, recipient=envelope.recipient,
        document_type_identifier_scheme="busdox-docid-qns", document_type_identifier_value=envelope.document_type,
        process_identifier=envelope.process, sender_country_id=envelope.country,
    )  # fmt: skip
    body, boundary = message.get_request_data()
    received = parse_peppol_message(
        request_headers=message.get_http_headers(boundary), request_body=body, local_party=there.inside,
        security_policy=SecurityPolicy(signer_resolver=pinned_certificates(here.certificate)),
    )  # fmt: skip
    _headers, signal = received.build_signal()
    if not received.successful:
        raise NotTaken("the partner could not verify or decrypt what was sent", final=True)
    parse_peppol_receipt(signal, there.certificate).verify_non_repudiation(message.signed_references)
    return _unpacked(next(iter(received.message.decrypted_data.values())))


def _unpacked(wrapped: bytes) -> bytes:
    """The document in its business envelope (SBDH)."""
    root = etree.fromstring(wrapped, _PLAIN)
    return etree.tostring(root[-1], encoding="UTF-8", xml_declaration=True)


def _answer(envelope: Envelope, content: bytes) -> Response:
    """A buyer who accepts what can be read, and says why otherwise."""
    try:
        document: Document | None = read_ubl(content).document
    except BadEInvoice as bad:
        document, why = None, str(bad)
    refuses = document is None or envelope.recipient.endswith(REFUSES)
    reason = Clarification("REF", text=why[:200] if document is None else "Not ordered by us") if refuses else None
    return Response(
        number=f"A-{uuid4().hex[:12]}",
        issue_date=clock.now().date(),
        sender=_identifier(envelope.recipient),
        sender_name=_there(document).name if document else envelope.recipient,
        receiver=_identifier(envelope.sender),
        receiver_name=_here(document).name if document else envelope.sender,
        code=REJECTED if reason else ACCEPTED,
        document=document.number if document else str(envelope.uid),
        document_type=document.type_code if document else "380",
        clarifications=(reason,) if reason else (),
    )


def _here(document: Document) -> Party:
    """Who sent it: the seller, or the buyer who writes the seller's invoice."""
    return document.buyer if document.is_self_billed else document.seller


def _there(document: Document) -> Party:
    return document.seller if document.is_self_billed else document.buyer


def _identifier(participant: str) -> Identifier:
    scheme, _colon, number = participant.partition(":")
    return Identifier(number, scheme)


@lru_cache(maxsize=1)
def _ends() -> dict[str, End]:
    return {name: _end(name) for name in (US, PARTNER)}


def _end(name: str) -> End:
    from as4 import AS4LocalPrivateKey
    from as4.peppol import create_peppol_external_party, create_peppol_internal_party

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder().subject_name(called).issuer_name(called).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + VALID)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    return End(
        create_peppol_internal_party(party_id=name, certificate=certificate, private_key=AS4LocalPrivateKey(key)),
        create_peppol_external_party(party_id=name, certificate=certificate),
        certificate,
    )
