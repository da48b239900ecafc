"""Settled work and invoices for tests."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from marke.activities.models import Activity
from marke.activities.services import open_activity
from marke.invoices.models import Invoice, Quote
from marke.invoices.quote_queries import advice_for
from marke.invoices.services import answer_quote, issue_invoice, make_quote, send_quote, start_quote, write_quote
from marke.invoices.services.quoting import Content, NewLine
from marke.invoices.vat_choices import VatChoice, read_choice
from marke.jobs.models import Job
from marke.parties.models import Client, Coop, Membership, Party
from tests.factories.jobs import T1, make_job, make_service, settle
from tests.factories.parties import make_coop
from tests.factories.rules import found

DONE = T1 + timedelta(hours=3)


def make_invoicing_coop(slug: str = "velo") -> Coop:
    """With a VAT number, a bank account and an address, so that it may invoice; members may have businesses of their own."""
    coop = make_coop(slug)
    steps = [["business", 8], ["business", 22], ["person", 8], ["person", 25]]
    found(coop, activities__open_to="teams", invoices__reminders=steps)
    coop.vat_number, coop.iban = "BE0417497106", "BE68539007547034"
    coop.street, coop.postcode, coop.city = "Rue du Midi 12", "1000", "Brussels"
    coop.registration_number, coop.email = "RPR Brussels 0417.497.106", f"hello@{slug}.example"
    coop.save()
    return coop


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


# An own business, its quotes and orders
AT = DONE


def make_activity(coop: Coop, member: Membership, name: str = "Amina Prints", at: datetime = T1) -> Activity:
    """Where the rules let members have one."""
    return open_activity(coop=coop, name=name, member=member, once_key=name, by=member.party, at=at)


def line(text: str = "Design", *, price: int = 10_000, quantity: int = 1_000, discount: int = 0, rate: str = "") -> NewLine:
    """`rate`: "S-210", "AE-0"; without one, what is suggested when it is written."""
    return NewLine(text, quantity, "HUR", price, discount, read_choice(rate) or VatChoice("", 0))


def write(quote: Quote, *lines: NewLine, at: datetime = AT, **said: object) -> None:
    suggested = advice_for(quote, at).suggested
    taxed = [each if each.vat.category else replace(each, vat=suggested) for each in lines]
    write_quote(quote=quote, content=content(**said), lines=taxed, by=quote.created_by, at=at)


def content(**said: object) -> Content:
    return Content(**{"title": "Posters", "valid_until": date(2026, 4, 1), "term_days": 30, **said})  # type: ignore[arg-type]


def quoted(activity: Activity, client: Client, *lines: NewLine, at: datetime = AT, until: date = date(2026, 4, 1)) -> Quote:
    """A draft."""
    made = make_quote(
        activity=activity,
        client=client,
        title="Posters",
        once_key=f"quote-{Quote.objects.count()}",
        by=runner_of(activity),
        at=at,
    )
    write(made, *(lines or [line()]), at=at, valid_until=until)
    return Quote.objects.get(pk=made.pk)


def brought(activity: Activity, *, at: datetime = AT, **details: str) -> Quote:
    """An empty draft for somebody whom the co-op did not know."""
    said = {"name": "Gallery North", "kind": "organisation", "email": "north@gallery.example", "country": "BE", **details}
    return start_quote(
        activity=activity, client=None, details=said, title="Posters", once_key=f"quote-{Quote.objects.count()}",
        by=runner_of(activity), at=at,
    )  # fmt: skip


def sent(activity: Activity, client: Client, *lines: NewLine, at: datetime = AT, until: date = date(2026, 4, 1)) -> Quote:
    made = quoted(activity, client, *lines, at=at, until=until)
    send_quote(quote=made, by=runner_of(activity), at=at)
    return Quote.objects.get(pk=made.pk)


def accepted(activity: Activity, client: Client, *lines: NewLine, at: datetime = AT, until: date = date(2026, 4, 1)) -> Quote:
    """An order."""
    made = sent(activity, client, *lines, at=at, until=until)
    answer_quote(quote=made, version=1, accepted=True, name="Lund", by=None, at=at)
    return Quote.objects.get(pk=made.pk)


def runner_of(activity: Activity) -> Party:
    assert activity.party is not None
    return activity.party
