"""What is told to a program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.doors.api.trips import trip_told
from marke.doors.models import ApiBooking, ApiKey
from marke.doors.queries import OnTrip, trips_for
from marke.jobs.cancelling import Terms, fee_at, terms, terms_of
from marke.jobs.choosing import asks_items
from marke.jobs.conditions import State, can_move
from marke.jobs.models import Job, Offer, Proof, Service, Stop, StopVisit
from marke.jobs.pricing import vat_of
from marke.jobs.services import gross_price, proofs_asked
from marke.jobs.services.quoting import Quote
from marke.parties.models import Membership
from marke.rules.queries import Rulebook
from marke_core.money import share_of

Told = dict[str, Any]


class NoSuchPage(Refused):
    """A cursor that no answer gave."""

    status = 422


def page_of(
    rows: QuerySet[Any], told: Callable[[Sequence[Any]], Sequence[Told]], *, cursor: str, limit: int, by: str = "pk"
) -> Told:
    """The newest first; the cursor is the last one that was told. Raises: NoSuchPage."""
    if cursor:
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 16):
            raise NoSuchPage(
                _("cursor: “%(cursor)s” leads nowhere. Use the `next` of the page before.") % {"cursor": cursor[:40]}
            )
        rows = rows.filter(**{f"{by}__lt": int(cursor)})
    found: Sequence[Model] = list(rows.order_by(f"-{by}")[: limit + 1])
    more = len(found) > limit
    return {
        "items": told(found[:limit]),
        "next": str(getattr(found[limit - 1], by)) if more else None,
    }


def key_told(key: ApiKey) -> Told:
    return {
        "name": key.name, "scopes": key.scopes, "client": key.client.number if key.client else None, "coop": key.coop.name,
        "currency": key.coop.currency, "timezone": key.coop.timezone,
    }  # fmt: skip


def services_told(key: ApiKey, services: Sequence[Service], rules: Rulebook) -> list[Told]:
    return [_service_told(key, service, rules) for service in services]


def _service_told(key: ApiKey, service: Service, rules: Rulebook) -> Told:
    gross = None if service.between_them else gross_price(key.coop, service, rules)
    return {
        "id": service.pk, "name": service.name, "description": service.description, "kind": service.job_kind, "per": service.per,
        "from_price": None if gross is None else _money(key, gross), "minutes": service.minutes,
        "needs_pickup": service.needs_pickup, "most_stops": service.most_stops, "asks_load": service.asks_load,
        "asks_items": asks_items(rules, service),
    }  # fmt: skip


def quote_told(
    key: ApiKey, quote: Quote, service: Service, starts_at: datetime, from_at: Any, until_at: Any, at: datetime
) -> Told:
    by = terms_of(key.coop, service, starts_at, from_at, until_at, at)
    lines = [
        {"words": line.words, "amount": line.amount, "rule": str(line.rule_value.uid) if line.rule_value else None}
        for line in quote.lines
    ]
    price = {
        "net": quote.price.net, "vat": quote.price.vat, "gross": quote.price.gross, "currency": key.coop.currency, "lines": lines,
    }  # fmt: skip
    return {
        "price": price,
        "minutes": quote.minutes,
        "metres": quote.way.metres if quote.way else None,
        "cancelling": _terms(key, by, 0),
    }


def jobs_told(key: ApiKey, jobs: Sequence[Job]) -> list[Told]:
    trips = trips_for(jobs)
    return [_job_told(key, job, trips.get(job.pk)) for job in jobs]


def _job_told(key: ApiKey, job: Job, on: OnTrip | None) -> Told:
    job.coop = key.coop
    vat = vat_of(job.price, job.vat_permille if key.coop.vat_number else 0)
    lines = [{"words": line["words"], "amount": line["amount"], "rule": line["rule"] or None} for line in job.price_lines]
    if sum(line["amount"] for line in lines) != job.price:  # corrected, or booked before lines were kept
        lines = [{"words": job.service.name, "amount": job.price, "rule": None}]
    known: ApiBooking | None = getattr(job, "by_key", None)
    moments = ("starts_at", "from_at", "until_at", "requested_at", "accepted_at", "started_at", "done_at", "settled_at")
    return {
        **{name: getattr(job, name) for name in moments},
        "number": job.number,
        "reference": known.reference if known else "",
        "state": job.state,
        "service": {"id": job.service_id, "name": job.service.name},
        "client": {"number": job.client.number, "name": job.client.party.name},
        "worker": _first_name(job.worker),
        "minutes": job.minutes,
        "route": [_place(stop) for stop in job.route],
        "trip": trip_told(key, job, on),
        "load_kg": job.load_kg,
        "items": job.items,
        "note": job.note,
        "price": {
            "net": job.price, "vat": vat, "gross": job.price + vat, "currency": key.coop.currency, "lines": lines,
        },
        "follow": settings.BASE_URL + reverse("jobs:follow", args=[key.coop.slug, job.token]),
    }  # fmt: skip


def detail_told(key: ApiKey, job: Job, at: datetime) -> Told:
    (told,) = jobs_told(key, [job])
    open_ = can_move(job, State.CANCELLED) and job.state != State.DISPUTED
    return {**told, "cancelling": _terms(key, terms(job), fee_at(job, at)) if open_ else None}


def proofs_told(job: Job, at: datetime) -> list[Told]:
    visits = {visit.position: visit for visit in StopVisit.objects.filter(job=job)}
    shown: dict[int, list[str]] = {}
    for position, kind in Proof.objects.filter(job=job).values_list("position", "kind"):
        shown.setdefault(position, []).append(kind)
    return [
        {
            "position": stop.position,
            "address": stop.place,
            "asked": asked,
            "arrived_at": visits[stop.position].arrived_at if stop.position in visits else None,
            "left_at": visits[stop.position].left_at if stop.position in visits else None,
            "shown": shown.get(stop.position, []),
        }
        for stop, asked in zip(job.route, proofs_asked(job, at), strict=True)
    ]


def members_told(members: Sequence[Membership]) -> list[Told]:
    return [
        {"number": member.number, "name": member.party.name, "state": member.state, "member_class": member.member_class}
        for member in members
    ]


def offers_told(offers: Sequence[Offer]) -> list[Told]:
    return [_offer_told(offer) for offer in offers]


def _offer_told(offer: Offer) -> Told:
    return {
        "job": offer.job.number, "trip": offer.trip_id, "member": offer.membership.number, "state": offer.state,
        "given": offer.given, "made_at": offer.made_at, "expires_at": offer.expires_at, "answered_at": offer.answered_at,
    }  # fmt: skip


def _first_name(member: Membership | None) -> str | None:
    names = member.party.name.split() if member else []
    return names[0] if names else None


def _place(stop: Stop) -> Told:
    return {
        "address": stop.place,
        "lat": stop.point.lat / 10**7 if stop.point else None,
        "lon": stop.point.lon / 10**7 if stop.point else None,
        "note": stop.note,
        "contact": stop.contact,
    }


def _terms(key: ApiKey, by: Terms, fee: int) -> Told:
    return {"free_until": by.free_until, "fee": _money(key, fee), "later_permille": share_of(1000, by.fee)}


def _money(key: ApiKey, amount: int) -> Told:
    return {"amount": amount, "currency": key.coop.currency}
