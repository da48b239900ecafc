"""Numbers of a co-op have no gap and no double, however many write at once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from marke.common.numbering import next_number
from marke.parties.models import Client, Coop, Party

AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
WRITERS, EACH = 8, 6


def coop(slug: str) -> Coop:
    return Coop.objects.create(
        slug=slug, name=slug, pack="delivery", country="BE", currency="EUR", timezone="Europe/Brussels", created_at=AT
    )


def add_client(owner: Coop, token: str) -> int:
    with transaction.atomic():
        party = Party.objects.create(name=token, created_at=AT)
        number = next_number(Client, owner)
        Client.objects.create(coop=owner, party=party, number=number, token=token, created_at=AT)
    return number


@pytest.mark.django_db
def test_each_co_op_counts_from_one() -> None:
    velo, other = coop("velo"), coop("other")
    assert [add_client(velo, "a"), add_client(velo, "b"), add_client(other, "c")] == [1, 2, 1]


@pytest.mark.django_db(transaction=True)
def test_a_number_is_not_given_outside_a_transaction() -> None:
    velo = coop("velo")
    with pytest.raises(transaction.TransactionManagementError):
        next_number(Client, velo)


@pytest.mark.django_db(transaction=True)
def test_a_number_given_back_is_used_again() -> None:
    velo = coop("velo")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert next_number(Client, velo) == 1
        raise ZeroDivisionError
    assert add_client(velo, "a") == 1


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_leave_no_gap_and_no_double() -> None:
    velo = coop("velo")
    given: list[int] = []
    errors: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            given.extend(add_client(velo, f"{writer}-{n}") for n in range(EACH))
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join(60)
    assert not errors
    assert sorted(given) == list(range(1, WRITERS * EACH + 1))
