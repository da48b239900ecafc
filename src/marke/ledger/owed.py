"""What a co-op owes to each party on accounts of one kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from marke.ledger.models import Account
from marke.parties.models import Coop


@dataclass(frozen=True)
class Owed:
    party_id: int
    account_id: int
    amount: int  # minor units, positive


def owed(coop: Coop, kind: str, before: date) -> list[Owed]:
    """To whom how much is owed of what was credited before a day (exclusive), in the co-op's currency; one query.

    What was paid or taken back since counts against it, so that nothing is owed twice.
    """
    accounts = (
        Account.objects.filter(coop=coop, kind=kind, unit=coop.currency, party__isnull=False)
        .annotate(
            then=Coalesce(Sum("postings__amount", filter=Q(postings__transaction__date__lt=before)), 0),
            debits_since=Coalesce(
                Sum(
                    "postings__amount",
                    filter=Q(postings__transaction__date__gte=before, postings__amount__gt=0),
                ),
                0,
            ),
            now=Coalesce(Sum("postings__amount"), 0),
        )
        .annotate(left=F("then") + F("debits_since"))
        .filter(left__lt=0, now__lt=0)
        .order_by("party_id", "id")
        .values_list("party_id", "id", "left", "now")
    )
    return [Owed(party, account, min(-left, -now)) for party, account, left, now in accounts if party is not None]


def owed_now(coop: Coop, kind: str) -> dict[int, int]:
    """What each party is owed at this moment, by the party's id; one query."""
    rows = (
        Account.objects.filter(coop=coop, kind=kind, unit=coop.currency, party__isnull=False)
        .values_list("party_id")
        .annotate(now=Sum("postings__amount"))
    )
    return {party: -now for party, now in rows if party is not None and now is not None and now < 0}


def balance_by_party(coop: Coop, kind: str, *, except_kinds: tuple[str, ...] = ()) -> dict[int, int]:
    """Debit minus credit of each party on accounts of a kind, zeros left out; one query.

    `except_kinds`: transactions of these kinds do not count, e.g. opening balances.
    """
    counted = ~Q(postings__transaction__kind__in=except_kinds) if except_kinds else Q()
    rows = (
        Account.objects.filter(coop=coop, kind=kind, unit=coop.currency, party__isnull=False)
        .values_list("party_id")
        .annotate(now=Sum("postings__amount", filter=counted))
    )
    return {party: now for party, now in rows if party is not None and now}


def credited_by_day(coop: Coop, kind: str) -> Iterator[tuple[int, date, int]]:
    """Party, day, and by how much more that party was credited on accounts of a kind on that day; one query."""
    rows = (
        Account.objects.filter(coop=coop, kind=kind, unit=coop.currency, party__isnull=False, postings__isnull=False)
        .order_by()
        .values_list("party_id", "postings__transaction__date")
        .annotate(moved=Sum("postings__amount"))
    )
    for party, day, moved in rows.iterator(2000):
        if party is not None and moved:
            yield party, day, -moved


def parties_with_entries(
    coop: Coop, kinds: Sequence[str], since: date, until: date, *, except_kinds: Sequence[str] = ()
) -> set[int]:
    """Parties on whose accounts of these kinds something was booked in [since, until) and not taken back; one query.

    `except_kinds`: transactions of these kinds do not count, e.g. payments.
    """
    inside = Q(postings__transaction__date__gte=since, postings__transaction__date__lt=until)
    rows = (
        Account.objects.filter(coop=coop, kind__in=kinds, party__isnull=False)
        .values_list("party_id")
        .annotate(moved=Sum("postings__amount", filter=inside & ~Q(postings__transaction__kind__in=tuple(except_kinds))))
    )
    return {party for party, moved in rows if party is not None and moved}
