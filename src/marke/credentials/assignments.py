"""What a member did in their own business inside the co-op in a time: assignments that were invoiced, and shares of teams' earnings.

Nothing here says for whom it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, Sum

from marke.activities.models import Activity, Entry
from marke.common.clock import local_date
from marke.invoices.models import InternalInvoice, Invoice, QuoteVersion
from marke.parties.models import Membership

Kind = Entry.Kind


@dataclass(frozen=True)
class Stretch:
    """How often, from when to when."""

    number: int
    first: date
    last: date


@dataclass(frozen=True)
class Business:
    """Minor units of the co-op's currency, without VAT. `done`: the assignments; `teams`: how often teams shared with the member.

    `remained`: of what was invoiced, after the contribution and what clients never paid; what is kept back is the member's.
    """

    done: Stretch | None
    invoiced: int
    remained: int
    teams: Stretch | None
    shared: int

    @property
    def income(self) -> int:
        return self.remained + self.shared


@dataclass(frozen=True)
class _Paper:
    """An invoice or credit note: `of` is the number of the invoice, its own where it takes back nothing.

    done_on: the last day of the work that it names
    """

    number: str
    of: str
    order: tuple[str, int]
    issued: date
    done_on: date | None
    net: int


def business_of(membership: Membership, since: date, until: date, at: datetime) -> Business | None:
    """Of what was invoiced or shared in the time; `until` is exclusive. None: nothing is known of it.

    What was credited since is taken off, whenever that was. As many queries for an invoice as for a thousand.
    """
    own = list(Activity.objects.filter(coop=membership.coop, party=membership.party_id).values_list("pk", flat=True))
    if not own:
        return None
    papers = _left([*_invoices(own, since, until), *_internal(own, since, until)])
    done = _done(own, papers, local_date(at, membership.coop.timezone))
    teams, shared = _shared(own, since, until)
    if done is None and teams is None:
        return None
    remained = _remained(own, {paper.number for paper in papers}, since) - _given_by_month(own, since, until)
    return Business(done, sum(paper.net for paper in papers), remained, teams, shared)


def _invoices(own: Collection[int], since: date, until: date) -> Iterable[_Paper]:
    """Those of the time, with every credit note for one of them."""
    rows = Invoice.objects.filter(activity__in=own).filter(_issued_between(since, until))
    found = rows.order_by("id").values_list(
        "number", "credits__number", "order", "pk", "credits", "issue_date", "delivery_date", "net"
    )
    for number, of, order, key, credited, issued, done_on, net in found:
        yield _Paper(number, of or number, ("order", order) if order else ("invoice", credited or key), issued, done_on, net)


def _internal(own: Collection[int], since: date, until: date) -> Iterable[_Paper]:
    """The same for what was done for other businesses of the co-op."""
    rows = InternalInvoice.objects.filter(order__seller__in=own).filter(_issued_between(since, until))
    for number, of, order, issued, net in rows.order_by("id").values_list(
        "number", "credits__number", "order", "issue_date", "net"
    ):
        yield _Paper(number, of or number, ("internal", order), issued, None, net)


def _issued_between(since: date, until: date) -> Q:
    invoice = Q(credits=None, issue_date__gte=since, issue_date__lt=until)
    return invoice | Q(credits__issue_date__gte=since, credits__issue_date__lt=until)


def _left(papers: Collection[_Paper]) -> list[_Paper]:
    """Without the invoices that were taken back as a whole, and their credit notes."""
    nets: defaultdict[str, int] = defaultdict(int)
    for paper in papers:
        nets[paper.of] += paper.net
    return [paper for paper in papers if nets[paper.of] > 0]


def _done(own: Collection[int], papers: Collection[_Paper], today: date) -> Stretch | None:
    """How many assignments, and the first and last day of the work."""
    if not papers:
        return None
    begins = _begins(own)
    invoices = [paper for paper in papers if paper.of == paper.number]
    days = [_days(paper, begins.get(paper.order), today) for paper in invoices]
    return Stretch(
        len({paper.order for paper in invoices}), min(first for first, _last in days), max(last for _first, last in days)
    )


def _begins(own: Collection[int]) -> dict[tuple[str, int], date | None]:
    """The first day of the work that orders name, by order; of several versions that of the newest."""
    rows = QuoteVersion.objects.filter(quote__activity__in=own, fixed_at__isnull=False).order_by("number")
    return {("order", order): begins_on for order, begins_on in rows.values_list("quote", "begins_on")}


def _days(paper: _Paper, begins_on: date | None, today: date) -> tuple[date, date]:
    """From the order's first day to the last that the invoice names; where one is not known or still to come, the invoice's day."""
    named = [day for day in (begins_on, paper.done_on) if day is not None]
    past = [day for day in named if day <= today]
    days = past if len(past) == len(named) and past else [*past, paper.issued]
    return min(days), max(days)


def _remained(own: Collection[int], papers: Collection[str], since: date) -> int:
    """What the books put into the businesses for these papers, with what is kept back; less what clients never paid."""
    rows = Entry.objects.filter(activity__in=own, date__gte=since).filter(~Q(paper="") | Q(kind=Kind.WRITE_OFF))
    found = rows.order_by().values_list("kind", "paper", "of__paper", "share", "reserve")
    return sum(
        share + reserve for kind, paper, of, share, reserve in found if (of if kind == Kind.WRITE_OFF else paper) in papers
    )


def _given_by_month(own: Collection[int], since: date, until: date) -> int:
    """The fees of months, and what was missing to the least amounts."""
    rows = Entry.objects.filter(activity__in=own, kind=Kind.MONTH, date__gte=since, date__lt=until)
    return rows.aggregate(given=Sum(F("contribution") + F("guarantee")))["given"] or 0


def _shared(own: Collection[int], since: date, until: date) -> tuple[Stretch | None, int]:
    """What teams shared with the member of what they earned."""
    rows = Entry.objects.filter(activity__in=own, kind=Kind.SHARED, moved__gt=0, date__gte=since, date__lt=until)
    found = list(rows.order_by("date", "id").values_list("date", "moved"))
    if not found:
        return None, 0
    return Stretch(len(found), found[0][0], found[-1][0]), sum(moved for _day, moved in found)
