"""What last month's jobs would have cost by another fare or floor: they are quoted again, and split as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from marke.common.clock import local_date, local_midnight
from marke.common.days import day_in_words
from marke.common.facts import NothingToSimulate, Simulated, Simulator, simulators
from marke.jobs.models import ExtraStop, Job, Service
from marke.jobs.services.catalogue import BY_FARE
from marke.jobs.services.quoting import NoFare, PriceLine, Quoting, kept_of
from marke.parties.models import CircleMembership, Coop
from marke.places.routers import Way
from marke.places.travel import line
from marke.rates.examples import Quoter, quoters
from marke.rates.fares import Fare, common_fare, rows_of
from marke.rates.hooks import Earned, Repriced, Repricer, repricers
from marke.rates.models import ClientFare
from marke.rates.trips import Stop, way_by
from marke.rules.queries import Rulebook, Timeline, rulebook
from marke_core.fares import Row, Trip
from marke_core.matching import Place
from marke_core.money import share_of
from marke_core.rulebook import scope_parts

DONE = (Job.State.DONE, Job.State.CONFIRMED, Job.State.SETTLED)
MOST_JOBS = 5_000


@dataclass(frozen=True)
class Again:
    """A job and its price by what was, and by what is tried."""

    job: Job
    after: int
    earned_before: int
    earned_after: int


def last_month(coop: Coop, at: datetime) -> tuple[date, date]:
    """The whole calendar month before this one, half-open."""
    ends = local_date(at, coop.timezone).replace(day=1)
    return (ends - timedelta(days=1)).replace(day=1), ends


def jobs_of(coop: Coop, starts_on: date, ends_on: date, kinds: Iterable[str] | None, circle: int | None) -> list[Job]:
    rows = Job.objects.filter(
        coop=coop, state__in=DONE, worker__isnull=False,
        accepted_at__gte=local_midnight(starts_on, coop.timezone), accepted_at__lt=local_midnight(ends_on, coop.timezone),
    ).select_related("service", "worker__party")  # fmt: skip
    if kinds is not None:
        rows = rows.filter(service__job_kind__in=list(kinds))
    if circle is not None:
        members = CircleMembership.objects.filter(coop=coop, circle=circle).values("membership")
        rows = rows.filter(worker__in=members)
    return list(rows.order_by("id")[:MOST_JOBS])


class Pricing:
    """Quotes past jobs again, as if they were booked by today's rules, and splits them by those of the day they were promised.

    A constant number of queries, however many there are; no router is asked.
    """

    def __init__(self, coop: Coop, jobs: Sequence[Job], at: datetime) -> None:
        self.coop, self.timeline = coop, Timeline(coop)
        self.rules = self.timeline.at(at)
        self.stops: dict[int, list[Stop]] = {}
        for stop in ExtraStop.objects.filter(coop=coop, job__in=jobs).order_by("job", "position"):
            self.stops.setdefault(stop.job_id, []).append(Stop(_point(stop.lat_e7, stop.lon_e7), stop.place))
        self.agreements = list(ClientFare.objects.filter(coop=coop).order_by("job_kind", "from_on", "id"))

    def again(self, job: Job, price: Callable[[Quoting, Rulebook], int], *, by_fare: bool) -> Again:
        """`by_fare`: as if its service had gone by the fare."""
        job.coop, rules = self.coop, self.rules
        service = _as_if_by_fare(job.service) if by_fare else job.service
        stops = self._stops(job)
        way = way_by(rules=rules, job_kind=service.job_kind, stops=stops, router=line(rules, service.job_kind))
        quoting = Quoting(
            coop=self.coop, service=service, rules=rules, starts_at=job.starts_at, minutes=job.minutes, way=way, stops=stops,
            load=job.load_kg, items=job.items or 1, agreement=self._agreement(job),
        )  # fmt: skip
        after = price(quoting, rules)
        kept = kept_of(self.timeline.at(job.accepted_at or job.requested_at), service.job_kind, job.worker)
        before_earned, after_earned = (net - sum(share_of(net, part) for part in kept) for net in (job.price, after))
        return Again(job, after, before_earned, after_earned)

    def _stops(self, job: Job) -> list[Stop]:
        begins = [Stop(_point(job.pickup_lat_e7, job.pickup_lon_e7), job.pickup)] if job.pickup else []
        return [*begins, *self.stops.get(job.pk, []), Stop(_point(job.place_lat_e7, job.place_lon_e7), job.place)]

    def _agreement(self, job: Job) -> ClientFare | None:
        on = local_date(job.requested_at, self.coop.timezone)
        fitting = [
            each
            for each in self.agreements
            if each.client_id == job.client_id and each.job_kind in ("", job.service.job_kind)
            if each.from_on <= on and (each.until_on is None or on < each.until_on)
        ]
        return fitting[-1] if fitting else None


def _point(lat: int | None, lon: int | None) -> Place | None:
    return Place(lat, lon) if lat is not None and lon is not None else None


def _as_if_by_fare(service: Service) -> Service:
    return Service(pk=service.pk, coop_id=service.coop_id, name=service.name, job_kind=service.job_kind, per=BY_FARE, price=0,
                   vat_permille=service.vat_permille, minutes=service.minutes)  # fmt: skip


def by_rows(rows: Sequence[Row]) -> Callable[[Quoting, Rulebook], int]:
    """The price by these rows; what it was where they give none."""

    def price(quoting: Quoting, rules: Rulebook) -> int:
        least = quoting.least(rules.value("rates.floor_per_hour", job_kind=quoting.service.job_kind), None)
        return sum(found.amount for found in quoting.lines(rows, least))

    return price


def reprice(coop: Coop, job_kind: str, rows: Sequence[Row], circle: int | None, at: datetime) -> Repriced:
    """Last month's jobs of this kind as if all of them had gone by these rows. Raises: NoFare."""
    starts_on, ends_on = last_month(coop, at)
    jobs = jobs_of(coop, starts_on, ends_on, [job_kind], circle)
    pricing, price = Pricing(coop, jobs, at), by_rows(rows)
    done = [pricing.again(job, price, by_fare=True) for job in jobs]
    return Repriced(
        starts_on, ends_on, len(done), sum(each.job.price for each in done), sum(each.after for each in done), _by_member(done)
    )


