"""What goes in and out, as the OpenAPI document tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Generic, Literal, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field
from pydantic.functional_validators import AfterValidator

from marke.jobs.wishes import MOST_ITEMS

T = TypeVar("T")
MOST = 100  # on one page
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _within_the_century(moment: datetime) -> datetime:
    if not FIRST <= moment < LAST:
        raise ValueError("give a moment between 2000 and 2100")
    return moment


def _mail_address(text: str) -> str:
    """Django's own measure, as on the pages."""
    try:
        if text:
            validate_email(text)
    except ValidationError as error:
        raise ValueError("give a mail address like name@example.org") from error
    return text


Moment = Annotated[AwareDatetime, AfterValidator(_within_the_century)]
Number = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
Line = Annotated[str, Field(max_length=200)]


class Asked(Schema):
    """What somebody sends: a name that is not known is a mistake, not something to pass over."""

    model_config = ConfigDict(extra="forbid")


class Money(Schema):
    """An amount in the smallest unit of its currency: 1250 EUR are 12.50."""

    amount: int
    currency: str


class Page(Schema, Generic[T]):
    """One page of a list. `next`: the cursor of the page after it, null on the last."""

    items: list[T]
    next: str | None


class KeyOut(Schema):
    """The key that you came with."""

    name: str
    scopes: list[str]
    client: int | None
    coop: str
    currency: str
    timezone: str


class NeedOut(Schema):
    id: int
    name: str


class ServiceOut(Schema):
    """What can be booked. `from_price`: with VAT, for one `per`, without surcharges; null where there is no price now.

    `asks_load`, `asks_items`: its work or its price goes by the weight, or by how many things there are.
    """

    id: int
    name: str
    description: str
    kind: str
    per: str
    from_price: Money | None
    minutes: int
    needs_pickup: bool
    most_stops: int
    asks_load: bool
    asks_items: bool


class PriceLineOut(Schema):
    """One part of the net price, and the uid of the rule’s value that it follows, if it follows one."""

    words: str
    amount: int
    rule: str | None


class PriceOut(Schema):
    """What is paid: the lines sum to `net`."""

    net: int
    vat: int
    gross: int
    currency: str
    lines: list[PriceLineOut]


class TermsOut(Schema):
    """What cancelling costs. `fee`: if you cancelled now, net. `free_until`: null where it is free until the worker sets out."""

    free_until: AwareDatetime | None
    fee: Money
    later_permille: int


class QuoteOut(Schema):
    price: PriceOut
    minutes: int
    metres: int | None
    cancelling: TermsOut


class PlaceIn(Asked):
    """An address, and where it is if you know: degrees in WGS 84, both or neither."""

    address: Annotated[str, Field(min_length=1, max_length=200)]
    lat: Annotated[float, Field(strict=True, ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(strict=True, ge=-180, le=180)] | None = None


class StopIn(PlaceIn):
    note: Line = ""
    contact: Annotated[str, Field(max_length=120)] = ""


class ClientIn(Asked):
    """Whom it is for, where the key is the co-op’s own: the number of a client, or a name and a way to reach them."""

    number: Number | None = None
    name: Annotated[str, Field(max_length=120)] = ""
    email: Annotated[str, Field(max_length=254), AfterValidator(_mail_address)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""


class BookingIn(Asked):
    """What is to be done.

    `starts_at` alone: at that time. With `until_at`: any time between the two. `until_at` alone: any time until then.
    Neither: as soon as possible. `minutes`: for services by the hour. `items`: how many things; left out, one.
    `wanted`: the number of a member who worked for this client.
    """

    service: Number
    starts_at: Moment | None = None
    until_at: Moment | None = None
    minutes: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = None
    pickup: PlaceIn | None = None
    stops: Annotated[list[StopIn], Field(max_length=50)] = []
    place: PlaceIn
    load_kg: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = 0
    items: Annotated[int, Field(strict=True, ge=1, le=MOST_ITEMS)] | None = None
    needs: Annotated[list[Number], Field(max_length=50)] = []
    wanted: Number | None = None
    note: Annotated[str, Field(max_length=2000)] = ""
    client: ClientIn | None = None
    reference: Annotated[str, Field(max_length=80)] = ""


class CancellationIn(Asked):
    """`most_fee`: what you agree to pay at most for cancelling late, net. Null: the co-op calls it off, with its own key only."""

    most_fee: Annotated[int, Field(strict=True, ge=0, le=10**12)] | None = 0


class PlaceOut(Schema):
    address: str
    lat: float | None
    lon: float | None
    note: str
    contact: str


class ServiceName(Schema):
    id: int
    name: str


class ClientName(Schema):
    number: int
    name: str


class TripStopOut(Schema):
    """One place of a trip, where it is planned to be done at `planned_at`. Of a stop that is not yours, the rest is left out."""

    position: int
    kind: Literal["pickup", "place"]
    jobs: list[int]
    address: str | None
    lat: float | None
    lon: float | None
    planned_at: AwareDatetime


class TripAskedOut(Schema):
    """Who is asked for the whole trip, by the co-op's rule or by a person. `given`: to somebody who had agreed to be given work."""

    member: int
    state: str
    given: bool
    by: Literal["rule", "person"]
    made_at: AwareDatetime
    expires_at: AwareDatetime | None


class TripOut(Schema):
    """Several jobs that one member does, or is asked for, on one way. The job is the one at `position`, from 1, of so many.

    `stops`: in their order, everything is fetched first. `asked`: for keys that may see who was asked; others are told of a trip
    once somebody has agreed to it.
    """

    id: int
    position: int
    of: int
    stops: list[TripStopOut]
    asked: TripAskedOut | None


class JobOut(Schema):
    """A job. `reference`: what you called it. `route`: pickup, stops and place in their order. `worker`: the first name.

    `trip`: null where it goes by itself.
    """

    number: int
    reference: str
    state: str
    service: ServiceName
    client: ClientName
    worker: str | None
    starts_at: AwareDatetime
    from_at: AwareDatetime | None
    until_at: AwareDatetime | None
    minutes: int
    route: list[PlaceOut]
    trip: TripOut | None
    load_kg: int
    items: int | None
    note: str
    price: PriceOut
    requested_at: AwareDatetime
    accepted_at: AwareDatetime | None
    started_at: AwareDatetime | None
    done_at: AwareDatetime | None
    settled_at: AwareDatetime | None
    follow: str


class JobDetail(JobOut):
    """`cancelling`: null where it cannot be cancelled any more."""

    cancelling: TermsOut | None


class ProofOut(Schema):
    """One place of the route: what is asked to be shown there, and what was. `shown`: kinds, never the picture or the name."""

    position: int
    address: str
    asked: str
    arrived_at: AwareDatetime | None
    left_at: AwareDatetime | None
    shown: list[str]


class MemberOut(Schema):
    number: int
    name: str
    state: str
    member_class: str


class OfferOut(Schema):
    """Who was asked. `given`: to somebody who had agreed to be given work. `trip`: the `id` of the trip, of which all is one question."""

    job: int
    trip: int | None
    member: int
    state: str
    given: bool
    made_at: AwareDatetime
    expires_at: AwareDatetime | None
    answered_at: AwareDatetime | None
