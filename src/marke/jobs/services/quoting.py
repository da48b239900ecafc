"""What a job would cost, built up line by line, before anything is booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from marke.common.templatetags.marke import minutes as write_minutes
from marke.jobs.models import Service
from marke.jobs.pricing import Price, price_of, surcharge_rate
from marke.parties.models import Client, Coop, Membership
from marke.rules.models import RuleValue
from marke.rules.queries import rulebook
from marke_core.matching import Place


@dataclass(frozen=True)
class PriceLine:
    """One part of a net price, in minor units. `rule_value` is the rule's value that it follows, if it follows one."""

    words: str
    amount: int
    rule_value: RuleValue | None = None


@dataclass(frozen=True)
class Quote:
    """What a job would cost a client now, by which rule, and the VAT on it as the seller's invoice will have it.

    The lines sum to the net price.
    """

    price: Price
    minutes: int
    vat_charged: bool
    surcharge_rule: RuleValue
    lines: tuple[PriceLine, ...]


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
    via: Sequence[Place] = (),
    load: int | None = None,
    items: int = 1,
    worker: Membership | None = None,
) -> Quote:
    """The price of a service at a time, built up, by the rules in force now. A seller without VAT number charges no VAT.

    via: the stops between pickup and place · load: in kilos · worker: who is to do it, where the client chooses
    """
    length = minutes or service.minutes
    local_start = starts_at.astimezone(ZoneInfo(coop.timezone))
    rules = rulebook(coop, at)
    rule = rules.entry("jobs.surcharges", job_kind=service.job_kind)
    rate = surcharge_rate(rules.timeline.typed(rule), local_start)
    charged = bool(coop.vat_number)
    price = price_of(
        price=service.price, per=service.per, minutes=length, rate=rate, vat_permille=service.vat_permille if charged else 0
    )
    words = f"{service.name}, {write_minutes(length)}" if service.per == "hour" else service.name
    lines = [PriceLine(words, price.base)]
    if price.surcharge:
        lines.append(PriceLine(_("Surcharge for this day and hour"), price.surcharge, rule))
    return Quote(price, length, charged, rule, tuple(lines))


def gross_price(coop: Coop, service: Service) -> int:
    """What a client pays for one unit of a service without surcharge, with the VAT that this seller charges."""
    permille = service.vat_permille if coop.vat_number else 0
    return price_of(price=service.price, per="job", minutes=0, rate=Fraction(0), vat_permille=permille).gross
