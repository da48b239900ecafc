"""What members invoiced in their own business, and what their teams shared with them, is part of their work history."""

import io
import json
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pypdf import PdfReader

from marke.activities.models import Activity, Entry
from marke.activities.services import end_month, open_activity, share, write_off
from marke.credentials import services
from marke.credentials.conditions import FIELDS, INCOME, SERVICES, SLOTS, Choice
from marke.credentials.history import History, history_of
from marke.credentials.identity import checked
from marke.credentials.models import Issued
from marke.credentials.paper import history_pdf
from marke.credentials.telling import results
from marke.invoices.models import InternalOrder, Invoice
from marke.invoices.quote_queries import left_to_invoice
from marke.invoices.services import (
    answer_quote,
    credit_inside,
    credit_invoice,
    invoice_inside,
    invoice_order,
    move_order,
    offer_inside,
    send_quote,
)
from marke.parties.models import Client, Coop, Membership
from marke.parties.services import create_circle, join_circle
from tests.factories.activities import invoiced
from tests.factories.invoices import AT, accepted, issued, line, make_activity, quoted, write
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=60)
DAY = AT.date()
ALL = Choice(date(2026, 1, 1), LATER.date() + timedelta(days=1), tuple(FIELDS))


def smart(slug: str = "velo", **rules: Any) -> Coop:
    """A co-op whose members may have businesses of their own, and teams too: 6.5 % of what they invoice."""
    coop = make_coop(slug)
    found(coop, activities__open_to="teams", **rules)
    coop.vat_number, coop.iban, coop.city = "BE0417497106", "BE68539007547034", "Brussels"
    coop.save()
    return coop


@pytest.fixture
def coop() -> Coop:
    return smart()


@pytest.fixture
def amina(coop: Coop) -> Membership:
    return make_member(coop, "Amina")


@pytest.fixture
def prints(coop: Coop, amina: Membership) -> Activity:
    return make_activity(coop, amina)


@pytest.fixture
def opera(coop: Coop) -> Client:
    return make_client(coop, "Opera House")


def bill(order, part: Fraction | None = None, at=AT, done_on: date | None = None) -> Invoice:
    left = sum(left_to_invoice(order).values())
    return invoice_order(quote=order, part=part, done_on=done_on, seen=left, by=None, at=at)


def ordered(activity: Activity, client: Client, *, begins_on: date, ends_on: date | None = None):
    """An order that says when the work is done."""
    made = quoted(activity, client)
    write(made, line(), begins_on=begins_on, ends_on=ends_on)
    send_quote(quote=made, by=made.created_by, at=AT)
    answer_quote(quote=made, version=1, accepted=True, name="Lund", by=None, at=AT)
    made.refresh_from_db()
    return made


def told(member: Membership, choice: Choice = ALL) -> History:
    return history_of(member, choice, LATER)


def test_assignments_are_counted_with_their_days_and_amounts(prints, amina, opera):
    bill(ordered(prints, opera, begins_on=DAY - timedelta(days=20), ends_on=DAY - timedelta(days=3)))
    bill(accepted(prints, opera, line(price=20_000)))
    history = told(amina)
    assert history["services"]["assignments"] == {
        "number": 2, "from": (DAY - timedelta(days=20)).isoformat(), "to": DAY.isoformat(),
    }  # fmt: skip
    assert history["income"] == {
        "minor_units": 28_050, "currency": "EUR", "after": "contribution",
        "assignments": {"invoiced": 30_000, "minor_units": 28_050, "currency": "EUR"},
    }  # fmt: skip


def test_an_order_that_is_invoiced_in_parts_is_one_assignment(prints, amina, opera):
    order = accepted(prints, opera)
    bill(order, Fraction(3, 10))
    bill(order, at=AT + timedelta(days=5))
    assert told(amina)["services"]["assignments"]["number"] == 1
    assert told(amina)["income"]["assignments"]["invoiced"] == 10_000


def test_work_to_come_is_told_by_the_day_of_its_invoice(prints, amina, opera):
    bill(ordered(prints, opera, begins_on=LATER.date() + timedelta(days=3), ends_on=LATER.date() + timedelta(days=4)))
    bill(ordered(prints, opera, begins_on=DAY - timedelta(days=1), ends_on=LATER.date() + timedelta(days=4)))
    done = told(amina)["services"]["assignments"]
    assert (done["from"], done["to"]) == ((DAY - timedelta(days=1)).isoformat(), DAY.isoformat())


