"""A client asks for work."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.events import announce
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.jobs import mails
from marke.jobs.events import JobBooked
from marke.jobs.models import Door, Job, JobEvent, Service
from marke.jobs.queries import known_point
from marke.jobs.services.asking import ask_next
from marke.jobs.services.catalogue import LONGEST_MINUTES, ServiceEnded
from marke.jobs.services.quoting import quote
from marke.parties.models import Client, Coop, Party
from marke_core.matching import Place

LATEST_BOOKING = timedelta(days=730)
OLDEST_BOOKING = timedelta(days=731)  # written down afterwards
# The clocks of client and server may differ, and a form takes a while to fill in.
EARLIEST_BOOKING = timedelta(hours=1)
# Through the public page: how many an hour before somebody should call.
MOST_PER_CLIENT = 20
MOST_PER_COOP = 300


class BookingDoesNotFit(Refused):
    """A booking whose time, place or length cannot be."""


class TooManyBookings(Refused):
    """More bookings through the public page than people make by hand."""

    status = 429


def book_job(
    *,
    coop: Coop,
    service: Service,
    client: Client,
    starts_at: datetime,
    place: str,
    pickup: str = "",
    note: str = "",
    minutes: int | None = None,
    place_point: Place | None = None,
    pickup_point: Place | None = None,
    once_key: str,
    by: Party | None,
    at: datetime,
    door: str = Door.WEB,
) -> Job:
    """Books a job, confirms it to the client by mail, and asks the first member where the rule asks by itself.

    Where a place is on the map, if nobody says so, is remembered from earlier jobs at the same address.

    The same `once_key` books once: a second call gives the first one's job.
    Raises: BookingDoesNotFit, ServiceEnded, TooManyBookings.
    """
    place, pickup, note = place.strip(), pickup.strip(), note.strip()
    check_booking(service=service, starts_at=starts_at, place=place, pickup=pickup, note=note, minutes=minutes, at=at, door=door)
    if service.coop_id != coop.pk or client.coop_id != coop.pk:
        raise BookingDoesNotFit(_("This service or client belongs to another co-op."))
    with transaction.atomic():
        number = next_number(Job, coop)
        if first := Job.objects.filter(coop=coop, once_key=once_key).first():
            return first
        if door == Door.LINK:
            _check_limits(coop, client, at)
        place_point = place_point or known_point(coop, place)
        pickup_point = pickup_point or (known_point(coop, pickup) if pickup else None)
        quoted = quote(coop=coop, service=service, starts_at=starts_at, minutes=minutes, at=at)
        job = Job.objects.create(
            coop=coop, number=number, service=service, client=client, token=secrets.token_urlsafe(24), once_key=once_key,
            price=quoted.price.net, surcharge=quoted.price.surcharge, minutes=quoted.minutes,
            vat_category=service.vat_category, vat_permille=service.vat_permille,
            starts_at=starts_at, place=place, pickup=pickup, note=note, requested_at=at,
            place_lat_e7=place_point.lat if place_point else None, place_lon_e7=place_point.lon if place_point else None,
            pickup_lat_e7=pickup_point.lat if pickup_point else None, pickup_lon_e7=pickup_point.lon if pickup_point else None,
        )  # fmt: skip
        JobEvent.objects.create(coop=coop, job=job, state=job.state, at=at, by=by, door=door)
        mails.booked(job, at)
        announce(JobBooked(job, by, at))
        ask_next(job=job, at=at)
        job.refresh_from_db(fields=["state"])
    return job


def check_booking(
    *,
    service: Service,
    starts_at: datetime,
    place: str,
    pickup: str,
    note: str,
    minutes: int | None,
    at: datetime,
    door: str,
) -> None:
    """Raises: ServiceEnded, BookingDoesNotFit."""
    if service.ended_at is not None:
        raise ServiceEnded(
            _("“%(service)s” can no longer be booked at this price. Choose a service from the list again.")
            % {"service": service.name}
        )
    # What was agreed by phone or on paper may be written down afterwards.
    if starts_at < at - EARLIEST_BOOKING and door in (Door.WEB, Door.LINK, Door.CHAT):
        raise BookingDoesNotFit(_("This time has passed. Choose a later one."))
    if starts_at < at - OLDEST_BOOKING:
        raise BookingDoesNotFit(_("This time is more than two years ago. Look at the year, and choose a later time."))
    if starts_at > at + LATEST_BOOKING:
        raise BookingDoesNotFit(_("A job can be booked two years ahead at most. Choose an earlier time."))
    if not place or len(place) > 200 or len(pickup) > 200:
        raise BookingDoesNotFit(_("Give the address of the job, in 200 characters at most."))
    if service.needs_pickup and not pickup:
        raise BookingDoesNotFit(_("Give the address where it is to be picked up."))
    if len(note) > 2000:
        raise BookingDoesNotFit(_("The note has %(n)s characters. Shorten it to 2000 or fewer.") % {"n": len(note)})
    if minutes is not None and not 1 <= minutes <= LONGEST_MINUTES:
        raise BookingDoesNotFit(
            _("%(minutes)s minutes is not possible. Give between 1 and %(most)s.") % {"minutes": minutes, "most": LONGEST_MINUTES}
        )


def _check_limits(coop: Coop, client: Client, at: datetime) -> None:
    recent = Job.objects.filter(coop=coop, requested_at__gt=at - timedelta(hours=1), requested_at__lte=at)
    by_link = recent.filter(events__door=Door.LINK, events__state=Job.State.REQUESTED)
    if by_link.filter(client=client).count() >= MOST_PER_CLIENT or by_link.count() >= MOST_PER_COOP:
        raise TooManyBookings(
            _("There were unusually many bookings in the last hour. Try again later, or call %(coop)s.") % {"coop": coop.name}
        )
