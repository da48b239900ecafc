"""What stands about e-invoices: who we are, who receives them, what still has to go: ours, and those in members' names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from marke.invoices.models import Invoice
from marke.invoices.network import Route
from marke.parties.models import Client, Coop, Membership, Party
from marke.selfbills.models import SelfBill, SelfBillAgreement
from marke.sending.models import Answer, Connection, Recipient, Transmission
from marke_core.einvoice.model import Identifier
from marke_core.einvoice.participants import BadParticipant, participant_of, read_participant, show_participant
from marke_core.einvoice.response import REJECTED, UNDER_QUERY

State = Transmission.State


@dataclass(frozen=True)
class Reached:
    """A client or a member, and where their e-invoices go: as written down, or as their VAT number says ("" for nowhere)."""

    whose: Client | Membership
    participant: str
    written: bool


def connection_of(coop: Coop) -> Connection | None:
    return Connection.objects.filter(coop=coop, closed_at=None).first()


def reached(whose: Client | Membership) -> Reached:
    """They come with party and, where there is one, their row of `e_invoices`. A member who invoices is a business."""
    row: Recipient | None = getattr(whose, "e_invoices", None)
    if row is not None:
        return Reached(whose, row.participant, True)
    is_business = isinstance(whose, Membership) or whose.party.kind == Party.Kind.ORGANISATION
    guess = participant_of(whose.party.vat_number) if is_business else None
    return Reached(whose, show_participant(guess) if guess else "", False)


def where_found(client: Client) -> str:
    """Read anew: somebody may just have written it down."""
    return reached(Client.objects.select_related("party", "e_invoices").get(pk=client.pk)).participant


def whereto(paper: Invoice | SelfBill) -> str:
    """The participant that this paper goes to; "" for none."""
    return reached(paper.agreement.membership if isinstance(paper, SelfBill) else paper.client).participant


def route_to(client: Client) -> Route | None:
    """How a paper of ours gets to them over the network; where nothing is connected, as what we are found by there."""
    there = reached(client).participant
    connection = connection_of(client.coop) if there else None
    here = read_or_none(connection.participant) if connection else participant_of(client.coop.vat_number)
    recipient = read_or_none(there)
    return Route(here, recipient, connection is not None) if here and recipient else None


def read_or_none(participant: str) -> Identifier | None:
    try:
        return read_participant(participant)
    except BadParticipant:
        return None


def businesses(coop: Coop) -> list[Reached]:
    """The organisations among the clients, and whoever was written down."""
    rows = Client.objects.filter(Q(party__kind=Party.Kind.ORGANISATION) | Q(e_invoices__isnull=False), coop=coop)
    return [reached(client) for client in rows.select_related("party", "e_invoices").order_by("number")]


def members(coop: Coop) -> list[Reached]:
    """Those in whose names we invoice."""
    in_force = SelfBillAgreement.objects.filter(coop=coop, ended_at=None, agreed_at__isnull=False).values("membership")
    rows = Membership.objects.filter(Q(pk__in=in_force) | Q(e_invoices__isnull=False), coop=coop)
    return [reached(member) for member in rows.select_related("party", "e_invoices").order_by("number")]


def transmissions(coop: Coop) -> QuerySet[Transmission]:
    """The newest first, each with what was answered; without the files."""
    rows = Transmission.objects.filter(coop=coop).select_related("invoice__client__party", "self_bill").defer("content")
    return rows.prefetch_related(Prefetch("answers", Answer.objects.defer("content")))


def unsent(connection: Connection, most: int) -> list[tuple[Invoice | SelfBill, str]]:
    """The oldest papers issued since the connection was opened that have to go, each with where to.

    Those of people who receive none stay what they are, and stand in nobody's way.
    """
    papers: Iterator[Invoice | SelfBill] = chain(_unsent_invoices(connection, most), _unsent_self_bills(connection, most))
    named = ((paper, whereto(paper)) for paper in papers)
    return list(islice((row for row in named if row[1]), most))


def _unsent_invoices(connection: Connection, chunk: int) -> Iterator[Invoice]:
    papers = Invoice.objects.filter(coop=connection.coop, issued_at__gte=connection.opened_at, transmission=None)
    guessed = Q(client__party__kind=Party.Kind.ORGANISATION, client__e_invoices=None) & ~Q(client__party__vat_number="")
    papers = papers.filter(guessed | Q(client__e_invoices__participant__gt=""))
    rows = papers.select_related("coop", "client__party", "client__e_invoices")
    return rows.order_by("id").iterator(chunk_size=chunk)


def _unsent_self_bills(connection: Connection, chunk: int) -> Iterator[SelfBill]:
    papers = SelfBill.objects.filter(coop=connection.coop, issued_at__gte=connection.opened_at, transmission=None)
    member = "agreement__membership__"
    guessed = Q(**{f"{member}e_invoices": None}) & ~Q(**{f"{member}party__vat_number": ""})
    papers = papers.filter(guessed | Q(**{f"{member}e_invoices__participant__gt": ""}))
    rows = papers.select_related("coop", "credits", f"{member}party", f"{member}e_invoices")
    return rows.order_by("id").iterator(chunk_size=chunk)


def due(at: datetime, state: str) -> QuerySet[Transmission]:
    """What is to be sent, or asked after, now; the connection still stands."""
    rows = Transmission.objects.filter(next_attempt_at__lte=at, state=state, connection__closed_at=None)
    return rows.select_related("connection__coop", "invoice__coop", "self_bill__coop").order_by("id")


def needing_a_person(coop: Coop) -> QuerySet[Transmission]:
    """What could not be delivered, or was rejected or questioned last, and is not credited since."""
    last = Answer.objects.filter(transmission=OuterRef("pk")).order_by("-id").values("code")[:1]
    stands = {f"{kind}__{what}": None for kind in ("invoice", "self_bill") for what in ("credit_notes", "credits")}
    rows = transmissions(coop).filter(**stands).annotate(last=Subquery(last))
    return rows.filter(Q(state__in=(State.FAILED, State.REFUSED)) | Q(last__in=(REJECTED, UNDER_QUERY)))
