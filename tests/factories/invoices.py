"""Settled work and invoices for tests."""

from datetime import datetime, timedelta

from marke.invoices.models import Invoice
from marke.invoices.services import issue_invoice
from marke.jobs.models import Job
from marke.parties.models import Client, Coop, Membership
from tests.factories.jobs import T1, make_job, make_service, settle

DONE = T1 + timedelta(hours=3)


def settled_job(coop: Coop, client: Client, worker: Membership, price: int = 1250, permille: int = 210, at: datetime = T1) -> Job:
    """A job at this price, without surcharge, booked, done and confirmed."""
    category = "S" if permille else "E"
    service = make_service(coop, f"Delivery at {price}", price, at, vat_category=category, vat_permille=permille)
    return settle(make_job(coop, client, service, at), worker, at)


def issued(coop: Coop, client: Client, worker: Membership, *prices: int, at: datetime = DONE) -> Invoice:
    """An invoice for jobs at these prices."""
    for price in prices or (1250,):
        settled_job(coop, client, worker, price)
    return issue_invoice(coop=coop, client=client, by=None, at=at)
