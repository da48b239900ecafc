"""What is kept of somebody about invoices and quotes: as a client, and as who runs a business of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.asks import Ask, Task
from marke.common.money import format_money
from marke.invoices.internal_queries import orders, to_answer
from marke.invoices.models import InternalOrder, Invoice, InvoiceLine, Quote, QuoteAnswer, QuoteVersion
from marke.invoices.quoting import CAN_BE_WRITTEN
from marke.parties.events import PartyErased
from marke.parties.models import Membership, Party
from marke.parties.my_data import moment

Rows = Iterable[Mapping[str, Any]]


def invoices(party: Party) -> Rows:
    for invoice in Invoice.objects.filter(client__party=party).select_related("coop", "credits").order_by("id"):
        yield {
            "co-op": invoice.coop.name,
            "invoice": invoice.number,
            "credits": invoice.credits.number if invoice.credits else "",
            "issue_date": invoice.issue_date.isoformat(),
            "due_date": invoice.due_date.isoformat(),
            "buyer": invoice.buyer,
            "reference": invoice.reference,
            "currency": invoice.currency,
            "net": invoice.net,
            "vat": invoice.vat,
            "gross": invoice.gross,
        }


def invoice_lines(party: Party) -> Rows:
    rows = InvoiceLine.objects.filter(invoice__client__party=party).select_related("coop", "invoice", "job")
    for line in rows.order_by("invoice", "position").iterator(2_000):
        yield {
            "co-op": line.coop.name,
            "invoice": line.invoice.number,
            "line": line.position,
            "job": line.job.number if line.job else "",
            "date": line.date.isoformat(),
            "text": line.text,
            "net": line.net,
            "vat_permille": line.vat_permille,
        }


def quotes(party: Party) -> Rows:
    """Those that somebody got, and those of their own business; of the latter, who the client was is the client's own."""
    theirs = Q(quote__client__party=party) | Q(quote__activity__party=party)
    rows = QuoteVersion.objects.filter(theirs).select_related("coop", "quote__client", "answer").order_by("quote", "number")
    for version in rows.iterator(2_000):
        answer: QuoteAnswer | None = getattr(version, "answer", None)
        is_client = version.quote.client.party_id == party.pk
        yield {
            "co-op": version.coop.name,
            "quote": version.quote.number,
            "version": version.number,
            "state": version.quote.state,
            "title": version.title,
            "place": version.place if is_client else "",
            "note": version.note,
            "buyer": version.buyer if is_client else {},
            "net": version.net,
            "vat": version.vat,
            "gross": version.gross,
            "sent_at": moment(version.fixed_at),
            "answered_at": moment(answer.at if answer else None),
            "accepted": bool(answer and answer.accepted),
            "answered_by": answer.name if answer and is_client else "",
        }


def internal_orders(party: Party) -> Rows:
    """Of the businesses that are theirs alone, as seller and as buyer."""
    theirs = Q(seller__party=party) | Q(buyer__party=party)
    for coop in {order.coop for order in InternalOrder.objects.filter(theirs).select_related("coop")}:
        for order in orders(coop).filter(theirs).order_by("number"):
            yield {
                "co-op": coop.name,
                "order": order.number,
                "seller": order.seller.name,
                "buyer": order.buyer.name,
                "what": order.what,
                "amount": order.amount,
                "invoiced": order.invoiced,  # type: ignore[attr-defined]
                "state": order.state,
                "offered_at": moment(order.offered_at),
                "answered_at": moment(order.answered_at),
            }


def of_member(membership: Membership, at: datetime) -> Sequence[Task]:
    """What other businesses of the co-op offer to the member's own."""
    return [
        Task(
            _("%(name)s offers your business: %(what)s") % {"name": order.seller.name, "what": order.what},
            reverse("invoices:internal_order", args=[membership.coop.slug, order.number]),
            format_money(order.amount, membership.coop.currency),
        )
        for order in to_answer(membership)[:5]
    ]


ASK = Ask("internal_orders", of_member=of_member)


def forget_client(event: PartyErased) -> None:
    """Who the client of a quote was goes; what was agreed stays as an order of nobody, its invoices as they were issued."""
    mine = Q(seller__party=event.party) | Q(buyer__party=event.party)
    InternalOrder.objects.filter(mine, state=InternalOrder.State.OFFERED).update(state=InternalOrder.State.WITHDRAWN)
    Quote.objects.filter(client__party=event.party, state__in=CAN_BE_WRITTEN).update(state=Quote.State.WITHDRAWN)
    QuoteVersion.objects.filter(quote__client__party=event.party).update(buyer={}, place="", note="", reference="")
    QuoteAnswer.objects.filter(version__quote__client__party=event.party).update(name="", note="")
