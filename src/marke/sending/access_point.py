"""What Marke asks of an access point, whoever runs it. Only certified ones may send over Peppol; so it can be changed at any time.

An adapter answers these questions over some wire. It raises `NotTaken`, and nothing else, when it cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from marke.common.registry import Registry
from marke_core.einvoice.model import BILLING_PROCESS, PEPPOL_BILLING, PEPPOL_SELF_BILLING, SELF_BILLING_PROCESS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from marke.sending.models import Connection

BILLING, SELF_BILLING = BILLING_PROCESS, SELF_BILLING_PROCESS
RESPONSES = "urn:fdc:peppol.eu:poacc:bis:invoice_response:3"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE = f"{_UBL}Invoice-2::Invoice##{PEPPOL_BILLING}::2.1"
CREDIT_NOTE = f"{_UBL}CreditNote-2::CreditNote##{PEPPOL_BILLING}::2.1"
SELF_BILLED_INVOICE = f"{_UBL}Invoice-2::Invoice##{PEPPOL_SELF_BILLING}::2.1"
SELF_BILLED_CREDIT_NOTE = f"{_UBL}CreditNote-2::CreditNote##{PEPPOL_SELF_BILLING}::2.1"
RESPONSE = f"{_UBL}ApplicationResponse-2::ApplicationResponse##urn:fdc:peppol.eu:poacc:trns:invoice_response:3::2.1"


class NotTaken(Exception):
    """The access point did not take it. `final`: asking again would change nothing."""

    def __init__(self, said: str, *, final: bool = False) -> None:
        self.final = final
        super().__init__(said[:300])


class Fate(StrEnum):
    UNDERWAY = "underway"
    DELIVERED = "delivered"
    REFUSED = "refused"


@dataclass(frozen=True)
class Envelope:
    """`uid` stays the same when it is sent again: by it the access point knows that it has it already."""

    uid: UUID
    sender: str  # "0208:0999900348", the scheme of ISO 6523 and the number
    recipient: str
    country: str  # where the sender is, ISO 3166
    document_type: str
    process: str
    content: bytes


@dataclass(frozen=True)
class Arrived:
    """Something that came in and lies at the access point until it is taken."""

    message: str
    sender: str
    recipient: str
    document_type: str
    content: bytes


class AccessPoint(Protocol):
    def send(self, envelope: Envelope) -> str:
        """The transmission id. Raises: NotTaken."""
        ...

    def find(self, envelope: Envelope) -> str | None:
        """The transmission id of what was sent before under this uid, if it was. Raises: NotTaken."""
        ...

    def fate(self, transmission: str) -> tuple[Fate, str]:
        """What became of it, and what was said. Raises: NotTaken."""
        ...

    def arrived(self) -> list[Arrived]:
        """What lies there. Raises: NotTaken."""
        ...

    def take(self, message: str) -> None:
        """It is kept here now; the access point may put it away. Raises: NotTaken."""
        ...


@dataclass(frozen=True)
class AccessPointKind:
    """`needs_key`: there is an address and a key to be given · `offered`: people may choose it here."""

    kind: str
    label: str | _StrPromise
    needs_key: bool
    open: Callable[[Connection], AccessPoint]  # raises NotTaken, as it does
    offered: bool = True


access_points: Registry[AccessPointKind] = Registry("kind of access point")
