"""What is kept of somebody about mutual aid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marke.funds.models import AidClaim, AidParticipation
from marke.parties.events import PartyErased
from marke.parties.models import Party
from marke.parties.my_data import moment

Rows = Iterable[Mapping[str, Any]]


def claims(party: Party) -> Rows:
    for claim in AidClaim.objects.filter(claimant=party).select_related("coop").order_by("id"):
        yield {
            "co-op": claim.coop.name,
            "request": claim.number,
            "asked_at": moment(claim.asked_at),
            "amount": claim.amount,
            "reason": claim.reason,
            "paper": claim.paper,
            "state": claim.state,
            "granted": claim.granted,
            "note": claim.note,
            "decided_at": moment(claim.decided_at),
        }


def participations(party: Party) -> Rows:
    for row in AidParticipation.objects.filter(membership__party=party).select_related("coop").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "since": row.since.isoformat(),
            "until": row.until.isoformat() if row.until else "",
        }


def forget_reasons(event: PartyErased) -> None:
    """Why somebody needed help goes with who they were; that help was given stays in the books."""
    AidClaim.objects.filter(claimant=event.party).update(reason="", paper="", note="")
