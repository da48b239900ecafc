"""What a job would cost, built up line by line, before anything is booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.explain import Explanation
from marke.common.money import minor_digits
from marke.common.refusal import Refused
from marke.jobs.models import Service
from marke.jobs.price_words import Asked, line_why, line_words
from marke.jobs.pricing import Price, price_that_earns, surcharge_rate, vat_of
from marke.jobs.services.catalogue import BY_FARE
from marke.parties.models import Client, Coop, Membership
from marke.places.routers import Way
from marke.rates.fares import Fare, common_fare, rows_from
from marke.rates.models import ClientFare
from marke.rates.queries import agreement_with, fare_of, fares_of
from marke.rates.trips import Stop, trip_of, way_of
from marke.rules.models import RuleValue
from marke.rules.queries import Rulebook, rulebook
from marke_core import fares
from marke_core.formula import CannotReckon
from marke_core.matching import Place
from marke_core.money import share_of_integers


class NoFare(Refused):
    """A service goes by a fare, and there is none, or none for this job."""


@dataclass(frozen=True)
class PriceLine:
    """One part of a net price, in minor units. `rule_value` is the rule's value that it follows, if it follows one."""

    words: str
    amount: int
    rule_value: RuleValue | None = None
    why: Explanation | None = None


@dataclass(frozen=True)
class Quote:
    """What a job would cost a client now, by which rule, and the VAT on it as the seller's invoice will have it.

    The lines sum to the net price. `fare`: what it goes by; None where the service has a fixed price. `way`: how long it
    was taken to be, where it counts.
    """

    price: Price
    minutes: int
    vat_charged: bool
    surcharge_rule: RuleValue
    lines: tuple[PriceLine, ...]
    fare: Fare | None = None
    way: Way | None = None


def quote(
    *,
    coop: Coop,
    service: Service,
    client: Client | None = None,
    starts_at: datetime,
    minutes: int | None = None,
    at: datetime,
    pickup_point: Place | None = None,
    place_point: Place | None = None,
    via: Sequence[Place | None] = (),
    load: int | None = None,
    items: int = 1,
    worker: Membership | None = None,
    pickup: str = "",
    place: str = "",
) -> Quote:
    """The price of a service at a time, built up, by the rules in force now. A seller without VAT number charges no VAT.

    via: the stops between pickup and place, None where one is not on the map: then the rule says how long the way is · load: in kilos · worker: who is to do it, where the client chooses
    pickup, place: the addresses, for zones that go by postcode
    Raises: NoFare.
    """
    quoting = _quoting(
        coop=coop, service=service, client=client, starts_at=starts_at, minutes=minutes, at=at, load=load or 0, items=items,
        stops=_stops(service, pickup_point, place_point, via, pickup, place),
    )  # fmt: skip
    fare = None
    if service.per == BY_FARE:
        fare = fare_of(rules=quoting.rules, coop=coop, job_kind=service.job_kind, member=worker, on=local_date(at, coop.timezone))
    return quoting.quote(fare, worker)


def quotes_for(
    *, members: Sequence[Membership], coop: Coop, service: Service, client: Client | None = None, starts_at: datetime,
    minutes: int | None = None, at: datetime, pickup_point: Place | None = None, place_point: Place | None = None,
    via: Sequence[Place | None] = (), load: int | None = None, items: int = 1, pickup: str = "", place: str = "",
) -> dict[int, Quote]:  # fmt: skip
    """What each of these members would ask for one job, by membership. As many queries for a thousand as for one.

    Raises: NoFare.
    """
    quoting = _quoting(
        coop=coop, service=service, client=client, starts_at=starts_at, minutes=minutes, at=at, load=load or 0, items=items,
        stops=_stops(service, pickup_point, place_point, via, pickup, place),
    )  # fmt: skip
    if service.per != BY_FARE:
        return {member.pk: quoting.quote(None, member) for member in members}
    found = fares_of(rules=quoting.rules, coop=coop, job_kind=service.job_kind, members=members, on=local_date(at, coop.timezone))
    return {member.pk: quoting.quote(found[member.pk], member) for member in members}


def _stops(
    service: Service, pickup_point: Place | None, place_point: Place | None, via: Sequence[Place | None], pickup: str, place: str
) -> tuple[Stop, ...]:
    begins = [Stop(pickup_point, pickup)] if service.needs_pickup or pickup_point else []
    return (*begins, *(Stop(point) for point in via), Stop(place_point, place))


