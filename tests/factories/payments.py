"""Members who have earned something and can be paid."""

from __future__ import annotations

from datetime import date, datetime

from marke.ledger.services import Account, NewPosting, open_account, post
from marke.parties.models import Coop, Membership
from marke.payments.services import draft_pay_run, finalise_pay_run, record_bank_account, release_pay_run, send_pay_run
from marke.rounds.models import Round
from tests.factories.parties import T0, make_member

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


def released_run(coop: Coop, at: datetime, until: date | None = None, names: tuple[str, str] = ("Tess", "Cora")) -> Round:
    """A pay run that one officer made final and another released."""
    maker, second = (
        Membership.objects.filter(coop=coop, party__name=name).first() or make_member(coop, name, offices=(office,))
        for name, office in zip(names, ("treasurer", "coordinator"), strict=True)
    )
    run = draft_pay_run(coop=coop, until=until or at.date(), by=maker.party, at=at)
    finalise_pay_run(run=run, by=maker.party, at=at)
    return release_pay_run(run=run, by=second.party, at=at)


def sent_run(coop: Coop, at: datetime, until: date | None = None) -> Round:
    """A pay run that went to the bank."""
    return send_pay_run(run=released_run(coop, at, until), by=None, at=at)
