"""The single steps of asking, inside somebody else's transaction and on a job that is locked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.jobs import mails
from marke.jobs.conditions import AT_WORK
from marke.jobs.matching import Row
from marke.jobs.models import Asking, Job, Offer, Trip
from marke.jobs.services.moves import move
from marke.parties.models import Membership, Party

State = Job.State


class OfferIsOver(Refused):
    """The offer was answered, withdrawn, or not answered in time."""


class SomebodyWasFirst(OfferIsOver):
    """Several were asked, and a colleague said yes a moment earlier."""


def keep_row(job: Job, row: Row, *, by: Party | None, at: datetime) -> Asking:
    return Asking.objects.create(
        coop=job.coop, job=job, mode=row.mode, rule_value=row.rule_value, fairness_value=row.fairness_value,
        candidates=row.kept(), left_out=row.left_out, made_at=at, made_by=by,
    )  # fmt: skip


def ask(
    job: Job, row: Row, members: list[tuple[Membership, timedelta]], *, by: Party | None, at: datetime, door: str
) -> list[Offer]:
    """Asks each member from so long after now on, and moves the job. Who may answer now gets a letter now."""
    asking = keep_row(job, row, by=by, at=at)
    offers = Offer.objects.bulk_create(
        Offer(
            coop=job.coop, job=job, asking=asking, membership=member, made_at=at, made_by=by, opens_at=at + wait,
            told_at=None if wait else at, expires_at=at + wait + row.answer_time,
        )
        for member, wait in members
    )  # fmt: skip
    move(job, State.OFFERED, by=by, at=at, door=door)
    for offer in offers:
        if offer.told_at:
            mails.offered(offer, at)
    return offers


def give(job: Job, row: Row, member: Membership, *, by: Party | None, at: datetime, door: str) -> Offer:
    """Gives the job to a member who agreed to be given work."""
    offer = Offer.objects.create(
        coop=job.coop, job=job, asking=keep_row(job, row, by=by, at=at), membership=member, given=True, state=Offer.State.ACCEPTED,
        made_at=at, made_by=by, opens_at=at, told_at=at, answered_at=at,
    )  # fmt: skip
    move(job, State.OFFERED, by=by, at=at, door=door)
    move(job, State.ACCEPTED, by=by, at=at, door=door, worker=member, accepted_at=at)
    mails.offered(offer, at)
    return offer


def ask_for_trip(trip: Trip, rows: Sequence[tuple[Job, Row]], *, given: bool, by: Party | None, at: datetime, door: str) -> None:
    """Asks the member of the trip for these jobs with one question, or gives them. One letter tells of all."""
    answer_time = max(row.answer_time for _job, row in rows)
    offers = []
    for job, row in rows:
        offer = Offer(
            coop=job.coop, job=job, asking=keep_row(job, row, by=by, at=at), membership=trip.membership, trip=trip, given=given,
            made_at=at, made_by=by, opens_at=at, told_at=at, expires_at=None if given else at + answer_time,
        )  # fmt: skip
        offers.append(offer)
        if given:
            offer.state, offer.answered_at = Offer.State.ACCEPTED, at
        offer.save(force_insert=True)
        move(job, State.OFFERED, by=by, at=at, door=door)
        if given:
            move(job, State.ACCEPTED, by=by, at=at, door=door, worker=trip.membership, accepted_at=at)
    if given:
        take_in(trip)
    mails.trip_offered(trip, offers, at)


def take_in(trip: Trip) -> None:
    """What its member had agreed to before and the plan takes along stands on this trip from now on."""
    numbers = [row["job"] for row in trip.plan]
    held = Job.objects.filter(coop=trip.coop, number__in=numbers, worker=trip.membership, state__in=AT_WORK)
    before = Offer.objects.filter(job__in=held, membership=trip.membership, state=Offer.State.ACCEPTED)
    before.filter(Q(trip=None) | ~Q(trip=trip)).update(trip=trip)


def answered_together(offer: Offer, jobs: Sequence[Job]) -> list[tuple[Offer, Job]]:
    """The offer, and those of its trip that are open too, each with its job out of the locked ones."""
    held = {job.pk: job for job in jobs}
    offers = [offer]
    if offer.trip_id is not None:
        rows = Offer.objects.filter(trip=offer.trip_id, state=Offer.State.OPEN).exclude(pk=offer.pk)
        offers += rows.select_related("membership__party", "asking").order_by("pk")
    return [(each, held[each.job_id]) for each in offers]


def close(offer: Offer, state: Offer.State, at: datetime) -> None:
    offer.state = state
    offer.answered_at = at
    offer.save(update_fields=["state", "answered_at"])


def close_others(job: Job, state: Offer.State, at: datetime) -> list[Offer]:
    """Closes what is still open of a job, and returns those who had been told of it."""
    rows = Offer.objects.filter(job=job, state=Offer.State.OPEN)
    told = list(rows.filter(told_at__isnull=False).select_related("membership__party", "job__coop"))
    rows.update(state=state, answered_at=at)
    return told


def take_back(jobs: Sequence[Job], state: Offer.State, *, by: Party | None, at: datetime, door: str) -> list[Offer]:
    """Nobody is asked for the first of these jobs any more. What was on offer with it as one trip waits for somebody again,
    because a trip without it is not what the member was asked. Returns the offers of the first job that had been told.
    """
    told = close_others(jobs[0], state, at)
    for other in jobs[1:]:
        if other.state == State.OFFERED:
            close_others(other, Offer.State.WITHDRAWN, at)
            move(other, State.REQUESTED, by=by, at=at, door=door)
    return told


def is_over(offer: Offer, *, at: datetime) -> bool:
    """Whether the time to answer has passed, also when nobody has written it down yet."""
    return offer.expires_at is not None and at >= offer.expires_at


def check_open(offer: Offer, at: datetime, *, late: bool = False) -> None:
    """Raises: OfferIsOver, SomebodyWasFirst."""
    if offer.state == Offer.State.TAKEN:
        raise first()
    if offer.state != Offer.State.OPEN or at < offer.opens_at:
        raise OfferIsOver(
            _("This offer is over: %(state)s. What is still to be done stands under Jobs.")
            % {"state": str(Offer.State(offer.state).label).lower()}
        )
    if is_over(offer, at=at) and not late:
        raise OfferIsOver(_("The time to answer this offer has passed, and the next member is asked. That costs you nothing."))


def first() -> SomebodyWasFirst:
    return SomebodyWasFirst(
        _("A colleague said yes a moment before you. Thank you for answering: you stand where you stood for the next job.")
    )
