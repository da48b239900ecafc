"""Whatever the program invoices, the file says the same and keeps the rules."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke.activities.models import Activity
from marke.invoices.documents import CannotBeWritten
from marke.invoices.models import Invoice
from marke.invoices.quote_queries import advice_for, left_to_invoice
from marke.invoices.services import credit_invoice, invoice_order
from marke.parties.models import Client, Coop, Party
from marke.sending.documents import ubl_of
from marke_core.einvoice.ubl import read_ubl
from tests.factories.invoices import AT, accepted, line, quoted

pytestmark = pytest.mark.django_db

US = "0208:0417497106"
BUYERS = {"BE": "BE0999900348", "NL": "NL123456782B90", "FR": "FR40303265045", "US": "", "CH": ""}
LINES = st.lists(
    st.tuples(st.integers(1_000, 5_000_000), st.integers(500, 99_999), st.sampled_from([0, 0, 25, 125, 333])),
    min_size=1,
    max_size=6,
)


def written(invoice: Invoice) -> None:
    """As `ubl_of` refuses what the rules refuse, being written is keeping them; read back, it is what was issued."""
    document = read_ubl(ubl_of(invoice, sender=US, recipient="0060:123456789")).document
    sign = -1 if invoice.is_credit_note else 1
    assert (document.totals.without_vat, document.totals.vat, document.totals.payable) == (
        sign * invoice.net, sign * invoice.vat, sign * invoice.gross,
    )  # fmt: skip
    assert [each.net for each in document.lines] == [sign * each.net for each in invoice.lines.all()]


def bought_by(client: Client, country: str) -> Client:
    Party.objects.filter(pk=client.party_id).update(
        kind="organisation",
        country=country,
        vat_number=BUYERS[country],
        street="Kade 1 — « A&B »",
        postcode="2000",
        city="漢 <Stadt>",
    )
    client.refresh_from_db()
    return client


@pytest.mark.parametrize("country", BUYERS)
def test_every_category_that_may_be_chosen_can_be_sent(activity: Activity, client_: Client, country: str) -> None:
    client = bought_by(client_, country)
    for choice in advice_for(quoted(activity, client), AT).choices:
        quote = accepted(activity, client, line("Ontwerp & «ü» <b>", price=3333, quantity=2_500, discount=125, rate=choice.key))
        invoice = invoice_order(quote=quote, part=None, seen=left_of(quote), by=None, at=AT)
        written(invoice)
        written(credit_invoice(invoice=invoice, reason="Twice", by=None, at=AT))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, part=st.integers(1, 99))
def test_any_order_in_parts_can_be_sent(
    activity: Activity, client_: Client, lines: list[tuple[int, int, int]], part: int
) -> None:
    """An advance, then the rest, from which the advance is taken off."""
    client = bought_by(client_, "BE")
    offered = [line(price=price, quantity=quantity, discount=discount) for price, quantity, discount in lines]
    quote = accepted(activity, client, *offered)
    first = invoice_order(quote=quote, part=Fraction(part, 100), seen=left_of(quote), by=None, at=AT)
    written(first)
    written(invoice_order(quote=quote, part=None, seen=left_of(quote), by=None, at=AT))


def left_of(quote: object) -> int:
    return sum(left_to_invoice(quote).values())  # type: ignore[arg-type]


def test_a_seller_whose_address_is_not_known_is_told_what_to_mend(coop: Coop, activity: Activity, client_: Client) -> None:
    client = bought_by(client_, "BE")
    quote = accepted(activity, client)
    invoice = invoice_order(quote=quote, part=None, seen=left_of(quote), by=None, at=AT)
    invoice.buyer = {**invoice.buyer, "country": ""}
    with pytest.raises(CannotBeWritten, match="country"):
        ubl_of(invoice, sender=US, recipient="0060:123456789")
