"""What waits for a person about shares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.asks import Ask, Task
from marke.parties.models import Coop, Membership
from marke.payments.permissions import MONEY_OFFICES
from marke.shares import queries
from marke.shares.models import ShareTransfer


def of_member(membership: Membership, at: datetime) -> Sequence[Task]:
    """Shares that somebody wants to pass on to this member."""
    coop = membership.coop
    rows = queries.in_state(queries.transfers(coop), ShareTransfer.State.ASKED).filter(receiver=membership)
    return [
        Task(
            ngettext("%(name)s wants to pass %(n)s share on to you", "%(name)s wants to pass %(n)s shares on to you", row.shares)
            % {"name": row.giver.party.name, "n": row.shares},
            reverse("shares:transfer", args=[coop.slug, row.number]),
        )
        for row in rows
    ]


def of_offices(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    """Transfers that wait for consent."""
    if not offices & set(MONEY_OFFICES):
        return []
    return [
        Task(
            _("Transfer %(number)s of shares waits for consent") % {"number": row.number},
            reverse("shares:transfer", args=[coop.slug, row.number]),
        )
        for row in queries.waiting_for_consent(coop)
    ]


ASK = Ask("shares", of_member, of_offices)
