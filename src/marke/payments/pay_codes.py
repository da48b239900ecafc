"""How a request is paid: the account, the reference, and the code that a banking app reads."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from marke.common.paper import qr_svg
from marke.parties.models import Coop
from marke.payments.models import PaymentRequest
from marke_core.banking import BadIban, epc_payload, show_iban, show_reference


@dataclass(frozen=True)
class PayCode:
    """What stands on a page or paper that asks for money; `svg` is "" where no banking app could read it."""

    amount: int
    name: str
    iban: str
    reference: str
    svg: SafeString


def pay_code(*, name: str, iban: str, currency: str, amount: int, reference: str) -> PayCode:
    """`iban` may be "" and the currency another than the euro: then there is no code, and the rest still stands."""
    # Safe: segno draws it, and what was typed is only in the pattern of its squares.
    svg = mark_safe(_svg(name, iban, currency, amount, reference))  # noqa: S308
    return PayCode(amount, name, show_iban(iban), show_reference(reference), svg)


def _svg(name: str, iban: str, currency: str, amount: int, reference: str) -> str:
    if not iban or currency != "EUR":
        return ""
    try:
        return qr_svg(epc_payload(name=name, iban=iban, cents=amount, reference=reference))
    except (BadIban, ValueError):
        return ""


def pay_code_of(coop: Coop, request: PaymentRequest, left: int) -> PayCode:
    """For what is left to pay on a request."""
    return pay_code(name=coop.name, iban=coop.iban, currency=coop.currency, amount=left, reference=request.reference)