def test_the_last_day_that_an_invoice_names_is_told_whatever_the_order_said(prints, amina, opera):
    begins, ends, put_off = DAY - timedelta(days=20), DAY - timedelta(days=9), DAY - timedelta(days=2)
    bill(ordered(prints, opera, begins_on=begins, ends_on=ends), done_on=put_off)
    bill(ordered(prints, opera, begins_on=begins, ends_on=LATER.date() + timedelta(days=90)), Fraction(1, 4), done_on=ends)
    done = told(amina)["services"]["assignments"]
    assert (done["from"], done["to"]) == (begins.isoformat(), put_off.isoformat())


def test_what_was_credited_is_taken_off_whenever_that_was(prints, amina, opera):
    whole, half = bill(accepted(prints, opera)), bill(accepted(prints, opera, line(price=20_000)))
    credit_invoice(invoice=half, reason="Half of it", amounts={1: 10_000}, by=None, at=LATER)
    credit_invoice(invoice=whole, reason="Never done", by=None, at=LATER)
    first_days = told(amina, Choice(ALL.since, DAY + timedelta(days=1), tuple(FIELDS)))
    for history in (told(amina), first_days):
        assert history["services"]["assignments"]["number"] == 1
        assert history["income"]["assignments"] == {"invoiced": 10_000, "minor_units": 9_350, "currency": "EUR"}
    only_the_notes = Choice(DAY + timedelta(days=1), ALL.until, tuple(FIELDS))
    assert not {"services", "income"} & set(told(amina, only_the_notes))


def test_only_what_was_invoiced_in_the_time_counts(prints, amina, opera):
    bill(accepted(prints, opera))
    bill(accepted(prints, opera, line(price=20_000)), at=AT + timedelta(days=10))
    day = DAY + timedelta(days=10)
    assert told(amina, Choice(ALL.since, day, tuple(FIELDS)))["income"]["assignments"]["invoiced"] == 10_000
    assert told(amina, Choice(day, ALL.until, tuple(FIELDS)))["income"]["assignments"]["invoiced"] == 20_000


def test_what_remained_is_what_the_books_of_the_business_say():
    coop = smart("fees", activities__monthly_fee=500, activities__write_off_alone=100_000)
    amina, opera = make_member(coop, "Amina"), make_client(coop, "Opera House")
    prints = make_activity(coop, amina)
    bill(accepted(prints, opera))
    lost = bill(accepted(prints, opera, line(price=20_000)))
    write_off(income=Entry.objects.get(paper=lost.number), reason="Bankrupt", by=None, at=AT + timedelta(days=1))
    end_month(activity=prints, month=DAY.replace(day=1), at=LATER)
    history = told(amina)
    assert set(Entry.objects.values_list("kind", flat=True)) == {"invoice", "write_off", "month"}
    booked = Entry.objects.filter(activity=prints).values_list("share", "reserve")
    assert history["income"]["minor_units"] == sum(share + reserve for share, reserve in booked)
    assert history["income"]["assignments"]["invoiced"] == 30_000  # the work was done


def test_work_for_other_businesses_of_the_coop_counts_too(coop, prints, amina):
    buyer = make_activity(coop, make_member(coop, "Bo"), "Bo draws")
    invoiced(buyer, None, 100_000, "prize", at=AT - timedelta(days=30))
    order = offer_inside(seller=prints, buyer=buyer, what="A cover", amount=20_000, once_key="k", by=None, at=AT)
    order = move_order(order=order, to=InternalOrder.State.ORDERED, by=None, at=AT)
    paper = invoice_inside(order=order, amount=20_000, seen=20_000, by=None, at=AT)
    assert told(amina)["services"]["assignments"]["number"] == 1
    income = told(amina)["income"]["assignments"]
    assert (income["invoiced"], income["minor_units"]) == (20_000, Entry.objects.get(paper=paper.number).share)
    credit_inside(invoice=paper, reason="Not done", by=None, at=LATER)
    assert "services" not in told(amina)


