"""By which access point e-invoices leave, and where each client and member receives them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.common.sealing import CannotOpen, open_sealed, seal
from marke.parties.models import Client, Coop, Membership, Party
from marke.sending.access_point import access_points
from marke.sending.models import AccessKey, Connection, Recipient
from marke_core.einvoice.participants import BadParticipant, read_participant, show_participant


class CannotConnect(Refused):
    """An access point that does not exist, or its address or key is missing."""


class NoParticipant(Refused):
    """Not the form of a participant."""


@transaction.atomic
def open_connection(*, coop: Coop, kind: str, url: str, key: str, participant: str, by: Party | None, at: datetime) -> Connection:
    """What is issued from now on is sent; the connection before this one is closed. Raises: CannotConnect, NoParticipant."""
    url, key = url.strip(), key.strip()
    _check(kind, url, key)
    here = _read(participant)
    Coop.objects.select_for_update(no_key=True).get(pk=coop.pk)
    if (open_now := _same(coop, kind, url, key, here)) is not None:
        return open_now
    close_connection(coop=coop, by=by, at=at)
    made = Connection.objects.create(coop=coop, kind=kind, url=url, participant=here, opened_at=at, opened_by=by)
    if key:
        AccessKey.objects.create(coop=coop, connection=made, sealed=seal(key.encode()))
    return made


def close_connection(*, coop: Coop, by: Party | None, at: datetime) -> None:
    """Nothing is sent any more. What is on its way can be asked after no more. A second time changes nothing."""
    with transaction.atomic():
        AccessKey.objects.filter(coop=coop).delete()
        Connection.objects.filter(coop=coop, closed_at=None).update(closed_at=at, closed_by=by)


@transaction.atomic
def write_recipient(*, client: Client, participant: str, by: Party | None, at: datetime) -> Recipient:
    """Where the client receives e-invoices from now on; nothing: they receive none. Raises: NoParticipant."""
    return _write(client.coop, participant, by, at, client=client)


@transaction.atomic
def write_member_recipient(*, membership: Membership, participant: str, by: Party | None, at: datetime) -> Recipient:
    """As `write_recipient`, of a member in whose name we invoice. Raises: NoParticipant."""
    return _write(membership.coop, participant, by, at, membership=membership)


def _write(coop: Coop, participant: str, by: Party | None, at: datetime, **whose: Any) -> Recipient:
    there = _read(participant) if participant.strip() else ""
    row, _made = Recipient.objects.update_or_create(
        coop=coop, **whose, defaults={"participant": there, "written_at": at, "written_by": by}
    )
    return row


def _same(coop: Coop, kind: str, url: str, key: str, participant: str) -> Connection | None:
    """The connection that is open already, where it is this one: a second click changes nothing."""
    found = Connection.objects.filter(coop=coop, closed_at=None, kind=kind, url=url, participant=participant).first()
    if found is None:
        return None
    kept = AccessKey.objects.filter(connection=found).first()
    try:
        return found if (open_sealed(kept.sealed).decode() if kept else "") == key else None
    except CannotOpen:
        return None


def _read(participant: str) -> str:
    try:
        return show_participant(read_participant(participant))
    except BadParticipant as bad:
        raise NoParticipant(
            _("“%(given)s” is nobody on the network. It is a scheme of four digits, a colon and a number, like 0208:0999900348.")
            % {"given": participant.strip()[:80]}
        ) from bad


def _check(kind: str, url: str, key: str) -> None:
    """Raises: CannotConnect."""
    if kind not in access_points:
        raise CannotConnect(_("There is no access point of the kind “%(kind)s”.") % {"kind": kind[:40]})
    if not access_points.get(kind).needs_key:
        return
    if not key:
        raise CannotConnect(_("The key is missing: the access point gives you one."))
    try:
        parts = urlsplit(url)
        sound = parts.scheme == "https" and bool(parts.hostname) and not parts.username and not parts.query
    except ValueError:
        sound = False
    if not sound:
        raise CannotConnect(_("“%(url)s” is no address of an access point. It begins with https://.") % {"url": url[:80]})
