"""Where members are who share it. Asked by dispatch, by the client's page, by a friend's link; answered only while it is fresh.

Each function is one use case and one transaction, or one query. There is no history: a new position takes the old one's place,
and when the sharing ends the row goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.events import MemberLeft, MemberSuspended, PartyErased
from marke.parties.models import Coop, Membership
from marke.places.models import LivePosition
from marke.rules.queries import rulebook
from marke_core.matching import Place

# A browser may send every second; so often one is written down.
RESTS = timedelta(seconds=8)
LONGEST = timedelta(hours=24)
LAT_MOST, LON_MOST = 90 * 10**7, 180 * 10**7


class SharesNothing(Refused):
    """Nobody agreed to share this position, or the time agreed on has passed."""


class SharingDoesNotFit(Refused):
    """It would end before it begins, or go on for too long."""


class NoSuchPlace(Refused):
    """These degrees are nowhere on earth."""

    status = 400


@dataclass(frozen=True)
class Position:
    place: Place
    at: datetime
    accuracy: int | None  # metres


def share(*, membership: Membership, until: datetime, ends_with: str = "", at: datetime) -> LivePosition:
    """The member agrees to be seen until a moment. Agreeing again moves the end.

    Raises: SharingDoesNotFit.
    """
    if not at < until <= at + LONGEST:
        raise SharingDoesNotFit(
            _("Sharing where you are ends within %(hours)s hours. Choose an earlier end; you can share again afterwards.")
            % {"hours": LONGEST // timedelta(hours=1)}
        )
    with transaction.atomic():
        Membership.objects.select_for_update().get(pk=membership.pk)
        LivePosition.objects.filter(membership=membership, until__lte=at).delete()
        row, _made = LivePosition.objects.get_or_create(
            membership=membership, defaults={"coop": membership.coop, "since": at, "until": until, "ends_with": ends_with}
        )
        row.until, row.ends_with = until, ends_with
        row.save(update_fields=["until", "ends_with"])
        return row


def stop_sharing(*, membership: Membership, ends_with: str = "") -> None:
    """Nothing of it stays. With `ends_with`, only a sharing that was agreed on for that."""
    rows = LivePosition.objects.filter(membership=membership)
    (rows.filter(ends_with=ends_with) if ends_with else rows).delete()


def here_i_am(*, membership: Membership, place: Place, accuracy: int | None = None, at: datetime) -> None:
    """Takes the place of the last position. One that comes too soon after it is left out; the same again changes nothing.

    Raises: SharesNothing, NoSuchPlace.
    """
    if abs(place.lat) > LAT_MOST or abs(place.lon) > LON_MOST:
        raise NoSuchPlace(_("There is no such place on earth."))
    with transaction.atomic():
        row = LivePosition.objects.select_for_update().filter(membership=membership, until__gt=at).first()
        if row is None:
            raise SharesNothing(_("You do not share where you are. Begin with it first, and say until when."))
        if row.at is not None and at < row.at + RESTS:
            return
        row.lat_e7, row.lon_e7, row.accuracy, row.at = place.lat, place.lon, accuracy, at
        row.save(update_fields=["lat_e7", "lon_e7", "accuracy", "at"])


def sharing_of(membership: Membership, at: datetime) -> LivePosition | None:
    """What the member agreed to, as long as it lasts."""
    return LivePosition.objects.filter(membership=membership, until__gt=at).first()


def position_of(membership: Membership, at: datetime) -> Position | None:
    """Where the member is; None when they do not share it, or it is older than the rule `places.position_fresh` says."""
    return positions_of(membership.coop, [membership.pk], at).get(membership.pk)


def positions_of(coop: Coop, memberships: Iterable[int], at: datetime) -> dict[int, Position]:
    """By the ids of memberships, where those are who share it, freshly. One query beside the rule."""
    since = at - rulebook(coop, at).value("places.position_fresh")
    rows = LivePosition.objects.filter(coop=coop, membership__in=list(memberships), until__gt=at, at__gte=since)
    return {
        row.membership_id: Position(Place(row.lat_e7, row.lon_e7), row.at, row.accuracy)
        for row in rows
        if row.lat_e7 is not None and row.lon_e7 is not None and row.at is not None
    }


def forget_ended(at: datetime) -> int:
    """Sharings whose end has come, and positions that went stale long ago; the clockwork calls it."""
    return LivePosition.objects.filter(until__lte=at).delete()[0]


def forget_who_left(event: MemberLeft | MemberSuspended) -> None:
    stop_sharing(membership=event.membership)


def forget_erased(event: PartyErased) -> None:
    LivePosition.objects.filter(membership__party=event.party).delete()