def _quoting(
    *, coop: Coop, service: Service, client: Client | None, starts_at: datetime, minutes: int | None, at: datetime,
    stops: Sequence[Stop], load: int, items: int,
) -> Quoting:  # fmt: skip
    """By the rules of the moment, and what holds with the client that day."""
    rules = rulebook(coop, at)
    way = way_of(rules=rules, coop=coop, job_kind=service.job_kind, stops=stops, at=at) if service.per == BY_FARE else None
    # By a fare, the service says how long it takes at the doors, and the way comes on top.
    length = minutes or service.minutes + (-(-way.seconds // 60) if way else 0)
    return Quoting(
        coop=coop, service=service, rules=rules, starts_at=starts_at, minutes=length, way=way, stops=stops, load=load, items=items,
        agreement=agreement_with(coop, client, service.job_kind, local_date(at, coop.timezone)),
    )  # fmt: skip


class Quoting:
    """What all quotes for one enquiry share: the rules, the way, what was agreed with the client. Asks the database nothing."""

    def __init__(
        self, *, coop: Coop, service: Service, rules: Rulebook, starts_at: datetime, minutes: int, way: Way | None,
        stops: Sequence[Stop], load: int = 0, items: int = 1, agreement: ClientFare | None = None,
    ) -> None:  # fmt: skip
        self.coop, self.service, self.rules, self.minutes = coop, service, rules, minutes
        self.way, self.agreement = way, agreement
        self.by_fare = service.per == BY_FARE
        self.trip = trip_of(
            rules=rules, coop=coop, metres=way.metres if way else 0, stops=stops, starts_at=starts_at, minutes=minutes,
            items=items, kilos=load,
        )  # fmt: skip
        self.surcharge_rule = rules.entry("jobs.surcharges", job_kind=service.job_kind)
        local_start = starts_at.astimezone(ZoneInfo(coop.timezone))
        self.rate = surcharge_rate(rules.timeline.typed(self.surcharge_rule), local_start, holiday=self.trip.holiday)

    def quote(self, fare: Fare | None, worker: Membership | None = None) -> Quote:
        """Raises: NoFare."""
        if self.by_fare and self.agreement is not None and self.agreement.rows:
            entry = self.rules.entry("rates.fare", job_kind=self.service.job_kind)
            fare = Fare(rows_from(self.agreement.rows), entry, "client")
        rows = self.rows(fare)
        an_hour = self.rules.value("rates.floor_per_hour", job_kind=self.service.job_kind)
        return self._quote(self.lines(rows, self.least(an_hour, worker)), rows, fare)

    def lines(self, rows: Sequence[fares.Row], least: int) -> tuple[fares.Line, ...]:
        """Raises: NoFare."""
        try:
            return fares.price(
                rows, self.trip, minor=10 ** minor_digits(self.coop.currency), surcharge=self.rate,
                discount=self.agreement.discount if self.agreement else Fraction(0), least=least,
            )  # fmt: skip
        except CannotReckon as beyond:
            raise NoFare(
                _("Our fare gives no price for this job, because its formula cannot be reckoned here. Call %(coop)s.")
                % {"coop": self.coop.name}
            ) from beyond

    def rows(self, fare: Fare | None) -> tuple[fares.Row, ...]:
        """Raises: NoFare."""
        if not self.by_fare:
            return self._fixed()
        if fare is None:
            raise NoFare(
                _("“%(service)s” has no price at the moment, because there is no fare for it. Call %(coop)s.")
                % {"service": self.service.name, "coop": self.coop.name}
            )
        return fare.rows

    def _fixed(self) -> tuple[fares.Row, ...]:
        """The service's own price; by the hour it is paid for as long as the rule says, at least."""
        service = self.service
        if service.per != "hour":
            return (fares.Row("base", service.price),)
        hours, least = fares.Row("base", share_of_integers(service.price, self.minutes, 60)), self.least_minutes()
        return (hours, fares.Row("minimum", share_of_integers(service.price, least, 60))) if least else (hours,)

    def least_minutes(self) -> int:
        return int(self.rules.value("jobs.least_paid", job_kind=self.service.job_kind).total_seconds()) // 60

    def least(self, an_hour: int, worker: Membership | None) -> int:
        """What the price has to be so that the worker earns so much an hour; 0 without a floor."""
        if not an_hour:
            return 0
        kind = self.service.job_kind
        seconds = self.minutes * 60 + int(self.rules.value("rates.approach", job_kind=kind).total_seconds())
        return price_that_earns(-(-an_hour * seconds // 3_600), kept_of(self.rules, kind, worker))

    def _quote(self, lines: Sequence[fares.Line], rows: Sequence[fares.Row], fare: Fare | None) -> Quote:
        asked = Asked(self.coop, self.service, self.rules, self.minutes, self.way, self.agreement, fare, self.surcharge_rule)
        net = sum(line.amount for line in lines)
        surcharge = min(net, sum(line.amount for line in lines if line.part == "surcharge"))
        charged = bool(self.coop.vat_number)
        permille = self.service.vat_permille if charged else 0
        told = []
        for line in lines:
            row = rows[line.row] if line.row is not None else None
            why = line_why(asked, line, row)
            told.append(PriceLine(line_words(asked, line, row), line.amount, asked.rule_of(line), why))
        price = Price(net - surcharge, self.rate, surcharge, permille, vat_of(net, permille))
        return Quote(price, self.minutes, charged, self.surcharge_rule, tuple(told), fare, self.way)


def kept_of(rules: Rulebook, job_kind: str, worker: Membership | None) -> list[Fraction]:
    """What is taken off a price before the worker has it: the contribution, the guarantee."""
    scope = {"job_kind": job_kind, **({"member_class": worker.member_class} if worker else {})}
    return [rules.value(key, **scope) for key in ("jobs.contribution", "jobs.guarantee")]


def gross_price(coop: Coop, service: Service, rules: Rulebook | None = None) -> int | None:
    """What a client pays for one unit of a service without surcharge, with the VAT that this seller charges.

    By a fare it is the least that a job can cost, for which the rules are needed; None where there is no fare.
    """
    price = service.price if service.per != BY_FARE else _least_by_fare(service, rules)
    if price is None:
        return None
    return price + vat_of(price, service.vat_permille if coop.vat_number else 0)


def _least_by_fare(service: Service, rules: Rulebook | None) -> int | None:
    """The base or the minimum, whichever is more, at any hour and anywhere."""
    fare = common_fare(rules, service.job_kind) if rules else None
    if fare is None:
        return None
    always = fares.Trip(metres=0, minutes=0, items=0)
    return sum(line.amount for line in fares.price([row for row in fare.rows if row.part != "formula"], always))
