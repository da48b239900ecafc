"""The dispatcher's board: what lies on it, who may move it, and what happens when two move the same job."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from marke.common.clock import local_date
from marke.common.models import Mail
from marke.dispatch.board import Asked, board
from marke.jobs import services
from marke.jobs.models import Job, JobEvent, Lock, Offer
from marke.jobs.queries import my_jobs
from marke.parties.models import Coop, Membership
from marke.slots.conditions import Span
from marke.slots.services import clock_in
from tests.factories.jobs import HOME, make_job, make_service, share_home, take
from tests.factories.pages import browser_of as signed_in
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found
from tests.factories.slots import join, make_shift

pytestmark = pytest.mark.django_db
State = Job.State
DESK = "/velo/desk/"


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def carla(velo: Coop) -> Membership:
    return make_member(velo, "Carla", offices=("coordinator",))


def employed(member: Membership) -> Membership:
    member.engagement = Membership.Engagement.EMPLOYEE
    member.save(update_fields=["engagement"])
    return member


def seen(job: Job) -> int:
    return JobEvent.objects.filter(job=job).latest("id").pk


def key(job: Job) -> str:
    return f"{job.number}-{seen(job)}"


def test_a_job_is_moved_from_one_to_another_who_both_hear_of_it(velo: Coop, carla: Membership) -> None:
    amina, emma = make_member(velo, "Amina"), employed(make_member(velo, "Emma"))
    job = take(make_job(velo, make_client(velo), at=now()), amina, at=now())
    page = signed_in(carla).post(f"{DESK}moves/", {"job": key(job), "to": emma.number}, follow=True).content.decode()
    assert "is given to Emma" in page
    job.refresh_from_db()
    assert (job.state, job.worker) == (State.ACCEPTED, emma)
    assert "no longer yours" in Mail.objects.filter(to_address=amina.party.email).latest("id").subject
    assert "is yours" in Mail.objects.filter(to_address=emma.party.email).latest("id").subject


def test_the_second_of_two_dispatchers_is_told_what_happened_and_nothing_is_lost(velo: Coop, carla: Membership) -> None:
    amina, basile = employed(make_member(velo, "Amina")), make_member(velo, "Basile")
    job = make_job(velo, make_client(velo), at=now())
    before = key(job)
    desk = signed_in(carla)
    desk.post(f"{DESK}moves/", {"job": before, "to": amina.number})
    answer = desk.post(f"{DESK}moves/", {"job": before, "to": basile.number})
    assert answer.status_code == 409
    assert "Carla moved job 1 meanwhile" in answer.content.decode()
    job.refresh_from_db()
    assert job.worker == amina
    assert not Offer.objects.filter(membership=basile).exists()


def test_who_has_clocked_in_stands_first_with_the_end_of_their_shift(velo: Coop, carla: Membership) -> None:
    make_member(velo, "Amina")
    begins = now() - timedelta(hours=1)
    on_shift = join(make_shift(velo, Span(begins, begins + timedelta(hours=4))), make_member(velo, "Zoé"), at=begins)
    desk = signed_in(carla)
    stamp = desk.get(f"{DESK}rows/")["ETag"]
    assert "on shift until" not in desk.get(DESK).content.decode()
    clock_in(sign_up=on_shift, at=now())
    answer = desk.get(f"{DESK}rows/", headers={"If-None-Match": stamp})
    page = answer.content.decode()
    assert answer.status_code == 200 and "on shift until" in page
    assert page.index("<h3>Zoé") < page.index("<h3>Amina")


def test_a_locked_job_is_moved_by_nobody_and_by_no_rule(velo: Coop, carla: Membership) -> None:
    amina = make_member(velo, "Amina")
    job = make_job(velo, make_client(velo), at=now())
    desk = signed_in(carla)
    for _click in range(2):
        desk.post(f"{DESK}moves/", {"job": key(job), "to": "lock"})
    assert Lock.objects.count() == 1
    assert "locked" in desk.get(DESK).content.decode()
    answer = desk.post(f"{DESK}moves/", {"job": key(job), "to": amina.number})
    assert "Take the lock away first" in answer.content.decode()
    assert services.ask_next(job=job, at=now()) is None
    assert not Offer.objects.exists()
    desk.post(f"{DESK}moves/", {"job": key(job), "to": "unlock"})
    desk.post(f"{DESK}moves/", {"job": key(job), "to": amina.number})
    assert Offer.objects.get().membership == amina


def test_taking_back_leaves_the_job_waiting_and_asks_nobody(velo: Coop, carla: Membership) -> None:
    amina = make_member(velo, "Amina")
    job = make_job(velo, make_client(velo), at=now())
    services.offer_job(job=job, membership=amina, by=None, at=now())
    signed_in(carla).post(f"{DESK}moves/", {"job": key(job), "to": "nobody"})
    job.refresh_from_db()
    assert (job.state, Offer.objects.get().state) == (State.REQUESTED, Offer.State.WITHDRAWN)


def test_work_that_has_begun_stays_where_it_is_and_nobody_hears_otherwise(velo: Coop, carla: Membership) -> None:
    amina = make_member(velo, "Amina")
    job = services.start_job(job=take(make_job(velo, make_client(velo), at=now()), amina, at=now()), by=amina.party, at=now())
    mails = Mail.objects.count()
    answer = signed_in(carla).post(f"{DESK}moves/", {"job": key(job), "to": "nobody"})
    assert answer.status_code == 409
    assert "has begun" in answer.content.decode()
    job.refresh_from_db()
    assert (job.state, job.worker, Mail.objects.count()) == (State.UNDER_WAY, amina, mails)


def test_nothing_is_sent_while_nothing_changes(velo: Coop, carla: Membership) -> None:
    job = make_job(velo, make_client(velo), at=now())
    desk = signed_in(carla)
    first = desk.get(f"{DESK}rows/")
    same = desk.get(f"{DESK}rows/", headers={"if-none-match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    services.offer_job(job=job, membership=make_member(velo, "Amina"), by=None, at=now())
    changed = desk.get(f"{DESK}rows/", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert "asked: Amina" in changed.content.decode()


def test_a_full_day_costs_as_many_queries_as_an_empty_one_and_the_page_stays_small(velo: Coop, carla: Membership) -> None:
    desk, client, service = signed_in(carla), make_client(velo), make_service(velo)

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = desk.get(DESK)
        return len(queries), len(page.content)

    one = take(make_job(velo, client, service, at=now(), place_point=HOME), make_member(velo, "Rider"), at=now())
    make_job(velo, client, service, at=now(), place_point=HOME)
    few, _size = cost()
    events, rows = [], []
    for n in range(500):
        copy = Job.objects.get(pk=one.pk)
        copy.pk, copy.number, copy.token, copy.once_key = None, 1000 + n, f"token-{n}", f"copy-{n}"
        copy.state, copy.worker, copy.place_lat_e7 = State.REQUESTED, None, HOME.lat + n * 3_000
        rows.append(copy)
    Job.objects.bulk_create(rows)
    events = [JobEvent(coop=velo, job=job, state=job.state, at=now()) for job in rows]
    JobEvent.objects.bulk_create(events)
    for n in range(50):
        share_home(make_member(velo, f"Rider {n}"), 100 * n)
    many, size = cost()
    assert many == few
    assert size < 100_000
    page = desk.get(f"{DESK}?q=1499").content.decode()
    assert 'value="1499-' in page


def test_what_the_address_asks_for_is_taken_as_it_can_be(velo: Coop, carla: Membership) -> None:
    desk = signed_in(carla)
    later = now() + timedelta(days=3)
    make_job(velo, make_client(velo), at=now(), starts_at=later)
    assert "desk-task" not in desk.get(DESK).content.decode().replace("desk-tasks", "")
    assert "desk-task" in desk.get(f"{DESK}?day={local_date(later, velo.timezone)}").content.decode().replace("desk-tasks", "")
    for nonsense in ("?day=yesterday", "?day=9999-12-31", "?page=x&riders=-1", "?q=%00"):
        assert desk.get(DESK + nonsense).status_code == 200


def test_whoever_drives_at_night_sees_past_midnight(velo: Coop) -> None:
    """The board of today and the member's own today, at ten to twelve in Brussels and at five past."""
    client, amina = make_client(velo), make_member(velo, "Amina")
    night = datetime(2026, 3, 2, 22, 50, tzinfo=UTC)
    held = take(make_job(velo, client, at=night, starts_at=night + timedelta(minutes=5)), amina, at=night)
    waits = make_job(velo, client, at=night, starts_at=night + timedelta(minutes=30))
    make_job(velo, client, at=night, starts_at=night + timedelta(hours=9))

    def lies_there(day: date, at: datetime) -> tuple[list[tuple[int, bool]], list[tuple[int, bool]]]:
        found = board(velo, Asked(day, "", "", ""), at)
        lists = [found.lines, [line for rider in found.riders for line in rider.lines]]
        waiting, with_riders = ([(task.job.number, task.other_day) for line in lines for task in line.tasks] for lines in lists)
        return waiting, with_riders

    monday, tuesday = date(2026, 3, 2), date(2026, 3, 3)
    assert lies_there(monday, night) == ([(waits.number, True)], [(held.number, False)])
    assert [job.number for job in my_jobs(amina, night).today] == [held.number]
    take(waits, amina, at=night)
    assert [job.number for job in my_jobs(amina, night).today] == [held.number, waits.number]
    # Past midnight, what began before it is still somebody's.
    assert lies_there(tuesday, night + timedelta(minutes=15))[1] == [(held.number, True), (waits.number, False)]


def test_only_the_coordinator_sits_at_the_desk(velo: Coop) -> None:
    amina = make_member(velo, "Amina")
    job = make_job(velo, make_client(velo), at=now())
    assert signed_in(amina).get(DESK).status_code == 403
    assert signed_in(amina).post(f"{DESK}moves/", {"job": key(job), "to": amina.number}).status_code == 403
    assert Browser().get(DESK).status_code == 302
    job.refresh_from_db()
    assert job.state == State.REQUESTED
