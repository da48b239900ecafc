"""Files that are broken, cut, or made to break: a clear sentence, and nothing kept or booked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from marke.ledger.services import Transaction
from marke.parties.models import Coop
from marke.payments.models import BankEntry, BankStatement, Payment
from marke.payments.services import book_statement, receive_statement
from marke.payments.statement_reading import CannotBeRead
from tests.factories.bank import OWN, camt, coda, entry
from tests.factories.parties import T0, make_coop
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
ROWS = [entry(5_000, name="Zoë", bank_reference="B1"), entry(-250, name="Bo", bank_reference="B2")]
FILES: dict[str, bytes] = {
    "entities": b'<!DOCTYPE Document [<!ENTITY a "aaaa">]>' + camt(ROWS).partition(b"?>")[2],
    "the passwords of the server": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    "depth": camt(ROWS).replace(b"<Bal>", b"<a>" * 1_000 + b"<Bal>", 1),
    "latin-1 that calls itself utf-8": camt(ROWS).replace("Zoë".encode(), b"Zo\xeb"),
    "no number": camt(ROWS).replace(b">50.00<", b">NaN<"),
    "more money than there is": camt(ROWS).replace(b">50.00<", b">" + b"9" * 30 + b"<"),
    "an empty byte": coda(ROWS).replace(b"Zo", b"Z\0"),
    "a long line": coda(ROWS).replace(b"Zo", b"Zoooooo"),
    "an open quote": b'Date;Amount;Name\n05/01/2026;5,00;"X\n06/01/2026;5,00;Y\n',
    "ten thousand columns": b"Date;Amount" + b";c" * 10_000 + b"\n05/01/2026;1,00\n",
    "blanks": b" " * 2**20,
    "a zip": b"PK\x03\x04" + b"\0" * 99,
}


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    coop.iban = OWN
    coop.save()
    return coop


def refused(coop: Coop, content: bytes) -> str:
    with pytest.raises(CannotBeRead) as refusal:
        receive_statement(coop=coop, filename="bank", content=content, by=None, at=T0)
    assert not BankStatement.objects.exists() and not BankEntry.objects.exists()
    assert not Payment.objects.exists() and not Transaction.objects.exists()
    return str(refusal.value)


@pytest.mark.parametrize("hostile", FILES)
def test_what_cannot_be_trusted_is_refused_in_words_that_can_be_read(velo: Coop, hostile: str) -> None:
    said = refused(velo, FILES[hostile])
    assert said.isprintable()
    assert 20 < len(said) < 400


@pytest.mark.parametrize("tenth", range(1, 10))
@pytest.mark.parametrize("write", [camt, coda])
def test_a_file_that_is_cut_at_any_tenth_is_refused(velo: Coop, write: Callable[..., bytes], tenth: int) -> None:
    content = write(ROWS).rstrip()
    refused(velo, content[: len(content) * tenth // 10])


@pytest.mark.parametrize("write", [camt, coda])
def test_the_same_reference_twice_in_one_file_is_two_movements_and_known_the_next_time(velo: Coop, write: Any) -> None:
    """The balances count both; the file that holds them again brings nothing new."""
    twice = [entry(5_000, name="Zoë", bank_reference="B1"), entry(5_000, name="Zoë", bank_reference="B1")]
    for rows in (twice, [*twice, entry(70, name="Bo", bank_reference="B9")]):
        statement = receive_statement(coop=velo, filename="bank", content=write(rows), by=None, at=T0)
        book_statement(statement=statement, by=None, at=T0)
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [70, 5_000, 5_000]
