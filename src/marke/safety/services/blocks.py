"""A member and a client do not meet again, because one of them says so. The other is told neither that nor why."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.jobs.models import Job
from marke.parties.models import Client, Membership
from marke.safety.models import Block

LONGEST = 2000


class CannotBlock(Refused):
    """They have never met."""


def block(
    *, client: Client, membership: Membership, by_client: bool, reason: str = "", tells_coordinator: bool = False, at: datetime
) -> Block:
    """From now on the member is not asked for this client's work. What was accepted before stays until somebody changes it.

    Blocking again changes the reason. Raises: CannotBlock.
    """
    if client.coop_id != membership.coop_id or not Job.objects.filter(client=client, worker=membership).exists():
        raise CannotBlock(_("You can keep apart from somebody with whom you had a job."))
    with transaction.atomic():
        Client.objects.select_for_update().get(pk=client.pk)
        row, _made = Block.objects.get_or_create(
            client=client, membership=membership, by_client=by_client, lifted_at=None,
            defaults={"coop": client.coop, "since": at},
        )  # fmt: skip
        row.reason, row.tells_coordinator = reason.strip()[:LONGEST], tells_coordinator
        row.save(update_fields=["reason", "tells_coordinator"])
        return row


def lift_block(*, client: Client, membership: Membership, by_client: bool, at: datetime) -> None:
    """Only the side that said so takes it back; what the other side said stays. Its reason is forgotten."""
    rows = Block.objects.filter(client=client, membership=membership, by_client=by_client, lifted_at=None)
    rows.update(lifted_at=at, reason="", tells_coordinator=False)
