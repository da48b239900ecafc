"""Questions about invoices, and about work that is not on one yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, gettext_lazy

from marke.activities.models import Activity
from marke.common import clock
from marke.invoices.conditions import Ageing, Draft
from marke.invoices.models import Invoice, InvoiceLine
from marke.invoices.vat_notes import SellerVat, seller_vat
from marke.jobs.models import Job
from marke.parties.models import Client, Coop
from marke.payments.models import Payment, PaymentRequest
from marke_core.einvoice.vat import vat_of

PURPOSE = "invoice"
STATES = {
    "open": gettext_lazy("to be paid"),
    "part_paid": gettext_lazy("partly paid"),
    "late": gettext_lazy("late"),
    "paid": gettext_lazy("paid"),
    "credited": gettext_lazy("credited"),
    "credit": gettext_lazy("credit note"),
    "lost": gettext_lazy("written off"),
}
TONES = {
    "open": "plain",
    "part_paid": "warn",
    "late": "bad",
    "paid": "good",
    "credited": "plain",
    "credit": "plain",
    "lost": "bad",
}


@dataclass(frozen=True)
class ToInvoice:
    """A client's settled work that stands on no invoice yet, in minor units; `net` without VAT, `gross` as it would be invoiced."""

    client: Client
    jobs: int
    net: int
    gross: int


def _billed() -> Subquery:
    """Of a job: what stands on its invoices and credit notes together."""
    billed = InvoiceLine.objects.filter(job=OuterRef("pk")).order_by().values("job").annotate(net=Sum("net"))
    return Subquery(billed.values("net"), output_field=BigIntegerField())


def unbilled_jobs(coop: Coop) -> QuerySet[Job]:
    """Settled jobs of which not the whole price has been invoiced; `billed` is what has."""
    jobs = Job.objects.filter(coop=coop, state=Job.State.SETTLED).annotate(billed=Coalesce(_billed(), 0))
    unbilled = jobs.exclude(price=F("billed"))
    return unbilled.select_related("service", "client__party")


def to_invoice(coop: Coop) -> list[ToInvoice]:
    """What is to be invoiced, by client; two queries."""
    jobs: Counter[int] = Counter()
    bases: defaultdict[int, Counter[int]] = defaultdict(Counter)  # by client, what is taxed at each rate
    vat = seller_vat(coop)
    rows = unbilled_jobs(coop).order_by().values_list("client", "price", "billed", "vat_category", "vat_permille")  # type: ignore[misc]
    for client, price, billed, category, permille in rows:
        jobs[client] += 1
        bases[client][vat.of(category, permille)[1]] += price - billed
    clients = Client.objects.filter(pk__in=jobs).select_related("party").order_by("number")
    return [_to_invoice(client, jobs[client.pk], bases[client.pk]) for client in clients]


def _to_invoice(client: Client, jobs: int, bases: Mapping[int, int]) -> ToInvoice:
    net = sum(bases.values())
    return ToInvoice(client, jobs, net, net + sum(vat_of(base, permille) for permille, base in bases.items()))


def drafts(coop: Coop, client: Client, jobs: Iterable[Job] | None = None) -> list[Draft]:
    """The lines of the invoice that would be issued now. A job that was corrected after its invoice is a difference."""
    rows = unbilled_jobs(coop).filter(client=client)
    if jobs is not None:
        rows = rows.filter(pk__in=[job.pk for job in jobs])
    vat = seller_vat(coop)
    return sorted((_draft(job, vat, coop.timezone) for job in rows), key=lambda line: (line.date, line.job_number))


def _draft(job: Job, vat: SellerVat, timezone: str) -> Draft:
    billed: int = job.billed  # type: ignore[attr-defined]
    category, permille = vat.of(job.vat_category, job.vat_permille)
    text = " · ".join(part for part in (job.service.name, job.place) if part)
    if job.called_off_at:
        text = gettext("Cancelled late: %(text)s") % {"text": text}
    if billed:
        text = gettext("Correction of job %(number)s: %(text)s") % {"number": job.number, "text": text}
    day = clock.local_date(job.done_at or job.called_off_at or job.starts_at, timezone)
    return Draft(job.pk, job.number, text[:200], day, job.price - billed, category, permille)


