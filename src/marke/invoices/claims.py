"""What a client who pays late owes by now: what is left of each invoice, the interest, the fixed sum; and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from marke.common.days import day_in_words
from marke.common.explain import Explanation
from marke.common.money import format_money
from marke.invoices.late_payment import Change, Stretch, interest_of, stretches
from marke.invoices.models import Invoice
from marke.invoices.queries import outstanding
from marke.ledger.explaining import rule_lines
from marke.parties.models import Client, Coop, Party
from marke.payments.models import Payment
from marke.rules.queries import Timeline
from marke.rules.registry import get_rule
from marke.rules.sentences import write_percent

INTEREST, CAP, RATES = "invoices.late_interest", "invoices.late_cap", "invoices.reference_rates"


@dataclass(frozen=True)
class Claim:
    """Minor units. A person owes nothing beside what is left."""

    invoice: Invoice
    owed: int
    days: int
    stretches: Sequence[Stretch]
    interest: int
    lump_sum: int
    why: Explanation | None = None

    @property
    def total(self) -> int:
        return self.owed + self.interest + self.lump_sum

    @property
    def added(self) -> int:
        return self.interest + self.lump_sum


def claims_of(coop: Coop, client: Client, on: date, at: datetime) -> list[Claim]:
    """The late invoices of one client, oldest first."""
    late = outstanding(coop).filter(client=client, due_date__lt=on).order_by("due_date", "id")
    return claims(coop, list(late), on, at)


def claims(coop: Coop, late: Sequence[Invoice], on: date, at: datetime) -> list[Claim]:
    """Of invoices read by `queries.invoices`; a few queries for all of them."""
    timeline = Timeline(coop)
    changes = _changes(late)
    return [claim_of(invoice, changes[invoice.pk], timeline, on, at) for invoice in late]


def claim_of(invoice: Invoice, changes: Sequence[Change], timeline: Timeline, on: date, at: datetime) -> Claim:
    """The interest and the fixed sum are those of the rules when it was issued; reference rates are as known now."""
    owed: int = invoice.owed  # type: ignore[attr-defined]
    days = (on - invoice.due_date).days
    if invoice.buyer.get("kind") != Party.Kind.ORGANISATION:
        return Claim(invoice, owed, days, (), 0, 0)
    issued, now = timeline.at(invoice.issued_at), timeline.at(at)
    if not now.has(RATES):
        return Claim(invoice, owed, days, (), 0, 0)
    found = stretches(
        gross=invoice.gross, due=invoice.due_date, on=on, changes=changes, rates=now.value(RATES),
        spread=issued.value(INTEREST).spread,
    )  # fmt: skip
    once = max(0, get_rule(CAP).type.lowest(issued.value(CAP), invoice.gross))  # type: ignore[union-attr]
    claim = Claim(invoice, owed, days, found, interest_of(found), once)
    uids = [*issued.uids(INTEREST, CAP).values(), *now.uids(RATES).values()]
    return Claim(invoice, owed, days, found, claim.interest, once, _why(claim, uids))


def _changes(late: Sequence[Invoice]) -> dict[int, list[Change]]:
    """What was paid on each and what was credited, with the day."""
    found: dict[int, list[Change]] = defaultdict(list)
    by_request = {invoice.payment_request_id: invoice.pk for invoice in late}
    paid = Payment.objects.filter(request__in=by_request, reversed_at=None).values_list("request", "date", "applied")
    for request, day, applied in paid:
        found[by_request[request]].append(Change(day, applied))
    notes = Invoice.objects.filter(credits__in=[invoice.pk for invoice in late]).values_list("credits", "issue_date", "gross")
    for credited, day, gross in notes:
        if credited is not None:
            found[credited].append(Change(day, -gross))
    return found


def _why(claim: Claim, uids: Iterable[str]) -> Explanation:
    coop = claim.invoice.coop
    values = [
        (
            f"{_day(stretch.since)} – {_day(stretch.until)}",
            _("%(owed)s × %(rate)s × %(days)s days ÷ 365")
            % {"owed": format_money(stretch.owed, coop.currency), "rate": write_percent(stretch.rate), "days": stretch.days},
        )
        for stretch in claim.stretches
    ]
    return Explanation(
        formula=_("for each day: what was owed, times the rate of its half-year; together rounded once"),
        values=(
            *values,
            (_("Interest"), format_money(claim.interest, coop.currency)),
            (_("Fixed sum"), format_money(claim.lump_sum, coop.currency)),
        ),
        rules=tuple(rule_lines(coop, list(uids)).values()),
    )


def _day(day: date) -> str:
    return day_in_words(day, "d MMM y")