def _by_member(done: Iterable[Again]) -> tuple[Earned, ...]:
    members: dict[int, Earned] = {}
    for each in done:
        assert each.job.worker is not None
        party = each.job.worker.party
        so_far = members.get(party.pk) or Earned(party.pk, party.name, 0, 0, 0, 0)
        members[party.pk] = replace(
            so_far, jobs=so_far.jobs + 1, seconds=so_far.seconds + each.job.minutes * 60,
            before=so_far.before + each.earned_before, after=so_far.after + each.earned_after,
        )  # fmt: skip
    return tuple(sorted(members.values(), key=lambda member: (member.before * 3_600 // max(member.seconds, 1), member.party)))


def simulate(coop: Coop, key: str, scope: str, typed: object, at: datetime) -> Simulated:
    """Last month under a proposed fare or floor, for those jobs that follow the rule. Raises: NothingToSimulate."""
    parts = scope_parts(scope)
    starts_on, ends_on = last_month(coop, at)
    kinds = [parts["job_kind"]] if "job_kind" in parts else None
    jobs = jobs_of(coop, starts_on, ends_on, kinds, int(parts["circle"]) if "circle" in parts else None)
    if key == "rates.fare":
        jobs = [job for job in jobs if job.service.per == BY_FARE]
    if not jobs:
        raise NothingToSimulate(_("No job of last month follows this rule, so there is nothing to run again."))
    pricing = Pricing(coop, jobs, at)
    price = by_rows(rows_of(typed)) if key == "rates.fare" else _by_floor(int(typed))  # type: ignore[arg-type, call-overload]
    try:
        done = [pricing.again(job, price, by_fare=False) for job in jobs]
    except NoFare as none:
        raise NothingToSimulate(str(none)) from none
    return _simulated(done, starts_on)


def _by_floor(an_hour: int) -> Callable[[Quoting, Rulebook], int]:
    """The price under this floor instead of the one that held."""

    def price(quoting: Quoting, rules: Rulebook) -> int:
        fare = common_fare(rules, quoting.service.job_kind) if quoting.by_fare else None
        return sum(found.amount for found in quoting.lines(quoting.rows(fare), quoting.least(an_hour, None)))

    return price


def _simulated(done: Sequence[Again], starts_on: date) -> Simulated:
    before, after = sum(each.job.price for each in done), sum(each.after for each in done)
    people: dict[int, tuple[int, int]] = {}
    for each in done:
        assert each.job.worker is not None
        was, would = people.get(each.job.worker.party_id, (0, 0))
        people[each.job.worker.party_id] = was + each.earned_before, would + each.earned_after
    own = sum(was for was, _would in people.values()), sum(would for _was, would in people.values())
    common = before - own[0], after - own[1]
    return Simulated(
        period=day_in_words(starts_on, "MMMM y"),
        lines=(
            (_("What clients pay, without VAT"), False, before, after),
            (_("Earned by the members"), True, *own),
            (_("What the co-op keeps, the guarantee in it"), False, *common),
        ),
        common=common,
        people=people,
    )


def example(coop: Coop, job_kind: str, fare: Fare, trip: Trip, at: datetime) -> Sequence[PriceLine]:
    """A made-up job by a fare, with what else a price has: surcharges and the floor. Raises: NoFare."""
    zone = ZoneInfo(coop.timezone)
    today = at.astimezone(zone)
    day = today.date() + timedelta(days=(trip.weekday - today.weekday()) % 7)
    service = Service(coop=coop, name="", job_kind=job_kind, per=BY_FARE, price=0, minutes=trip.minutes or 1)
    quoting = Quoting(
        coop=coop, service=service, rules=rulebook(coop, at), starts_at=datetime.combine(day, time(trip.hour), zone),
        minutes=trip.minutes, way=Way(trip.metres, trip.minutes * 60, ""), stops=(),
    )  # fmt: skip
    quoting.trip = trip
    return quoting.quote(fare).lines


FARE_SIMULATOR = Simulator("fares", ("rates.fare", "rates.floor_per_hour"), simulate)
REPRICER = Repricer("jobs", reprice)
QUOTER = Quoter("jobs", example)


def wire() -> None:
    """Tells the registries of the apps below."""
    simulators.register(FARE_SIMULATOR)
    repricers.register(REPRICER)
    quoters.register(QUOTER)
