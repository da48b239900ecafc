"""Proposals for tests, taken through their moves by the services."""

from datetime import datetime, timedelta
from typing import Any

from marke.decisions import services
from marke.decisions.models import Ballot, Proposal
from marke.parties.models import Coop, Membership
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.rules import found

T1 = T0 + timedelta(days=30)  # when things are proposed
OPENS = T1 + timedelta(days=3)  # by the default rules
CLOSES = OPENS + timedelta(days=7)
LOWER = {"key": "jobs.contribution", "scope": "", "value": [1, 10], "from": "2026-03-01"}


def make_assembly(size: int = 4, slug: str = "velo", **rules: Any) -> tuple[Coop, list[Membership]]:
    """A co-op with rules and `size` members, the first of whom is its coordinator."""
    coop = make_coop(slug)
    found(coop, **rules)
    names = ["Amina", "Bram", "Chen", "Dilnoza", "Ewa", "Femi", "Gül", "Hana"]
    people = [make_member(coop, names[i], offices=("coordinator",) if i == 0 else ()) for i in range(size)]
    return coop, people


def make_proposal(
    coop: Coop,
    author: Membership,
    *,
    title: str = "A bench for the yard",
    kind: str = "",
    data: dict[str, Any] | None = None,
    at: datetime = T1,
) -> Proposal:
    """Up for discussion."""
    proposal = services.draft_proposal(
        coop=coop, title=title, text="Because we are tired.", effect_kind=kind, effect_data=data, by=author.party, at=at
    )
    return services.start_discussion(proposal=proposal, by=author.party, at=at)


def make_vote(coop: Coop, author: Membership, **wanted: Any) -> Proposal:
    """Up for the vote since OPENS."""
    return services.open_vote(proposal=make_proposal(coop, author, **wanted), at=OPENS)


def cast(proposal: Proposal, membership: Membership, choice: str, at: datetime = OPENS, reason: str = "") -> Ballot:
    return services.cast_ballot(
        proposal=proposal, membership=membership, choice=choice, reason=reason, by=membership.party, at=at
    )