def test_of_a_team_each_tells_their_own_share(coop, amina, opera):
    bo = make_member(coop, "Bo")
    circle = create_circle(coop=coop, name="Film", by=None, at=AT)
    for member in (amina, bo):
        join_circle(circle=circle, membership=member, by=member.party, at=AT)
        make_activity(coop, member, f"{member.party.name} films")
    team = open_activity(coop=coop, name="Film", circle=circle, once_key="film", by=amina.party, at=AT)
    invoiced(team, opera, 100_000, "2026-1", at=AT)
    assert "services" not in told(amina)
    weights = [(Activity.objects.get(party=member.party).number, weight) for member, weight in ((amina, 120), (bo, 60))]
    share(activity=team, total=93_500, key="hours", weights=weights, once_key="k", by=None, at=AT + timedelta(days=30))
    day = (DAY + timedelta(days=30)).isoformat()
    for member, part in ((amina, 62_333), (bo, 31_167)):
        history = told(member)
        assert history["services"]["teams"] == {"number": 1, "from": day, "to": day}
        assert history["income"]["minor_units"] == history["income"]["teams"]["minor_units"] == part
        assert "assignments" not in history["services"]


def test_jobs_and_assignments_are_added_up(coop, prints, amina, opera):
    issued(coop, opera, amina, 2_000)
    jobs = told(amina)["income"]
    assert set(jobs) == {"minor_units", "currency", "after"}
    bill(accepted(prints, opera))
    both = told(amina)
    assert both["income"]["minor_units"] == jobs["minor_units"] + 9_350
    assert both["services"]["number"] == both["services"]["assignments"]["number"] == 1


def test_a_freelancer_takes_signed_work_along_in_which_no_client_is_named(prints, amina, opera):
    bill(accepted(prints, opera))
    made = services.issue(membership=amina, choice=ALL, once_key="once-0001", by=amina.party, at=LATER)
    assert checked(made.signed, reader=amina.coop, at=LATER).good
    badge = json.loads(made.signed)["credentialSubject"]
    assert badge["workHistory"] == made.history
    rows = dict(results(made.history))
    assert rows["Assignments invoiced"] == "1 assignment, 2 March 2026"
    assert rows["Invoiced for assignments, without VAT"] == "€100.00"
    assert rows["What remained of it after the contribution"] == rows["After the co-op’s contribution, before tax"] == "€93.50"
    assert [each["value"] for each in badge["result"]] == list(rows.values())
    paper = PdfReader(io.BytesIO(history_pdf(made))).pages[0].extract_text()
    assert "€93.50" in paper
    assert "Opera" not in paper
    assert not any(word in made.signed for word in ("Opera", "Posters", "Design"))
    with translation.override("nl"):
        assert dict(results(made.history))["Gefactureerde opdrachten"] == "1 opdracht, 2 maart 2026"


def test_the_page_shows_it_before_it_is_signed(prints, amina, opera):
    bill(accepted(prints, opera))
    choice = {"since": "2026-01-01", "until": LATER.date().isoformat(), "tells": ["services", "income"]}
    page = browser_of(amina).get("/velo/work-history/", choice).content.decode()
    assert "1 assignment, 2 March 2026" in page
    assert "€93.50" in page
    assert "Sign it for me" in page
    assert "Opera" not in page


def test_only_what_was_chosen_of_it_is_told_and_otherwise_nothing_is_signed(prints, amina, opera):
    bill(accepted(prints, opera))
    assert "income" not in told(amina, Choice(ALL.since, ALL.until, (SERVICES,)))
    assert "services" not in told(amina, Choice(ALL.since, ALL.until, (INCOME,)))
    with pytest.raises(services.NothingToTell):
        services.issue(
            membership=amina, choice=Choice(ALL.since, ALL.until, (SLOTS,)), once_key="once-0001", by=None, at=LATER,
        )  # fmt: skip
    assert Issued.objects.count() == 0


def test_nobody_tells_what_another_member_invoiced(coop, prints, opera):
    bill(accepted(prints, opera))
    bo = make_member(coop, "Bo")
    make_activity(coop, bo, "Bo draws")
    assert not {"services", "income"} & set(told(bo))


def test_many_invoices_are_read_with_as_many_questions_as_one(prints, amina, opera):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            told(amina)
        return len(seen)

    bill(accepted(prints, opera))
    few = asked()
    for _ in range(3):
        bill(accepted(prints, opera))
    assert asked() == few
