"""An entry of a bank statement is told what it is, and whose the account on its other side is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from marke.parties.models import Coop
from marke.payments.models import BankAccount
from marke.payments.statement_models import BankEntry

Meaning = BankEntry.Meaning
SLICE = 2_000


def forget(entry: BankEntry) -> None:
    entry.meaning, entry.certain, entry.why, entry.about = Meaning.UNKNOWN, False, "", ""
    entry.owed_kind = entry.owed_subject = ""
    entry.same_as = entry.request = entry.run = entry.pay_line = entry.account = None
    if entry.booked_at is None:
        entry.payment = entry.refund = entry.transaction = None
    elif entry.amount < 0:
        entry.payment = None  # it was proposed; what came in is booked as a payment, and stays it


def say(entry: BankEntry, meaning: str, why: str, about: str = "", *, certain: bool = False, **what: Any) -> None:
    entry.meaning, entry.why, entry.about, entry.certain = meaning, why, about[:140], certain
    for name, value in what.items():
        setattr(entry, name, value)


def slices(values: Iterable[Any]) -> Iterator[list[Any]]:
    """A database takes only so many values in one question."""
    known = list(dict.fromkeys(values))
    for start in range(0, len(known), SLICE):
        yield known[start : start + SLICE]


def parties_by_iban(coop: Coop, entries: Sequence[BankEntry]) -> dict[str, set[int]]:
    """Whose account a number is: as members gave it, or as it paid before."""
    parties: dict[str, set[int]] = defaultdict(set)
    for part in slices(entry.iban for entry in entries if entry.iban):
        given = BankAccount.objects.filter(coop=coop, iban__in=part, cancelled_at=None, confirmed_at__isnull=False)
        before = BankEntry.objects.filter(coop=coop, iban__in=part, payment__request__isnull=False, payment__reversed_at=None)
        for iban, party in (*given.values_list("iban", "party"), *before.values_list("iban", "payment__request__party")):
            parties[iban].add(party)
    return parties
