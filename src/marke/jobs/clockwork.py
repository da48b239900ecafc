"""What time does to work: offers run out, silence confirms, and a job whose time has passed expires."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from marke.common.clock import local_date
from marke.common.clockwork import Wheel
from marke.common.refusal import Refused
from marke.jobs.matching import mode_of, start_of
from marke.jobs.models import Job, Offer, Series
from marke.jobs.queries import is_matched
from marke.jobs.services import (
    ask_next,
    book_ahead,
    confirm_by_silence,
    ends_at,
    expire_job,
    expire_offer,
    lapse_gifts,
    lapse_tips,
    look,
    silence_confirms,
    tell_stage,
)
from marke.parties.models import Coop
from marke.rules.queries import rulebook

T = TypeVar("T")
BATCH = 500
# The matcher looks no further back than this for jobs that still wait: they have expired, unless the clock stood still.
LONG_PAST = timedelta(days=2)


def turn_offers(at: datetime) -> int:
    due = Offer.objects.filter(state=Offer.State.OPEN, expires_at__lte=at).select_related("job").order_by("expires_at")
    return _each(due[:BATCH], lambda offer: expire_offer(offer=offer, at=at))


def turn_stages(at: datetime) -> int:
    """The next of several hear of a job."""
    due = Offer.objects.filter(state=Offer.State.OPEN, told_at=None, opens_at__lte=at).select_related("job").order_by("opens_at")
    return _each(due[:BATCH], lambda offer: tell_stage(offer=offer, at=at))


def turn_jobs(at: datetime) -> int:
    """Jobs whose time has passed."""
    waiting = (Job.State.REQUESTED, Job.State.OFFERED)
    rows = Job.objects.filter(state__in=waiting, starts_at__lte=at).order_by("starts_at")
    return _each((job for job in rows if at >= ends_at(job)), lambda job: expire_job(job=job, at=at))


def turn_asking(at: datetime) -> int:
    """Asks again where somebody may have become free."""
    rows = Job.objects.filter(state=Job.State.REQUESTED, starts_at__gte=at)
    asked = 0
    for coop in Coop.objects.filter(pk__in=rows.order_by().values("coop").distinct()):
        within = rulebook(coop, at).value("jobs.ask_again")
        near = rows.filter(coop=coop, starts_at__lte=at + within)
        asked += _ask_again(near.select_related("coop", "service").order_by("starts_at")[:BATCH], at)
    return asked


def _ask_again(rows: Iterable[Job], at: datetime) -> int:
    asked = 0
    for job in rows:
        if mode_of(job, at) == "automatic" and start_of(job):
            continue  # the matcher looks at all of them at once
        try:
            asked += ask_next(job=job, at=at) is not None
        except Refused:
            continue
    return asked


def turn_matcher(at: datetime) -> int:
    """The matcher looks at the open jobs of each co-op that leaves them to it, as often as its rule says."""
    waiting = Job.objects.filter(state=Job.State.REQUESTED, starts_at__gte=at - LONG_PAST)
    coops = Coop.objects.filter(pk__in=waiting.order_by().values("coop").distinct())
    return sum(look(coop=coop, at=at) for coop in coops if is_matched(coop, at))


def turn_silence(at: datetime) -> int:
    rows = Job.objects.filter(state=Job.State.DONE, done_at__lte=at).select_related("coop", "service").order_by("done_at")
    return _each((job for job in rows if silence_confirms(job, at=at)), lambda job: confirm_by_silence(job=job, at=at))


def _each(rows: Iterable[T], do: Callable[[T], object]) -> int:
    """Each in its own transaction: one that is refused, because somebody was first, stops none of the others."""
    done = 0
    for row in rows:
        try:
            do(row)
        except Refused:
            continue
        done += 1
    return done


def turn_series(at: datetime) -> int:
    """Books the days of series that have come near, by the rule of each co-op and kind of work."""
    going = Series.objects.filter(ended_at=None, paused_at=None)
    booked = 0
    for coop in Coop.objects.filter(pk__in=going.order_by().values("coop").distinct()):
        rules, mine = rulebook(coop, at), going.filter(coop=coop)
        for kind in mine.order_by().values_list("first__service__job_kind", flat=True).distinct():
            horizon = local_date(at + rules.value("jobs.series_ahead", job_kind=kind), coop.timezone)
            near = mine.filter(first__service__job_kind=kind, seen_until__lt=horizon).select_related("coop")
            booked += _each(near.order_by("seen_until")[:BATCH], lambda series: book_ahead(series=series, at=at))
    return booked


WHEELS = (
    Wheel("jobs.series", turn_series),
    Wheel("jobs.tips", lapse_tips),
    Wheel("jobs.gifts", lapse_gifts),
    Wheel("jobs.offers", turn_offers),
    Wheel("jobs.stages", turn_stages),
    Wheel("jobs.expiry", turn_jobs),
    Wheel("jobs.asking", turn_asking),
    Wheel("jobs.matcher", turn_matcher),
    Wheel("jobs.silence", turn_silence),
)
