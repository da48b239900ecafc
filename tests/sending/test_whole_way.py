"""The whole way of a member's work: quoted, accepted, invoiced, sent, answered, paid out before the client pays, paid, on the account.

How long it takes is measured by `python -m benchmarks wholeway`.
"""

from __future__ import annotations

import pytest

from marke.activities.queries import exposures
from marke.common.invariants import invariants
from marke.ledger.queries import party_balance
from marke.ledger.services import Account
from tests.factories.whole_way import MONTH, SEVEN_DAYS, make_whole_way

pytestmark = pytest.mark.django_db


def test_from_the_quote_to_the_bank_file() -> None:
    way = make_whole_way()
    coop, worker = way.coop, way.worker

    invoice = way.invoice(way.quote())
    sent = way.send(invoice)
    assert (sent.state, sent.answers.get().code) == ("delivered", "AP")

    assert way.pay_out() == 1  # 6.5 % is kept, and the client has not paid
    assert -party_balance(coop, Account.Kind.EARNINGS, worker.party) == 93_500
    (exposure,) = exposures(coop, SEVEN_DAYS)
    assert (exposure.owes, exposure.advanced) == (121_000, 93_500)

    way.bank_file()
    assert party_balance(coop, Account.Kind.EARNINGS, worker.party) == 0

    assert invoice.payment_request is not None
    way.client_pays(invoice)
    assert exposures(coop, MONTH) == []
    assert [fault for one in invariants for fault in one.check(coop)] == []
