"""Version 1 of the door for programs."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Status
from ninja.params import HeaderEx, P, PathEx, QueryEx

from marke.common import clock
from marke.doors import services
from marke.doors.api import writing
from marke.doors.api.door import Api, ByKey, CarefulParser, KeyRequest
from marke.doors.api.problems import Problem, tell_problems
from marke.doors.api.reading import check_whom, fingerprint_of, wanted_by
from marke.doors.api.schemas import (
    MOST,
    BookingIn,
    CancellationIn,
    JobDetail,
    JobOut,
    KeyOut,
    MemberOut,
    Moment,
    NeedOut,
    OfferOut,
    Page,
    ProofOut,
    QuoteOut,
    ServiceOut,
)
from marke.doors.permissions import check_scope
from marke.doors.queries import jobs_of, members_of, offers_of
from marke.doors.scopes import BOOK, JOBS, MEMBERS, OFFERS
from marke.jobs.models import Job
from marke.jobs.needs import asked_for_at_booking
from marke.jobs.queries import services_on_offer
from marke.rules.queries import rulebook

DESCRIPTION = """Book, follow and cancel work at a co-op, by the same steps as its pages.

Send your key as `Authorization: Bearer KEY`. Amounts are whole numbers in the smallest unit of the currency; moments are ISO 8601
with their distance from UTC. Lists come newest first, a page at a time: ask for the next with `cursor`. What cannot be done is
answered with `application/problem+json` (RFC 9457), in the language of `Accept-Language` where there are words for it."""

api = Api(
    title="Marke",
    version="1",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    auth=ByKey(),
    parser=CarefulParser(),
)
tell_problems(api)

Cursor = QueryEx[str, P(max_length=20, description="the `next` of the page before")]
Limit = QueryEx[int, P(ge=1, le=MOST, description="how many on one page")]
JobNumber = PathEx[int, P(ge=1, le=2**31 - 1)]
OnlyState = QueryEx[Job.State | None, P(description="only those in this state")]
Since = QueryEx[Moment | None, P(description="only those that start then or later")]
Until = QueryEx[Moment | None, P(description="only those that start before")]
IdempotencyKey = HeaderEx[
    str,
    P(
        alias="Idempotency-Key", min_length=8, max_length=255, pattern=r"^[\x21-\x7e]+$",
        description="your own word for this booking: sent twice, it is booked once",
    ),
]  # fmt: skip
READ: dict[int, Any] = {401: Problem, 403: Problem, 422: Problem}
ONE = READ | {404: Problem}
SENT = READ | {400: Problem, 409: Problem}


@api.get("/key", response={200: KeyOut, 401: Problem}, tags=["key"], summary="The key you came with")
def key(request: KeyRequest) -> Any:
    return writing.key_told(request.auth)


@api.get(
    "/services", response={200: Page[ServiceOut], **READ}, tags=["booking"], summary="What can be booked", url_name="services"
)
def services_list(request: KeyRequest, cursor: Cursor = "", limit: Limit = 25) -> Any:
    check_scope(request.auth, BOOK)
    rules = rulebook(request.coop, clock.now())
    rows = services_on_offer(request.coop)
    return writing.page_of(rows, lambda found: writing.services_told(request.auth, found, rules), cursor=cursor, limit=limit)


@api.get("/needs", response={200: list[NeedOut], **READ}, tags=["booking"], summary="What can be asked for with a booking")
def needs(request: KeyRequest) -> Any:
    check_scope(request.auth, BOOK)
    return [{"id": each.pk, "name": each.name} for each in asked_for_at_booking(request.coop)]


@api.post("/quotes", response={200: QuoteOut, **SENT}, tags=["booking"], summary="What a booking would cost, line by line")
def quotes(request: KeyRequest, asked: BookingIn) -> Any:
    """Nothing is kept. The price is the one that a booking at this moment would have."""
    check_scope(request.auth, BOOK)
    at = clock.now()
    wanted = wanted_by(request.auth, asked, at)
    quote = services.price(wanted=wanted, at=at)
    wishes = wanted.wishes
    return writing.quote_told(request.auth, quote, wanted.service, wanted.starts_at, wishes.from_at, wishes.until_at, at)


@api.post("/jobs", response={201: JobDetail, **SENT, 429: Problem}, tags=["booking"], summary="Book")
def book(request: KeyRequest, asked: BookingIn, idempotency_key: IdempotencyKey) -> Any:
    """Sent again with the same `Idempotency-Key`, it answers with the first one's job; with another booking, it is refused."""
    check_scope(request.auth, BOOK)
    at = clock.now()
    wanted = wanted_by(request.auth, asked, at)
    check_whom(wanted)
    job = services.book(
        key=request.auth, wanted=wanted, idempotency_key=idempotency_key, fingerprint=fingerprint_of(asked), at=at
    )
    return Status(201, writing.detail_told(request.auth, _job(request, job.number), at))


