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
from marke.jobs.models import Door, ExtraStop, Job, JobEvent, Service
from marke.jobs.needs import note_needs
from marke.jobs.services.asking import ask_next
from marke.jobs.services.catalogue import LONGEST_MINUTES, ServiceEnded
from marke.jobs.services.quoting import Quote, quote
from marke.jobs.wishes import NOTHING_MORE, BookingDoesNotFit, Wishes, check_wishes
from marke.parties.models import Client, Coop, Party
from marke.places.search import known_point, remember
from marke_core.matching import Place

LATEST_BOOKING = timedelta(days=730)
OLDEST_BOOKING = timedelta(days=731)  # written down afterwards
# The clocks of client and server may differ, and a form takes a while to fill in.
EARLIEST_BOOKING = timedelta(hours=1)
# Through the public page: how many an hour before somebody should call.
MOST_PER_CLIENT = 20
MOST_PER_COOP = 300


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
    wishes: Wishes = NOTHING_MORE,
    once_key: str,
    by: Party | None,
    at: datetime,
    door: str = Door.WEB,
) -> Job:
    """Books a job, confirms it to the client by mail, and asks the first member where the rule asks by itself.

    The price follows from the points that are given. Where a place is on the map, if nobody says so, is remembered from
    earlier jobs, for who is nearest; it makes no price, because whoever books need not know it.

    The same `once_key` books once: a second call gives the first one's job.
    Raises: BookingDoesNotFit, ServiceEnded, TooManyBookings.
    """
    place, pickup, note = place.strip(), pickup.strip(), note.strip()
    check_booking(
        service=service, starts_at=starts_at, place=place, pickup=pickup, note=note, minutes=minutes, at=at, door=door, wishes=wishes
    )  # fmt: skip
    if service.coop_id != coop.pk or client.coop_id != coop.pk:
        raise BookingDoesNotFit(_("This service or client belongs to another co-op."))
    with transaction.atomic():
        number = next_number(Job, coop)
        if first := Job.objects.filter(coop=coop, once_key=once_key).first():
            return first
        if door == Door.LINK:
            _check_limits(coop, client, at)
        token = secrets.token_urlsafe(24)
        job = Job(
            coop=coop, number=number, service=service, client=client, token=token, chain=wishes.chain or token, once_key=once_key,
            vat_category=service.vat_category, vat_permille=service.vat_permille, starts_at=starts_at, from_at=wishes.from_at,
            until_at=wishes.until_at, load_kg=wishes.load_kg, items=wishes.items, wanted=wishes.wanted, place=place, pickup=pickup, note=note,
            requested_at=at,
        )  # fmt: skip
        set_price(job, quote_for(job, minutes=minutes, pickup_point=pickup_point, place_point=place_point, wishes=wishes, at=at))
        _put_on_the_map(job, pickup_point, place_point)
        job.save(force_insert=True)
        _write_parts(job, wishes, pickup_point, place_point, at, by_link=door == Door.LINK)
        JobEvent.objects.create(coop=coop, job=job, state=job.state, at=at, by=by, door=door)
        mails.booked(job, at)
        announce(JobBooked(job, by, at))
        ask_next(job=job, at=at)
        job.refresh_from_db(fields=["state"])
    return job


def quote_for(
    job: Job, *, minutes: int | None, pickup_point: Place | None, place_point: Place | None, wishes: Wishes, at: datetime
) -> Quote:
    """What `job`, which need not be saved, costs by the points and wishes that are given."""
    return quote(
        coop=job.coop, service=job.service, client=job.client, starts_at=job.starts_at, minutes=minutes, at=at,
        pickup_point=pickup_point, place_point=place_point, via=[stop.point for stop in wishes.stops],
        load=wishes.load_kg or None, items=wishes.items or 1, worker=wishes.wanted, pickup=job.pickup, place=job.place,
    )  # fmt: skip


def set_price(job: Job, quoted: Quote) -> None:
    """What is promised, with its build-up."""
    job.price, job.surcharge, job.minutes = quoted.price.net, quoted.price.surcharge, quoted.minutes
    job.price_lines = [
        {"words": line.words, "amount": line.amount, "rule": str(line.rule_value.uid) if line.rule_value else ""}
        for line in quoted.lines
    ]


def _put_on_the_map(job: Job, pickup_point: Place | None, place_point: Place | None) -> None:
    place = place_point or known_point(job.coop, job.place)
    pickup = (pickup_point or known_point(job.coop, job.pickup)) if job.pickup else None
    job.place_lat_e7, job.place_lon_e7 = (place.lat, place.lon) if place else (None, None)
    job.pickup_lat_e7, job.pickup_lon_e7 = (pickup.lat, pickup.lon) if pickup else (None, None)


def _write_parts(
    job: Job, wishes: Wishes, pickup_point: Place | None, place_point: Place | None, at: datetime, *, by_link: bool
) -> None:
    """The stops and needs of a job, and what the co-op remembers of its addresses for whoever booked it."""
    begin = 1 if job.pickup else 0
    ExtraStop.objects.bulk_create(
        ExtraStop(
            coop=job.coop, job=job, position=begin + number, place=stop.place.strip(), note=stop.note[:200],
            contact=stop.contact[:120], lat_e7=stop.point.lat if stop.point else None, lon_e7=stop.point.lon if stop.point else None,
        )
        for number, stop in enumerate(wishes.stops)
    )  # fmt: skip
    note_needs(job, job.service, wishes.needs)
    places = [(job.pickup, pickup_point), *((stop.place, stop.point) for stop in wishes.stops), (job.place, place_point)]
    # Whoever books by a link may be anybody who typed this client's mail address: their addresses stay with their link.
    remember(coop=job.coop, client=job.client, chain=job.chain if by_link else "", places=places, at=at)


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
    wishes: Wishes = NOTHING_MORE,
) -> None:
    """Raises: ServiceEnded, BookingDoesNotFit."""
    if service.ended_at is not None:
        raise ServiceEnded(
            _("“%(service)s” can no longer be booked at this price. Choose a service from the list again.")
            % {"service": service.name}
        )
    # What was agreed by phone or on paper may be written down afterwards.
    if starts_at < at - EARLIEST_BOOKING and door in (Door.WEB, Door.LINK, Door.CHAT, Door.API):
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
    check_wishes(wishes, service=service, minutes=minutes or service.minutes)


def _check_limits(coop: Coop, client: Client, at: datetime) -> None:
    recent = Job.objects.filter(coop=coop, requested_at__gt=at - timedelta(hours=1), requested_at__lte=at)
    by_link = recent.filter(events__door=Door.LINK, events__state=Job.State.REQUESTED)
    if by_link.filter(client=client).count() >= MOST_PER_CLIENT or by_link.count() >= MOST_PER_COOP:
        raise TooManyBookings(
            _("There were unusually many bookings in the last hour. Try again later, or call %(coop)s.") % {"coop": coop.name}
        )
