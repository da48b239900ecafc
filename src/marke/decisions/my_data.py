"""What is kept here about a person, for *my data*."""

from collections.abc import Iterator, Mapping
from typing import Any

from marke.decisions.models import Ballot, Proposal
from marke.parties.models import Party
from marke.threads.models import Comment


def proposals(party: Party) -> Iterator[Mapping[str, Any]]:
    for row in Proposal.objects.filter(author=party).select_related("coop").order_by("id"):
        yield {
            "coop": row.coop.slug,
            "proposal": row.number,
            "title": row.title,
            "text": row.text,
            "state": row.state,
            "made": row.created_at.isoformat(),
        }


def ballots(party: Party) -> Iterator[Mapping[str, Any]]:
    """Those of the person's memberships, and those they cast on behalf of others."""
    rows = Ballot.objects.filter(entry__membership__party=party) | Ballot.objects.filter(cast_by=party)
    for row in rows.select_related("coop", "entry__proposal", "entry__membership").order_by("id").distinct():
        yield {
            "coop": row.coop.slug,
            "proposal": row.entry.proposal.number,
            "member": row.entry.membership.number,
            "choice": row.choice,
            "reason": row.reason,
            "cast": row.cast_at.isoformat(),
        }


def comments(party: Party) -> Iterator[Mapping[str, Any]]:
    for row in Comment.objects.filter(author=party).select_related("coop").order_by("id"):
        yield {
            "coop": row.coop.slug,
            "thread": row.thread_id,
            "text": row.text,
            "made": row.at.isoformat(),
            "removed": row.removed_at.isoformat() if row.removed_at else "",
        }
