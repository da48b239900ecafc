"""Questions about quotes and orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import ForeignObjectRel, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from marke.activities.models import Activity
from marke.common import clock
from marke.invoices.models import Invoice, InvoiceLine, Quote, QuoteVersion
from marke.invoices.quoting import Groups, State, is_over, left_of
from marke.invoices.vat_choices import Advice, Trader, advise
from marke.invoices.vat_notes import seller_vat
from marke.parties.models import CircleMembership, Client, Coop, Membership, Party, Representation

# What people read of a quote; some of it follows from the day and from what was invoiced.
STATES = {
    "draft": _("draft"),
    "sent": _("waits for the client"),
    "over": _("not answered in time"),
    "ordered": _("order"),
    "invoiced": _("invoiced"),
    "declined": _("declined"),
    "withdrawn": _("withdrawn"),
    "closed": _("closed"),
}
# What names a client for whom only own businesses work: their papers, where the client receives e-invoices, and what the client
# said of it (of a job, the job itself counts).
OF_OWN_BUSINESS = {"invoices.quote", "invoices.invoice", "sending.recipient", "feedback.feedback"}
TONES = {"sent": "warn", "over": "bad", "ordered": "good", "invoiced": "good"}


@dataclass(frozen=True)
class QuoteRow:
    quote: Quote
    title: str
    net: int
    state: str
    left: int  # of an order: what is not invoiced yet, without VAT

    @property
    def label(self) -> object:
        return STATES[self.state]

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "plain")


def draft_of(quote: Quote) -> QuoteVersion | None:
    """What is being written and was not sent."""
    return QuoteVersion.objects.filter(quote=quote, fixed_at=None).first()


def fixed_version(quote: Quote) -> QuoteVersion | None:
    """What was sent or ordered last."""
    return QuoteVersion.objects.filter(quote=quote, fixed_at__isnull=False).order_by("-number").first()


def quotes(coop: Coop) -> QuerySet[Quote]:
    """With `title`, `net` and `valid_until` of the newest version, and `invoiced` without VAT."""
    newest = QuoteVersion.objects.filter(quote=OuterRef("pk")).order_by("-number")
    billed = Invoice.objects.filter(order=OuterRef("pk")).order_by().values("order").annotate(net=Sum("net")).values("net")
    return (
        Quote.objects.filter(coop=coop)
        .annotate(
            title=Subquery(newest.values("title")[:1]),
            net=Subquery(newest.values("net")[:1]),
            valid_until=Subquery(newest.values("valid_until")[:1]),
            invoiced=Subquery(billed),
        )
        .select_related("client__party", "activity")
        .order_by("-number")
    )


def quote_rows(found: Iterable[Quote], today: date) -> list[QuoteRow]:
    """Of quotes read by `quotes`."""
    return [_row(quote, today) for quote in found]


def _row(quote: Quote, today: date) -> QuoteRow:
    net, invoiced, until = quote.net, quote.invoiced or 0, quote.valid_until  # type: ignore[attr-defined]
    left = net - invoiced if quote.state == State.ORDERED else 0
    state = str(quote.state)
    if quote.state == State.ORDERED and not left:
        state = "invoiced"
    elif is_over(quote, until, today):
        state = "over"
    return QuoteRow(quote, quote.title, net, state, left)  # type: ignore[attr-defined]


def left_to_invoice(quote: Quote) -> Groups:
    """By category and rate, without VAT."""
    version = fixed_version(quote)
    return left_of(version.lines.all() if version else (), InvoiceLine.objects.filter(invoice__order=quote))


def title_of(quote: Quote) -> str:
    version = fixed_version(quote)
    return version.title if version is not None else ""


def done_at(quote: Quote) -> datetime | None:
    """When an order was done, or will be: it is invoiced whole, and the last day of the work that its papers name is over.

    None where something is still to be invoiced, unless somebody closed it. What was credited in part stays done; an invoice that
    was taken back as a whole is none.
    """
    version, papers = fixed_version(quote), list(Invoice.objects.filter(order=quote).order_by("id"))
    left: defaultdict[int, int] = defaultdict(int)
    for paper in papers:
        left[paper.credits_id or paper.pk] += paper.net
    standing = [paper for paper in papers if paper.credits_id is None and left[paper.pk] > 0]
    if version is None or not standing:
        return None
    is_whole = sum(paper.net for paper in standing) >= version.net
    if not is_whole and quote.closed_at is None:
        return None
    named = [paper.delivery_date for paper in standing if paper.delivery_date is not None]
    last_day = max(named, default=version.last_day)
    moments = [paper.issued_at for paper in standing]
    if quote.closed_at is not None and not is_whole:
        moments.append(quote.closed_at)
    if last_day is not None:
        moments.append(clock.local_midnight(last_day + timedelta(days=1), quote.coop.timezone))
    return max(moments)


def invoices_of(quote: Quote) -> QuerySet[Invoice]:
    return Invoice.objects.filter(order=quote).select_related("credits").order_by("id")


def clients_of(activity: Activity) -> list[Client]:
    """For whom this business wrote quotes before; other clients of the co-op are none of its business."""
    known = Client.objects.filter(coop=activity.coop_id, quotes__activity=activity, party__erased_at=None).distinct()
    return list(known.select_related("party").order_by("party__name", "number"))


def businesses_of(membership: Membership) -> list[Activity]:
    """Those that this member runs, alone or in a team, and that are open."""
    teams = CircleMembership.objects.filter(membership=membership).values("circle")
    mine = Q(party=membership.party_id) | Q(circle__in=teams)
    return list(Activity.objects.filter(mine, coop=membership.coop_id, closed_at=None).order_by("number"))


def is_only_theirs(client: Client, membership: Membership) -> bool:
    """Whether a quote of this member's own business brought the client, with whom nobody else in the co-op had to do since."""
    teams = CircleMembership.objects.filter(membership=membership).values("circle")
    mine = Activity.objects.filter(Q(party=membership.party_id) | Q(circle__in=teams), coop=membership.coop_id).values("pk")
    if not Quote.objects.filter(client=client, activity__in=mine, brought_client=True).exists():
        return False
    others = (
        Quote.objects.filter(client=client).exclude(activity__in=mine).exists()
        or Invoice.objects.filter(Q(activity=None) | ~Q(activity__in=mine), client=client).exists()
        or Representation.objects.filter(Q(party=client.party_id) | Q(person=client.party_id)).exists()
    )
    return not others and not _stands_elsewhere(client)


