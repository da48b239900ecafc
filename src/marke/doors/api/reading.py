"""What a program asks for, as the services take it: as much as the booking page, and no more."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.doors.api.schemas import BookingIn, PlaceIn
from marke.doors.models import ApiKey
from marke.doors.services import Wanted
from marke.jobs.favourites import who_came
from marke.jobs.models import Capability, Service
from marke.jobs.needs import asked_for_at_booking
from marke.jobs.queries import services_on_offer
from marke.jobs.wishes import NewStop, Wishes
from marke.parties.models import Client, Membership
from marke.places.search import Asking, locate
from marke_core.matching import Place


class DoesNotExist(Refused):
    """Something is named that there is not here."""

    status = 422


class WhoIsItFor(Refused):
    """The co-op's own key books for somebody, a client's for that client."""

    status = 422


def wanted_by(key: ApiKey, asked: BookingIn, at: datetime) -> Wanted:
    """Raises: DoesNotExist, WhoIsItFor."""
    service, client = _service(key, asked.service), _client(key, asked)
    asking = Asking(client=client, coordinates=key.client is None)
    starts_at, from_at, until_at = _times(asked, at)
    wishes = Wishes(
        from_at=from_at,
        until_at=until_at,
        stops=tuple(NewStop(stop.address, _point(key, stop, asking), stop.note, stop.contact) for stop in asked.stops),
        needs=_needs(key, asked.needs),
        load_kg=asked.load_kg,
        items=asked.items,
        wanted=_member(client, asked.wanted),
    )
    who = asked.client
    return Wanted(
        service=service, starts_at=starts_at, minutes=asked.minutes if service.per == "hour" else None, place=asked.place.address,
        pickup=asked.pickup.address if asked.pickup else "", place_point=_point(key, asked.place, asking),
        pickup_point=_point(key, asked.pickup, asking) if asked.pickup else None, note=asked.note, wishes=wishes, client=client,
        name=who.name.strip() if who else "", email=who.email if who else "", phone=who.phone.strip() if who else "",
        reference=asked.reference.strip(),
    )  # fmt: skip


def check_whom(wanted: Wanted) -> None:
    """A job is for somebody who can be reached. Raises: WhoIsItFor."""
    if wanted.client is None and not (wanted.name and (wanted.email or wanted.phone)):
        raise WhoIsItFor(
            _("client: say for whom it is: the number of a client, or a name with a mail address or a telephone number.")
        )


def fingerprint_of(asked: BookingIn) -> str:
    return hashlib.sha256(asked.model_dump_json().encode()).hexdigest()


def _service(key: ApiKey, pk: int) -> Service:
    service = services_on_offer(key.coop).filter(pk=pk).first()
    if service is None:
        raise DoesNotExist(
            _("service: there is no service %(id)s that can be booked. Ask for the list of services.") % {"id": pk}
        )
    service.coop = key.coop
    return service


def _client(key: ApiKey, asked: BookingIn) -> Client | None:
    if key.client is not None:
        if asked.client is not None:
            raise WhoIsItFor(_("client: this key books for %(name)s. Leave it out.") % {"name": key.client.party.name})
        return key.client
    number = asked.client.number if asked.client else None
    if number is None:
        return None
    found = Client.objects.filter(coop=key.coop, number=number, party__erased_at=None).select_related("party").first()
    if found is None:
        raise DoesNotExist(_("client: there is no client %(number)s.") % {"number": number})
    found.coop = key.coop
    return found


def _times(asked: BookingIn, at: datetime) -> tuple[datetime, datetime | None, datetime | None]:
    """`starts_at`, `from_at` and `until_at` as a job has them."""
    if asked.starts_at is None:
        return at, at, asked.until_at
    return asked.starts_at, (asked.starts_at if asked.until_at else None), asked.until_at


def _point(key: ApiKey, place: PlaceIn, asking: Asking) -> Place | None:
    """Where it is: as the program says, or as whoever it acts for may know."""
    if place.lat is not None and place.lon is not None:
        return Place(round(place.lat * 10**7), round(place.lon * 10**7))
    return locate(key.coop, place.address, asking)


def _needs(key: ApiKey, wanted: list[int]) -> tuple[Capability, ...]:
    if not wanted:
        return ()
    known = {each.pk: each for each in asked_for_at_booking(key.coop)}
    if unknown := [pk for pk in wanted if pk not in known]:
        raise DoesNotExist(_("needs: there is no need %(id)s that can be asked for.") % {"id": unknown[0]})
    return tuple(known[pk] for pk in dict.fromkeys(wanted))


def _member(client: Client | None, number: int | None) -> Membership | None:
    if number is None:
        return None
    found = next((each for each in who_came(client, None, by_link=False) if each.number == number), None)
    if found is None:
        raise DoesNotExist(_("wanted: member %(number)s has not worked for this client yet. Leave it out.") % {"number": number})
    return found
