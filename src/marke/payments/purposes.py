"""What a payment can be for. The app that asks for the money registers here what a payment means to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from marke.common.registry import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from marke.parties.models import Party
    from marke.payments.models import Payment, PaymentRequest


class Reaction(Protocol):
    """Runs in the transaction that books; raises Refused when it cannot be."""

    def __call__(self, *, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None: ...


@dataclass(frozen=True)
class Purpose:
    kind: str
    label: str | _StrPromise
    # "Invoice 2026-0004": from the request's own fields, without a query, because lists show many.
    describe: Callable[[PaymentRequest], str]
    # The page of the thing that is paid for.
    url: Callable[[PaymentRequest], str]
    # A payment (or a part of one) counted for the request.
    paid: Reaction
    # A payment that had counted was booked in error and is taken back.
    taken_back: Reaction


purposes: Registry[Purpose] = Registry("purpose of a payment")
