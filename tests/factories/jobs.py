"""Work for tests, made through the services."""

from datetime import UTC, datetime, timedelta
from itertools import count

from marke.jobs import services
from marke.jobs.models import Job, Offer, Service
from marke.parties.models import Client, Coop, Membership
from marke_core.matching import Place

T1 = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday
HOME = Place(508_500_000, 43_500_000)
_keys = count(1)


def make_service(coop: Coop, name: str = "Delivery in town", price: int = 1250, at: datetime = T1, **fields: object) -> Service:
    given = {"job_kind": "delivery", "per": "job", "minutes": 30, "needs_pickup": False, **fields}
    return services.add_service(coop=coop, name=name, price=price, by=None, at=at, **given)  # type: ignore[arg-type]


def make_job(
    coop: Coop,
    client: Client,
    service: Service | None = None,
    at: datetime = T1,
    starts_at: datetime | None = None,
    **fields: object,
) -> Job:
    """A job that was requested at `at` for an hour later."""
    given = {"place": "Rue du Midi 12", "once_key": f"key-{next(_keys)}", "by": client.party, **fields}
    return services.book_job(
        coop=coop,
        service=service or Service.objects.filter(coop=coop, ended_at=None).first() or make_service(coop, at=at),
        client=client,
        starts_at=starts_at or at + timedelta(hours=1),
        at=at,
        **given,  # type: ignore[arg-type]
    )


def take(job: Job, worker: Membership, at: datetime = T1) -> Job:
    """Asked by hand, and accepted."""
    offer = services.offer_job(job=job, membership=worker, by=None, at=at)
    return services.accept_offer(offer=offer, by=worker.party, at=at)


def work_off(job: Job, worker: Membership, at: datetime = T1) -> Job:
    """Accepted, begun and done."""
    job = take(job, worker, at)
    job = services.start_job(job=job, by=worker.party, at=at + timedelta(minutes=60))
    return services.finish_job(job=job, by=worker.party, at=at + timedelta(minutes=90))


def settle(job: Job, worker: Membership, at: datetime = T1) -> Job:
    """Done, and confirmed by the client, which settles it."""
    job = work_off(job, worker, at)
    return services.confirm_job(job=job, by=job.client.party, at=at + timedelta(hours=2))


def share_home(membership: Membership, metres_north: int) -> Membership:
    """The member shares a home base so far north of HOME."""
    membership.home_lat_e7 = HOME.lat + round(metres_north / 111_194.9 * 1e7)
    membership.home_lon_e7 = HOME.lon
    membership.save(update_fields=["home_lat_e7", "home_lon_e7"])
    return membership


def open_offer(job: Job) -> Offer:
    return Offer.objects.get(job=job, state=Offer.State.OPEN)
