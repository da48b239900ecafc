"""Members who have earned something and can be paid."""

from datetime import date, datetime

from marke.ledger.services import Account, NewPosting, open_account, post
from marke.parties.models import Membership
from marke.payments.services import record_bank_account
from tests.factories.parties import T0

IBAN = "BE68539007547034"


def earn(worker: Membership, amount: int, on: date, key: str = "") -> Account:
    """Books earnings of a day, as the settlement of a job does."""
    coop = worker.coop
    account = open_account(coop=coop, kind="earnings", party=worker.party, at=T0)
    post(
        coop=coop,
        kind="test",
        key=key or f"test:{worker.number}.{on}.{amount}:1",
        date=on,
        postings=[
            NewPosting(open_account(coop=coop, kind="unbilled", at=T0), amount, "price"),
            NewPosting(account, -amount, "earnings"),
        ],
        by=None,
        at=T0,
    )
    return account


def give_account(worker: Membership, at: datetime = T0, iban: str = IBAN) -> None:
    record_bank_account(coop=worker.coop, party=worker.party, iban=iban, holder=worker.party.name, by=None, at=at)
