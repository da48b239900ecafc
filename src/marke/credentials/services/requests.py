"""Work histories that were not handed over at once: asked for by letter or phone, or while the co-op could not sign."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.credentials.conditions import FIELDS, Choice
from marke.credentials.history import default_choice
from marke.credentials.models import HistoryRequest, Issued
from marke.credentials.services.issuing import issue
from marke.parties.models import Membership, Party


class NotAskedYet(Refused):
    """Nobody can have asked on a day that has not come."""

    status = 422


def note_request(*, membership: Membership, asked_at: datetime, by: Party | None, at: datetime) -> HistoryRequest:
    """The member waits from `asked_at` on; who waits already goes on waiting from then. Raises: NotAskedYet."""
    if asked_at > at:
        raise NotAskedYet(_("This day has not come yet. Choose today or a day before."))
    with transaction.atomic():
        number = next_number(HistoryRequest, membership.coop)
        row, _made = HistoryRequest.objects.get_or_create(
            coop=membership.coop, membership=membership, issued=None,
            defaults={"number": number, "asked_at": asked_at, "noted_by": by},
        )  # fmt: skip
        return row


def hand_over(*, request: HistoryRequest, by: Party | None, at: datetime) -> Issued:
    """Signs everything but what clients wrote, of the whole time, for who asked on paper; a second click gives the first.

    Raises: NothingToTell, KeyCannotBeOpened.
    """
    membership = request.membership
    since, _until = default_choice(membership, at)
    choice = Choice(since, local_date(at, membership.coop.timezone) + timedelta(days=1), tuple(FIELDS))
    return issue(membership=membership, choice=choice, once_key=f"request-{request.number}", by=by, at=at)
