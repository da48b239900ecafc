"""Members, classes and paid shares, for the tests of the register."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from marke.common.invariants import invariants
from marke.ledger.queries import balance
from marke.ledger.services import open_account
from marke.parties.models import Coop, Membership, Party
from marke.payments.models import Payment
from marke.payments.services import record_payment
from marke.rules.models import Decision
from marke.rules.services import record_decision, set_rule
from marke.shares import queries, services
from marke.shares.models import ShareClass, ShareEvent, ShareRequest, ShareTransfer
from tests.factories.parties import T0
from tests.factories.rules import found

DAY = timedelta(days=1)


def founded(coop: Coop, **rules: Any) -> Coop:
    """Rules for tests: a share costs €50; and where money is paid to."""
    found(coop, **{"shares__price": 5_000, **rules})
    coop.iban = "BE68539007547034"
    coop.save()
    return coop


def set_value(coop: Coop, key: str, value: Any, share_class: str = "", at: datetime = T0) -> Decision:
    """A rule of this class has this value from now on: no vote in between."""
    decision = record_decision(coop=coop, kind="upgrade", title=f"{key} {share_class}", by=None, at=at)
    scope = f"share_class={share_class}" if share_class else ""
    set_rule(coop=coop, key=key, value=value, scope=scope, valid_from=at, decision=decision, at=at)
    return decision


def open_class(coop: Coop, code: str, at: datetime = T0, *, member_classes: tuple[str, ...] = (), **rules: Any) -> ShareClass:
    """A class of shares with values of its own: open_class(coop, "investor", price=20_000)."""
    share_class = services.open_share_class(
        coop=coop, code=code, name=f"{code.title()} shares", member_classes=member_classes, decision=None, by=None, at=at
    )
    for key, value in rules.items():
        set_value(coop, f"shares.{key}", value, code, at)
    return share_class


def ask(membership: Membership, shares: int = 2, key: str = "k", at: datetime = T0, **more: Any) -> ShareRequest:
    return services.request_shares(
        membership=membership, shares=shares, once_key=f"{key}{membership.number}", by=membership.party, at=at, **more
    )


def pay(request: ShareRequest, amount: int | None = None, key: str = "p", at: datetime = T0 + DAY) -> Payment:
    asked = request.payment_request
    return record_payment(
        coop=request.coop,
        request=asked,
        amount=asked.amount if amount is None else amount,
        date=at.date(),
        once_key=f"{key}{request.number}",
        by=None,
        at=at,
    )


def hold(membership: Membership, shares: int = 2, key: str = "h", at: datetime = T0, **more: Any) -> ShareRequest:
    """Asked for, paid and allotted."""
    request = ask(membership, shares, key, at, **more)
    pay(request, key=key, at=at)
    return request


def transfer(
    giver: Membership,
    receiver: Membership | None,
    shares: int = 1,
    reason: str = "sale",
    key: str = "t",
    at: datetime = T0,
    **more: Any,
) -> ShareTransfer:
    share_class = more.pop("share_class", None) or services.ordinary_class(giver.coop, at)
    by: Party = giver.party
    return services.ask_transfer(
        giver=giver, receiver=receiver, share_class=share_class, shares=shares, reason=reason, once_key=key, by=by, at=at, **more
    )


def state(found: ShareTransfer) -> str:
    return str(queries.transfers(found.coop).get(pk=found.pk).state)


def kinds(coop: Coop) -> list[str]:
    return list(ShareEvent.objects.filter(coop=coop).order_by("number").values_list("kind", flat=True))


def holdings(coop: Coop, on: Any = None) -> dict[tuple[str, str], tuple[int, int]]:
    """{("Amina", "ordinary"): (shares, minor units)}"""
    rows = queries.holdings_by_class(coop, on)
    return {(row.membership.party.name, row.share_class.code): (row.shares, row.amount) for row in rows if row.share_class}


def booked(membership: Membership, kind: str = "shares", detail: str = "") -> int:
    """What the ledger has for this member: credit is positive."""
    return -balance(open_account(coop=membership.coop, kind=kind, party=membership.party, detail=detail, at=T0))


def of_coop(coop: Coop, kind: str, detail: str = "") -> int:
    return -balance(open_account(coop=coop, kind=kind, detail=detail, at=T0))


def faults(coop: Coop) -> list[object]:
    return list(invariants.get("INV-SHARE-1").check(coop))
