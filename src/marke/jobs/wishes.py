"""What a booking can say beyond what, where and when: a window, stops between, needs, a load, a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.common.templatetags.marke import minutes as write_minutes
from marke.jobs.models import Capability, Service
from marke.parties.models import Membership
from marke_core.matching import Place

HEAVIEST = 100_000  # kg
MOST_ITEMS = 999
LONGEST_WINDOW = timedelta(days=7)


class BookingDoesNotFit(Refused):
    """A booking whose time, place, length or wishes cannot be."""


@dataclass(frozen=True)
class NewStop:
    place: str
    point: Place | None = None
    note: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Wishes:
    """`from_at` and `until_at`: as in Job · `stops`: between pickup and place, in order · `load_kg`: what is carried in all, in `items` things, where that was asked ·
    `wanted`: the member who is to come · `chain`: the key of the first of the bookings that this one is made from."""

    from_at: datetime | None = None
    until_at: datetime | None = None
    stops: tuple[NewStop, ...] = ()
    needs: tuple[Capability, ...] = ()
    load_kg: int = 0
    items: int | None = None
    wanted: Membership | None = None
    chain: str = ""


NOTHING_MORE = Wishes()


def check_wishes(wishes: Wishes, *, service: Service, minutes: int) -> None:
    """Raises: BookingDoesNotFit."""
    _check_window(wishes, minutes)
    if len(wishes.stops) > service.most_stops:
        raise BookingDoesNotFit(
            _("%(stops)s stops between are too many: “%(service)s” goes by %(most)s at most. Leave some out, or book twice.")
            % {"stops": len(wishes.stops), "service": service.name, "most": service.most_stops}
        )
    for stop in wishes.stops:
        if not stop.place.strip() or len(stop.place) > 200:
            raise BookingDoesNotFit(_("Give the address of each stop, in 200 characters at most, or leave it out."))
    if not 0 <= wishes.load_kg <= HEAVIEST:
        raise BookingDoesNotFit(
            _("%(load)s kg is not possible. Give a weight from 0 to %(most)s kg.") % {"load": wishes.load_kg, "most": HEAVIEST}
        )
    if wishes.items is not None and not 1 <= wishes.items <= MOST_ITEMS:
        raise BookingDoesNotFit(
            _("%(items)s things are not possible. Give a number from 1 to %(most)s.")
            % {"items": wishes.items, "most": MOST_ITEMS}
        )
    parts: list[Capability | Membership] = [*wishes.needs, *([wishes.wanted] if wishes.wanted else [])]
    if any(part.coop_id != service.coop_id for part in parts):
        raise BookingDoesNotFit(_("What you chose belongs to another co-op. Reload the page and choose again."))
    if wishes.wanted is not None and wishes.wanted.state != Membership.State.MEMBER:
        raise BookingDoesNotFit(
            _("%(name)s does not take work at the moment. Choose somebody else, or nobody in particular.")
            % {"name": wishes.wanted.party.name}
        )


def _check_window(wishes: Wishes, minutes: int) -> None:
    start, end = wishes.from_at, wishes.until_at
    if end is None:
        return
    if start is None or end <= start:
        raise BookingDoesNotFit(
            _("The time you gave ends at %(end)s, before it begins at %(start)s. Choose a later end.")
            % {"end": _moment(end), "start": _moment(start) if start else "–"}
        )
    if end - start < timedelta(minutes=minutes):
        raise BookingDoesNotFit(
            _("The job takes %(minutes)s, and from %(start)s to %(end)s is less. Choose a later end, or an earlier start.")
            % {"minutes": write_minutes(minutes), "start": _moment(start), "end": _moment(end)}
        )
    if end - start > LONGEST_WINDOW:
        raise BookingDoesNotFit(
            _("From %(start)s to %(end)s is more than a week. Choose an earlier end.")
            % {"start": _moment(start), "end": _moment(end)}
        )


def _moment(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}"
