"""Questions about activities: what each earned, gave, holds, may pay out, and what waits for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import BigIntegerField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from marke.activities import working_days
from marke.activities.conditions import Earned, Limits, Released, release
from marke.activities.models import Activity, Entry, Expense, Grant, WriteOff
from marke.activities.rulebook import NOBODY, PAID, WORKED
from marke.common import clock
from marke.ledger import queries as ledger
from marke.ledger.services import Account
from marke.parties.models import CircleMembership, Coop, Membership, Party
from marke.payments.models import Payment
from marke.rules.queries import Rulebook, rulebook
from marke_core.cover import Failure
from marke_core.money import share_of_integers

Kind = Entry.Kind
EARNING = (Kind.INVOICE, Kind.GRANT)
# Longer ago than the longest wait for working days: what was paid then is free.
LONG_AGO = timedelta(days=400)


def has_activities(coop: Coop, at: datetime) -> bool:
    """Whether a co-op shows anything of this."""
    rules = rulebook(coop, at)
    is_open = rules.has("activities.open_to") and rules.value("activities.open_to") != NOBODY
    return is_open or Activity.objects.filter(coop=coop).exists()


def activities(coop: Coop) -> QuerySet[Activity]:
    return Activity.objects.filter(coop=coop).select_related("coop", "party", "circle")


def of_member(membership: Membership) -> QuerySet[Activity]:
    """A member's own, and those of the teams that they are in."""
    teams = CircleMembership.objects.filter(membership=membership).values("circle")
    own = Q(party=membership.party_id) | Q(circle__in=teams)
    return activities(membership.coop).filter(own).order_by(F("closed_at").asc(nulls_first=True), "number")


def runs(activity: Activity, membership: Membership | None) -> bool:
    """Whether the activity is this member's own, or that of a team they are in."""
    if membership is None or membership.coop_id != activity.coop_id:
        return False
    if activity.party_id is not None:
        return activity.party_id == membership.party_id
    return CircleMembership.objects.filter(circle=activity.circle_id, membership=membership).exists()


def membership_of(activity: Activity) -> Membership | None:
    if activity.party_id is None:
        return None
    return Membership.objects.filter(coop=activity.coop_id, party=activity.party_id).select_related("party", "coop").first()


def members_activities(team: Activity) -> QuerySet[Activity]:
    """The open businesses of a team's members, one of each who has several: the oldest."""
    members = CircleMembership.objects.filter(circle=team.circle_id, membership__state=Membership.State.MEMBER)
    own = activities(team.coop).filter(closed_at=None, party__in=members.values("membership__party"))
    first = own.filter(party=OuterRef("party")).order_by("number").values("pk")[:1]
    return own.filter(pk=Subquery(first)).order_by("number")


def balances(coop: Coop, only: Collection[Activity] | None = None) -> dict[int, int]:
    """What each activity holds, its reserve aside, by its key; one query."""
    rows = Entry.objects.filter(coop=coop)
    if only is not None:
        rows = rows.filter(activity__in=only)
    return dict(rows.order_by().values_list("activity").annotate(total=Sum("share")))


@dataclass(frozen=True)
class Totals:
    """Everything that happened to an activity, in minor units."""

    invoiced: int = 0
    grants: int = 0
    given: int = 0
    expenses: int = 0
    reserve: int = 0
    shared: int = 0
    internal: int = 0
    paid_out: int = 0
    balance: int = 0

    @property
    def income(self) -> int:
        return self.invoiced + self.grants


def totals(activity: Activity) -> Totals:
    rows = Entry.objects.filter(activity=activity)
    found = rows.aggregate(
        invoiced=Sum("invoiced"),
        grants=Sum("grants"),
        given=Sum(F("contribution") + F("guarantee")),
        expenses=Sum("expenses"),
        reserve=Sum("reserve"),
        shared=Sum("moved", filter=Q(kind=Kind.SHARED)),
        internal=Sum("moved", filter=Q(kind=Kind.INTERNAL)),
        paid_out=Sum("moved", filter=Q(kind__in=(Kind.PAYOUT, Kind.PAYROLL))),
        balance=Sum("share"),
    )
    numbers = {name: value or 0 for name, value in found.items()}
    numbers["paid_out"] *= -1
    return Totals(**numbers)


