"""A member's calendar reads their work under a secret address: made, renewed, ended by the member."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from marke.doors.models import CalendarFeed
from marke.parties.models import Coop, Membership

PRESENT = (Membership.State.MEMBER, Membership.State.SUSPENDED)
READ_AGAIN = timedelta(hours=1)  # so often the last reading is written down at most


def make_feed(*, membership: Membership, with_places: bool, at: datetime) -> CalendarFeed:
    """The member's address; one that is there stays, and says with or without clients' addresses as chosen now."""
    with transaction.atomic():
        feed, _made = CalendarFeed.objects.update_or_create(
            membership=membership, coop=membership.coop, defaults={"with_places": with_places},
            create_defaults={"with_places": with_places, "token": secrets.token_urlsafe(32), "made_at": at},
        )  # fmt: skip
        return feed


def renew_feed(*, membership: Membership, at: datetime) -> None:
    """Another address: the old one leads nowhere any more."""
    CalendarFeed.objects.filter(membership=membership).update(token=secrets.token_urlsafe(32), made_at=at, read_at=None)


def end_feed(*, membership: Membership) -> None:
    CalendarFeed.objects.filter(membership=membership).delete()


def feed_by(*, coop: Coop, token: str, at: datetime) -> CalendarFeed | None:
    """The feed of somebody who belongs to the co-op; notes that it was read."""
    rows = CalendarFeed.objects.filter(coop=coop, token=token, membership__state__in=PRESENT)
    found = rows.select_related("membership__party").first()
    if found is not None:
        found.coop = found.membership.coop = coop
        if found.read_at is None or at - found.read_at >= READ_AGAIN:
            CalendarFeed.objects.filter(pk=found.pk).update(read_at=at)
    return found
