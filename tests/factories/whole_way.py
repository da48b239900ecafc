"""The whole way of a member's work, step by step: the test looks at what each step came to, the benchmark at the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from marke.activities.models import Activity
from marke.activities.services import pay_out_due
from marke.invoices.models import Invoice, Quote
from marke.invoices.quote_queries import left_to_invoice
from marke.invoices.services import invoice_order
from marke.parties.models import Client, Coop, Membership, Party
from marke.payments import services as payments
from marke.sending.clockwork import turn
from marke.sending.models import Transmission
from marke.sending.services import open_connection
from tests.factories.invoices import AT, accepted, line, make_activity, make_invoicing_coop
from tests.factories.parties import make_client, make_member

SEVEN_DAYS, MONTH = AT + timedelta(days=10), AT + timedelta(days=30)
NET, TOTAL = 100_000, 121_000


@dataclass(frozen=True)
class WholeWay:
    """A member with a business of their own, its client, who pays late, and the two who send the money off."""

    coop: Coop
    worker: Membership
    activity: Activity
    client: Client
    treasurer: Party
    coordinator: Party

    def quote(self) -> Quote:
        """Written, sent, and accepted by the client."""
        return accepted(self.activity, self.client, line("Posters", price=NET))

    def invoice(self, order: Quote) -> Invoice:
        return invoice_order(quote=order, part=None, seen=sum(left_to_invoice(order).values()), by=self.worker.party, at=AT)

    def send(self, invoice: Invoice) -> Transmission:
        """Over the line to the partner inside the installation, signed and encrypted; the partner answers."""
        turn(AT)
        return Transmission.objects.get(invoice=invoice)

    def pay_out(self) -> int:
        """The day has come on which the member is paid, whether or not the client has."""
        return pay_out_due(SEVEN_DAYS)

    def bank_file(self) -> None:
        """Drafted, final, released by somebody else, sent and confirmed."""
        by, at = self.treasurer, SEVEN_DAYS
        run = payments.draft_pay_run(coop=self.coop, until=at.date() + timedelta(days=1), by=by, at=at)
        run = payments.finalise_pay_run(run=run, by=by, at=at)
        run = payments.release_pay_run(run=run, by=self.coordinator, at=at)
        payments.confirm_pay_run(run=payments.send_pay_run(run=run, by=by, at=at), by=by, at=at)

    def client_pays(self, invoice: Invoice) -> None:
        payments.record_payment(
            coop=self.coop, request=invoice.payment_request, amount=TOTAL, date=MONTH.date(), once_key="paid", by=self.treasurer,
            at=MONTH,
        )  # fmt: skip


def make_whole_way(slug: str = "velo") -> WholeWay:
    coop = make_invoicing_coop(slug)
    worker = make_member(coop, "Amina")
    treasurer, coordinator = (
        make_member(coop, "Lea", offices=("treasurer",)),
        make_member(coop, "Joris", offices=("coordinator",)),
    )
    client = make_client(coop)
    Party.objects.filter(pk=client.party_id).update(
        kind="organisation",
        country="BE",
        vat_number="BE0999900348",
        street="Kade 1 — « A&B »",
        postcode="2000",
        city="漢 <Stadt>",
    )
    client.refresh_from_db()
    open_connection(coop=coop, kind="partner", url="", key="", participant="0208:0417497106", by=treasurer.party, at=AT)
    payments.record_bank_account(
        coop=coop, party=worker.party, iban="BE68539007547034", holder="Amina", by=worker.party, at=AT - timedelta(days=20)
    )
    return WholeWay(coop, worker, make_activity(coop, worker), client, treasurer.party, coordinator.party)
