"""What the app below, about people, asks of the register: what somebody holds, and what becomes of it when they leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money
from marke.parties.models import Membership, Party
from marke.shares.models import NoteAttestation, ShareEvent, ShareRequest, ShareTransfer
from marke.shares.queries import Holding, holding_of, open_requests, open_transfers

Rows = Iterable[Mapping[str, Any]]


def share_requests(party: Party) -> Rows:
    """What somebody asked for, or pays for another."""
    rows = ShareRequest.objects.filter(Q(membership__party=party) | Q(payer=party)).order_by("id")
    rows = rows.select_related("coop", "payment_request", "share_class", "membership")
    for request in rows:
        yield {
            "co-op": request.coop.name,
            "request": request.number,
            "kind": request.share_class.code,
            "for": request.membership.number,
            "shares": request.shares,
            "price": request.price,
            "entry_fee": request.entry_fee,
            "reference": request.payment_request.reference,
            "asked_at": request.created_at.isoformat(),
        }


def share_register(party: Party) -> Rows:
    """Every entry about somebody; what they hold on a day is the sum of `shares` up to it."""
    for event in (
        ShareEvent.objects.filter(membership__party=party)
        .select_related("coop", "request", "share_class", "transfer")
        .order_by("id")
    ):
        yield {
            "co-op": event.coop.name,
            "place": event.number,
            "date": event.date.isoformat(),
            "what": event.kind,
            "kind": event.share_class.code,
            "request": event.request.number if event.request else "",
            "transfer": event.transfer.number if event.transfer else "",
            "shares": event.shares,
            "price": event.price,
            "amount": event.amount,
        }


def share_transfers(party: Party) -> Rows:
    """Shares that somebody passed on, took over or converted, or wanted to."""
    rows = ShareTransfer.objects.filter(Q(giver__party=party) | Q(receiver__party=party)).order_by("id")
    for transfer in rows.select_related("coop", "giver", "receiver", "share_class", "to_class").prefetch_related("moves"):
        yield {
            "co-op": transfer.coop.name,
            "transfer": transfer.number,
            "reason": transfer.reason,
            "from": transfer.giver.number,
            "to": transfer.receiver.number if transfer.receiver else "",
            "kind": transfer.share_class.code,
            "into": transfer.to_class.code,
            "shares": transfer.shares,
            "state": list(transfer.moves.all())[-1].state,
            "asked_at": transfer.created_at.isoformat(),
        }


def share_notes(party: Party) -> Rows:
    """Which version of which information note somebody said they had read."""
    for read in NoteAttestation.objects.filter(party=party).select_related("coop", "rule_value").order_by("id"):
        yield {
            "co-op": read.coop.name,
            "rule_value": str(read.rule_value.uid),
            "text_sha256": read.text_sha256,
            "read_at": read.at.isoformat(),
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
    notes += [
        _("Transfer %(number)s of shares is withdrawn: the shares stay where they are.") % {"number": transfer.number}
        for transfer in open_transfers(membership.coop, membership)
    ]
    return notes


def member_part(membership: Membership, at: datetime) -> dict[str, Any] | None:
    """What a member or former member holds. Nothing for who holds none."""
    held: Holding | None = holding_of(membership, clock.local_date(at, membership.coop.timezone))
    if held is None:
        return None
    number = membership.number
    return {"number": number, "shares": held.shares, "amount": held.amount, "left": membership.state == Membership.State.LEFT}
