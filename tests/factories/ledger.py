"""Transactions for tests."""

from __future__ import annotations

from datetime import date, datetime

from marke.ledger.models import Account, Transaction
from marke.ledger.services import NewPosting, NewTransaction, open_account, post
from marke.parties.models import Coop, Party
from tests.factories.parties import T0

DAY = date(2026, 1, 5)


def job_legs(coop: Coop, worker: Party, price: int = 1250, contribution: int = 150) -> list[NewPosting]:
    """A settled job: what the client owes, what the worker earned, what the co-op keeps."""
    return [
        NewPosting(open_account(coop=coop, kind="unbilled", at=T0), price, "price"),
        NewPosting(open_account(coop=coop, kind="earnings", party=worker, at=T0), contribution - price, "earnings"),
        NewPosting(open_account(coop=coop, kind="contribution", at=T0), -contribution, "contribution"),
    ]


def book_job(
    coop: Coop, worker: Party, number: int = 1, price: int = 1250, contribution: int = 150, on: date = DAY, at: datetime = T0
) -> Transaction:
    return post(
        coop=coop,
        kind="job",
        key=f"job:{number}:1",
        date=on,
        postings=job_legs(coop, worker, price, contribution),
        by=worker,
        at=at,
        facts={"price": price},
    )


def new_job(coop: Coop, worker: Party, number: int, price: int = 1250) -> NewTransaction:
    return NewTransaction("job", f"job:{number}:1", DAY, job_legs(coop, worker, price), None, {"price": price})


def account(coop: Coop, kind: str, unit: str | None = None, party: Party | None = None) -> Account:
    return open_account(coop=coop, kind=kind, unit=unit, party=party, at=T0)
