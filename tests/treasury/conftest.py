from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from marke.parties.models import Client, Coop, Membership

# Jobs and invoices of the factories are of Monday 2 March 2026; this is in the next quarter.
LATER = datetime(2026, 4, 7, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    """A founded co-op in Belgium with a VAT number, somebody in each office, a worker and a client."""

    coop: Coop
    treasurer: Membership
    coordinator: Membership
    worker: Membership
    client: Client


@pytest.fixture
def house(db: None) -> House:
    from tests.factories.parties import make_client, make_coop, make_member
    from tests.factories.rules import found

    coop = make_coop()
    coop.vat_number, coop.iban = "BE0123456749", "BE68539007547034"
    coop.save()
    found(coop)
    client = make_client(coop)
    client.party.vat_number = "BE0765432189"
    client.party.save()
    return House(
        coop,
        make_member(coop, "Bram", offices=("treasurer",)),
        make_member(coop, "Amina", offices=("coordinator",)),
        make_member(coop, "Çiğdem"),
        client,
    )


def set_value(coop: Coop, key: str, value: Any) -> None:
    """Decides another value of a rule, in force from 10 January 2026."""
    from marke.common.clock import local_midnight
    from marke.rules.services import record_decision, set_rule
    from tests.factories.parties import T0

    decision = record_decision(coop=coop, kind="vote", title=f"Another {key}", by=None, at=T0)
    start = local_midnight(date(2026, 1, 10), coop.timezone)
    set_rule(coop=coop, key=key, value=value, scope="", valid_from=start, decision=decision, at=T0)
