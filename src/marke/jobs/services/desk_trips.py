"""What a dispatcher does with several jobs at once: one trip of them, a whole trip to somebody else, all of them taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.jobs import mails
from marke.jobs.conditions import AT_WORK, MoveRefused
from marke.jobs.hand_made import CannotShareTrip, check_size, put_together
from marke.jobs.matching import row_for
from marke.jobs.models import Door, Job, Offer, Trip
from marke.jobs.services.asking import agrees_to_be_given_work, check_can_be_asked, release
from marke.jobs.services.desk import MovedMeanwhile, check_can_be_moved
from marke.jobs.services.moves import all_locked, locked_with_trips, move
from marke.jobs.services.offering import ask_for_trip, close_others
from marke.jobs.sharing import trips_of
from marke.parties.models import Membership, Party
from marke.rules.queries import rulebook

State = Job.State
GOING = (Offer.State.OPEN, Offer.State.ACCEPTED)
ON_THE_BOARD = (State.OFFERED, *AT_WORK)


@dataclass(frozen=True)
class PassedOn:
    """`jobs`: as they are now. `warnings`: what the trip breaks, in sentences, which forbade nothing."""

    jobs: list[Job]
    given: bool
    warnings: list[str]


def pass_on_together(
    *,
    jobs: Sequence[Job],
    membership: Membership | None,
    seen: Mapping[int, int],
    whole: Collection[int] = (),
    by: Party | None,
    at: datetime,
    door: str = Door.WEB,
) -> PassedOn:
    """Gives several jobs to a member as one trip, or asks them; with None, each waits for somebody again. All of it, or nothing.

    What the member has agreed to already stays agreed, and they are asked for the rest. Whoever had any is told once.

    seen: job id → the id of its last event when the dispatcher looked · whole: the ids of trips of which all is to be among the jobs
    Raises: MovedMeanwhile, IsLocked, MoveRefused, CannotBeAsked, CannotShareTrip.
    """
    with transaction.atomic():
        wanted, others = locked_with_trips(jobs)
        for job in wanted:
            check_can_be_moved(job, seen.get(job.pk, 0))
        _check_whole(wanted, whole)
        if membership is not None and (done := _done_already(wanted, membership)):
            return done
        new = [job for job in wanted if membership is None or job.worker_id != membership.pk]
        one_trip = _on_one_trip(wanted)
        _set_free(new, others, by=by, at=at, door=door)
        made = (
            _ask(wanted, new, membership, one_trip=one_trip, by=by, at=at, door=door) if membership else PassedOn([], False, [])
        )
        return PassedOn(all_locked(job.pk for job in wanted), made.given, made.warnings)


def _ask(
    wanted: Sequence[Job], new: Sequence[Job], member: Membership, *, one_trip: bool, by: Party | None, at: datetime, door: str
) -> PassedOn:
    held = [job for job in wanted if job not in new]
    for job in held:
        if job.state != State.ACCEPTED:
            raise MoveRefused(_("Job %(number)s has begun: nothing more goes along with it.") % {"number": job.number})
    for job in new:
        check_can_be_asked(job, member, at)
    rules = rulebook(member.coop, at)
    if not one_trip:
        check_size(len(wanted), rules)
    made = put_together(wanted, member, {job.pk for job in held}, rules, at)
    given = agrees_to_be_given_work(member)
    trip = Trip.objects.create(coop=member.coop, membership=member, rule_value=None, plan=made.plan, made_at=at)
    rows = [(job, row_for(job, at, mode="by_hand")) for job in new]
    ask_for_trip(trip, rows, given=given, by=by, at=at, door=door)
    return PassedOn(list(wanted), given, made.warnings)


def _set_free(jobs: Sequence[Job], others: Sequence[Job], *, by: Party | None, at: datetime, door: str) -> None:
    """They wait for somebody. What was on offer with one of them as one trip does so too: it was another question."""
    had: dict[int, list[Job]] = {}
    members: dict[int, Membership] = {}
    for job in jobs:
        if (before := job.worker) is not None:
            members[before.pk] = before
            had.setdefault(before.pk, []).append(job)
            release(job, by=by, at=at, door=door, note=_("moved at the desk"))
    for job in (*jobs, *others):
        if job.state == State.OFFERED:
            close_others(job, Offer.State.WITHDRAWN, at)
            move(job, State.REQUESTED, by=by, at=at, door=door)
    for pk, theirs in had.items():
        mails.passed_on(theirs, members[pk], at)


def _check_whole(jobs: Sequence[Job], trips: Collection[int]) -> None:
    """Raises: MovedMeanwhile when another job has joined one of the trips."""
    numbers = {job.number for job in jobs}
    on_them = Offer.objects.filter(
        trip__in=trips, coop=jobs[0].coop_id, state__in=GOING, job__state__in=ON_THE_BOARD
    ).values_list("job__number", flat=True)
    for number in sorted(set(on_them) - numbers):
        raise MovedMeanwhile(
            _(
                "Job %(number)s is on this trip too, and you had not seen it there: it has joined meanwhile, or lies on another page or day. "
                "Nothing of yours was done."
            )
            % {"number": number}
        )


def _done_already(jobs: Sequence[Job], member: Membership) -> PassedOn | None:
    """A second press changes nothing: they have, or are asked for, exactly these. Raises: CannotShareTrip."""
    rows = Offer.objects.filter(job__in=jobs, membership=member, state__in=GOING, trip__isnull=False)
    trips = list(rows.values_list("trip", "state"))
    if len(trips) == len(jobs) and len(set(trips)) == 1:
        return PassedOn(list(jobs), trips[0][1] == Offer.State.ACCEPTED, [])
    if all(job.worker_id == member.pk for job in jobs):
        raise CannotShareTrip(
            _("%(name)s has jobs %(numbers)s already, each by itself. There is nothing to ask.")
            % {"name": member.party.name, "numbers": ", ".join(str(job.number) for job in jobs)}
        )
    return None


def _on_one_trip(jobs: Sequence[Job]) -> bool:
    """Whether they are one trip as it is, done or on offer: then it may be as large as it is."""
    trips = trips_of(jobs)
    offered = Offer.objects.filter(job__in=jobs, state=Offer.State.OPEN, trip__isnull=False)
    trips.update({job: trip for job, trip in offered.order_by().values_list("job", "trip") if trip is not None})
    return len(trips) == len(jobs) and len(set(trips.values())) == 1