@api.get("/jobs", response={200: Page[JobOut], **READ}, tags=["jobs"], summary="Jobs, newest first", url_name="jobs")
def jobs_list(
    request: KeyRequest,
    state: OnlyState = None,
    since: Since = None,
    until: Until = None,
    cursor: Cursor = "",
    limit: Limit = 25,
) -> Any:
    check_scope(request.auth, JOBS)
    wanted = {"state": state, "starts_at__gte": since, "starts_at__lt": until}
    rows = jobs_of(request.auth).filter(**{name: value for name, value in wanted.items() if value is not None})
    return writing.page_of(rows, lambda found: writing.jobs_told(request.auth, found), cursor=cursor, limit=limit, by="number")


@api.get("/jobs/{int:number}", response={200: JobDetail, **ONE}, tags=["jobs"], summary="One job")
def job(request: KeyRequest, number: JobNumber) -> Any:
    check_scope(request.auth, JOBS)
    return writing.detail_told(request.auth, _job(request, number), clock.now())


@api.get(
    "/jobs/{int:number}/proofs", response={200: list[ProofOut], **ONE}, tags=["jobs"], summary="What was shown at the places"
)
def proofs(request: KeyRequest, number: JobNumber) -> Any:
    check_scope(request.auth, JOBS)
    return writing.proofs_told(_job(request, number), clock.now())


@api.post("/jobs/{int:number}/cancellation", response={200: JobDetail, **SENT, **ONE}, tags=["jobs"], summary="Cancel")
def cancellation(request: KeyRequest, number: JobNumber, asked: CancellationIn) -> Any:
    """Free while there is time; later for a fee, which you agree to by `most_fee`. Cancelling twice changes nothing."""
    check_scope(request.auth, BOOK)
    at = clock.now()
    services.cancel(key=request.auth, job=_job(request, number), most_fee=asked.most_fee, at=at)
    return writing.detail_told(request.auth, _job(request, number), at)


@api.get("/members", response={200: Page[MemberOut], **READ}, tags=["members"], summary="Who the members are")
def members(request: KeyRequest, cursor: Cursor = "", limit: Limit = 25) -> Any:
    check_scope(request.auth, MEMBERS)
    return writing.page_of(members_of(request.auth), writing.members_told, cursor=cursor, limit=limit, by="number")


@api.get("/offers", response={200: Page[OfferOut], **READ}, tags=["members"], summary="Who was asked for which job")
def offers(request: KeyRequest, cursor: Cursor = "", limit: Limit = 25) -> Any:
    check_scope(request.auth, OFFERS)
    return writing.page_of(offers_of(request.auth), writing.offers_told, cursor=cursor, limit=limit)


def _job(request: KeyRequest, number: int) -> Job:
    """A job that the key reaches; of others it is not told whether they are there. Raises: Http404."""
    found = jobs_of(request.auth).filter(number=number).first()
    if found is None:
        raise Http404(_("There is no job %(number)s that this key reaches.") % {"number": number})
    found.coop = request.coop
    return found
