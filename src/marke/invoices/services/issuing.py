"""Invoices are issued for work that is settled and stands on none yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.mail import write_mail
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.invoices import queries
from marke.invoices.conditions import Draft, told_apart
from marke.invoices.judging import judge
from marke.invoices.models import Invoice, InvoiceLine, Quote, VatBreakdown
from marke.invoices.network import route_to
from marke.invoices.services.earning import earned_by
from marke.invoices.services.numbers import take_number
from marke.invoices.services.snapshots import buyer_of, language_of, seller_of, terms
from marke.invoices.vat_notes import reason
from marke.jobs.models import Job
from marke.ledger import services as ledger
from marke.ledger.services import Account, Transaction
from marke.parties.models import Client, Coop, Party
from marke.payments import services as payments
from marke.rules.queries import rulebook
from marke_core.banking import show_reference
from marke_core.einvoice import NetLine, VatGroup, vat_breakdown


class NothingToInvoice(Refused):
    """No settled work of this client stands off the invoices."""


class NothingToPay(Refused):
    """Corrections outweigh the work: an invoice of less than nothing is a credit note."""


class WorkHasChanged(Refused):
    """What would stand on the invoice, of the work or the client, is not what somebody looked at, or stands on one already."""


@dataclass
class Issued:
    """What was done: invoices made; for which client none could be made and why; where the work had changed meanwhile."""

    invoices: list[Invoice] = field(default_factory=list)
    refused: list[tuple[Client, str]] = field(default_factory=list)
    changed: list[Client] = field(default_factory=list)


@transaction.atomic
def issue_invoice(
    *, coop: Coop, client: Client, jobs: Sequence[Job] | None = None, seen: str | None = None, by: Party | None, at: datetime
) -> Invoice:
    """One invoice for all settled work of a client that stands on none (or for these `jobs` of it).

    It gets its number now, asks for its payment, and goes to the client by mail. Asking again finds nothing left.
    `seen`: `mark_of` what somebody looked at, and nothing else is to be issued.

    Raises: NothingToInvoice, NothingToPay, EarlierThanTheLast, WorkHasChanged.
    """
    payments.lock_coop(coop.pk)
    client = Client.objects.select_related("party", "coop").get(pk=client.pk, coop=coop)
    lines = lines_for(client, jobs)
    if seen is not None and mark_of(client, lines) != seen:
        raise WorkHasChanged(
            _("What is to be invoiced to %(client)s, or what is written of them, is not what you looked at. Look again.")
            % {"client": client.party.name}
        )
    if not lines:
        raise NothingToInvoice(
            _("There is no settled work of %(client)s that is not on an invoice yet.") % {"client": client.party.name}
        )
    return issue(What(coop, client, lines), by=by, at=at)


def lines_for(client: Client, jobs: Sequence[Job] | None = None) -> list[Draft]:
    """What would stand on the client's invoice now, in the client's language."""
    with translation.override(language_of(client)):
        return queries.drafts(client.coop, client, jobs)


def mark_of(client: Client, lines: Sequence[Draft]) -> str:
    """The same as long as the page to check says the same: the lines, who buys, where the mail goes and over which network."""
    return told_apart(lines, buyer_of(client), client.party.email, language_of(client), route_to(client))


@dataclass(frozen=True)
class What:
    """What is to stand on an invoice. `order`: of a member's or team's own business; `term`: the rule's, if nothing else."""

    coop: Coop
    client: Client
    lines: Sequence[Draft]
    order: Quote | None = None
    term: timedelta | None = None
    reference: str = ""
    delivery_date: date | None = None


def issue(what: What, *, by: Party | None, at: datetime) -> Invoice:
    """Numbers, books and sends it. Inside the caller's transaction, which has locked the co-op.

    Raises: NothingToPay, EarlierThanTheLast.
    """
    coop, client = what.coop, what.client
    groups = groups_of(what)
    invoice = without_number(what, groups, at=at)
    invoice.series, invoice.number = take_number(coop, invoice.issue_date)
    invoice.serial = invoice.series.last
    asked = payments.request_payment(
        coop=coop,
        purpose=queries.PURPOSE,
        subject=invoice.number,
        party=client.party,
        account=ledger.open_account(coop=coop, kind=Account.Kind.RECEIVABLE, party=client.party, at=at),
        amount=invoice.gross,
        due_date=invoice.due_date,
        at=at,
    )
    invoice.payment_request, invoice.reference, invoice.issued_by = asked, asked.reference, by
    invoice.transaction = _book(invoice, by, at)
    write_invoice(invoice, lines_of(invoice, what.lines), rates_of(invoice, groups))
    _send(invoice, at)
    return invoice


def without_number(what: What, groups: Sequence[VatGroup], *, at: datetime) -> Invoice:
    """The invoice as it would be issued now, but for its number and what asks for the payment. Nothing is kept."""
    coop, client, rules = what.coop, what.client, rulebook(what.coop, at)
    activity = what.order.activity if what.order else None
    net, vat = sum(group.base for group in groups), sum(group.vat for group in groups)
    with translation.override(language_of(client)):
        notes = terms(coop, client, net + vat, rules, at)
    day = clock.local_date(at, coop.timezone)
    return Invoice(
        coop=coop,
        client=client,
        activity=activity,
        order=what.order,
        issue_date=day,
        due_date=day + (rules.value("invoices.term") if what.term is None else what.term),
        delivery_date=what.delivery_date,
        seller=seller_of(coop, activity),
        buyer=buyer_of(client, what.reference),
        notes=notes,
        currency=coop.currency,
        language=language_of(client),
        lines_count=len(what.lines),
        rates_count=len(groups),
        net=net,
        vat=vat,
        gross=net + vat,
        issued_at=at,
    )


