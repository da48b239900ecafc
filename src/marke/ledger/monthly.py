"""What moved on accounts, month by month, and what was credited to whom in a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from marke.ledger.models import Posting
from marke.parties.models import Coop


@dataclass(frozen=True)
class MonthFlow:
    kind: str
    detail: str
    month: date  # its first day
    came_in: int  # credited, minor units
    went_out: int  # debited


def flows_by_month(coop: Coop, kinds: Sequence[str], since: date) -> list[MonthFlow]:
    """What was credited to and debited from accounts of these kinds, by kind, detail and month; one query."""
    own = Posting.objects.filter(account__coop=coop, account__kind__in=kinds, account__unit=coop.currency)
    rows = (
        own.filter(transaction__date__gte=since)
        .order_by()
        .annotate(month=TruncMonth("transaction__date"))
        .values_list("account__kind", "account__detail", "month")
        .annotate(out=Sum("amount", filter=Q(amount__gt=0)), come=Sum("amount", filter=Q(amount__lt=0)))
        .order_by("account__kind", "account__detail", "month")
    )
    return [MonthFlow(kind, detail, month, -(come or 0), out or 0) for kind, detail, month, out, come in rows]


def credited_by_party(coop: Coop, kind: str, since: date, until: date, *, transaction_kinds: Sequence[str]) -> dict[int, int]:
    """What each party was credited in the half-open period by transactions of these kinds, less what was taken back."""
    rows = (
        Posting.objects.filter(
            account__coop=coop,
            account__kind=kind,
            account__unit=coop.currency,
            account__party__isnull=False,
            transaction__kind__in=transaction_kinds,
            transaction__date__gte=since,
            transaction__date__lt=until,
        )
        .order_by()
        .values_list("account__party")
        .annotate(total=Sum("amount"))
    )
    return {party: -total for party, total in rows if party is not None and total}
