"""Where each euro went: from what clients were asked for, to workers, contribution, funds and VAT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Exists, F, OuterRef, Sum, Value, When

from marke.ledger.models import Account, Posting
from marke.parties.models import Coop

Kind = Account.Kind
# A transaction with a leg on one of these is about a client's money.
_ASKED = (Kind.UNBILLED, Kind.RECEIVABLE)
# Where client money passes through, not where it went.
_PASSAGE = (*_ASKED, Kind.BANK, Kind.TRANSIT, Kind.UNMATCHED, Kind.REFUNDS, Kind.OPENING)
# Each activity has a detail of its own: here they are one part, as all earnings are.
_DETAIL = Case(When(account__kind=Kind.ACTIVITY, then=Value("")), default=F("account__detail"))


@dataclass(frozen=True)
class FlowPart:
    kind: str
    detail: str
    amount: int  # minor units; negative when more was taken back than given

    @property
    def account(self) -> Account:
        """An account like those that this part sums, for its name."""
        return Account(kind=self.kind, detail=self.detail)


@dataclass(frozen=True)
class Flow:
    total: int
    parts: tuple[FlowPart, ...]


def euro_flow(coop: Coop, since: date, until: date) -> Flow:
    """Of all client money of the half-open period, what went where, in the co-op's currency; largest first."""
    asked = Posting.objects.filter(transaction=OuterRef("transaction"), account__kind__in=_ASKED)
    sums = (
        Posting.objects.filter(
            transaction__coop=coop,
            transaction__date__gte=since,
            transaction__date__lt=until,
            account__unit=coop.currency,
        )
        .exclude(transaction__kind="opening")
        .exclude(account__kind__in=_PASSAGE)
        .filter(Exists(asked))
        .order_by()
        .annotate(detail=_DETAIL)
        .values_list("account__kind", "detail")
        .annotate(total=Sum("amount"))
    )
    parts = sorted((FlowPart(kind, detail, -total) for kind, detail, total in sums if total), key=lambda part: -part.amount)
    return Flow(sum(part.amount for part in parts), tuple(parts))
