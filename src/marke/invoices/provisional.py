"""What is being written, as the e-invoice that it would become: nothing of it is kept, and it takes no number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from marke.common import clock
from marke.invoices.conditions import Draft
from marke.invoices.judging import Judged, judge
from marke.invoices.lines import Sums
from marke.invoices.models import Quote
from marke.invoices.network import route_to
from marke.invoices.services.issuing import What, lines_of, rates_of, without_number
from marke.invoices.services.quoting import NewLine


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
    invoice.number = f"{invoice.issue_date:%Y}-0000"
    return judge(invoice, lines_of(invoice, what.lines), rates_of(invoice, together.groups), route_to(what.client))
