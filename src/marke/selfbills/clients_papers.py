"""What a client made out in our name, held against what that client ordered from us."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from marke.bills.conditions import compact
from marke.bills.own_sales import Comparison
from marke.common.money import format_money
from marke.invoices.models import Quote
from marke.invoices.quote_queries import QuoteRow, quote_rows, quotes
from marke.parties.models import Client, Coop
from marke_core.einvoice.model import Document

MOST_ORDERS = 3


def compare(coop: Coop, document: Document) -> Sequence[str]:
    """Sentences about the order that it names, or else about the open orders of the client; nothing of another currency."""
    return tuple(_said(coop, document)) if document.currency == coop.currency else ()


def _said(coop: Coop, document: Document) -> Iterator[str]:
    clients = _clients(coop, document)
    if not clients:
        yield _("No client of ours has the VAT number of %(buyer)s.") % {"buyer": document.buyer.name[:80]}
        return
    rows = _orders(coop, clients)
    named = [row for row in rows if str(row.quote.number) in (document.order_reference, document.sales_order_reference)]
    open_ = [row for row in rows if row.left]
    if not (named or open_):
        yield _("No order of this client is open.")
    for row in named or open_[:MOST_ORDERS]:
        yield _of_order(coop, row, document)


def _of_order(coop: Coop, row: QuoteRow, document: Document) -> str:
    said = (-1 if document.is_credit_note else 1) * document.totals.without_vat
    words = {
        "order": row.quote.number, "title": row.title, "net": format_money(row.net, coop.currency),
        "left": format_money(row.left, coop.currency), "said": format_money(said, coop.currency),
    }  # fmt: skip
    if said > row.left:
        return (
            _(
                "Order %(order)s (%(title)s) is for %(net)s without VAT, and %(left)s of it is not invoiced yet. This says %(said)s, "
                "which is more."
            )
            % words
        )
    return (
        _("Order %(order)s (%(title)s) is for %(net)s without VAT, and %(left)s of it is not invoiced yet. This says %(said)s.")
        % words
    )


def _clients(coop: Coop, document: Document) -> list[int]:
    number = compact(document.buyer.vat_id)
    known = Client.objects.filter(coop=coop).exclude(party__vat_number="").values_list("pk", "party__vat_number")
    return [client for client, theirs in known if number and compact(theirs) == number]


def _orders(coop: Coop, clients: Sequence[int]) -> list[QuoteRow]:
    """The newest first."""
    return quote_rows(quotes(coop).filter(client__in=clients, state=Quote.State.ORDERED), date.min)


COMPARISON = Comparison("orders", compare)