class LineLeft(NamedTuple):
    """A line of an invoice, and what of its net no credit note has taken back."""

    line: InvoiceLine
    left: int


def lines_left(invoice: Invoice) -> list[LineLeft]:
    taken = dict(InvoiceLine.objects.filter(invoice__credits=invoice).order_by().values_list("credits").annotate(net=Sum("net")))
    return [LineLeft(line, line.net + taken.get(line.pk, 0)) for line in invoice.lines.all()]


def _credited(field: str) -> Coalesce:
    """Of an invoice: what its credit notes took back, below zero."""
    notes = Invoice.objects.filter(credits=OuterRef("pk")).order_by().values("credits").annotate(sum=Sum(field)).values("sum")
    return Coalesce(Subquery(notes, output_field=BigIntegerField()), 0)


def invoices(coop: Coop) -> QuerySet[Invoice]:
    """With `paid`, what was paid on it so far; `credited`, what credit notes took back of it (below zero); `is_credited`,
    whether that is all; and `owed`.
    """
    paid = (
        Payment.objects.filter(request=OuterRef("payment_request"), reversed_at=None)
        .order_by()
        .values("request")
        .annotate(paid=Sum("applied"))
        .values("paid")
    )
    rows = Invoice.objects.filter(coop=coop).annotate(
        paid=Coalesce(Subquery(paid, output_field=BigIntegerField()), 0),
        credited=_credited("gross"),
        is_credited=Q(credits=None, net=-_credited("net")),
    )
    # A request that was withdrawn although not all was credited: the claim was written off.
    owing = Q(credits=None, is_credited=False, payment_request__withdrawn_at=None, gross__gt=F("paid") - F("credited"))
    owed = Case(When(owing, then=F("gross") + F("credited") - F("paid")), default=0, output_field=BigIntegerField())
    return (
        rows.annotate(owed=owed)
        .select_related("client__party", "payment_request", "credits", "transaction", "activity")
        .order_by("-issue_date", "-id")
    )


def outstanding(coop: Coop) -> QuerySet[Invoice]:
    """What clients still owe."""
    return invoices(coop).filter(owed__gt=0)  # type: ignore[misc]


def of_activity(activity: Activity) -> QuerySet[Invoice]:
    """The papers of an own business, as `invoices` gives them."""
    return invoices(activity.coop).filter(activity=activity)


def in_state(rows: QuerySet[Invoice], state: str, today: date) -> QuerySet[Invoice]:
    """Only those in one state; all of them for a state that does not exist."""
    owed = Q(owed__gt=0)
    wanted = {
        "open": owed,
        "late": owed & Q(due_date__lt=today),
        "part_paid": owed & Q(paid__gt=0),
        "paid": Q(credits=None, is_credited=False, payment_request__withdrawn_at=None, owed=0),
        "lost": Q(credits=None, is_credited=False, payment_request__withdrawn_at__isnull=False),
        "credited": Q(is_credited=True),
        "credit": Q(credits__isnull=False),
    }.get(state)
    return rows if wanted is None else rows.filter(wanted)


def state_of(invoice: Invoice, today: date) -> str:
    """The state of an invoice read by `invoices`; a key of STATES."""
    if invoice.is_credit_note:
        return "credit"
    if invoice.is_credited:  # type: ignore[attr-defined]
        return "credited"
    if invoice.payment_request is not None and invoice.payment_request.withdrawn_at is not None:
        return "lost"
    paid: int = invoice.paid  # type: ignore[attr-defined]
    if not invoice.owed:  # type: ignore[attr-defined]
        return "paid"
    if invoice.due_date < today:
        return "late"
    return "part_paid" if paid else "open"


def ageing(coop: Coop, on: date) -> Ageing:
    """What clients owe on a day, by how late it is; one query."""
    result = Ageing()
    for due, owed in outstanding(coop).order_by().values_list("due_date", "owed"):  # type: ignore[misc]
        result = result.plus(owed, (on - due).days)
    return result


def invoice_of(request: PaymentRequest) -> Invoice:
    return Invoice.objects.select_related("coop", "client__party").get(payment_request=request)
