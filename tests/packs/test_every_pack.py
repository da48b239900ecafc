"""One life for every sector: founded with its own rules, booked, offered by its own way of matching, worked, split, invoiced and paid.

What a pack brings is data; so whatever holds for one holds for all, and a new one is tried by being there.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from marke.common.invariants import invariants
from marke.engagements.conditions import NEEDED
from marke.engagements.kinds import engagement_kinds
from marke.invoices.services import issue_invoice
from marke.jobs import services as jobs
from marke.jobs.kinds import job_kinds
from marke.jobs.models import Job, Service
from marke.ledger.queries import party_balance
from marke.ledger.services import Account
from marke.packs.registry import Pack, packs
from marke.parties.models import Client
from marke.payments.services import record_payment
from marke.rules.queries import rulebook
from marke_core.money import share_of
from tests.factories.engagements import cover_everybody
from tests.factories.jobs import settle
from tests.factories.sectors import HOME, founded

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
EVERY_PACK = pytest.mark.parametrize("pack", list(packs), ids=lambda pack: pack.kind)

pytestmark = pytest.mark.django_db


def _book(service: Service, client: Client, number: int) -> Job:
    return jobs.book_job(
        coop=client.coop, service=service, client=client, starts_at=AT + timedelta(hours=3), place="Kade 1, Gent",
        pickup="Dam 4, Mechelen" if service.needs_pickup else "", place_point=HOME, pickup_point=HOME if service.needs_pickup else None,
        once_key=f"trial-{number}", by=client.party, at=AT,
    )  # fmt: skip


@EVERY_PACK
def test_each_of_its_services_is_booked_done_and_split_to_the_cent(pack: Pack) -> None:
    members, client = founded(pack, AT)
    rules = rulebook(client.coop, AT)
    services = list(Service.objects.filter(coop=client.coop, ended_at=None).order_by("pk"))
    assert [str(s.name) for s in pack.services] == [s.name for s in services]
    earned = 0
    for against in NEEDED[rules.value("engagements.cover")]:
        cover_everybody(client.coop, against, at=AT)
    for number, service in enumerate(services):
        job = _book(service, client, number)
        asked = job.offers.filter(state="open")
        by_hand = rules.value("jobs.matching", job_kind=service.job_kind) == "by_hand"
        assert asked.exists() != by_hand
        done = settle(job, members[1], AT)
        assert (done.state, done.worker_id) == ("settled", members[1].pk)
        kept = share_of(done.price, rules.value("jobs.contribution", job_kind=service.job_kind))
        aside = share_of(done.price, rules.value("jobs.guarantee", job_kind=service.job_kind))
        earned += done.price - kept - aside
        if service.job_kind in engagement_kinds:
            earned += rules.value("engagements.per_day", job_kind=service.job_kind)
        assert (done.price == 0) == job_kinds.get(service.job_kind).between_them
    assert -party_balance(client.coop, Account.Kind.EARNINGS, members[1].party) == earned
    assert [fault for one in invariants for fault in one.check(client.coop)] == []


@EVERY_PACK
def test_the_client_gets_one_invoice_and_what_they_pay_closes_it(pack: Pack) -> None:
    members, client = founded(pack, AT)
    service = Service.objects.filter(coop=client.coop, ended_at=None).order_by("pk")[0]
    job = settle(_book(service, client, 1), members[0], AT)
    if not job.price:
        return  # settled between the two of them: nothing to invoice
    invoice = issue_invoice(coop=client.coop, client=client, by=members[0].party, at=AT + timedelta(days=1))
    assert invoice.payment_request is not None
    assert invoice.payment_request.amount == job.price  # without a VAT number no VAT is charged
    record_payment(
        coop=client.coop, request=invoice.payment_request, amount=invoice.payment_request.amount, date=AT.date(),
        once_key="paid", by=members[0].party, at=AT + timedelta(days=2),
    )  # fmt: skip
    assert party_balance(client.coop, Account.Kind.RECEIVABLE, client.party) == 0
    assert [fault for one in invariants for fault in one.check(client.coop)] == []


@EVERY_PACK
def test_it_shows_a_co_op_of_people_who_do_not_exist(pack: Pack) -> None:
    assert pack.demos
    for demo in pack.demos:
        assert len(demo.prices) == len(pack.services)
        assert {"coordinator", "treasurer"} <= {office for person in demo.people for office in person.offices}
        assert demo.email.endswith(".example")
        assert any(client.sign_in_as for client in demo.clients)
    assert max(demo.days for demo in pack.demos) >= 365


@EVERY_PACK
def test_a_tutorial_leads_through_it(pack: Pack) -> None:
    from pathlib import Path

    tutorials = Path(__file__).resolve().parents[2] / "docs/tutorials"
    assert any(demo.slug in page.read_text() for page in tutorials.glob("*.md") for demo in pack.demos)
