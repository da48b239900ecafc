"""What the app below, about people, asks of the register: what somebody holds, and what becomes of it when they leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money
from marke.parties.models import Membership, Party
from marke.shares.models import ShareEvent, ShareRequest
from marke.shares.queries import Holding, holding_of, open_requests

Rows = Iterable[Mapping[str, Any]]


def share_requests(party: Party) -> Rows:
    rows = ShareRequest.objects.filter(membership__party=party).select_related("coop", "payment_request").order_by("id")
    for request in rows:
        yield {
            "co-op": request.coop.name,
            "request": request.number,
            "shares": request.shares,
            "price": request.price,
            "reference": request.payment_request.reference,
            "asked_at": request.created_at.isoformat(),
        }


def share_register(party: Party) -> Rows:
    """Every entry about somebody; what they hold on a day is the sum of `shares` up to it."""
    for event in ShareEvent.objects.filter(membership__party=party).select_related("coop", "request").order_by("id"):
        yield {
            "co-op": event.coop.name,
            "place": event.number,
            "date": event.date.isoformat(),
            "what": event.kind,
            "request": event.request.number if event.request else "",
            "shares": event.shares,
            "amount": event.amount,
        }


def leaving_notes(membership: Membership) -> Sequence[str]:
    """What happens with shares that are only paid for; of those that are held, the exits tell."""
    currency = membership.coop.currency
    notes = []
    for row in open_requests(membership.coop, membership):
        words = {"number": row.request.number, "amount": format_money(row.standing.held, currency)}
        if row.standing.held:
            notes.append(
                _("Your share request %(number)s is cancelled, and the %(amount)s paid on it are paid back to you.") % words
            )
        else:
            notes.append(
                _("Your share request %(number)s is cancelled. Nothing was paid on it yet; do not pay it any more.") % words
            )
    return notes


def member_part(membership: Membership, at: datetime) -> dict[str, Any] | None:
    """What a member or former member holds. Nothing for who holds none."""
    held: Holding | None = holding_of(membership, clock.local_date(at, membership.coop.timezone))
    if held is None:
        return None
    return {"shares": held.shares, "amount": held.amount, "left": membership.state == Membership.State.LEFT}
