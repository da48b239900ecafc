"""Invoices on the first of the month, payments when clients pay, paydays by the rule."""

from datetime import date, datetime, timedelta
from random import Random

from marke.invoices.models import Invoice
from marke.invoices.services import issue_invoice
from marke.jobs.models import Job
from marke.packs.demo import DemoCoop
from marke.payments.queries import pay_run_due
from marke.payments.services import (
    confirm_pay_run,
    draft_pay_run,
    finalise_pay_run,
    record_payment,
    release_pay_run,
    send_pay_run,
)
from marke.sending.clockwork import turn as send_e_invoices
from marke.sending.services import open_connection, write_recipient
from marke.site.demo.people import People
from marke_core.einvoice.participants import participant_of, show_participant

# Small and new co-ops do not wait for the end of the month.
INVOICES_EVERY = 7


class Money:
    def __init__(self, demo: DemoCoop, people: People, chance: Random) -> None:
        self.demo, self.people, self.chance = demo, people, chance
        self.to_be_paid: list[tuple[date, Invoice]] = []

    def evening(self, number: int, day: date, at: datetime) -> None:
        if self.demo.e_invoices and number == self.demo.days - self.demo.e_invoices:
            self._connect(at)
        if day.day == 1 or (self.demo.days < 100 and number and number % INVOICES_EVERY == 0):
            self._invoice(at)
            send_e_invoices(at)
        self._receive(day, at)
        self._pay(day, at)

    def _invoice(self, at: datetime) -> None:
        coop = self.people.coop
        waiting = set(
            Job.objects.filter(coop=coop, state=Job.State.SETTLED, price__gt=0, invoice_lines=None).values_list(
                "client_id", flat=True
            )
        )
        for place, client in self.people.clients.items():
            if client.pk not in waiting:
                continue
            invoice = issue_invoice(coop=coop, client=client, by=self.people.office("treasurer"), at=at)
            late = self.demo.clients[place].pays_after + self.chance.randrange(-2, 5)
            self.to_be_paid.append((invoice.issue_date + timedelta(days=max(1, late)), invoice))

    def _connect(self, at: datetime) -> None:
        coop, treasurer = self.people.coop, self.people.office("treasurer")
        here = participant_of(coop.vat_number)
        assert here is not None
        open_connection(coop=coop, kind="partner", url="", key="", participant=show_participant(here), by=treasurer, at=at)
        for place, client in self.people.clients.items():
            if there := self.demo.clients[place].participant:
                write_recipient(client=client, participant=there, by=treasurer, at=at)

    def _receive(self, day: date, at: datetime) -> None:
        for due, invoice in [pair for pair in self.to_be_paid if pair[0] <= day]:
            self.to_be_paid.remove((due, invoice))
            request = invoice.payment_request
            if request is not None:
                record_payment(
                    coop=self.people.coop, request=request, amount=request.amount, date=day,
                    once_key=f"demo-paid-{invoice.number}", by=self.people.office("treasurer"), at=at,
                )  # fmt: skip

    def _pay(self, day: date, at: datetime) -> None:
        """Members are paid by the rule: made final by the treasurer, released by a second person."""
        coop = self.people.coop
        if pay_run_due(coop, at) is None:
            return
        treasurer = self.people.office("treasurer")
        run = draft_pay_run(coop=coop, until=day, by=treasurer, at=at)
        run = finalise_pay_run(run=run, by=treasurer, at=at + timedelta(minutes=5))
        run = release_pay_run(run=run, by=self.people.second(), at=at + timedelta(minutes=20))
        run = send_pay_run(run=run, by=treasurer, at=at + timedelta(minutes=30))
        confirm_pay_run(run=run, by=treasurer, at=at + timedelta(hours=2))
