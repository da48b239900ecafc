"""The whole way of a member's work: quoted, accepted, invoiced, sent, answered, paid out before the client pays, paid, on the account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marke.activities.models import Activity
from marke.activities.queries import exposures
from marke.activities.services import pay_out_due
from marke.common.invariants import invariants
from marke.invoices.quote_queries import left_to_invoice
from marke.invoices.services import invoice_order
from marke.ledger.queries import party_balance
from marke.ledger.services import Account
from marke.parties.models import Client, Coop, Membership
from marke.payments import services as payments
from marke.sending.clockwork import turn
from marke.sending.models import Transmission
from marke.sending.services import open_connection
from tests.factories.invoices import AT, accepted, line
from tests.factories.parties import make_member
from tests.sending.test_documents import bought_by

pytestmark = pytest.mark.django_db


def test_from_the_quote_to_the_bank_file(coop: Coop, worker: Membership, activity: Activity, client_: Client) -> None:
    lea, joris = make_member(coop, "Lea", offices=("treasurer",)), make_member(coop, "Joris", offices=("coordinator",))
    gallery, seven_days, month = bought_by(client_, "BE"), AT + timedelta(days=10), AT + timedelta(days=30)
    open_connection(coop=coop, kind="partner", url="", key="", participant="0208:0417497106", by=lea.party, at=AT)
    payments.record_bank_account(
        coop=coop, party=worker.party, iban="BE68539007547034", holder="Amina", by=worker.party, at=AT - timedelta(days=20)
    )

    order = accepted(activity, gallery, line("Posters", price=100_000))
    invoice = invoice_order(quote=order, part=None, seen=sum(left_to_invoice(order).values()), by=worker.party, at=AT)
    turn(AT)
    sent = Transmission.objects.get(invoice=invoice)
    assert (sent.state, sent.answers.get().code) == ("delivered", "AP")

    assert pay_out_due(seven_days) == 1  # 6.5 % is kept, and the client has not paid
    assert -party_balance(coop, Account.Kind.EARNINGS, worker.party) == 93_500
    (exposure,) = exposures(coop, seven_days)
    assert (exposure.owes, exposure.advanced) == (121_000, 93_500)

    run = payments.draft_pay_run(coop=coop, until=seven_days.date() + timedelta(days=1), by=lea.party, at=seven_days)
    run = payments.finalise_pay_run(run=run, by=lea.party, at=seven_days)
    run = payments.release_pay_run(run=run, by=joris.party, at=seven_days)
    payments.confirm_pay_run(run=payments.send_pay_run(run=run, by=lea.party, at=seven_days), by=lea.party, at=seven_days)
    assert party_balance(coop, Account.Kind.EARNINGS, worker.party) == 0

    assert invoice.payment_request is not None
    payments.record_payment(
        coop=coop, request=invoice.payment_request, amount=121_000, date=month.date(), once_key="paid", by=lea.party, at=month
    )
    assert exposures(coop, month) == []
    assert [fault for one in invariants for fault in one.check(coop)] == []
