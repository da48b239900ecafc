"""A co-op that has worked for a year, and is about to close it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from marke.decisions.models import Ballot, Proposal
from marke.decisions.services import cast_ballot, close_vote, open_vote
from marke.ledger import services as ledger
from marke.ledger.services import NewPosting
from marke.parties.models import Client, Coop, Membership
from marke.surplus import services
from marke.surplus.models import YearClose
from tests.factories.jobs import make_job, make_service, settle
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

START = datetime(2025, 1, 6, 9, tzinfo=UTC)
YEAR = (date(2025, 1, 1), date(2026, 1, 1))
AFTER = datetime(2026, 2, 2, 10, tzinfo=UTC)
LATER = AFTER + timedelta(days=20)


def make_year(
    slug: str = "velo", *, jobs: tuple[int, ...] = (3, 2, 1), price: int = 100_00, **rules: Any
) -> tuple[Coop, list[Membership]]:
    """Members who did so many jobs each in 2025; the co-op keeps 12 % of each. The first is coordinator and treasurer."""
    coop = make_coop(slug, at=START)
    found(coop, at=START, decisions__discussion=0, **rules)
    names = ["Amina", "Bram", "Chen", "Dilnoza"]
    people = [
        make_member(coop, names[i], offices=("coordinator", "treasurer") if i == 0 else (), at=START) for i in range(len(jobs))
    ]
    make_service(coop, price=price, at=START)
    client = make_client(coop, at=START)
    work(coop, client, people, jobs)
    return coop, people


def work(
    coop: Coop, client: Client, people: list[Membership], jobs: tuple[int, ...], at: datetime = START + timedelta(days=60)
) -> None:
    for person, count in zip(people, jobs, strict=True):
        for number in range(count):
            moment = at + timedelta(days=number)
            settle(make_job(coop, client, at=moment), person, at=moment)


def earn(coop: Coop, amount: int, on: date = date(2025, 6, 30), kind: str = "contribution", key: str = "extra:1:1") -> None:
    """The co-op earns (or loses) something that is no job."""
    bank = ledger.open_account(coop=coop, kind="bank", at=AFTER)
    other = ledger.open_account(coop=coop, kind=kind, at=AFTER)
    ledger.post(
        coop=coop, kind="extra", key=key, date=on, by=None, at=AFTER,
        postings=[NewPosting(bank, amount, "in"), NewPosting(other, -amount, "earned")],
    )  # fmt: skip


def start(coop: Coop, by: Membership, at: datetime = AFTER) -> YearClose:
    return services.start_year(coop=coop, since=YEAR[0], until=YEAR[1], by=by.party, at=at)


def propose(year: YearClose, by: Membership, at: datetime = AFTER) -> Proposal:
    return services.propose_year(year=year, title="Close 2025", text="As we looked at it.", by=by.party, at=at)


def vote(proposal: Proposal, people: list[Membership], choice: str = Ballot.Choice.FOR, at: datetime = AFTER) -> Proposal:
    """Opens if need be; everybody votes the same, and it closes when its time is over."""
    if proposal.state == Proposal.State.DISCUSSING:
        proposal = open_vote(proposal=proposal, at=at)
    for person in people:
        cast_ballot(proposal=proposal, membership=person, choice=choice, reason="", by=person.party, at=at)
    proposal.refresh_from_db()
    if proposal.state == Proposal.State.VOTING:
        assert proposal.closes_at is not None
        proposal = close_vote(proposal=proposal, at=proposal.closes_at)
    return proposal


def closed(coop: Coop, people: list[Membership]) -> YearClose:
    """Previewed, proposed, adopted and booked."""
    year = start(coop, people[0])
    proposal = vote(propose(year, people[0]), people)
    assert proposal.effect_state == Proposal.EffectState.APPLIED, proposal.effect_error
    return YearClose.objects.select_related("round", "coop").get(pk=year.pk)


def balances(coop: Coop) -> dict[tuple[str, str], int]:
    """Per kind and detail, as people read them: what is owed or kept is positive."""
    from marke.ledger import queries

    found: dict[tuple[str, str], int] = {}
    for row in queries.balances(coop):
        key = (row.account.kind, row.account.detail)
        found[key] = found.get(key, 0) + row.amount * row.account.direction
    return {key: amount for key, amount in found.items() if amount}