def issue_seen_invoices(*, coop: Coop, seen: Mapping[int, str], by: Party | None, at: datetime) -> Issued:
    """The invoices that somebody looked at, and no others, each in its own transaction.

    `seen`: by the client's number, what `issue_invoice` takes. Whoever is no client of this co-op is passed over.
    """
    result = Issued()
    for client in Client.objects.filter(coop=coop, number__in=seen).select_related("party").order_by("number"):
        try:
            result.invoices.append(issue_invoice(coop=coop, client=client, seen=seen[client.number], by=by, at=at))
        except WorkHasChanged:
            result.changed.append(client)
        except Refused as refusal:
            result.refused.append((client, str(refusal)))
    return result


def groups_of(what: What) -> list[VatGroup]:
    """What the lines come to by rate. Raises: NothingToPay."""
    coop, client = what.coop, what.client
    groups = vat_breakdown(NetLine(line.vat_category, line.vat_permille, line.net) for line in what.lines)
    gross = sum(group.base + group.vat for group in groups)
    if gross <= 0:
        raise NothingToPay(
            _(
                "What is to be invoiced to %(client)s comes to %(gross)s, because a job was corrected after its invoice. "
                "Credit that invoice first; its jobs can then be invoiced again as they are now."
            )
            % {"client": client.party.name, "gross": format_money(gross, coop.currency)}
        )
    return groups


def _book(invoice: Invoice, by: Party | None, at: datetime) -> Transaction:
    coop, party = invoice.coop, invoice.client.party
    earned = earned_by(invoice=invoice, by=by, at=at)
    return ledger.post(
        coop=coop,
        kind="invoice",
        key=f"invoice:{invoice.number}:1",
        date=invoice.issue_date,
        postings=[
            ledger.NewPosting(
                ledger.open_account(coop=coop, kind=Account.Kind.RECEIVABLE, party=party, at=at), invoice.gross, "gross"
            ),
            *earned.postings,
            ledger.NewPosting(ledger.open_account(coop=coop, kind=Account.Kind.VAT, at=at), -invoice.vat, "vat"),
        ],
        by=by,
        at=at,
        facts={**earned.facts, "invoice": invoice.number, "net": invoice.net, "vat": invoice.vat, "gross": invoice.gross},
        basis=earned.basis,
    )


def lines_of(invoice: Invoice, lines: Sequence[Draft]) -> list[InvoiceLine]:
    return [
        InvoiceLine(
            coop=invoice.coop,
            invoice=invoice,
            position=position,
            job_id=line.job_id,
            text=line.text,
            date=line.date,
            quantity_milli=line.quantity_milli,
            unit=line.unit,
            unit_price=line.unit_price,
            discount_permille=line.discount_permille,
            net=line.net,
            vat_category=line.vat_category,
            vat_permille=line.vat_permille,
        )
        for position, line in enumerate(lines, 1)
    ]


def rates_of(invoice: Invoice, groups: Sequence[VatGroup]) -> list[VatBreakdown]:
    return [
        VatBreakdown(
            coop=invoice.coop,
            invoice=invoice,
            category=group.category,
            permille=group.permille,
            base=group.base,
            vat=group.vat,
            reason=reason(
                category=group.category,
                country=invoice.seller["country"],
                has_vat_number=bool(invoice.seller["vat_number"]),
                language=invoice.language,
                buyer_country=invoice.buyer["country"],
            ),
        )
        for group in groups
    ]


def write_invoice(invoice: Invoice, lines: list[InvoiceLine], rates: list[VatBreakdown]) -> None:
    """Keeps it, with its lines and rates, and by which rules it was checked: none of it changes afterwards."""
    judged = judge(invoice, lines, rates, route_to(invoice.client))
    invoice.rules, invoice.faults = judged.key, judged.faults
    invoice.save(force_insert=True)
    InvoiceLine.objects.bulk_create(lines, batch_size=500)
    VatBreakdown.objects.bulk_create(rates)


def _send(invoice: Invoice, at: datetime) -> None:
    """The client is told by mail; who has no address is told by whoever hands the paper over."""
    party = invoice.client.party
    if not party.email:
        return
    path = reverse("invoices:client_invoice", args=[invoice.coop.slug, invoice.client.token, invoice.number])
    with translation.override(invoice.language):
        write_mail(
            to=party.email,
            subject=_("Invoice %(number)s of %(coop)s") % {"number": invoice.number, "coop": invoice.coop.name},
            text=_(
                "Hello %(name)s,\n\nhere is invoice %(number)s of %(coop)s: %(amount)s, to be paid by %(due)s with the "
                "reference %(reference)s.\n\nLook at it, pay it with your banking app, or print it:\n%(link)s"
            )
            % {
                "name": party.name,
                "number": invoice.number,
                "coop": invoice.coop.name,
                "amount": format_money(invoice.gross, invoice.currency, invoice.language),
                "due": invoice.due_date.isoformat(),
                "reference": show_reference(invoice.reference),
                "link": settings.BASE_URL + path,
            },
            at=at,
        )
