"""Keys for programs: made, shown once, revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.doors.models import ApiKey
from marke.doors.scopes import fitting
from marke.parties.models import Client, Coop, Party

USED_AGAIN = timedelta(minutes=5)  # so often the last use is written down at most


class KeyDoesNotFit(Refused):
    """A key without a name, or one that may do nothing."""

    status = 422


def make_key(
    *, coop: Coop, name: str, client: Client | None, scopes: Sequence[str], once_key: str, by: Party | None, at: datetime
) -> tuple[ApiKey, str]:
    """The key and its row. Nobody can see the key again: for a form that is sent twice it is "".

    client: whose jobs it reaches; None: an integration of the co-op's own, which acts as a coordinator does
    Raises: KeyDoesNotFit.
    """
    name = " ".join(name.split())
    allowed = fitting(scopes, for_client=client is not None)
    if not name or len(name) > 80:
        raise KeyDoesNotFit(_("Give the key a name of at most 80 characters, by which you know the program that uses it."))
    if not allowed:
        raise KeyDoesNotFit(_("Choose at least one thing that the key may do."))
    if client is not None and client.coop_id != coop.pk:
        raise KeyDoesNotFit(_("This client belongs to another co-op. Choose one of yours."))
    with transaction.atomic():
        number = next_number(ApiKey, coop)
        if first := ApiKey.objects.filter(coop=coop, once_key=once_key).first():
            return first, ""
        key = f"marke_{secrets.token_urlsafe(32)}"
        row = ApiKey.objects.create(
            coop=coop, number=number, name=name, client=client, scopes=allowed, digest=digest_of(key), begins=key[:12],
            once_key=once_key, made_at=at, made_by=by,
        )  # fmt: skip
        return row, key


def revoke_key(*, key: ApiKey, by: Party | None, at: datetime) -> None:
    """From now on it opens nothing. A second click changes nothing."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at, revoked_by=by)


def key_by(*, coop: Coop, key: str, at: datetime) -> ApiKey | None:
    """The key that somebody brings, if it opens this co-op; notes that it was used."""
    rows = ApiKey.objects.filter(coop=coop, digest=digest_of(key), revoked_at=None).select_related("client__party")
    found = rows.first()
    if found is None:
        return None
    found.coop = coop
    if found.client is not None:
        found.client.coop = coop
    if found.last_used_at is None or at - found.last_used_at >= USED_AGAIN:
        ApiKey.objects.filter(pk=found.pk).update(last_used_at=at)
    return found


def digest_of(key: str) -> str:
    """A key is long and drawn by lot, so that a plain hash keeps it: nobody can try them all."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()
