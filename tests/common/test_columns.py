"""Facts as columns: the same numbers as row by row, to the microsecond, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from marke.common.db.columns import AT_ONCE, Microseconds, columns
from marke.parties.models import Party

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)


def people(*moments: datetime) -> None:
    Party.objects.bulk_create([Party(name=f"Person {n}", created_at=moment) for n, moment in enumerate(moments)])


def read() -> list[list[int]]:
    rows = Party.objects.filter(name__startswith="Person").order_by("pk")
    return [column.tolist() for column in columns(rows.values_list("pk", Microseconds("created_at")))]


def test_a_moment_is_read_to_the_microsecond() -> None:
    moments = [MOMENT, MOMENT.replace(microsecond=0), MOMENT.replace(microsecond=1), datetime(1969, 12, 31, 23, tzinfo=UTC)]
    people(*moments)
    since = datetime(1970, 1, 1, tzinfo=UTC)
    assert read()[1] == [(moment - since) // timedelta(microseconds=1) for moment in moments]


def test_more_rows_than_are_read_at_once_keep_their_order() -> None:
    people(*(MOMENT + timedelta(seconds=n) for n in range(AT_ONCE + 5)))
    ids, moments = read()
    assert len(ids) == AT_ONCE + 5
    assert ids == sorted(ids)
    assert moments == sorted(moments)


def test_no_rows_are_empty_columns() -> None:
    assert read() == [[], []]
