"""What can be booked. A service is never changed, because jobs were booked at its price: a new row takes its place."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.refusal import Refused
from marke.jobs.kinds import job_kinds
from marke.jobs.models import Capability, Service, ServiceNeed
from marke.jobs.vat_rates import standard_rate
from marke.parties.models import Coop, Party
from marke.rates.queries import kinds_with_a_fare
from marke.rules.queries import rulebook

BY_FARE = "fare"  # of Service.per: the price follows the fare for this kind of work
HIGHEST_PRICE = 10**10
LONGEST_MINUTES = 7 * 24 * 60


class ServiceDoesNotFit(Refused):
    """A service with a name, price, time or VAT that cannot be."""


class ServiceEnded(Refused):
    """The service is no longer offered."""


def add_service(
    *,
    coop: Coop,
    name: str,
    job_kind: str,
    price: int,
    per: str,
    minutes: int,
    description: str = "",
    vat_category: str | None = None,
    vat_permille: int | None = None,
    needs_pickup: bool | None = None,
    asks_load: bool = False,
    most_stops: int = 0,
    needs: Iterable[Capability] = (),
    by: Party | None,
    at: datetime,
) -> Service:
    """Adds a service to the catalogue. `price` is net, in minor units, per "job" or per "hour"; by "fare" it is nothing.

    Without a VAT category it gets the standard rate of the co-op's country ("O", outside VAT, where that is not known);
    without `needs_pickup` the kind of work says whether something is fetched first. What is on offer already in just the
    same words and at the same price is not added twice: it was a second click.
    Raises: ServiceDoesNotFit.
    """
    if vat_category is None:
        rate = vat_permille if vat_permille is not None else standard_rate(coop.country, local_date(at, coop.timezone))
        vat_category, vat_permille = ("S", rate) if rate else ("O", 0)
    if needs_pickup is None:
        needs_pickup = job_kind in job_kinds and job_kinds.get(job_kind).needs_pickup
    name, price = name.strip(), 0 if per == BY_FARE else price
    if per == BY_FARE:
        _check_fare(coop, job_kind, at)
    _check(name=name, price=price, per=per, minutes=minutes, vat_category=vat_category, vat_permille=vat_permille or 0)
    with transaction.atomic():
        Coop.objects.select_for_update(no_key=True).get(pk=coop.pk)
        service, was_added = Service.objects.get_or_create(
            coop=coop, name=name, description=description.strip(), job_kind=job_kind, price=price, per=per, minutes=minutes,
            vat_category=vat_category, vat_permille=vat_permille or 0, needs_pickup=needs_pickup, asks_load=asks_load,
            most_stops=most_stops, ended_at=None, defaults={"created_at": at},
        )  # fmt: skip
        if was_added:
            ServiceNeed.objects.bulk_create(ServiceNeed(coop=coop, service=service, capability=need) for need in needs)
        return service


def change_service(
    *,
    service: Service,
    name: str,
    price: int,
    per: str,
    minutes: int,
    description: str,
    vat_category: str,
    vat_permille: int,
    needs_pickup: bool,
    asks_load: bool | None = None,
    most_stops: int | None = None,
    needs: Iterable[Capability] | None = None,
    by: Party | None,
    at: datetime,
) -> Service:
    """What is not given stays. Ends the service and puts a new row in its place; nothing happens when nothing is different.

    Raises: ServiceDoesNotFit; ServiceEnded when somebody else was first.
    """
    with transaction.atomic():
        old = Service.objects.select_for_update().get(pk=service.pk)
        old_needs = list(old.needs.filter(ended_at=None))
        asks_load = old.asks_load if asks_load is None else asks_load
        most_stops = old.most_stops if most_stops is None else most_stops
        needs = old_needs if needs is None else list(needs)
        price = 0 if per == BY_FARE else price
        wanted = (
            name.strip(),
            price,
            per,
            minutes,
            description.strip(),
            vat_category,
            vat_permille,
            needs_pickup,
            asks_load,
            most_stops,
        )
        if wanted == (
            old.name, old.price, old.per, old.minutes, old.description, old.vat_category, old.vat_permille, old.needs_pickup,
            old.asks_load, old.most_stops,
        ) and {need.pk for need in needs} == {need.pk for need in old_needs}:  # fmt: skip
            return old
        _end(old, at)
        return add_service(
            coop=old.coop, name=name, job_kind=old.job_kind, price=price, per=per, minutes=minutes, description=description,
            vat_category=vat_category, vat_permille=vat_permille, needs_pickup=needs_pickup, asks_load=asks_load, most_stops=most_stops, needs=needs,
            by=by, at=at,
        )  # fmt: skip


def end_service(*, service: Service, by: Party | None, at: datetime) -> Service:
    """It can no longer be booked; jobs already booked go on. A second click changes nothing."""
    with transaction.atomic():
        row = Service.objects.select_for_update().get(pk=service.pk)
        if row.ended_at is None:
            _end(row, at)
        return row


def _end(service: Service, at: datetime) -> None:
    if service.ended_at is not None:
        raise ServiceEnded(
            _("“%(service)s” was changed or ended meanwhile. Look at the list of services again.") % {"service": service.name}
        )
    service.ended_at = at
    service.save(update_fields=["ended_at"])


def _check_fare(coop: Coop, job_kind: str, at: datetime) -> None:
    if job_kind not in kinds_with_a_fare(rulebook(coop, at), coop):
        raise ServiceDoesNotFit(_("There is no fare for this kind of work yet. Propose one first, or give a price."))


def _check(*, name: str, price: int, per: str, minutes: int, vat_category: str, vat_permille: int) -> None:
    if not name or len(name) > 80:
        raise ServiceDoesNotFit(_("A service needs a name of at most 80 characters; this one has %(n)s.") % {"n": len(name)})
    if not 0 <= price <= HIGHEST_PRICE:
        raise ServiceDoesNotFit(
            _("A price of %(price)s is not possible. Give one between 0 and %(most)s.")
            % {"price": price / 100, "most": HIGHEST_PRICE // 100}
        )
    if per not in ("job", "hour", BY_FARE):
        raise ServiceDoesNotFit(_("A price is per job, per hour or by the fare, not per “%(per)s”.") % {"per": per})
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise ServiceDoesNotFit(
            _("%(minutes)s minutes is not possible. Give between 1 and %(most)s.") % {"minutes": minutes, "most": LONGEST_MINUTES}
        )
    if (vat_category == "S") != (vat_permille > 0) or not 0 <= vat_permille < 1000:
        raise ServiceDoesNotFit(_("A VAT rate goes with the standard category, and no rate with the others. Choose one of them."))