def _stands_elsewhere(client: Client) -> bool:
    """Whether any table but those of an own business names the client: jobs, keys, agreed fares, addresses.

    All tables are asked, those of apps above this one too, so that a new one need not be remembered here.
    """
    ties = [tie for tie in Client._meta.get_fields(include_hidden=True) if isinstance(tie, ForeignObjectRel)]
    others = [tie for tie in ties if tie.related_model._meta.label_lower not in OF_OWN_BUSINESS]
    return any(tie.related_model._base_manager.filter(**{tie.field.name: client.pk}).exists() for tie in others)


def orders_left(activity: Activity) -> int:
    """What was ordered from an activity and is not invoiced yet, without VAT."""
    rows = quotes(activity.coop).filter(activity=activity, state=State.ORDERED)
    return sum(row.left for row in quote_rows(rows, date.min))


def quoted(activity: Activity, today: date) -> int:
    """What clients of an activity may still say yes to, without VAT."""
    rows = quotes(activity.coop).filter(activity=activity, state=State.SENT, valid_until__gte=today)  # type: ignore[misc]
    return sum(rows.values_list("net", flat=True))  # type: ignore[misc]


def may_be_seen(found: QuerySet[Quote], membership: Membership) -> QuerySet[Quote]:
    """Those of the businesses that this member runs, alone or in a team."""
    teams = CircleMembership.objects.filter(membership=membership).values("circle")
    return found.filter(Q(activity__party=membership.party_id) | Q(activity__circle__in=teams))


def advice_for(quote: Quote, at: datetime) -> Advice:
    """Which VAT can stand on it."""
    return advice_between(quote.coop, quote.client.party, clock.local_date(at, quote.coop.timezone))


def advice_between(coop: Coop, buyer: Party, on: date) -> Advice:
    is_business = buyer.kind == Party.Kind.ORGANISATION or bool(buyer.vat_number)
    return advise(
        Trader(coop.country, bool(coop.vat_number), True),
        Trader(buyer.country, bool(buyer.vat_number), is_business),
        without_number=seller_vat(coop).category or "E",
        on=on,
    )
