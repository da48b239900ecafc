"""Whoever books without an account becomes a client, and stays the same one as long as that can be known."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from marke.common.numbering import next_number
from marke.jobs.models import Job
from marke.jobs.services.booking import book_job
from marke.parties.models import Client, Coop, Party
from marke.parties.services import create_party, ensure_client


def client_for(*, coop: Coop, name: str, email: str, phone: str, at: datetime) -> Client:
    """The client with this mail address at this co-op, or a new one.

    A telephone number alone makes a new client each time: anybody can type somebody else's, and no letter goes there that
    would tell them.
    """
    email = email.strip().lower()
    if email:
        known = Client.objects.filter(coop=coop, party__email__iexact=email, party__erased_at=None).select_related("party")
        if found := known.order_by("number").first():
            return found
    party = create_party(
        kind=Party.Kind.PERSON, name=name.strip(), email=email, phone=phone.strip(),
        language=translation.get_language() or coop.language, at=at,
    )  # fmt: skip
    return ensure_client(coop=coop, party=party, at=at)


def book_for(
    *, client: Client | None, name: str, email: str, phone: str, coop: Coop, once_key: str, at: datetime, **booking: Any
) -> Job:
    """`book_job` for a known client, or for whoever gives a name and a way to reach them; both or neither happen.

    A second click makes no second client. Raises: as `book_job`.
    """
    with transaction.atomic():
        next_number(Job, coop)  # whoever clicks twice waits here for the first click
        if first := Job.objects.filter(coop=coop, once_key=once_key).first():
            return first
        known = client or client_for(coop=coop, name=name, email=email, phone=phone, at=at)
        return book_job(coop=coop, client=known, once_key=once_key, at=at, **booking)