def _incomes(coop: Coop) -> QuerySet[Entry]:
    """With what was taken back of each, and paid on it."""
    back = Entry.objects.filter(of=OuterRef("pk")).order_by().values("of").annotate(total=Sum("share")).values("total")
    net_back = (
        Entry.objects.filter(of=OuterRef("pk"))
        .order_by()
        .values("of")
        .annotate(total=Sum(F("invoiced") + F("grants")))
        .values("total")
    )
    counted = Payment.objects.filter(request=OuterRef("request"), reversed_at=None, applied__gt=0).order_by().values("request")
    rows = Entry.objects.filter(coop=coop, kind__in=EARNING).annotate(
        back=Coalesce(Subquery(back, output_field=BigIntegerField()), 0),
        net_back=Coalesce(Subquery(net_back, output_field=BigIntegerField()), 0),
        paid=Coalesce(Subquery(counted.annotate(total=Sum("applied")).values("total"), output_field=BigIntegerField()), 0),
        last_paid=Subquery(counted.annotate(last=Max("date")).values("last")),
        is_written_off=Exists(WriteOff.objects.filter(income=OuterRef("pk"))),
    )
    return rows.select_related("request")


def _open_incomes(coop: Coop, today: date) -> QuerySet[Entry]:
    """Those of which something may not be free yet."""
    since = today - LONG_AGO
    lately = Q(date__gte=since) | Q(last_paid__gte=since) | Q(worked_on__gte=since)
    return _incomes(coop).filter(lately | Q(request__amount__gt=F("paid")))


def paid_by_clients(activity: Activity) -> int:
    """What clients paid of the activity's invoices and grants, without VAT; what nobody was asked for is paid."""
    total = 0
    for entry in _incomes(activity.coop).filter(activity=activity):
        left = entry.income + entry.net_back  # type: ignore[attr-defined]
        asked = entry.request.amount if entry.request else 0
        total += share_of_integers(left, min(entry.paid, asked), asked) if asked else left  # type: ignore[attr-defined]
    return total


def earned(coop: Coop, at: datetime, rules: Rulebook, of: Activity | None = None) -> list[Earned]:
    """Of all activities, or of those incomes on which it depends what may leave this one; one query."""
    rows = _open_incomes(coop, clock.local_date(at, coop.timezone))
    if of is not None:
        rows = _bearing_on(rows, of, limits(rules))
    days, by_work = rules.value("activities.payout_days"), counts_from_work(rules)
    return [_earned(entry, days, coop.country, by_work) for entry in rows]


def counts_from_work(rules: Rulebook) -> bool:
    return bool(rules.value("activities.payout_on") == WORKED)


def _bearing_on(rows: QuerySet[Entry], activity: Activity, limits: Limits) -> QuerySet[Entry]:
    """A limit per client holds for all who work for that client together; with one per activity beside it, everything may."""
    if limits.per_client is None:
        return rows.filter(activity=activity)
    if limits.per_activity is None:
        return rows.filter(Q(activity=activity) | Q(client__in=rows.filter(activity=activity).values("client")))
    return rows


def _earned(entry: Entry, days: int, country: str, by_work: bool) -> Earned:
    back, paid, last = entry.back, entry.paid, entry.last_paid  # type: ignore[attr-defined]
    asked = entry.request.amount if entry.request else 0  # lowered by credit notes
    if entry.request is None or entry.request.withdrawn_at or entry.is_written_off:  # type: ignore[attr-defined]
        asked, paid, last = 0, 0, entry.date
    free_on = (_after_work if by_work else _after_invoice)(entry, days, country)
    return Earned(
        entry=entry.pk,
        activity=entry.activity_id,
        client=entry.client_id,
        share=entry.share + back,
        asked=asked,
        paid=paid,
        free_on=free_on,
        paid_free_on=(free_on if by_work else working_days.after(last, days, country)) if last else None,
        worked_on=entry.worked_on,
    )


def _after_invoice(entry: Entry, days: int, country: str) -> date:
    return working_days.after(entry.date, days, country)


def _after_work(entry: Entry, days: int, country: str) -> date:
    """Never before the invoice: what was paid out in advance meanwhile used the limits up, and keeps its place."""
    if entry.worked_on is None:
        return _after_invoice(entry, days, country)
    return max(working_days.after(entry.worked_on, days, country), working_days.after(entry.date, 0, country))


def limits(rules: Rulebook) -> Limits:
    return Limits(
        in_advance=rules.value("activities.payout_on") != PAID,
        per_client=rules.value("activities.limit_client") or None,
        per_activity=rules.value("activities.limit_activity") or None,
    )


