"""What is kept of somebody about mutual aid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marke.common.clock import local_date
from marke.funds.models import AidClaim, AidParticipation
from marke.funds.services import withdraw_claim
from marke.parties.events import MemberLeft, PartyErased
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


def withdraw_on_leaving(event: MemberLeft) -> None:
    """Whoever leaves takes part no more: what they asked for and nobody decided on yet is withdrawn."""
    for claim in AidClaim.objects.filter(membership=event.membership, state=AidClaim.State.ASKED):
        withdraw_claim(claim=claim, by=event.by, at=event.at)
    standing = AidParticipation.objects.filter(membership=event.membership, until=None)
    for taking_part in standing.select_related("coop"):
        taking_part.until = max(taking_part.since, local_date(event.at, taking_part.coop.timezone))
        taking_part.save(update_fields=["until"])


def forget_reasons(event: PartyErased) -> None:
    """Why somebody needed help goes with who they were; that help was given stays in the books."""
    AidClaim.objects.filter(claimant=event.party).update(reason="", paper="", note="")
