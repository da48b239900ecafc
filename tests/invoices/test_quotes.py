"""A quote is written, sent, answered by link, becomes an order, and is invoiced wholly or in parts."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import DatabaseError, transaction

from marke.activities.models import Activity, Entry
from marke.common.models import Mail
from marke.invoices import quote_queries as queries
from marke.invoices.models import Invoice, Quote, QuoteAnswer, QuoteLine, QuoteVersion
from marke.invoices.quoting import MOVES, QuoteMoveRefused, State
from marke.invoices.services import (
    answer_quote,
    close_order,
    credit_invoice,
    invoice_order,
    make_quote,
    order_directly,
    send_quote,
    start_quote,
    withdraw_quote,
    write_quote,
)
from marke.invoices.services.ordering import MoreThanOrdered, NotOrdered, PlanHasChanged, plan_invoice
from marke.invoices.services.quoting import LinesDoNotFit, NothingOffered, OtherVersion, TooLate, WhoSaysSo
from marke.invoices.vat_choices import VatNotPossible
from marke.parties.models import Client, Coop
from tests.factories.invoices import AT, accepted, content, line, quoted, runner_of, sent, write
from tests.invoices.test_issuing import balance_of

pytestmark = pytest.mark.django_db


# The table of moves


def test_every_state_says_where_it_leads() -> None:
    assert set(MOVES) == set(State)
    assert {state for onward in MOVES.values() for state in onward} <= set(State)
    assert {state for state in State if not MOVES[state]} == {State.WITHDRAWN, State.CLOSED}


# Writing


def test_a_quote_adds_up_line_by_line_and_rounds_vat_once(activity: Activity, client_: Client) -> None:
    quote = quoted(
        activity, client_, line(price=3333, quantity=7_500), line(price=1001, discount=125), line(price=102, rate="S-60")
    )
    [version] = quote.versions.all()
    assert [each.net for each in version.lines.all()] == [24_998, 876, 102]  # 24997.5; 1001 − 125.125; 102
    assert (version.net, version.vat, version.gross) == (25_976, 5434 + 6, 31_416)


def test_a_quote_is_made_once_however_often_one_clicks(activity: Activity, coop: Coop) -> None:
    made = [
        start_quote(
            activity=activity, client=None, details={"name": "Opera", "kind": "organisation", "email": "o@opera.example"},
            title="Posters", once_key="same", by=runner_of(activity), at=AT,
        )
        for _ in range(2)
    ]  # fmt: skip
    assert made[0] == made[1]
    assert Client.objects.filter(coop=coop).count() == 1
    assert made[0].brought_client


def test_a_client_known_by_mail_is_the_same_client(activity: Activity, client_: Client) -> None:
    details = {"name": "Someone", "kind": "person", "email": client_.party.email.upper()}
    made = start_quote(activity=activity, client=None, details=details, title="x", once_key="k", by=runner_of(activity), at=AT)
    assert made.client == client_
    assert not made.brought_client
    assert made.client.party.name == client_.party.name


def test_what_cannot_stand_together_is_refused_and_nothing_is_kept(activity: Activity, client_: Client) -> None:
    quote = quoted(activity, client_)
    with pytest.raises(VatNotPossible, match="same country"):
        write_quote(quote=quote, content=content(), lines=[line(rate="K-0")], by=runner_of(activity), at=AT)
    with pytest.raises(LinesDoNotFit, match="61 lines"):
        write_quote(quote=quote, content=content(), lines=[line(rate="S-210")] * 61, by=runner_of(activity), at=AT)
    assert QuoteLine.objects.count() == 1


# Sending and answering


def test_sending_fixes_the_quote_and_writes_to_the_client_with_a_link(activity: Activity, client_: Client) -> None:
    quote = sent(activity, client_)
    mail = Mail.objects.get(to_address=client_.party.email)
    assert f"/velo/offer/{quote.token}/" in mail.text
    assert "€121.00" in mail.text
    version = queries.fixed_version(quote)
    assert version is not None
    assert version.buyer["name"] == "Bakery Lund"
    assert version.seller["activity"] == activity.name


def test_a_sent_quote_never_changes_in_the_database_either(activity: Activity, client_: Client) -> None:
    quote = accepted(activity, client_)
    version = quote.versions.get()
    for change in (
        lambda: QuoteVersion.objects.filter(pk=version.pk).update(net=1, gross=1 + version.vat),
        lambda: QuoteVersion.objects.filter(pk=version.pk).update(buyer={"name": "Somebody else"}),
        lambda: QuoteVersion.objects.filter(pk=version.pk).update(note="Free of charge"),
        lambda: version.delete(),
        lambda: QuoteLine.objects.filter(version=version).update(unit_price=1),
        lambda: QuoteLine.objects.filter(version=version).delete(),
        lambda: QuoteLine.objects.create(
            coop=quote.coop, version=version, position=2, text="More", quantity_milli=1000, unit="HUR", unit_price=1, net=1,
            vat_category="S", vat_permille=210,
        ),
        lambda: QuoteAnswer.objects.update(name="Mallory"),
        lambda: QuoteAnswer.objects.all().delete(),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert QuoteVersion.objects.filter(pk=version.pk).update(buyer={}, note="") == 1  # erasure may


def test_a_change_after_sending_is_a_new_version_and_the_old_link_shows_it(activity: Activity, client_: Client) -> None:
    quote = sent(activity, client_)
    write(quote, line(price=9_000))
    assert queries.fixed_version(quote).number == 1  # type: ignore[union-attr]
    send_quote(quote=quote, by=runner_of(activity), at=AT)
    assert [version.net for version in quote.versions.all()] == [10_000, 9_000]
    with pytest.raises(OtherVersion, match="changed meanwhile"):
        answer_quote(quote=quote, version=1, accepted=True, name="Lund", by=None, at=AT)
    assert not QuoteAnswer.objects.exists()
    answer_quote(quote=quote, version=2, accepted=True, name="Lund", by=None, at=AT)


def test_a_yes_is_kept_with_name_and_moment_and_a_second_click_changes_nothing(activity: Activity, client_: Client) -> None:
    quote = sent(activity, client_)
    first = answer_quote(quote=quote, version=1, accepted=True, name="  Lund  senior ", by=None, at=AT)
    assert answer_quote(quote=quote, version=1, accepted=True, name="Other", by=None, at=AT + timedelta(hours=1)) == first
    assert (first.name, first.at, first.door) == ("Lund senior", AT, "link")
    quote.refresh_from_db()
    assert quote.state == State.ORDERED
    assert activity.party is not None
    assert Mail.objects.filter(to_address=activity.party.email, subject="Quote 1 is accepted").count() == 1


def test_a_no_is_told_to_whoever_made_the_quote_who_may_write_a_better_one(activity: Activity, client_: Client) -> None:
    quote = sent(activity, client_)
    answer_quote(quote=quote, version=1, accepted=False, name="", note="Too dear", by=None, at=AT)
    assert activity.party is not None
    assert "Too dear" in Mail.objects.get(to_address=activity.party.email).text
    write_quote(quote=quote, content=content(), lines=[line(price=8_000, rate="S-210")], send=True, by=runner_of(activity), at=AT)
    answer_quote(quote=quote, version=2, accepted=True, name="Lund", by=None, at=AT)


def test_yes_needs_a_name_and_comes_in_time(activity: Activity, client_: Client) -> None:
    quote = sent(activity, client_)
    with pytest.raises(WhoSaysSo):
        answer_quote(quote=quote, version=1, accepted=True, name=" ", by=None, at=AT)
    with pytest.raises(TooLate, match="2026-04-01"):
        answer_quote(quote=quote, version=1, accepted=True, name="Lund", by=None, at=AT + timedelta(days=31))
    quote.refresh_from_db()
    assert quote.state == State.SENT
    assert not QuoteAnswer.objects.exists()


def test_an_empty_quote_is_not_sent(activity: Activity, client_: Client) -> None:
    quote = make_quote(activity=activity, client=client_, title="x", once_key="k", by=runner_of(activity), at=AT)
    with pytest.raises(NothingOffered):
        send_quote(quote=quote, by=runner_of(activity), at=AT)
    with pytest.raises(NothingOffered):
        order_directly(quote=quote, by=runner_of(activity), at=AT)
    quote.refresh_from_db()
    assert quote.state == State.DRAFT
    assert not Mail.objects.exists()


def test_what_is_withdrawn_or_ordered_is_not_written_or_withdrawn_any_more(activity: Activity, client_: Client) -> None:
    withdrawn = withdraw_quote(quote=sent(activity, client_), by=runner_of(activity), at=AT)
    with pytest.raises(QuoteMoveRefused, match="withdrawn"):
        answer_quote(quote=withdrawn, version=1, accepted=True, name="Lund", by=None, at=AT)
    ordered = accepted(activity, client_)
    for refused in (
        lambda: write_quote(quote=ordered, content=content(), lines=[line()], by=runner_of(activity), at=AT),
        lambda: withdraw_quote(quote=ordered, by=runner_of(activity), at=AT),
        lambda: order_directly(quote=ordered, by=runner_of(activity), at=AT),
    ):
        with pytest.raises(QuoteMoveRefused):
            refused()


# Invoicing


def test_an_order_is_invoiced_whole_and_the_business_is_credited(activity: Activity, client_: Client, coop: Coop) -> None:
    quote = accepted(activity, client_, line(price=10_000), line(price=5_000, rate="S-60"))
    invoice = invoice_order(quote=quote, part=None, seen=15_000, by=runner_of(activity), at=AT)
    assert (invoice.net, invoice.vat, invoice.gross) == (15_000, 2_400, 17_400)
    assert (invoice.activity, invoice.order) == (activity, quote)
    assert invoice.due_date == date(2026, 3, 2) + timedelta(days=30)
    assert [each.unit_price for each in invoice.lines.all()] == [10_000, 5_000]
    assert balance_of(coop, "receivable", client_) == 17_400
    assert balance_of(coop, "vat") == -2_400
    entry = Entry.objects.get(paper=invoice.number)
    assert entry.invoiced == 15_000
    assert entry.request == invoice.payment_request
    assert queries.left_to_invoice(quote) == {}


def test_advance_and_rest_come_to_the_order_to_the_cent(activity: Activity, client_: Client) -> None:
    quote = accepted(activity, client_, line(price=10_001), line(price=3_333, rate="S-60"))
    first = invoice_order(quote=quote, part=Fraction(3, 10), words="Advance", seen=13_334, by=None, at=AT)
    assert [each.net for each in first.lines.all()] == [1_000, 3_000]
    assert "Advance: 30% of order 1, Posters" in first.lines.all()[0].text
    rest = invoice_order(quote=quote, part=None, seen=13_334 - 4_000, by=None, at=AT)
    assert [each.net for each in rest.lines.all()] == [10_001, 3_333, -1_000, -3_000]
    assert first.net + rest.net == 13_334
    with pytest.raises(MoreThanOrdered, match="whole of order 1 is invoiced"):
        plan_invoice(quote=quote, part=None, at=AT)


def test_a_second_click_issues_no_second_invoice(activity: Activity, client_: Client) -> None:
    quote = accepted(activity, client_)
    invoice_order(quote=quote, part=Fraction(1, 4), seen=10_000, by=None, at=AT)
    with pytest.raises(PlanHasChanged, match=r"€75\.00"):
        invoice_order(quote=quote, part=Fraction(1, 4), seen=10_000, by=None, at=AT)
    assert Invoice.objects.count() == 1


def test_no_more_is_invoiced_than_was_ordered(activity: Activity, client_: Client) -> None:
    quote = accepted(activity, client_)
    invoice_order(quote=quote, part=Fraction(3, 4), seen=10_000, by=None, at=AT)
    with pytest.raises(MoreThanOrdered, match="50% is more"):
        invoice_order(quote=quote, part=Fraction(1, 2), seen=2_500, by=None, at=AT)
    assert Invoice.objects.count() == 1


def test_what_was_credited_can_be_invoiced_again(activity: Activity, client_: Client) -> None:
    quote = accepted(activity, client_)
    first = invoice_order(quote=quote, part=None, seen=10_000, by=None, at=AT)
    credit_invoice(invoice=first, reason="Wrong address", by=None, at=AT)
    again = invoice_order(quote=quote, part=None, seen=10_000, by=None, at=AT)
    assert [each.net for each in again.lines.all()] == [10_000]


def test_what_nobody_ordered_or_what_is_closed_is_not_invoiced(activity: Activity, client_: Client) -> None:
    waiting = sent(activity, client_)
    with pytest.raises(NotOrdered):
        invoice_order(quote=waiting, part=None, seen=10_000, by=None, at=AT)
    closed = close_order(quote=accepted(activity, client_), by=runner_of(activity), at=AT)
    with pytest.raises(NotOrdered):
        invoice_order(quote=closed, part=None, seen=10_000, by=None, at=AT)
    assert not Invoice.objects.exists()


def test_what_was_agreed_by_word_is_invoiced_without_a_quote(activity: Activity, client_: Client) -> None:
    quote = quoted(activity, client_)
    order_directly(quote=quote, by=runner_of(activity), at=AT)
    quote.refresh_from_db()
    assert quote.state == State.ORDERED
    assert not Mail.objects.exists()
    invoice_order(quote=quote, part=None, seen=10_000, by=runner_of(activity), at=AT)
    assert QuoteAnswer.objects.get().door == "direct"


# Numbers on the business's own page


def test_what_is_quoted_ordered_and_invoiced_is_told_of_each_business(activity: Activity, client_: Client) -> None:
    sent(activity, client_, line(price=700))
    sent(activity, client_, line(price=800), until=date(2099, 1, 1))
    quote = accepted(activity, client_)
    invoice_order(quote=quote, part=Fraction(1, 4), seen=10_000, by=None, at=AT)
    assert (queries.quoted(activity, AT.date()), queries.quoted(activity, date(2026, 4, 2))) == (1_500, 800)
    assert queries.orders_left(activity) == 7_500
    rows = queries.quote_rows(queries.quotes(activity.coop), AT.date())
    assert [(row.state, row.left) for row in rows] == [("ordered", 7_500), ("sent", 0), ("sent", 0)]
    assert [row.state for row in queries.quote_rows(queries.quotes(activity.coop), date(2027, 1, 1))] == [
        "ordered",
        "sent",
        "over",
    ]


def test_quotes_are_counted_per_coop(activity: Activity, client_: Client) -> None:
    assert [sent(activity, client_).number for _ in range(2)] == [1, 2]
    assert Quote.objects.count() == 2
