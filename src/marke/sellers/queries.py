"""Questions about sellers: who they are, what each was paid in each quarter, what was reported of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import Q, QuerySet

from marke.ledger import queries as ledger
from marke.ledger.quarterly import earned_by_quarter
from marke.ledger.services import Account
from marke.parties.models import Coop, Membership
from marke.rules.queries import rulebook
from marke.sellers.models import OperatorDetails, Report, ReportedSeller, SellerDetails
from marke_core.dac7 import NOTHING, Quarter, Year

# Who sells: whoever works for clients and is not employed by the co-op. Volunteers are paid for nothing but what they spent.
SELLING = (Membership.Engagement.SELF_EMPLOYED, Membership.Engagement.OCCASIONAL)
# What is paid for work that the co-op found: the job, what is added for the way, and the tip.
PAID = ("job", "engagement", "tip")
COUNTED = ("job",)
DUE_MONTH, DUE_DAY = 1, 31


def is_on(coop: Coop, at: datetime) -> bool:
    rules = rulebook(coop, at)
    return bool(rules.has("sellers.dac7") and rules.value("sellers.dac7"))


def has_sellers(coop: Coop, at: datetime) -> bool:
    """Whether a co-op shows anything of this."""
    return is_on(coop, at) or Report.objects.filter(coop=coop).exists()


def due_on(year: int) -> date:
    """By when a year is reported, and each seller told what is said of them."""
    return date(year + 1, DUE_MONTH, DUE_DAY)


def figures(coop: Coop, year: int) -> dict[int, Year]:
    """What was paid in the four quarters, by the party's id; two queries."""
    rows = earned_by_quarter(coop, date(year, 1, 1), date(year + 1, 1, 1), kinds=PAID, counted=COUNTED)
    found: dict[int, list[Quarter]] = {}
    for row in rows:
        quarters = found.setdefault(row.party, list(NOTHING))
        quarters[(row.quarter.month - 1) // 3] = Quarter(row.credited, row.kept, 0, row.done)
    return {party: _year(quarters) for party, quarters in found.items() if any(each != Quarter() for each in quarters)}


def _year(quarters: Iterable[Quarter]) -> Year:
    first, second, third, fourth = quarters
    return first, second, third, fourth


def sellers(coop: Coop, year: int) -> list[tuple[Membership, Year]]:
    """Members who sell and were paid something in the year, also those who left since; by number."""
    paid = figures(coop, year)
    # An engagement is that of today: who was reported is not taken back because they are employed since.
    told = ReportedSeller.objects.filter(coop=coop, report__year=year).values("membership")
    selling = Q(engagement__in=SELLING) | Q(pk__in=told)
    rows = Membership.objects.filter(selling, coop=coop, party__in=paid).select_related("party", "coop")
    return [(each, paid[each.party_id]) for each in rows.order_by("number")]


def is_seller(membership: Membership) -> bool:
    return membership.engagement in SELLING


def details_of(coop: Coop) -> dict[int, SellerDetails]:
    """What members told, by the membership's id; one query."""
    return {each.membership_id: each for each in SellerDetails.objects.filter(coop=coop)}


def details_by(membership: Membership) -> SellerDetails | None:
    return SellerDetails.objects.filter(membership=membership).first()


def operator_of(coop: Coop) -> OperatorDetails | None:
    return OperatorDetails.objects.filter(coop=coop).first()


def reports(coop: Coop, year: int | None = None) -> QuerySet[Report]:
    """The newest first."""
    rows = Report.objects.filter(coop=coop).select_related("coop", "made_by").order_by("-number")
    return rows if year is None else rows.filter(year=year)


def said(coop: Coop, year: int) -> dict[int, ReportedSeller]:
    """What holds of each seller by the reports of a year, by the membership's id; one query."""
    rows = ReportedSeller.objects.filter(coop=coop, report__year=year, corrected_by=None)
    holds = rows.exclude(type=ReportedSeller.Type.DELETED).select_related("membership__party", "report")
    return {each.membership_id: each for each in holds.order_by("membership__number")}


def said_of(membership: Membership) -> QuerySet[ReportedSeller]:
    """Everything that was ever reported of somebody, the newest first."""
    rows = ReportedSeller.objects.filter(membership=membership).select_related("report", "coop").prefetch_related("corrected_by")
    return rows.order_by("-report__number")


def years(coop: Coop, today: date, first: date | None) -> list[int]:
    """From this year back to the first in which anything is booked."""
    return list(range(today.year, (first or today).year - 1, -1))


def last_made(coop: Coop) -> Mapping[int, Report]:
    """The newest report of each year; one query."""
    return {each.year: each for each in Report.objects.filter(coop=coop).select_related("made_by").order_by("number")}


def earnings_accounts(coop: Coop) -> dict[int, int]:
    """The account in which somebody's earnings stand, by the party's id; one query."""
    rows = ledger.balances(coop, Account.Kind.EARNINGS)
    return {
        each.account.party_id: each.account.pk for each in rows if each.account.party_id and each.account.unit == coop.currency
    }
