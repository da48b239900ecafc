"""The report on sellers, as the rest of the house meets it: what waits, what is taken along, what is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.asks import Ask, Task
from marke.common.clock import local_date
from marke.ledger.lookup import first_day
from marke.parties.events import PartyErased
from marke.parties.models import Coop, Membership, Party
from marke.parties.my_data import moment
from marke.payments.permissions import MONEY_OFFICES
from marke.sellers import queries
from marke.sellers.drafting import identity_of
from marke.sellers.models import ReportedSeller, SellerDetails
from marke_core.dac7 import Seller, missing_of_seller

# From when on a year is to be reported shortly.
ASKED_FROM_MONTH = 10


def of_member(membership: Membership, at: datetime) -> Sequence[Task]:
    """In the last quarter and until the report is due: members who sell and have not told everything."""
    coop, today = membership.coop, local_date(at, membership.coop.timezone)
    if not _is_time(today) or not queries.is_seller(membership) or not queries.is_on(coop, at):
        return []
    identity = identity_of(membership.party, queries.details_by(membership))
    if not missing_of_seller(Seller("", identity, ()), today.year):
        return []
    return [Task(_("Fill in what the tax office asks of platforms"), reverse("sellers:mine", args=[coop.slug]))]


def _is_time(today: date) -> bool:
    return today.month >= ASKED_FROM_MONTH or today <= queries.due_on(today.year - 1)


def of_offices(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    """From the first day of the year until it is done: last year's report."""
    if offices.isdisjoint(MONEY_OFFICES) or not queries.is_on(coop, at):
        return []
    year = local_date(at, coop.timezone).year - 1
    first = first_day(coop)
    if first is None or first.year > year or queries.reports(coop, year).exists():
        return []
    words = _("Report to the tax office what sellers were paid in %(year)s") % {"year": year}
    until = _("by %(day)s") % {"day": queries.due_on(year).isoformat()}
    return [Task(words, reverse("sellers:year", args=[coop.slug, year]), until)]


ASK = Ask("sellers", of_member=of_member, of_offices=of_offices)


def details(party: Party) -> Iterable[Mapping[str, Any]]:
    for row in SellerDetails.objects.filter(membership__party=party).select_related("coop").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "first_name": row.first_name,
            "last_name": row.last_name,
            "birth_date": row.birth_date.isoformat() if row.birth_date else "",
            "birth_city": row.birth_city,
            "birth_country": row.birth_country,
            "tax_number": row.tin,
            "tax_number_of": row.tin_country,
            "has_no_tax_number": row.has_no_tin,
            "registration_number": row.registration_number,
            "told_at": moment(row.told_at),
        }


def reported(party: Party) -> Iterable[Mapping[str, Any]]:
    rows = ReportedSeller.objects.filter(membership__party=party).select_related("coop", "report")
    for row in rows.order_by("id"):
        yield {
            "co-op": row.coop.name,
            "year": row.report.year,
            "file": row.report.ref,
            "made_at": moment(row.report.made_at),
            "state": row.type,
            "reference": row.ref,
            "reported": row.record,
        }


def obstacles(party: Party) -> Sequence[str]:
    """A year in which somebody was paid is reported first; who they are is needed for that."""
    at = clock.now()
    found = []
    rows = Membership.objects.filter(party=party, engagement__in=queries.SELLING).select_related("coop", "party")
    for membership in rows:
        coop = membership.coop
        if queries.is_on(coop, at):
            found += [_obstacle(coop, year) for year in _unreported(membership, local_date(at, coop.timezone))]
    return found


def _unreported(membership: Membership, today: date) -> list[int]:
    """This year and, while it is due, the last."""
    years = [today.year - 1, today.year]
    if today > queries.due_on(today.year - 1):
        years.remove(today.year - 1)
    return [
        year
        for year in years
        if membership.party_id in queries.figures(membership.coop, year)
        and membership.pk not in queries.said(membership.coop, year)
    ]


def _obstacle(coop: Coop, year: int) -> str:
    return _("%(coop)s has to report to the tax office what it paid you in %(year)s, by %(day)s. Ask again after that.") % {
        "coop": coop.name,
        "year": year,
        "day": queries.due_on(year).isoformat(),
    }


def forget(event: PartyErased) -> None:
    """What they told goes. What was reported stays as long as it has to be kept, and is blanked then."""
    SellerDetails.objects.filter(membership__party=event.party).delete()