@dataclass(frozen=True)
class Waiting:
    """What of the incomes of a co-op is free and what waits, by entry; `of` by activity."""

    incomes: dict[int, Earned]
    released: dict[int, Released]

    def of(self, activity: int) -> int:
        return sum(self.released[key].waits for key, one in self.incomes.items() if one.activity == activity)

    def sums(self) -> dict[int, int]:
        found: dict[int, int] = defaultdict(int)
        for key, one in self.incomes.items():
            found[one.activity] += self.released[key].waits
        return dict(found)


def waiting(coop: Coop, at: datetime, of: Activity | None = None) -> Waiting:
    """`of`: only as far as it matters to this activity, so that paying out thousands asks of each only its own."""
    rules = rulebook(coop, at)
    incomes = earned(coop, at, rules, of)
    released = release(incomes, limits(rules), clock.local_date(at, coop.timezone))
    return Waiting({one.entry: one for one in incomes}, released)


def due(activity: Activity, at: datetime) -> int:
    """What may leave the activity now: what it holds, less what waits."""
    held = balances(activity.coop, [activity]).get(activity.pk, 0)
    return max(0, held - waiting(activity.coop, at, activity).of(activity.pk))


def all_due(coop: Coop, at: datetime) -> dict[int, int]:
    """Of every activity from which something may leave now; a fixed number of queries."""
    waits = waiting(coop, at).sums()
    found = {key: held - waits.get(key, 0) for key, held in balances(coop).items()}
    return {key: amount for key, amount in found.items() if amount > 0}


def open_expenses(coop: Coop) -> QuerySet[Expense]:
    """What waits for somebody in office."""
    rows = Expense.objects.filter(coop=coop, state=Expense.State.ASKED)
    return rows.select_related("activity__party", "activity__circle", "spent_by").order_by("asked_at", "id")


@dataclass(frozen=True)
class Exposure:
    """What a client was invoiced by activities and has not paid: with VAT, and what of it members were paid already."""

    client: str
    owes: int
    advanced: int


def exposures(coop: Coop, at: datetime) -> list[Exposure]:
    """The largest first; a fixed number of queries."""
    found = waiting(coop, at)
    owes: dict[int, int] = defaultdict(int)
    advanced: dict[int, int] = defaultdict(int)
    for key, one in found.incomes.items():
        if one.client is not None and one.asked > one.paid:
            owes[one.client] += one.asked - one.paid
            advanced[one.client] += found.released[key].advance
    names = dict(Party.objects.filter(pk__in=owes).values_list("pk", "name"))
    rows = [Exposure(names[client], amount, advanced[client]) for client, amount in owes.items()]
    return sorted(rows, key=lambda row: (-row.advanced, -row.owes, row.client))


def stress(coop: Coop, rows: Iterable[Exposure]) -> Failure | None:
    """If the client fails for whom most was paid in advance."""
    advanced = [row.advanced for row in rows if row.advanced]
    if not advanced:
        return None
    return Failure(max(advanced), sum(advanced), fund_holds(coop))


def fund_holds(coop: Coop) -> int:
    """What the guarantee fund holds."""
    return -ledger.sums_by_detail(coop, [Account.Kind.FUND]).get((Account.Kind.FUND, "guarantee"), 0)


def late_papers(coop: Coop, today: date) -> QuerySet[Entry]:
    """What clients should have paid by now and have not, the oldest first."""
    return unpaid(coop).filter(request__due_date__lt=today)


def unpaid(coop: Coop) -> QuerySet[Entry]:
    """What clients have not paid, late or not, the oldest first; `left` is how much."""
    rows = _incomes(coop).filter(request__withdrawn_at=None, is_written_off=False)  # type: ignore[misc]
    open_ones = rows.filter(request__amount__gt=F("paid")).annotate(left=F("request__amount") - F("paid"))
    return open_ones.select_related("activity", "client", "request").order_by("request__due_date", "id")


def grants(activity: Activity) -> QuerySet[Grant]:
    return Grant.objects.filter(activity=activity).select_related("funder", "entry", "coop", "activity")


def losses(coop: Coop) -> QuerySet[WriteOff]:
    return (
        WriteOff.objects.filter(coop=coop).select_related("income__activity", "income__client", "decision").order_by("-at", "-id")
    )
