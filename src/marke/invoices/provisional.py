"""What is being written, as the e-invoice that it would become: nothing of it is kept, and it takes no number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marke.common import clock
from marke.invoices.conditions import Draft
from marke.invoices.judging import Judged, judge
from marke.invoices.lines import Sums
from marke.invoices.models import Invoice, Quote, VatBreakdown
from marke.invoices.network import route_to
from marke.invoices.services.issuing import NothingToPay, What, groups_of, lines_for, lines_of, mark_of, rates_of, without_number
from marke.invoices.services.quoting import NewLine
from marke.parties.models import Client


def judge_quote(
    *,
    quote: Quote,
    lines: Sequence[NewLine],
    together: Sums,
    term_days: int,
    reference: str,
    delivered: date | None,
    at: datetime,
) -> Judged:
    """A quote as if all of it were invoiced now."""
    day = clock.local_date(at, quote.coop.timezone)
    drafts = [
        Draft(
            None, None, line.text, min(delivered or day, day), line.net, line.vat.category, line.vat.permille, line.quantity_milli,
            line.unit, line.unit_price, line.discount_permille,
        )
        for line in lines
    ]  # fmt: skip
    what = What(quote.coop, quote.client, drafts, quote, timedelta(days=term_days), reference, delivered)
    return judge_plan(what, together, at=at)


def judge_plan(what: What, together: Sums, *, at: datetime) -> Judged:
    """An invoice before it is issued."""
    invoice = without_number(what, together.groups, at=at)
    return _judge(invoice, what, rates_of(invoice, together.groups))


def _judge(invoice: Invoice, what: What, rates: Sequence[VatBreakdown]) -> Judged:
    invoice.number = f"{invoice.issue_date:%Y}-0000"
    return judge(invoice, lines_of(invoice, what.lines), rates, route_to(what.client))


@dataclass(frozen=True)
class ForJobs:
    """What a client's settled work would be invoiced as now. `seen`: `mark_of` it.

    `invoice` is None where there is none, and `refusal` says why not.
    """

    client: Client
    lines: Sequence[Draft]
    seen: str
    invoice: Invoice | None = None
    rates: Sequence[VatBreakdown] = ()
    judged: Judged | None = None
    refusal: str = ""


def plan_for_jobs(client: Client, *, at: datetime) -> ForJobs:
    """The invoice that `issue_invoice` would make of the client's work, with what hinders it as an e-invoice."""
    lines = lines_for(client)
    what, seen = What(client.coop, client, lines), mark_of(client, lines)
    try:
        groups = groups_of(what)
    except NothingToPay as refusal:
        return ForJobs(client, lines, seen, refusal=str(refusal))
    invoice = without_number(what, groups, at=at)
    rates = rates_of(invoice, groups)
    return ForJobs(client, lines, seen, invoice, rates, _judge(invoice, what, rates))
