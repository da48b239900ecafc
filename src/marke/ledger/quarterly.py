"""What was credited to whom in each quarter, and what the co-op kept of the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncQuarter

from marke.ledger.models import Account, Posting
from marke.parties.models import Coop


@dataclass(frozen=True)
class QuarterEarned:
    """`quarter`: its first day · `credited`, `kept`: minor units · `done`: bookings that were counted, less those taken back."""

    party: int
    quarter: date
    credited: int
    kept: int
    done: int


def earned_by_quarter(
    coop: Coop, since: date, until: date, *, kinds: Collection[str], counted: Collection[str]
) -> list[QuarterEarned]:
    """What members earned by transactions of these kinds in the half-open period, in the co-op's currency; two queries.

    counted: of which kinds bookings are counted, and what was kept of them is told: contribution and what went into funds. Such
    a booking credits one member once. What is taken back counts on the day on which it is.
    """
    own = Posting.objects.filter(
        account__coop=coop,
        account__kind=Account.Kind.EARNINGS,
        account__unit=coop.currency,
        account__party__isnull=False,
        transaction__date__gte=since,
        transaction__date__lt=until,
    )
    by_party = own.order_by().annotate(quarter=TruncQuarter("transaction__date")).values_list("account__party", "quarter")
    counts = Q(transaction__kind__in=counted)
    rows = by_party.filter(transaction__kind__in=kinds).annotate(
        total=Sum("amount"),
        booked=Count("transaction", distinct=True, filter=counts & Q(transaction__reverses=None)),
        back=Count("transaction", distinct=True, filter=counts & Q(transaction__reverses__isnull=False)),
    )
    beside = Q(transaction__postings__account__kind__in=(Account.Kind.CONTRIBUTION, Account.Kind.FUND))
    kept_rows = by_party.filter(counts).annotate(total=Sum("transaction__postings__amount", filter=beside))
    kept = {(party, quarter): -(total or 0) for party, quarter, total in kept_rows}
    return [
        QuarterEarned(party, quarter, -total, kept.get((party, quarter), 0), booked - back)
        for party, quarter, total, booked, back in rows.order_by("account__party", "quarter")
        if party is not None
    ]
