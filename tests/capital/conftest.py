"""A co-op whose share costs €50.00, and people who put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

# Models are imported where they are used: this file is read before Django is ready.
if TYPE_CHECKING:
    from marke.parties.models import Coop, Membership


@pytest.fixture
def velo(db: None) -> Coop:
    from tests.factories.parties import make_coop
    from tests.factories.rules import found

    coop = make_coop()
    found(coop, shares__price=5_000)
    coop.iban = "BE68539007547034"
    coop.save()
    return coop


def _member(coop: Coop, name: str, *offices: str) -> Membership:
    from tests.factories.parties import make_member

    return make_member(coop, name, offices=offices)


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return _member(velo, "Amina")


@pytest.fixture
def bo(velo: Coop) -> Membership:
    return _member(velo, "Bo")


@pytest.fixture
def cy(velo: Coop) -> Membership:
    return _member(velo, "Cy")


@pytest.fixture
def treasurer(velo: Coop) -> Membership:
    return _member(velo, "Tess", "treasurer")


@pytest.fixture
def coordinator(velo: Coop) -> Membership:
    return _member(velo, "Cora", "coordinator")
