"""Other platforms that keep to the agreement: listed, read again, taken off; and asked by a member for their history."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.outward import AddressRefused, NotSent, target_of
from marke.common.refusal import Refused
from marke.credentials.agreement import address as own_address
from marke.credentials.fetching import fetcher_for, is_neighbour
from marke.credentials.models import AskedElsewhere, Brought, Platform
from marke.credentials.reading import StatementDoesNotFit, read, stated
from marke.credentials.services.keys import keep_issuer
from marke.parties.models import Coop, Membership, Party

MOST_PLATFORMS = 100
READ_AGAIN = timedelta(days=7)
BATCH = 10


class PlatformDoesNotFit(Refused):
    """An address at which no statement could be read, or too many of them."""

    status = 422


def add_platform(*, coop: Coop, address: str, by: Party | None, at: datetime) -> Platform:
    """Reads the statement at this address, and lists whoever made it; who is listed already is read again.

    Asks the internet, before anything is locked. Raises: PlatformDoesNotFit, StatementDoesNotFit.
    """
    address = address.strip()
    _check_address(coop, address)
    try:
        statement, document = read_now(address, at)
    except NotSent as failure:
        raise PlatformDoesNotFit(
            _("Nothing could be read at “%(url)s”: %(why)s.") % {"url": address[:80], "why": failure}
        ) from failure
    with transaction.atomic():
        number = next_number(Platform, coop)
        going = Platform.objects.filter(coop=coop, ended_at=None)
        listed = going.filter(did=statement["did"]).first()
        if listed is None and going.count() >= MOST_PLATFORMS:
            raise PlatformDoesNotFit(_("At most %(most)s are listed. Take one off first.") % {"most": MOST_PLATFORMS})
        listed = listed or Platform(coop=coop, number=number, did=statement["did"], added_at=at, added_by=by)
        _keep(listed, address, statement, document, by, at)
        return listed


def read_now(address: str, at: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Raises: NotSent, StatementDoesNotFit."""
    fetch = fetcher_for(at)
    return read(fetch(address), address=address, fetch=fetch, at=at)


def _check_address(coop: Coop, address: str) -> None:
    if address == own_address(coop):
        raise PlatformDoesNotFit(_("This is your own statement. Give the address of another platform’s."))
    if len(address) > 500:
        raise PlatformDoesNotFit(_("This address is too long."))
    if is_neighbour(address):
        return
    try:
        target_of(address)
    except AddressRefused as refused:
        raise PlatformDoesNotFit(
            _("Nothing can be read at “%(url)s”: %(why)s. Give an address that begins with https:// and lies on the internet.")
            % {"url": address[:80], "why": refused}
        ) from refused


def _keep(
    platform: Platform, address: str, statement: dict[str, Any], document: dict[str, Any], by: Party | None, at: datetime
) -> None:
    """With the document of whoever signed, so that what they sign can be checked here without asking anybody."""
    platform.address, platform.statement, platform.name = address, statement, stated(statement).name
    platform.read_at = platform.checked_at = at
    platform.problem = ""
    platform.save()
    if not is_neighbour(address):
        keep_issuer(coop=platform.coop, content=json.dumps(document), by=by, at=at)


def read_again(*, platform: Platform, at: datetime) -> Platform:
    """Asks once more; where that fails, what was read before stays, with the reason beside it."""
    try:
        statement, document = read_now(platform.address, at)
        if statement["did"] != platform.did:
            raise StatementDoesNotFit(_("It is from %(did)s now.") % {"did": str(statement["did"])[:200]})
    except (NotSent, Refused) as failure:
        platform.checked_at, platform.problem = at, str(failure)[:300].replace("\0", "")
        platform.save(update_fields=["checked_at", "problem"])
        return platform
    with transaction.atomic():
        next_number(Platform, platform.coop)  # waits for whoever takes it off
        if Platform.objects.filter(pk=platform.pk, ended_at=None).exists():
            _keep(platform, platform.address, statement, document, platform.added_by, at)
    return platform


def read_due(at: datetime) -> int:
    """Reads again what was last asked a week ago; returns how many. Several workers may run it at once."""
    due = Platform.objects.filter(ended_at=None, checked_at__lte=at - READ_AGAIN).select_related("coop", "added_by")
    turned = 0
    for row in due.order_by("checked_at")[:BATCH]:
        # One worker only: the moment of the last question serves as the ticket.
        if Platform.objects.filter(pk=row.pk, checked_at=row.checked_at).update(checked_at=at):
            read_again(platform=row, at=at)
            turned += 1
    return turned


def take_off(*, platform: Platform, by: Party | None, at: datetime) -> None:
    """It is listed no more; what was seen of it stays. A second click changes nothing."""
    Platform.objects.filter(pk=platform.pk, ended_at=None).update(ended_at=at, ended_by=by)


def ask_elsewhere(*, membership: Membership, platform: Platform, at: datetime) -> AskedElsewhere:
    """Notes that the member asks there, so that one sees how long it takes; who asked already is not noted again."""
    with transaction.atomic():
        next_number(Brought, membership.coop)  # one after the other: a second click finds the first
        row, _made = AskedElsewhere.objects.get_or_create(
            coop=membership.coop, membership=membership, platform=platform, came_at=None, defaults={"asked_at": at}
        )
        return row


def it_came(*, membership: Membership, issuer: str, at: datetime) -> None:
    """What the member asked for there has come: they brought it here."""
    waiting = AskedElsewhere.objects.filter(coop=membership.coop, membership=membership, came_at=None, asked_at__lte=at)
    waiting.filter(platform__did=issuer).update(came_at=at)
