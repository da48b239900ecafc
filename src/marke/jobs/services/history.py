"""Jobs that were done before they were written down: a day's file, the year before a co-op came to Marke."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.jobs.models import Asking, Door, Job, JobEvent, Offer, Service
from marke.parties.models import Client, Coop, Membership
from marke.places.search import remember_many
from marke.rules.models import RuleValue
from marke_core.matching import Place

State = Job.State
BATCH = 500


class HistoryDoesNotFit(Refused):
    """A job whose moments are not in order, or whose parts belong to another co-op."""


@dataclass(frozen=True)
class PastJob:
    """A confirmed job, or with no `worker` one that nobody could take. Moments are aware and in order."""

    service: Service
    client: Client
    worker: Membership | None
    price: int
    minutes: int
    starts_at: datetime
    place: str
    once_key: str
    requested_at: datetime
    accepted_at: datetime | None = None
    started_at: datetime | None = None
    done_at: datetime | None = None
    confirmed_at: datetime | None = None
    pickup: str = ""
    place_point: Place | None = None
    pickup_point: Place | None = None
    # How the worker was found: the mode, the rule that said so, and the row of candidates as an offer keeps it.
    mode: str = "by_hand"
    rule_value: RuleValue | None = None
    candidates: list[dict[str, Any]] = field(default_factory=list)


def record_jobs(*, coop: Coop, jobs: Sequence[PastJob], door: str = Door.PAPER) -> list[Job]:
    """Write down many jobs at once, confirmed (or expired, when nobody took them), with their offers and events.

    They are settled by `settle_jobs`, as all others. A job whose `once_key` is known is left out: the same file twice
    is written down once. Whole or not at all. Raises: HistoryDoesNotFit.
    """
    for past in jobs:
        _check(coop, past)
    with transaction.atomic():
        number = next_number(Job, coop)
        known = set(Job.objects.filter(coop=coop).values_list("once_key", flat=True))
        new = [past for past in jobs if past.once_key not in known]
        rows = Job.objects.bulk_create([_row(coop, number + i, past) for i, past in enumerate(new)], batch_size=BATCH)
        taken = [(row, past) for row, past in zip(rows, new, strict=True) if past.worker]
        askings = Asking.objects.bulk_create([_asking(coop, row, past) for row, past in taken], batch_size=BATCH)
        Offer.objects.bulk_create(
            [_offer(asking, past) for asking, (_job, past) in zip(askings, taken, strict=True)], batch_size=BATCH
        )
        _remember(coop, new)
        JobEvent.objects.bulk_create(
            [event for row, past in zip(rows, new, strict=True) for event in _events(coop, row, past, door)], batch_size=BATCH
        )
        return rows


def _remember(coop: Coop, new: Sequence[PastJob]) -> None:
    """The addresses of each client, for when they book again."""
    given = [(past.client.pk, past.place, past.place_point) for past in new]
    given += [(past.client.pk, past.pickup, past.pickup_point) for past in new if past.pickup]
    if new:
        remember_many(coop=coop, given=given, at=max(past.requested_at for past in new))


def _check(coop: Coop, past: PastJob) -> None:
    moments = [past.requested_at]
    if past.worker is not None:
        steps = (past.accepted_at, past.started_at, past.done_at, past.confirmed_at)
        moments += [moment for moment in steps if moment is not None]
        if len(moments) != 5 or moments != sorted(moments):
            raise HistoryDoesNotFit(
                _("Job “%(key)s” was not requested, accepted, started, done and confirmed in this order.")
                % {"key": past.once_key}
            )
    parts: list[Service | Client | Membership] = [past.service, past.client, *([past.worker] if past.worker else [])]
    if any(part.coop_id != coop.pk for part in parts):
        raise HistoryDoesNotFit(_("Job “%(key)s” has a part that belongs to another co-op.") % {"key": past.once_key})


def _row(coop: Coop, number: int, past: PastJob) -> Job:
    place, pickup = past.place_point, past.pickup_point
    return Job(
        coop=coop, number=number, service=past.service, client=past.client, token=secrets.token_urlsafe(24),
        state=State.CONFIRMED if past.worker else State.EXPIRED, price=past.price, minutes=past.minutes,
        vat_category=past.service.vat_category, vat_permille=past.service.vat_permille,
        starts_at=past.starts_at, place=past.place, pickup=past.pickup, worker=past.worker,
        place_lat_e7=place.lat if place else None, place_lon_e7=place.lon if place else None,
        pickup_lat_e7=pickup.lat if pickup else None, pickup_lon_e7=pickup.lon if pickup else None,
        requested_at=past.requested_at, accepted_at=past.accepted_at, started_at=past.started_at,
        done_at=past.done_at, confirmed_at=past.confirmed_at, once_key=past.once_key,
    )  # fmt: skip


def _asking(coop: Coop, job: Job, past: PastJob) -> Asking:
    return Asking(
        coop=coop, job=job, mode=past.mode, rule_value=past.rule_value, candidates=past.candidates, made_at=past.requested_at
    )


def _offer(asking: Asking, past: PastJob) -> Offer:
    assert past.worker is not None and past.accepted_at is not None
    return Offer(
        coop=asking.coop, job=asking.job, asking=asking, membership=past.worker, state=Offer.State.ACCEPTED,
        made_at=asking.made_at, opens_at=asking.made_at, told_at=asking.made_at, answered_at=past.accepted_at,
    )  # fmt: skip


def _events(coop: Coop, job: Job, past: PastJob, door: str) -> list[JobEvent]:
    worker, client = (past.worker.party if past.worker else None), past.client.party
    steps: list[tuple[str, datetime | None, Any]] = [(State.REQUESTED, past.requested_at, client)]
    if past.worker is None:
        steps += [(State.EXPIRED, past.starts_at, None)]
    else:
        steps += [
            (State.OFFERED, past.requested_at, None), (State.ACCEPTED, past.accepted_at, worker),
            (State.UNDER_WAY, past.started_at, worker), (State.DONE, past.done_at, worker),
            (State.CONFIRMED, past.confirmed_at, client),
        ]  # fmt: skip
    return [JobEvent(coop=coop, job=job, state=state, at=at, by=by, door=door) for state, at, by in steps if at is not None]
