"""Bank statements of a co-op, written by the published message definitions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from marke_core.banking.samples import write_bank_csv, write_camt053, write_coda
from marke_core.banking.statements import Entry, Statement

OWN, OTHER = "BE68539007547034", "BE71096123456769"
DAY = date(2026, 1, 5)


def entry(amount: int, *, on: date = DAY, **more: Any) -> Entry:
    return Entry(line=1, booked_on=on, amount=amount, **({"value_on": on} | more))


def statement(entries: Sequence[Entry], *, opening: int = 0, iban: str = OWN, label: str = "1", **more: Any) -> Statement:
    """With the balances that make it add up."""
    closing = opening + sum(one.amount for one in entries)
    fields: dict[str, Any] = {"closing": closing, "closing_on": max((one.booked_on for one in entries), default=DAY)} | more
    return Statement(iban=iban, currency="EUR", entries=tuple(entries), label=label, opening=opening, **fields)


def camt(entries: Sequence[Entry], *, version: int = 8, batches: bool = False, **more: Any) -> bytes:
    return write_camt053(statement(entries, **more), version=version, batches=batches)


def coda(entries: Sequence[Entry], **more: Any) -> bytes:
    return write_coda(statement(entries, **more))


def bank_csv(entries: Sequence[Entry]) -> bytes:
    return write_bank_csv(statement(entries))


def many(count: int, *, days: int = 28) -> list[Entry]:
    """Entries of a busy month; every third one goes out."""
    return [
        entry(
            (1_000 + n) * (-1 if n % 3 == 2 else 1),
            on=DAY - timedelta(days=days - n * days // count),
            name=f"Client {n % 500}",
            iban=OTHER,
            text=f"order {n}",
            bank_reference=f"B{n:08d}",
        )
        for n in range(count)
    ]
