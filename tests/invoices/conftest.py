"""A co-op with a VAT number, a worker and a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

# Models are imported where they are used: this file is read before Django is ready.
if TYPE_CHECKING:
    from marke.activities.models import Activity
    from marke.parties.models import Client, Coop, Membership


@pytest.fixture
def coop(db: None) -> Coop:
    from tests.factories.invoices import make_invoicing_coop

    return make_invoicing_coop()


@pytest.fixture
def worker(coop: Coop) -> Membership:
    from tests.factories.parties import make_member

    return make_member(coop, "Amina")


@pytest.fixture
def client_(coop: Coop) -> Client:
    from tests.factories.parties import make_client

    return make_client(coop)


@pytest.fixture
def business(client_: Client) -> Client:
    """Found on the network by its VAT number, as the co-op is by its own."""
    from marke.parties.models import Party

    Party.objects.filter(pk=client_.party_id).update(
        kind="organisation", country="BE", vat_number="BE0999900348", street="Kade 1", postcode="2000", city="Antwerpen"
    )
    client_.refresh_from_db()
    return client_


@pytest.fixture
def activity(coop: Coop, worker: Membership) -> Activity:
    from tests.factories.invoices import make_activity

    return make_activity(coop, worker)
