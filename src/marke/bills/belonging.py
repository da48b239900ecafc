"""Bills, as the rest of the house meets them: what somebody did with them, and what is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from marke.bills.models import Approval, Bill, BillMove, Letter
from marke.common.mail import KEPT
from marke.parties.events import PartyErased
from marke.parties.models import Party
from marke.parties.my_data import moment


def bills(party: Party) -> Iterable[Mapping[str, Any]]:
    """What they brought in or typed."""
    for row in Bill.objects.filter(entered_by=party).select_related("coop").order_by("id"):
        yield {
            "co-op": row.coop.name, "bill": row.number, "supplier": row.name, "paper": row.paper, "payable": row.payable,
            "state": row.state, "received_at": moment(row.received_at),
        }  # fmt: skip


def bill_moves(party: Party) -> Iterable[Mapping[str, Any]]:
    """What they said to bills."""
    for row in BillMove.objects.filter(by=party).select_related("coop", "bill").order_by("id"):
        yield {"co-op": row.coop.name, "bill": row.bill.number, "state": row.state, "note": row.note, "at": moment(row.at)}
    for approval in Approval.objects.filter(by=party).select_related("coop", "bill").order_by("id"):
        yield {"co-op": approval.coop.name, "bill": approval.bill.number, "state": "yes", "note": "", "at": moment(approval.at)}


def forget(event: PartyErased) -> None:
    """Their words go; the papers stay as long as the books have to."""
    BillMove.objects.filter(by=event.party).update(note="")


def forget_letters(at: datetime) -> int:
    """Mails that came in are told for as long as those that went out."""
    return Letter.objects.filter(received_at__lt=at - KEPT).delete()[0]
