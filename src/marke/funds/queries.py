"""What the funds hold, what they must cover, what moved; who takes part in mutual aid and who asked for help."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db.models import Q, QuerySet, Sum

from marke.common import clock
from marke.funds.conditions import GUARANTEE, MUTUAL, largest_first
from marke.funds.models import AidClaim, AidCollection, AidParticipation
from marke.funds.rulebook import ALL, NONE
from marke.funds.words import label_of
from marke.ledger import queries as ledger_queries
from marke.ledger.chart import detail_name
from marke.ledger.monthly import MonthFlow, flows_by_month
from marke.ledger.services import Account
from marke.parties.models import Coop, Membership
from marke.rules.queries import Rulebook, rulebook
from marke_core.cover import Failure, coverage

KINDS = (Account.Kind.FUND, Account.Kind.RESERVE)
State = AidClaim.State


@dataclass(frozen=True)
class Standing:
    """One fund: what it holds and what it must cover; minor units."""

    key: tuple[str, str]
    label: str
    holds: int
    covers: int | None
    account_id: int

    @property
    def coverage(self) -> Fraction | None:
        return coverage(self.holds, self.covers)

    @property
    def slug(self) -> str:
        return ":".join(self.key)


def holdings(coop: Coop) -> dict[tuple[str, str], int]:
    """What each fund and reserve holds."""
    held: dict[tuple[str, str], int] = defaultdict(int)
    for kind in KINDS:
        for row in ledger_queries.balances(coop, kind=kind):
            if row.account.unit == coop.currency:
                held[str(kind), row.account.detail] -= row.amount
    return dict(held)


def standings(coop: Coop) -> list[Standing]:
    """Funds first, then reserves; a fixed number of queries."""
    owed = sum(amount for _name, amount in exposures(coop))
    asked = AidClaim.objects.filter(coop=coop, state=State.ASKED).aggregate(total=Sum("amount"))["total"] or 0
    covers = {GUARANTEE: owed, MUTUAL: asked}
    rows = []
    for kind in KINDS:
        for row in ledger_queries.balances(coop, kind=kind):
            if row.account.unit != coop.currency or row.account.party_id is not None:
                continue
            key = (str(kind), row.account.detail)
            if row.amount or covers.get(key):
                rows.append(Standing(key, label_of(key), -row.amount, covers.get(key), row.account.pk))
    return rows


def exposures(coop: Coop) -> list[tuple[str, int]]:
    """What each client owes, invoiced or not yet, with the name."""
    owed: dict[str, int] = defaultdict(int)
    for kind in (Account.Kind.RECEIVABLE, Account.Kind.UNBILLED):
        for row in ledger_queries.balances(coop, kind=kind):
            if row.account.unit == coop.currency:
                owed[row.account.party.name if row.account.party else detail_name(row.account)] += row.amount
    return sorted((name, amount) for name, amount in owed.items() if amount > 0)


def largest_failure(coop: Coop) -> tuple[Failure | None, list[tuple[str, int]]]:
    """What the guarantee fund could bear if the largest client failed, and the five largest."""
    owed = exposures(coop)
    top = largest_first(owed, 5)
    if not top:
        return None, []
    return Failure(top[0][1], sum(amount for _name, amount in owed), holdings(coop).get(GUARANTEE, 0)), top


def flows(coop: Coop, today: date) -> list[MonthFlow]:
    """Twelve months up to now."""
    since = today.replace(day=1)
    for _month in range(11):
        since = (since - timedelta(days=1)).replace(day=1)
    return flows_by_month(coop, KINDS, since)


# Mutual aid


def aid_is_on(rules: Rulebook) -> bool:
    return bool(rules.value("funds.aid") != NONE)


def participation(membership: Membership) -> AidParticipation | None:
    return AidParticipation.objects.filter(membership=membership, until=None).first()


def takes_part_since(membership: Membership, rules: Rulebook) -> date | None:
    """Since when a member takes part without a break; None when they do not."""
    if rules.value("funds.aid_who") == ALL:
        joined = membership.admitted_at
        if membership.state != Membership.State.MEMBER or joined is None:
            return None
        return clock.local_date(joined, membership.coop.timezone)
    own = participation(membership)
    return own.since if own else None


def participants(coop: Coop, rules: Rulebook, since: date, until: date) -> QuerySet[Membership]:
    """Who took part on a day of the half-open period."""
    members = Membership.objects.filter(coop=coop, state__in=(Membership.State.MEMBER, Membership.State.SUSPENDED))
    if rules.value("funds.aid_who") != ALL:
        within = Q(aid_participations__since__lt=until) & (
            Q(aid_participations__until=None) | Q(aid_participations__until__gt=since)
        )
        members = members.filter(within)
    return members.select_related("party").order_by("number").distinct()


def month_to_collect(coop: Coop, at: datetime) -> date | None:
    """The last whole month, when it has not been collected and mutual aid is on."""
    if not aid_is_on(rulebook(coop, at)):
        return None
    month = (clock.local_date(at, coop.timezone).replace(day=1) - timedelta(days=1)).replace(day=1)
    return None if AidCollection.objects.filter(coop=coop, month=month).exists() else month


def granted_in_a_year(membership: Membership, at: datetime) -> int:
    """What a member was granted in the 12 months before."""
    since = clock.twelve_months_before(at, membership.coop.timezone)
    rows = AidClaim.objects.filter(membership=membership, state=State.GRANTED, decided_at__gte=since)
    return rows.aggregate(total=Sum("granted"))["total"] or 0


def claims(coop: Coop) -> QuerySet[AidClaim]:
    return AidClaim.objects.filter(coop=coop).select_related("claimant", "membership", "decided_by", "decision", "transaction")


def open_claims(coop: Coop) -> QuerySet[AidClaim]:
    return claims(coop).filter(state=State.ASKED).order_by("number")


def claims_of(membership: Membership) -> QuerySet[AidClaim]:
    return claims(membership.coop).filter(membership=membership)
