"""A co-op with a VAT number, its treasurer and its coordinator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from marke.parties.models import Coop, Membership

from tests.invoices.conftest import activity, business, client_, coop, worker  # noqa: F401


@pytest.fixture
def tess(coop: Coop) -> Membership:  # noqa: F811
    from tests.factories.parties import make_member

    return make_member(coop, "Tess", offices=("treasurer",))


@pytest.fixture
def cora(coop: Coop) -> Membership:  # noqa: F811
    from tests.factories.parties import make_member

    return make_member(coop, "Cora", offices=("coordinator",))
