"""What stands about e-invoices: who we are, who receives them, what still has to go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from marke.invoices.models import Invoice
from marke.parties.models import Client, Coop, Party
from marke.sending.models import Answer, Connection, Recipient, Transmission
from marke_core.einvoice.participants import participant_of, show_participant
from marke_core.einvoice.response import REJECTED, UNDER_QUERY

State = Transmission.State


@dataclass(frozen=True)
class Reached:
    """A client, and where their e-invoices go: as written down, or as their VAT number says ("" for nowhere)."""

    client: Client
    participant: str
    written: bool


def connection_of(coop: Coop) -> Connection | None:
    return Connection.objects.filter(coop=coop, closed_at=None).first()


def reached(client: Client) -> Reached:
    """The client comes with party and, where there is one, its row of `e_invoices`."""
    row: Recipient | None = getattr(client, "e_invoices", None)
    if row is not None:
        return Reached(client, row.participant, True)
    guess = participant_of(client.party.vat_number) if client.party.kind == Party.Kind.ORGANISATION else None
    return Reached(client, show_participant(guess) if guess else "", False)


def businesses(coop: Coop) -> list[Reached]:
    """The organisations among the clients, and whoever was written down."""
    rows = Client.objects.filter(Q(party__kind=Party.Kind.ORGANISATION) | Q(e_invoices__isnull=False), coop=coop)
    return [reached(client) for client in rows.select_related("party", "e_invoices").order_by("number")]


def transmissions(coop: Coop) -> QuerySet[Transmission]:
    """The newest first, each with what was answered; without the files."""
    rows = Transmission.objects.filter(coop=coop).select_related("invoice__client__party").defer("content")
    return rows.prefetch_related(Prefetch("answers", Answer.objects.defer("content")))


def unsent(connection: Connection, most: int) -> list[tuple[Invoice, str]]:
    """The oldest papers issued since the connection was opened that have to go, each with where to.

    Those of clients who receive none stay what they are, and stand in nobody's way.
    """
    papers = Invoice.objects.filter(coop=connection.coop, issued_at__gte=connection.opened_at, transmission=None)
    guessed = Q(client__party__kind=Party.Kind.ORGANISATION, client__e_invoices=None) & ~Q(client__party__vat_number="")
    papers = papers.filter(guessed | Q(client__e_invoices__participant__gt=""))
    rows = papers.select_related("coop", "client__party", "client__e_invoices").order_by("id").iterator(chunk_size=most)
    named = ((paper, reached(paper.client).participant) for paper in rows)
    return list(islice((row for row in named if row[1]), most))


def due(at: datetime, state: str) -> QuerySet[Transmission]:
    """What is to be sent, or asked after, now; the connection still stands."""
    rows = Transmission.objects.filter(next_attempt_at__lte=at, state=state, connection__closed_at=None)
    return rows.select_related("connection__coop", "invoice__coop").order_by("id")


def needing_a_person(coop: Coop) -> QuerySet[Transmission]:
    """What could not be delivered, or was rejected or questioned last, and is not credited since."""
    last = Answer.objects.filter(transmission=OuterRef("pk")).order_by("-id").values("code")[:1]
    rows = transmissions(coop).filter(invoice__credit_notes=None, invoice__credits=None).annotate(last=Subquery(last))
    return rows.filter(Q(state__in=(State.FAILED, State.REFUSED)) | Q(last__in=(REJECTED, UNDER_QUERY)))
