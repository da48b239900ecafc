"""Booking by a program: the same service as the page's, once for one idempotency key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.doors.models import ApiBooking, ApiKey
from marke.jobs.conditions import MoveRefused
from marke.jobs.models import Door, Job, Service
from marke.jobs.services import book_for, cancel_job, check_booking, quote
from marke.jobs.services.quoting import Quote
from marke.jobs.wishes import Wishes
from marke.parties.models import Client, Party
from marke_core.matching import Place


class KeyUsedOtherwise(Refused):
    """An idempotency key comes again with another booking."""

    status = 422


@dataclass(frozen=True)
class Wanted:
    """What a program asks for. `client`: None where `name` and a way to reach them say who it is for."""

    service: Service
    starts_at: datetime
    minutes: int | None
    place: str
    pickup: str
    place_point: Place | None
    pickup_point: Place | None
    note: str
    wishes: Wishes
    client: Client | None = None
    name: str = ""
    email: str = ""
    phone: str = ""
    reference: str = ""


def price(*, wanted: Wanted, at: datetime) -> Quote:
    """What it would cost. Raises: as `check_booking` and `quote`."""
    check_booking(
        service=wanted.service, starts_at=wanted.starts_at, place=wanted.place, pickup=wanted.pickup, note=wanted.note,
        minutes=wanted.minutes, at=at, door=Door.API, wishes=wanted.wishes,
    )  # fmt: skip
    return quote(
        coop=wanted.service.coop, service=wanted.service, client=wanted.client, starts_at=wanted.starts_at, minutes=wanted.minutes,
        at=at, pickup_point=wanted.pickup_point, place_point=wanted.place_point,
        via=[stop.point for stop in wanted.wishes.stops], load=wanted.wishes.load_kg or None,
        items=wanted.wishes.items or 1, worker=wanted.wishes.wanted, pickup=wanted.pickup, place=wanted.place,
    )  # fmt: skip


def book(*, key: ApiKey, wanted: Wanted, idempotency_key: str, fingerprint: str, at: datetime) -> Job:
    """Books once: the same idempotency key with the same booking gives the first one's job.

    Raises: KeyUsedOtherwise; as `book_for`.
    """
    digest = hashlib.sha256(idempotency_key.encode()).hexdigest()
    with transaction.atomic():
        next_number(Job, key.coop)  # who sends twice waits here for the first
        if first := ApiBooking.objects.filter(key=key, idempotency=digest).select_related("job").first():
            if first.fingerprint != fingerprint:
                raise KeyUsedOtherwise(
                    _(
                        "The idempotency key “%(key)s…” was used for job %(number)s, which is another booking. Send a new key with a new booking."
                    )
                    % {"key": idempotency_key[:20], "number": first.job.number}
                )
            return first.job
        job = book_for(
            coop=key.coop, client=wanted.client, name=wanted.name, email=wanted.email, phone=wanted.phone, service=wanted.service,
            starts_at=wanted.starts_at, place=wanted.place, pickup=wanted.pickup, note=wanted.note, minutes=wanted.minutes,
            place_point=wanted.place_point, pickup_point=wanted.pickup_point, wishes=wanted.wishes,
            once_key=f"api:{key.pk}:{digest[:40]}", by=by_whom(key), at=at, door=Door.API,
        )  # fmt: skip
        ApiBooking.objects.create(
            coop=key.coop, key=key, job=job, idempotency=digest, fingerprint=fingerprint, reference=wanted.reference, at=at
        )
        return job


def cancel(*, key: ApiKey, job: Job, most_fee: int | None, at: datetime) -> Job:
    """A client's key cancels as the client does, for what the client agreed to pay at most.

    most_fee: None, for the co-op's own key only: the co-op calls it off, and nobody pays
    Raises: FeeNotAgreed, MoveRefused.
    """
    if key.client is not None:
        most_fee = most_fee or 0
        if job.state == Job.State.DISPUTED:
            raise MoveRefused(
                _("You told us that something was not right. Somebody looks into it; it cannot be cancelled meanwhile.")
            )
    return cancel_job(job=job, by=by_whom(key), at=at, door=Door.API, most_fee=most_fee)


def by_whom(key: ApiKey) -> Party | None:
    """A client's key acts for the client; the co-op's own for nobody in particular."""
    return key.client.party if key.client else None
