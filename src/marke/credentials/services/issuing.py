"""A work history signed by the co-op, and withdrawn."""

from __future__ import annotations

import json
import secrets
import uuid
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_midnight
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.credentials.conditions import Choice
from marke.credentials.history import has_worked, history_of
from marke.credentials.identity import absolute, did_of, method_of, status_url
from marke.credentials.models import HistoryRequest, Issued, SigningKey
from marke.credentials.services.keys import signing_key
from marke.credentials.telling import day, results
from marke.parties.models import Membership, Party
from marke.rules.queries import rulebook
from marke_core import credentials as core
from marke_core.credentials.status import SMALLEST


class NothingToTell(Refused):
    """In this time nothing was done, or nothing of it was chosen."""

    status = 422


class ReasonNeeded(Refused):
    """Who withdraws what belongs to somebody else says why."""

    status = 422


def issue(*, membership: Membership, choice: Choice, once_key: str, by: Party | None, at: datetime) -> Issued:
    """What the member chose, signed in both ways; the same form sent twice gives the first.

    Raises: NothingToTell, KeyCannotBeOpened.
    """
    coop = membership.coop
    with transaction.atomic():
        number = next_number(Issued, coop)
        if first := Issued.objects.filter(membership=membership, once_key=once_key).first():
            return first
        history = history_of(membership, choice, at)
        if not has_worked(history):
            raise NothingToTell(_("Nothing of what you chose is known of this time. Choose a longer time, or more of it."))
        key, secret = signing_key(coop=coop, by=by, at=at)
        issued = Issued(
            coop=coop, number=number, membership=membership, token=secrets.token_urlsafe(24), since=choice.since,
            until=choice.until, history=history, place=_free_place(coop.pk), made_at=at, made_by=by,
            ends_at=at + rulebook(coop, at).value("credentials.counts_for"), once_key=once_key,
        )  # fmt: skip
        _sign(issued, key, secret)
        issued.save()
        # Whoever asked earlier, by letter or while the co-op could not sign, waits no longer.
        HistoryRequest.objects.filter(membership=membership, issued=None, asked_at__lte=at).update(issued=issued)
        return issued


def _free_place(coop: int) -> int:
    """By lot, so that a place in the list tells nothing about when it was issued."""
    taken = set(Issued.objects.filter(coop=coop).values_list("place", flat=True))
    while (place := secrets.randbelow(SMALLEST)) in taken:
        pass
    return place


def _sign(issued: Issued, key: SigningKey, secret: Ed25519PrivateKey) -> None:
    badge = core.work_history_badge(
        _badge(issued), at=issued.made_at, until=issued.ends_at, status=core.entry(status_url(issued.coop), issued.place)
    )
    method = method_of(key)
    signed = core.sign(badge, key=secret, method=method, at=issued.made_at)
    issued.signed = json.dumps(signed, ensure_ascii=False, indent=1)
    issued.jwt = core.sign_token(badge, key=secret, method=f"{method}-jwk")


def _badge(issued: Issued) -> core.WorkHistory:
    coop, history = issued.coop, issued.history
    period = {side: day(history["period"][side]) for side in ("from", "to")}
    return core.WorkHistory(
        id=f"urn:uuid:{issued.uid}",
        subject=f"urn:uuid:{uuid.uuid4()}",
        holder=history["worker"]["name"],
        issuer=did_of(coop),
        issuer_name=coop.name,
        issuer_url=absolute("site:home", coop),
        achievement=absolute("credentials:check", coop),
        name=_("Work history at %(coop)s") % {"coop": coop.name},
        description=_("What was done from %(from)s to %(to)s, as the co-op’s books have it.") % period,
        criteria=_(
            "Counted are jobs that clients confirmed and assignments that were invoiced. "
            "Which fields and reviews are told was the member’s choice."
        ),
        begins=local_midnight(issued.since, coop.timezone),
        ends=local_midnight(issued.until, coop.timezone),
        results=[core.Result(f"r{place}", name, value) for place, (name, value) in enumerate(results(history), 1)],
        history=history,
    )


def withdraw(*, issued: Issued, own: bool, reason: str = "", by: Party | None, at: datetime) -> None:
    """From now on the list says that it does not count. A second click changes nothing.

    own: the member withdraws their own. Raises: ReasonNeeded.
    """
    reason = " ".join(reason.split())[:300]
    if not own and not reason:
        raise ReasonNeeded(_("Say why it is withdrawn. The member reads it."))
    Issued.objects.filter(pk=issued.pk, withdrawn_at=None).update(withdrawn_at=at, withdrawn_by=by, reason=reason)
