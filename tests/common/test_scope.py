"""No row of one co-op refers to a row of another (INV-SCOPE-1), also not through raw SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from marke.common.db.scope import (
    CHECKED_ELSEWHERE,
    create_scope_triggers,
    drop_scope_triggers,
    references,
    scoped_models,
    strange_references,
)
from marke.parties.models import Circle, CircleMembership, Coop, Membership, Party

AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def coop(slug: str) -> Coop:
    return Coop.objects.create(
        slug=slug, name=slug, pack="delivery", country="BE", currency="EUR", timezone="Europe/Brussels", created_at=AT
    )


def member(coop: Coop) -> Membership:
    party = Party.objects.create(name="Amina", created_at=AT)
    return Membership.objects.create(coop=coop, party=party, number=1, applied_at=AT)


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(IntegrityError, match="INV-SCOPE-1"), transaction.atomic():
        yield


@pytest.fixture
def velo() -> Coop:
    return coop("velo")


@pytest.fixture
def other() -> Coop:
    return coop("other")


def test_a_row_cannot_refer_to_another_co_op(velo: Coop, other: Coop) -> None:
    circle, stranger = Circle.objects.create(coop=velo, name="East", created_at=AT), member(other)
    for owner in (velo, other):
        with refused():
            CircleMembership.objects.create(coop=owner, circle=circle, membership=stranger, joined_at=AT)
    assert not CircleMembership.objects.exists()


def test_raw_sql_is_refused_too(velo: Coop, other: Coop) -> None:
    circle, stranger = Circle.objects.create(coop=velo, name="East", created_at=AT), member(other)
    with refused(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO parties_circlemembership (coop_id, circle_id, membership_id, joined_at) VALUES (%s, %s, %s, %s)",
            [velo.pk, circle.pk, stranger.pk, AT],
        )
    own = CircleMembership.objects.create(coop=velo, circle=circle, membership=member(velo), joined_at=AT)
    with refused(), connection.cursor() as cursor:
        cursor.execute("UPDATE parties_circlemembership SET membership_id = %s WHERE id = %s", [stranger.pk, own.pk])


def test_a_row_never_moves_to_another_co_op(velo: Coop, other: Coop) -> None:
    circle = Circle.objects.create(coop=velo, name="East", created_at=AT)
    with refused(), connection.cursor() as cursor:
        cursor.execute("UPDATE parties_circle SET coop_id = %s WHERE id = %s", [other.pk, circle.pk])
    circle.refresh_from_db()
    assert circle.coop == velo


def test_an_empty_reference_and_one_within_the_co_op_pass(velo: Coop) -> None:
    east = Circle.objects.create(coop=velo, name="East", created_at=AT)
    Circle.objects.bulk_create(
        [Circle(coop=velo, name="North", parent=east, created_at=AT), Circle(coop=velo, name="South", created_at=AT)]
    )
    east.name = "Far east"
    east.save()
    assert Circle.objects.filter(coop=velo).count() == 3


def test_every_reference_of_every_table_is_guarded() -> None:
    guarded = {reference.table for reference in references()} - CHECKED_ELSEWHERE
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname LIKE 'scope%%'"
            )
        else:
            cursor.execute("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'scope%%'")
        tables = {name for (name,) in cursor.fetchall()}
    assert tables == {model._meta.db_table for model in scoped_models()}
    assert guarded <= tables and len(references()) > 30


def test_the_doctor_finds_what_slipped_in_while_the_guard_was_away(velo: Coop, other: Coop) -> None:
    circle, stranger = Circle.objects.create(coop=velo, name="East", created_at=AT), member(other)
    assert not list(strange_references(velo))
    drop_scope_triggers()
    CircleMembership.objects.create(coop=velo, circle=circle, membership=stranger, joined_at=AT)
    create_scope_triggers()
    (violation,) = strange_references(velo)
    assert violation.invariant == "INV-SCOPE-1" and f"membership_id = {stranger.pk}" in violation.what
